"""What the contract says of a request's scopes, case by case and without a thought of speed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scope_registry.judging import ClientRecord, JudgeRequest, ScopeRecord

from .few_scopes import World
from .few_templates import parameters_by_contract


class Meaning(NamedTuple):
    scope: ScopeRecord
    granted_name: str
    is_alias: bool
    parameters: Mapping[str, str] | None


def is_template(name: str) -> bool:
    return "{" in name


def aliases_of(scope: ScopeRecord) -> Sequence[str]:
    return () if scope.state == "PENDING" and scope.proposal is None else scope.aliases


def is_valid(scope: ScopeRecord) -> bool:
    return scope.proposal is not None if scope.state == "PENDING" else scope.state != "DISABLED"


def fill_in(template: str, parameters: Mapping[str, str]) -> str:
    for name, value in parameters.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def meaning_of(world: World, name: str) -> Meaning | None:
    """What a requested name stands for."""
    if is_template(name):
        return None
    for scope in world.scopes:
        if scope.name == name:
            return Meaning(scope, name, False, None)
    for scope in world.scopes:
        if name in aliases_of(scope):
            return Meaning(scope, scope.name, True, None)
    for scope in world.scopes:
        for template in (scope.name, *aliases_of(scope)) if is_template(scope.name) else ():
            parameters = parameters_by_contract(template, name)
            if parameters is not None:
                return Meaning(scope, fill_in(scope.name, parameters), template != scope.name, parameters)
    return None


def names_for(requested: str, meaning: Meaning) -> Sequence[str]:
    """All names under which a client may have been allowed a requested one."""
    scope, parameters = meaning.scope, meaning.parameters
    names = [requested, meaning.granted_name, scope.name, *scope.aliases]
    return names if parameters is None else [*names, *[fill_in(alias, parameters) for alias in scope.aliases]]


def client_of(world: World, request: JudgeRequest) -> ClientRecord | None:
    return next((client for client in world.clients if client.client_id == request.client_id), None)


def status_of(world: World, name: str, request: JudgeRequest) -> str:
    meaning = meaning_of(world, name)
    if meaning is None:
        return "UNKNOWN" if re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]{1,255}", name) else "MALFORMED"
    scope = meaning.scope
    if not is_valid(scope):
        return "PENDING" if scope.state == "PENDING" else "DISABLED"
    client = client_of(world, request)
    names = names_for(name, meaning)
    if scope.restricted and not (client and any(one in client.granted_scopes for one in names)):
        return "NOT_ALLOWED"
    ceiling = client.allowed_scopes if client else ()
    if ceiling and not any(is_under(entry, one) for entry in ceiling for one in names):
        return "NOT_ALLOWED"
    if request.resources and scope.resources and not set(request.resources) & set(scope.resources):
        return "WRONG_RESOURCE"
    deprecated = scope.deprecated if scope.state == "PENDING" else scope.state == "DEPRECATED"
    return "DEPRECATED" if deprecated or meaning.is_alias else "GRANTED"


def is_under(entry: str, name: str) -> bool:
    return entry == name or (is_template(entry) and parameters_by_contract(entry, name) is not None)


def judge_by_contract(world: World, request: JudgeRequest) -> dict[str, Any]:
    """The judgement that the contract asks for, without its texts."""
    resources = request.resources

    def may_be_granted(name: str) -> bool:
        return status_of(world, name, request) in ("GRANTED", "DEPRECATED")

    names: Sequence[str] = list(dict.fromkeys(request.scopes))
    if not request.scopes:
        client = client_of(world, request)
        defaults = [scope for scope in world.scopes if scope.is_default and is_valid(scope)]
        tied = [scope for scope in defaults if set(scope.resources) & set(resources)]
        everybodys = tied or [scope for scope in defaults if not scope.resources]
        own = client.default_scopes if client else ()
        names = sorted({*(own or [scope.name for scope in everybodys])})
        names = [name for name in names if may_be_granted(name)]
    meanings = [meaning for name in names if may_be_granted(name) and (meaning := meaning_of(world, name))]
    refused = [name for name in names if not may_be_granted(name)]
    valid = bool(meanings) and (request.mode == "NARROW" or not refused)
    audiences = {uri for meaning in meanings for uri in meaning.scope.resources if not resources or uri in resources}
    is_for_target = (
        bool(refused)
        and all(status_of(world, name, request) == "WRONG_RESOURCE" for name in refused)
        and not any(uri in scope.resources for scope in world.scopes for uri in resources)
    )
    return {
        "valid": valid,
        "granted_scopes": tuple(dict.fromkeys(meaning.granted_name for meaning in meanings)) if valid else (),
        "audiences": tuple(sorted(audiences)) if valid else (),
        "defaults_applied": not request.scopes,
        "verdicts": [described(name, status_of(world, name, request), meaning_of(world, name)) for name in names],
        "error": "" if valid else "invalid_target" if is_for_target else "invalid_scope",
    }


def described(name: str, status: str, meaning: Meaning | None) -> tuple[Any, ...]:
    if meaning is None:
        return name, status, None, "", None
    granted_name = meaning.granted_name if status in ("GRANTED", "DEPRECATED") else ""
    return name, status, meaning.scope, granted_name, meaning.parameters
