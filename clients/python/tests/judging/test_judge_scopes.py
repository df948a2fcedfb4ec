"""Judging the scopes of a token request."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scope_registry.judging import (
    ClientIndex,
    JudgeRequest,
    ScopeIndex,
    ScopeRecord,
    allows_scopes,
    granted_scope_names,
    judge_scopes,
)

from .few_scopes import PLAIN_CLIENT, PLAIN_SCOPE, World, few_requests, few_worlds
from .judging_contract import judge_by_contract


class Registry:
    """A world in memory."""

    revision = 7

    def __init__(self, world: World) -> None:
        self.scopes, self.clients = ScopeIndex(), ClientIndex()
        for scope in world.scopes:
            self.scopes.set(scope)
        for client in world.clients:
            self.clients.set(client)


def registry_of(*scopes: ScopeRecord) -> Registry:
    return Registry(World(scopes, []))


def scope(name: str, **changes: object) -> ScopeRecord:
    return replace(PLAIN_SCOPE, name=name, **changes)  # type: ignore[arg-type]


@given(few_worlds, st.lists(few_requests, min_size=1, max_size=5))
def test_it_judges_as_the_contract_says(world: World, requests: list[JudgeRequest]) -> None:
    registry = Registry(world)
    for request in requests:
        judgement = judge_scopes(registry, request)
        verdicts = [
            (verdict.name, verdict.status, verdict.scope, verdict.granted_name, verdict.parameters)
            for verdict in judgement.verdicts
        ]
        assert {
            "valid": judgement.valid,
            "granted_scopes": judgement.granted_scopes,
            "audiences": judgement.audiences,
            "defaults_applied": judgement.defaults_applied,
            "verdicts": verdicts,
            "error": judgement.error,
        } == judge_by_contract(world, request)
        assert allows_scopes(registry, request) == judgement.valid
        with_texts = judge_scopes(registry, replace(request, consent_locales=()))
        assert replace(with_texts, verdicts=()) == replace(judgement, verdicts=())
        assert [replace(verdict, consent=None) for verdict in with_texts.verdicts] == list(judgement.verdicts)


def test_what_was_known_of_a_scope_ends_with_a_change_of_it() -> None:
    registry = registry_of(scope("a"))
    request = JudgeRequest(scopes=["a"])
    assert judge_scopes(registry, request).valid
    registry.scopes.set(scope("a", state="DISABLED"))
    assert [verdict.status for verdict in judge_scopes(registry, request).verdicts] == ["DISABLED"]
    registry.scopes.set(scope("a"))
    assert judge_scopes(registry, request).valid
    registry.scopes.delete("a")
    assert [verdict.status for verdict in judge_scopes(registry, request).verdicts] == ["UNKNOWN"]


def test_what_was_known_of_a_client_ends_with_a_change_of_it() -> None:
    registry = registry_of(scope("a", restricted=True))
    request = JudgeRequest(scopes=["a"], client_id="shop")
    for granted, expected in [(("a",), True), ((), False), (("a",), True)]:
        registry.clients.set(replace(PLAIN_CLIENT, granted_scopes=granted))
        assert judge_scopes(registry, request).valid is expected
    registry.clients.delete("shop")
    assert not judge_scopes(registry, request).valid


def test_usage_is_counted_by_registered_names() -> None:
    registry = registry_of(scope("d:{x}"), scope("a", aliases=("b",)), scope("gone", state="DISABLED"))
    request = JudgeRequest(scopes=["d:1", "b", "gone"], mode="NARROW")
    assert granted_scope_names(judge_scopes(registry, request)) == ("d:{x}", "a")
    assert granted_scope_names(judge_scopes(registry, replace(request, mode="ALL_OR_NOTHING"))) == ()


def test_a_name_in_a_message_is_cut_at_255_utf16_code_units() -> None:
    judgement = judge_scopes(registry_of(), JudgeRequest(scopes=["a" * 254 + "😀" + "b", "\ud800x", "😀é"]))
    shown = [verdict.message.removeprefix("Scope ").split(" ")[0] for verdict in judgement.verdicts]
    assert shown == ["a" * 254 + "?", "?x", "???"]


def test_names_of_many_separators_are_judged() -> None:
    registry = registry_of(scope("a:{x}"))
    judgement = judge_scopes(registry, JudgeRequest(scopes=["a" + ":" * 254, "a:" * 127]))
    assert [verdict.status for verdict in judgement.verdicts] == ["UNKNOWN", "UNKNOWN"]
