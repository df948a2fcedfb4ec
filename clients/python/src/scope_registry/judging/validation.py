"""Requests to validate scopes, as they come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from scope_registry.judging.judgement import JudgeRequest, ValidationMode
from scope_registry.judging.language_tag import canonical_language_tag
from scope_registry.judging.resource_uri import resource_problem
from scope_registry.judging.scope_name import parse_scope_parameter
from scope_registry.judging.utf16 import utf16_length
from scope_registry.judging.violation import InvalidRequestError, Violation

MAX_NAMES = 1_000
"""The most names in one request to validate."""
MAX_PARTY_LENGTH = 512
"""The most characters of a client's name."""
MAX_RESOURCES = 20
"""The most resources that one token request may name."""
MAX_LOCALES = 20
"""The most languages that a consent text may be asked for in."""

ValidationView: TypeAlias = Literal["BASIC", "CONSENT"]
"""CONSENT: with the consent text in the best of the requested languages."""

_MODES = get_args(ValidationMode)
_VIEWS = get_args(ValidationView)


@dataclass(slots=True)
class Validation:
    """A request to validate scopes: the meaning of the wire's ``ValidateScopesRequest``."""

    scopes: Sequence[str] = ()
    """The requested names. Either this or `scope`."""
    scope: str = ""
    """The names as OAuth's ``scope`` parameter gives them (RFC 6749 §3.3). Both empty: the defaults are judged."""
    client_id: str = ""
    """The OAuth client that asks; empty: none."""
    resources: Sequence[str] = ()
    """The ``resource`` parameters of the request (RFC 8707 §2)."""
    mode: ValidationMode = "ALL_OR_NOTHING"
    view: ValidationView = "BASIC"
    locales: Sequence[str] = ()
    """The user's languages, best first, as BCP 47 tags (``ui_locales``)."""


def read_validation(validation: Validation) -> JudgeRequest:
    """Check a request to validate scopes. A bad scope name breaks no rule: it is judged as malformed.

    Raises:
        InvalidRequestError: it breaks rules, all of which the error names
        TypeError: a text stands where several are asked for: each of its characters would be one

    """
    scopes, scope, resources, locales = validation.scopes, validation.scope, validation.resources, validation.locales
    if isinstance(scopes, str) or isinstance(resources, str) or isinstance(locales, str):
        raise TypeError("Give scopes, resources and locales as lists: names in one text are given as scope")
    names = _names_in(scope) if scope else scopes
    violations: list[Violation] = []
    if scopes and scope:
        violations.append(Violation("scope", "Both scopes and scope are given: give one of them"))
    _check_limit(violations, "scope" if scope else "scopes", len(names), MAX_NAMES, "names")
    _check_limit(violations, "client_id", utf16_length(validation.client_id), MAX_PARTY_LENGTH, "characters")
    _check_limit(violations, "resources", len(resources), MAX_RESOURCES, "resources")
    _check_limit(violations, "locales", len(locales), MAX_LOCALES, "languages")
    if resources and len(resources) <= MAX_RESOURCES:
        _check_resources(violations, resources)
    canonical = _check_locales(violations, locales) if len(locales) <= MAX_LOCALES else []
    if validation.mode not in _MODES:
        violations.append(Violation("mode", "Mode is unknown: give ALL_OR_NOTHING or NARROW"))
    if validation.view not in _VIEWS:
        violations.append(Violation("view", "View is unknown: give BASIC or CONSENT"))
    if violations:
        raise InvalidRequestError(violations)
    consent_locales = canonical if validation.view == "CONSENT" else None
    return JudgeRequest(names, validation.client_id, resources, validation.mode, consent_locales)


def _names_in(scope: str) -> tuple[str, ...]:
    """Return the names in a ``scope`` parameter. One of spaces alone is no omitted one: it is judged, as malformed."""
    return parse_scope_parameter(scope) or (scope,)


def _check_limit(violations: list[Violation], field: str, length: int, most: int, unit: str) -> None:
    if length > most:
        violations.append(Violation(field, f"{length} {unit} are too many: give at most {most}"))


def _check_resources(violations: list[Violation], resources: Sequence[str]) -> None:
    for at, uri in enumerate(resources):
        problem = resource_problem(uri)
        if problem is not None:
            violations.append(Violation(f"resources[{at}]", problem))


def _check_locales(violations: list[Violation], locales: Sequence[str]) -> list[str]:
    canonical: list[str] = []
    for at, tag in enumerate(locales):
        known = canonical_language_tag(tag)
        if known is None:
            description = "This is no BCP 47 language tag (RFC 5646): write it like en-US"
            violations.append(Violation(f"locales[{at}]", description))
        else:
            canonical.append(known)
    return canonical
