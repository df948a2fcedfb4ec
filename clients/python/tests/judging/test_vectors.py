"""What the judging answers is what the vectors of the contract say."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any, cast

import pytest
from google.protobuf.json_format import ParseDict

from scope_registry.judging import (
    ClientIndex,
    InvalidRequestError,
    Judgement,
    ScopeIndex,
    ScopeVerdict,
    Validation,
    ValidationMode,
    ValidationView,
    allows_scopes,
    canonical_language_tag,
    is_scope_name,
    judge_scopes,
    parameters_in,
    parse_scope_parameter,
    parse_template,
    read_validation,
    resource_problem,
)
from scope_registry.replica.records import client_from_message, scope_from_message
from scoperegistry.v1 import registry_admin_pb2, scope_pb2, scope_registry_pb2

from ..vectors import read_vectors, take

MODES: dict[int, str] = {0: "ALL_OR_NOTHING", 1: "ALL_OR_NOTHING", 2: "NARROW"}
VIEWS: dict[int, str] = {0: "BASIC", 1: "BASIC", 2: "CONSENT"}


class Registry:
    """A registry of the vectors, in memory."""

    def __init__(self, vector: dict[str, Any]) -> None:
        self.revision, scopes, clients = take(vector, "revision", "scopes", "clientPolicies")
        self.scopes, self.clients = ScopeIndex(), ClientIndex()
        for scope in scopes:
            self.scopes.set(scope_from_message(ParseDict(scope, scope_pb2.Scope())))
        for client in clients:
            self.clients.set(client_from_message(ParseDict(client, registry_admin_pb2.ClientPolicy())))


@cache
def registries() -> tuple[Registry, ...]:
    return tuple(Registry(vector["registry"]) for vector in read_vectors("judging.json"))


def judging_cases() -> Iterator[Any]:
    for at, vector in enumerate(read_vectors("judging.json")):
        _, cases = take(vector, "registry", "cases")
        for number, case in enumerate(cases):
            yield pytest.param(at, case, id=f"{at}: {case.get('title', number)}")


def validation_of(request: dict[str, Any]) -> Validation:
    message = ParseDict(request, scope_registry_pb2.ValidateScopesRequest())
    known = {"scopes", "scope", "client_id", "resources", "mode", "view", "locales"}
    assert {field.name for field, _ in message.ListFields()} <= known
    return Validation(
        scopes=list(message.scopes),
        scope=message.scope,
        client_id=message.client_id,
        resources=list(message.resources),
        mode=cast(ValidationMode, MODES.get(message.mode, "UNRECOGNIZED")),
        view=cast(ValidationView, VIEWS.get(message.view, "UNRECOGNIZED")),
        locales=list(message.locales),
    )


def described(judgement: Judgement) -> dict[str, Any]:
    return {
        "valid": judgement.valid,
        "grantedScopes": list(judgement.granted_scopes),
        "audiences": list(judgement.audiences),
        "defaultsApplied": judgement.defaults_applied,
        "verdicts": [described_verdict(verdict) for verdict in judgement.verdicts],
        "error": judgement.error,
        "errorDescription": judgement.error_description,
        "revision": judgement.revision,
    }


def described_verdict(verdict: ScopeVerdict) -> dict[str, Any]:
    consent = verdict.consent
    return {
        "name": verdict.name,
        "status": verdict.status,
        "scope": verdict.scope and verdict.scope.name,
        "grantedName": verdict.granted_name,
        "replacedBy": verdict.replaced_by,
        "message": verdict.message,
        "parameters": verdict.parameters,
        "consent": consent and {"locale": consent.locale, **asdict(consent.text)},
    }


@pytest.mark.parametrize(("registry_at", "case"), list(judging_cases()))
def test_judging(registry_at: int, case: dict[str, Any]) -> None:
    registry = registries()[registry_at]
    request, _, judgement, violations = take(case, "request", optional=("title", "judgement", "violations"))
    validation = validation_of(request)
    if violations is not None:
        with pytest.raises(InvalidRequestError) as caught:
            read_validation(validation)
        found = [{"field": one.field, "description": one.description} for one in caught.value.violations]
        assert found == violations
        assert all(one["description"] in str(caught.value) for one in violations)
        return
    read = read_validation(validation)
    # The second time, what is open is known.
    assert described(judge_scopes(registry, read)) == judgement
    assert described(judge_scopes(registry, read)) == judgement
    assert allows_scopes(registry, read) == judgement["valid"]


NAMES = read_vectors("names.json")


def test_every_list_of_names_is_tested() -> None:
    take(NAMES, "scopeNames", "scopeParameters", "templates", "matches", "languageTags", "resources")


def test_scope_names() -> None:
    for name, valid in [take(item, "name", "valid") for item in NAMES["scopeNames"]]:
        assert is_scope_name(name) == valid, name


def test_scope_parameters() -> None:
    for scope, names in [take(item, "scope", "names") for item in NAMES["scopeParameters"]]:
        assert list(parse_scope_parameter(scope)) == names, scope


def test_templates() -> None:
    for name, parameters in [take(item, "name", "parameters") for item in NAMES["templates"]]:
        template = parse_template(name)
        assert (template and list(template.parameters)) == parameters, name


def test_matches() -> None:
    for name, of, parameters in [take(item, "name", "template", "parameters") for item in NAMES["matches"]]:
        template = parse_template(of)
        assert template is not None
        assert parameters_in(template, name) == parameters, (of, name)


def test_language_tags() -> None:
    for tag, canonical in [take(item, "tag", "canonical") for item in NAMES["languageTags"]]:
        assert canonical_language_tag(tag) == canonical, tag


def test_resources() -> None:
    for uri, valid in [take(item, "uri", "valid") for item in NAMES["resources"]]:
        assert (resource_problem(uri) is None) == valid, uri
