"""Judging the scopes of a token request."""

from collections.abc import Sequence
from typing import Protocol

from scope_registry.judging.audiences import audiences_of
from scope_registry.judging.client_index import ClientIndex
from scope_registry.judging.client_rights import ClientRights
from scope_registry.judging.consent_text import choose_consent_text
from scope_registry.judging.judgement import Judgement, JudgeRequest, ScopeVerdict, VerdictStatus
from scope_registry.judging.judgement_text import (
    RefusedStatus,
    describe_refusal,
    describe_unknown,
    describe_verdict,
    replacement_of,
)
from scope_registry.judging.open_scope import OpenScope
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_index import ScopeIndex
from scope_registry.judging.scope_name import is_scope_name
from scope_registry.judging.scope_state import is_deprecated, is_in_force


class JudgedRegistry(Protocol):
    """What requests are judged against."""

    @property
    def scopes(self) -> ScopeIndex:
        """The registered scopes."""

    @property
    def clients(self) -> ClientIndex:
        """The clients that have a policy or grants."""

    @property
    def revision(self) -> int:
        """The revision that both are of."""


def judge_scopes(registry: JudgedRegistry, request: JudgeRequest) -> Judgement:
    """Judge the scopes of a token request.

    It reads the registry in memory and nothing else: no clock, no I/O. Not locked: where the registry may change
    meanwhile, or is read in other threads, the caller holds a lock.
    """
    rights = _rights_of(registry, request)
    found = None if request.consent_locales is not None else _find_open(registry.scopes, request, rights)
    return _judge_each(registry, request, rights) if found is None else _grant_open(registry, request, found)


def allows_scopes(registry: JudgedRegistry, request: JudgeRequest) -> bool:
    """Whether `judge_scopes` would find a request valid. It costs little more than looking the names up."""
    rights = _rights_of(registry, request)
    return _find_open(registry.scopes, request, rights) is not None or _judge_each(registry, request, rights).valid


def _rights_of(registry: JudgedRegistry, request: JudgeRequest) -> ClientRights | None:
    return registry.clients.rights_of(request.client_id) if request.client_id else None


def _find_open(scopes: ScopeIndex, request: JudgeRequest, rights: ClientRights | None) -> list[OpenScope] | None:
    """Return the requested scopes, each once, where there are some and each is granted as it is open; else None."""
    names = request.scopes
    is_for_all = rights is None and not request.resources
    found: list[OpenScope] = []
    for name in names:
        candidate = scopes.open(name)
        if candidate is None or not (is_for_all or _is_for(candidate, request, rights)):
            return None
        found.append(candidate)
    if len(found) > 1 and len(set(names)) < len(found):
        return list({candidate.name: candidate for candidate in found}.values())
    return found or None


def _is_for(candidate: OpenScope, request: JudgeRequest, rights: ClientRights | None) -> bool:
    """Whether an open scope is for the resources that were requested, and under the client's ceiling."""
    return _reaches(candidate.resources, request.resources) and (
        rights is None or rights.may_have(candidate.name, candidate.resolved)
    )


def _grant_open(registry: JudgedRegistry, request: JudgeRequest, found: Sequence[OpenScope]) -> Judgement:
    """Return the judgement where nothing is left to be weighed: what most requests are."""
    return Judgement(
        valid=True,
        granted_scopes=tuple([candidate.name for candidate in found]),
        audiences=audiences_of([candidate.resources for candidate in found], request.resources),
        defaults_applied=False,
        verdicts=tuple([candidate.verdict for candidate in found]),
        error="",
        error_description="",
        revision=registry.revision,
    )


def _judge_each(registry: JudgedRegistry, request: JudgeRequest, rights: ClientRights | None) -> Judgement:
    scopes, resources = registry.scopes, request.resources
    defaults_applied = not request.scopes
    names = _default_names(scopes, rights, resources) if defaults_applied else request.scopes
    verdicts: list[ScopeVerdict] = []
    granted: list[ResolvedScope] = []
    for name in dict.fromkeys(names):
        resolved = scopes.resolve(name)
        verdict = _unknown(name, scopes) if resolved is None else _judge(name, resolved, request, rights)
        # A default that may not be granted was not asked for: it is left out, and refuses nothing.
        if defaults_applied and not verdict.granted_name:
            continue
        verdicts.append(verdict)
        if resolved is not None and verdict.granted_name:
            granted.append(resolved)
    valid = bool(granted) and (request.mode == "NARROW" or len(granted) == len(verdicts))
    if not valid:
        return Judgement(
            valid=False,
            granted_scopes=(),
            audiences=(),
            defaults_applied=defaults_applied,
            verdicts=tuple(verdicts),
            error="invalid_target" if _is_refused_for_target(scopes, verdicts, resources) else "invalid_scope",
            error_description=describe_refusal(verdicts),
            revision=registry.revision,
        )
    return Judgement(
        valid=True,
        # An alias can stand for what is there already.
        granted_scopes=tuple(dict.fromkeys([resolved.name for resolved in granted])),
        audiences=audiences_of([resolved.scope.resources for resolved in granted], resources),
        defaults_applied=defaults_applied,
        verdicts=tuple(verdicts),
        error="",
        error_description="",
        revision=registry.revision,
    )


def _default_names(scopes: ScopeIndex, rights: ClientRights | None, resources: Sequence[str]) -> Sequence[str]:
    """Return the client's own defaults, else those of the requested resources, else those tied to none."""
    if rights is not None and rights.defaults:
        return rights.defaults
    # One that is not valid stands for nothing, and in nobody's way.
    defaults = [scope for scope in scopes.defaults() if is_in_force(scope)]
    tied = [scope.name for scope in defaults if any(uri in resources for uri in scope.resources)]
    return tied or [scope.name for scope in defaults if not scope.resources]


def _unknown(name: str, scopes: ScopeIndex) -> ScopeVerdict:
    """Return the verdict on a name that stands for nothing."""
    status: RefusedStatus = "UNKNOWN" if is_scope_name(name) else "MALFORMED"
    is_template = scopes.get(name) is not None or scopes.alias_holder(name) is not None
    return ScopeVerdict(name, status, message=describe_unknown(name, status, is_template=is_template))


def _judge(name: str, resolved: ResolvedScope, request: JudgeRequest, rights: ClientRights | None) -> ScopeVerdict:
    status = _status_of(name, resolved, request.resources, rights)
    locales = request.consent_locales
    return ScopeVerdict(
        name=name,
        status=status,
        scope=resolved.scope,
        granted_name=resolved.name if status in ("GRANTED", "DEPRECATED") else "",
        replaced_by=replacement_of(resolved),
        parameters=resolved.parameters,
        message=describe_verdict(name, status, resolved),
        consent=None if locales is None else choose_consent_text(resolved, locales),
    )


def _status_of(
    name: str, resolved: ResolvedScope, resources: Sequence[str], rights: ClientRights | None
) -> VerdictStatus:
    scope = resolved.scope
    if not is_in_force(scope):
        return "PENDING" if scope.state == "PENDING" else "DISABLED"
    if scope.restricted and (rights is None or not rights.holds_grant(name, resolved)):
        return "NOT_ALLOWED"
    if rights is not None and not rights.may_have(name, resolved):
        return "NOT_ALLOWED"
    if not _reaches(scope.resources, resources):
        return "WRONG_RESOURCE"
    return "DEPRECATED" if resolved.is_alias or is_deprecated(scope) else "GRANTED"


def _reaches(tied: Sequence[str], requested: Sequence[str]) -> bool:
    return not requested or not tied or any(uri in requested for uri in tied)


def _is_refused_for_target(scopes: ScopeIndex, verdicts: Sequence[ScopeVerdict], resources: Sequence[str]) -> bool:
    """Whether the requested resources are what is wrong: nobody has any of them, and nothing else was refused."""
    refused = [verdict for verdict in verdicts if not verdict.granted_name]
    return (
        bool(refused)
        and all(verdict.status == "WRONG_RESOURCE" for verdict in refused)
        and not any(scopes.has_resource(uri) for uri in resources)
    )
