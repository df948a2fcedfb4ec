"""The registered scopes in memory."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scope_registry.judging import ConsentText, ScopeIndex, ScopeRecord

from .few_scopes import PLAIN_SCOPE, few_names, few_scopes

URIS = ["https://one.example/", "https://two.example/", "https://Two.example/", "urn:three", "urn:nobody"]


def scope(name: str, *aliases: str) -> ScopeRecord:
    return replace(PLAIN_SCOPE, name=name, aliases=aliases)


@given(st.lists(st.one_of(few_scopes(), few_scopes(), few_names), max_size=20))
def test_it_is_what_a_plain_dictionary_says(steps: Sequence[ScopeRecord | str]) -> None:
    index = ScopeIndex()
    model: dict[str, ScopeRecord] = {}
    for step in steps:
        if isinstance(step, str):
            index.delete(step)
            model.pop(step, None)
        else:
            index.set(step)
            model[step.name] = step
    scopes = list(model.values())
    assert len(index) == len(model)
    assert {one.name: one for one in index.values()} == model
    defaults = [one for one in scopes if one.is_default]
    assert index.defaults() == tuple(sorted(defaults, key=lambda one: one.name))
    for uri in URIS:
        assert index.has_resource(uri) == any(uri in one.resources for one in scopes)
    for one in scopes:
        is_in_force = one.state in ("ACTIVE", "DEPRECATED") or (one.state == "PENDING" and one.proposal is not None)
        found = index.open(one.name)
        assert (found and found.verdict.scope) == (
            one if is_in_force and not one.restricted and "{" not in one.name else None
        )
        assert index.get(one.name) is one


def test_names_go_from_one_scope_to_another_in_any_order() -> None:
    after = [scope("a:{x}"), scope("d:{y}", "old:{y}"), scope("b"), scope("e", "c")]
    for changes in permutations(after):
        index = ScopeIndex()
        for one in [scope("a:{x}", "old:{x}"), scope("b", "c"), *changes]:
            index.set(one)
        instance, alias = index.resolve("old:1"), index.resolve("c")
        assert instance is not None
        assert (instance.name, instance.is_alias, instance.parameters) == ("d:1", True, {"y": "1"})
        assert alias is not None
        assert (alias.name, alias.is_alias, alias.parameters) == ("e", True, None)
        assert index.alias_holder("c") == scope("e", "c")


def test_an_instance_whose_new_name_would_be_too_long_is_nothing() -> None:
    index = ScopeIndex()
    index.set(scope(f"{'n' * 200}:{{x}}", "a:{x}"))
    longest = index.resolve(f"a:{'x' * 54}")
    assert longest is not None
    assert len(longest.name) == 255
    assert index.resolve(f"a:{'x' * 55}") is None


def test_equal_records_are_equal_and_none_can_be_changed() -> None:
    texts = {"en": ConsentText("Read", "")}
    one, other = replace(PLAIN_SCOPE, consent_texts=texts), replace(PLAIN_SCOPE, consent_texts=dict(texts))
    assert one == other
    assert one != replace(other, revision=2)
    with pytest.raises(AttributeError):
        one.state = "DISABLED"  # type: ignore[misc]
