"""What one client may ask for."""

from collections.abc import Callable, Mapping, Sequence

from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_template import parse_template, with_values
from scope_registry.judging.template_index import TemplateIndex


class ClientRights:
    """What one client may ask for, read off its record."""

    __slots__ = ("_allowed", "_granted", "_patterns", "defaults")

    defaults: tuple[str, ...]
    """The client's own defaults, in name order."""

    def __init__(self, record: ClientRecord) -> None:
        self.defaults = tuple(sorted(set(record.default_scopes)))
        self._allowed = frozenset(record.allowed_scopes)
        self._patterns = _patterns_in(record.allowed_scopes)
        self._granted = frozenset(record.granted_scopes)

    def may_have(self, requested: str, resolved: ResolvedScope) -> bool:
        """Whether a scope is under the client's ceiling, by the requested name or another one of the scope's."""
        return not self._allowed or _some_name(requested, resolved, self._is_allowed)

    def holds_grant(self, requested: str, resolved: ResolvedScope) -> bool:
        """Whether the client holds a grant for a scope, by any of those names; of an instance also for its template."""
        return bool(self._granted) and _some_name(requested, resolved, self._granted.__contains__)

    def _is_allowed(self, name: str) -> bool:
        return name in self._allowed or self._patterns.match(name) is not None


def _patterns_in(entries: Sequence[str]) -> TemplateIndex[None]:
    patterns: TemplateIndex[None] = TemplateIndex()
    for entry in entries:
        template = parse_template(entry)
        if template is not None:
            patterns.set(template, None)
    return patterns


def _some_name(requested: str, resolved: ResolvedScope, holds: Callable[[str], bool]) -> bool:
    """Whether something holds for a name under which a scope, or an instance of it, is known."""
    aliases, parameters = resolved.scope.aliases, resolved.parameters
    if holds(requested) or holds(resolved.name) or holds(resolved.scope.name) or any(map(holds, aliases)):
        return True
    return parameters is not None and any(holds(_instance_of(alias, parameters)) for alias in aliases)


def _instance_of(alias: str, parameters: Mapping[str, str]) -> str:
    return alias if parse_template(alias) is None else with_values(alias, parameters)
