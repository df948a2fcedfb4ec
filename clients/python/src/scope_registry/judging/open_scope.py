"""Scopes that whoever asks for them is granted."""

from dataclasses import dataclass

from scope_registry.judging.judgement import ScopeVerdict, VerdictStatus
from scope_registry.judging.judgement_text import describe_verdict, replacement_of
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.scope_state import is_deprecated, is_in_force
from scope_registry.judging.scope_template import parse_template


@dataclass(frozen=True, slots=True)
class OpenScope:
    """A scope that is in force, not restricted and no template.

    Whoever asks for it by its own name is granted it, unless that client has a ceiling, or the request is for another
    resource.
    """

    name: str
    resources: tuple[str, ...]
    verdict: ScopeVerdict
    """The verdict on it: one for all who ask."""
    resolved: ResolvedScope


def open_scope(scope: ScopeRecord) -> OpenScope | None:
    """Return a scope as an open one; None: it is none."""
    name = scope.name
    if not is_in_force(scope) or scope.restricted or parse_template(name) is not None:
        return None
    resolved = ResolvedScope(scope, name)
    status: VerdictStatus = "DEPRECATED" if is_deprecated(scope) else "GRANTED"
    verdict = ScopeVerdict(
        name=name,
        status=status,
        scope=scope,
        granted_name=name,
        replaced_by=replacement_of(resolved),
        message=describe_verdict(name, status, resolved),
    )
    return OpenScope(name, scope.resources, verdict, resolved)
