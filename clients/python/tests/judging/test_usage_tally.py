"""The tally of uses."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scope_registry.judging import TalliedUse, UsageTally, day_of, format_day

steps = st.lists(
    st.tuples(
        st.sampled_from(["shop", "cli", ""]),
        st.lists(st.sampled_from("abc"), max_size=4).map(tuple),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from(["go on", "go on", "take", "put back", "forget"]),
    ),
    max_size=30,
)


@given(steps)
def test_what_is_added_together_is_as_if_added_one_by_one(
    steps: Sequence[tuple[str, tuple[str, ...], int, str]],
) -> None:
    together, one_by_one = UsageTally(4), UsageTally(4)
    for client, names, day, then in steps:
        together.add_all(client, names, day)
        for name in names:
            one_by_one.add(client, name, day)
        if then in ("take", "put back"):
            taken = together.take()
            assert taken == one_by_one.take()
        for tally in (together, one_by_one):
            if then == "put back":
                tally.put_back(taken)
            if then == "forget":
                tally.forget(["a"])
    assert together.take() == one_by_one.take()


@given(steps)
def test_it_loses_no_fact_as_long_as_it_is_never_full(
    steps: Sequence[tuple[str, tuple[str, ...], int, str]],
) -> None:
    tally = UsageTally(9 + 1)
    added: dict[tuple[str, str], int] = {}
    passed: dict[tuple[str, str], int] = {}
    for client, names, day, then in [*steps, ("", (), 1, "take")]:
        assert tally.add_all(client, names, day)
        for name in names:
            added[client, name] = max(day, added.get((client, name), 0))
        if then == "put back":
            tally.put_back(tally.take())
        if then == "take":
            for use in tally.take():
                passed[use.client_id, use.name] = max(use.day, passed.get((use.client_id, use.name), 0))
    assert passed == added


def test_each_pair_comes_once_with_its_newest_day() -> None:
    tally = UsageTally(10)
    for client, day in [("shop", 1), ("shop", 3), ("shop", 2), ("", 1)]:
        tally.add(client, "a", day)
    assert tally.take() == [TalliedUse("shop", "a", 3), TalliedUse("", "a", 1)]
    tally.add("shop", "a", 3)
    assert tally.take() == []
    tally.add("shop", "a", 4)
    assert tally.take() == [TalliedUse("shop", "a", 4)]


def test_what_is_put_back_gives_way_to_what_came_meanwhile() -> None:
    tally = UsageTally(10)
    for name in "ab":
        tally.add("shop", name, 1)
    taken = tally.take()
    tally.add("shop", "b", 2)
    tally.put_back(taken)
    assert tally.take() == [TalliedUse("shop", "b", 2), TalliedUse("shop", "a", 1)]


def test_further_pairs_are_dropped_when_it_is_full_and_taken_in_later() -> None:
    tally = UsageTally(2)
    assert not tally.add_all("shop", ("a", "b", "c"), 1)
    tally.add("shop", "b", 2)
    taken = tally.take()
    assert taken == [TalliedUse("shop", "a", 1), TalliedUse("shop", "b", 2)]
    tally.add("shop", "c", 1)
    tally.put_back(taken)
    assert tally.take() == [TalliedUse("shop", "c", 1), TalliedUse("shop", "a", 1)]


def test_it_has_room_again_for_what_it_has_forgotten() -> None:
    tally = UsageTally(2)
    for name in "ab":
        tally.add("shop", name, 1)
    tally.forget(["a", "b"])
    for name in "cde":
        tally.add("shop", name, 1)
    assert tally.take() == [TalliedUse("shop", "c", 1), TalliedUse("shop", "d", 1)]


def test_a_bounded_number_of_pairs_is_remembered() -> None:
    tally = UsageTally(100)

    def add_and_take(at: int) -> int:
        tally.add("shop", f"s{at}", 1)
        return len(tally.take())

    assert sum(add_and_take(at) for at in range(1_000)) == 1_000
    assert sum(1 - add_and_take(at) for at in range(1_000)) <= 200


@pytest.mark.parametrize(
    ("time", "day", "text"),
    [
        (0, 0, "1970-01-01"),
        (86_399_999.9, 0, "1970-01-01"),
        (86_400_000, 1, "1970-01-02"),
        (1_795_737_599_000, 20_783, "2026-11-26"),
        (-1, -1, "1969-12-31"),
    ],
)
def test_a_day_begins_at_midnight_in_utc(time: float, day: int, text: str) -> None:
    assert day_of(time) == day
    assert format_day(day) == text
