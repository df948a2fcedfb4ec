"""What is said of a judgement, within the characters of ``error_description`` (RFC 6749 §5.2)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from scope_registry.judging.judgement import ScopeVerdict, VerdictStatus
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_name import MAX_SCOPE_NAME_LENGTH
from scope_registry.judging.scope_template import with_values

RefusedStatus: TypeAlias = Literal["UNKNOWN", "MALFORMED", "DISABLED", "PENDING", "NOT_ALLOWED", "WRONG_RESOURCE"]
"""A status with which nothing is granted."""

MAX_NAMES_IN_DESCRIPTION = 10
"""The most refused scopes that an ``error_description`` tells of by name."""

_NOT_IN_ERROR_DESCRIPTION = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")
_EPOCH = datetime(1970, 1, 1)

_REFUSALS: dict[RefusedStatus, str] = {
    "UNKNOWN": "is not registered",
    "MALFORMED": "is no scope name (RFC 6749 section 3.3)",
    "DISABLED": "is disabled",
    "PENDING": "waits for a review",
    "NOT_ALLOWED": "is not allowed for this client",
    "WRONG_RESOURCE": "is not for the requested resource",
}


def replacement_of(resolved: ResolvedScope) -> str:
    """Return the name to ask for in place of a requested one: an alias stands for its scope's name. Empty: none."""
    if resolved.is_alias:
        return resolved.name
    replaced_by = resolved.scope.replaced_by
    return replaced_by if resolved.parameters is None else with_values(replaced_by, resolved.parameters)


def describe_verdict(name: str, status: VerdictStatus, resolved: ResolvedScope) -> str:
    """Return the verdict on a scope in a sentence; empty if GRANTED."""
    if status == "GRANTED":
        return ""
    if status != "DEPRECATED":
        return f"Scope {_printable(name)} {_REFUSALS[status]}{_advice_on(resolved)}"
    if resolved.is_alias:
        return f"Scope {name} is another name of {resolved.name}: ask for {resolved.name}"
    sunset_time = resolved.scope.sunset_time
    end = "" if sunset_time is None else f" and ends on {_timestamp(sunset_time)}"
    return f"Scope {name} is deprecated{end}{_advice_on(resolved)}"


def describe_unknown(name: str, status: RefusedStatus, *, is_template: bool) -> str:
    """Return the verdict on a name that stands for nothing, in a sentence.

    Args:
        name: what was requested
        status: UNKNOWN or MALFORMED
        is_template: whether a template, or an alias of one, is registered under this very name

    """
    if is_template:
        return f"Scope {name} is a template: ask for an instance, with values in place of the braces"
    return f"Scope {_printable(name)} {_REFUSALS[status]}"


def describe_refusal(verdicts: Sequence[ScopeVerdict]) -> str:
    """All that was refused, for ``error_description``: at most `MAX_NAMES_IN_DESCRIPTION` scopes by name."""
    if not verdicts:
        return "No scope was requested and no default scope applies"
    messages = [verdict.message for verdict in verdicts if not verdict.granted_name]
    named, rest = messages[:MAX_NAMES_IN_DESCRIPTION], len(messages) - MAX_NAMES_IN_DESCRIPTION
    return "; ".join([*named, f"and {rest} more"] if rest > 0 else named)


def _advice_on(resolved: ResolvedScope) -> str:
    """Tell what replaces the scope itself; that an alias is one helps nobody whom the scope is refused to."""
    replacement = replacement_of(replace(resolved, is_alias=False))
    return f", ask for {replacement} instead" if replacement else ""


def _printable(name: str) -> str:
    """Return a name as it may stand in a message: shortened, a question mark for each forbidden UTF-16 code unit."""
    shown = _NOT_IN_ERROR_DESCRIPTION.sub(lambda match: "??" if match[0] > "\uffff" else "?", name)
    return shown[:MAX_SCOPE_NAME_LENGTH]


def _timestamp(time: int) -> str:
    """Return a time as text (RFC 3339 §5.6) in UTC, out of milliseconds since 1970-01-01T00:00:00Z."""
    return f"{(_EPOCH + timedelta(milliseconds=time)).isoformat(timespec='milliseconds')}Z"
