"""The registered scopes in memory."""

from collections.abc import ValuesView

from scope_registry.judging.open_scope import OpenScope, open_scope
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_name import MAX_SCOPE_NAME_LENGTH
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.scope_state import aliases_in_force
from scope_registry.judging.scope_template import ScopeTemplate, parse_template, with_values
from scope_registry.judging.template_index import TemplateIndex


class ScopeIndex:
    """The registered scopes in memory: names to records, and what judging needs beside.

    Not locked: reading keeps what it has found, so that whoever reads or changes it in several threads holds a lock
    around each call, or around each judgement as a whole.
    """

    __slots__ = ("_aliases", "_defaults", "_open", "_ordered_defaults", "_resource_uses", "_scopes", "_templates")

    def __init__(self) -> None:
        self._scopes: dict[str, ScopeRecord] = {}
        self._open: dict[str, OpenScope] = {}
        """Those that were asked for since their records last changed: most requests are for a few, again and again."""
        self._aliases: dict[str, ScopeRecord] = {}
        self._templates: TemplateIndex[ScopeRecord] = TemplateIndex()
        self._resource_uses: dict[str, int] = {}
        """How many scopes are tied to each resource."""
        self._defaults: dict[str, ScopeRecord] = {}
        self._ordered_defaults: tuple[ScopeRecord, ...] | None = None

    def __len__(self) -> int:
        """How many scopes there are, in any state."""
        return len(self._scopes)

    def get(self, name: str) -> ScopeRecord | None:
        """Return the scope of this exact name."""
        return self._scopes.get(name)

    def values(self) -> ValuesView[ScopeRecord]:
        """All scopes, in no order."""
        return self._scopes.values()

    def resolve(self, name: str) -> ResolvedScope | None:
        """Tell what a requested name stands for; None: nothing.

        It is the scope of this name, else the one that has it as an alias, else the template that it is an instance of.
        A template's own name stands for nothing.
        """
        own = self._scopes.get(name)
        scope = own or self._aliases.get(name)
        if scope is None:
            return self._resolve_instance(name)
        if self._templates and parse_template(name) is not None:
            return None
        return ResolvedScope(scope, scope.name, is_alias=own is None)

    def open(self, name: str) -> OpenScope | None:
        """Return the scope of this exact name, if it is open."""
        return self._open.get(name) or self._read_open(name)

    def alias_holder(self, name: str) -> ScopeRecord | None:
        """Return the scope that has this exact text as an alias in force."""
        return self._aliases.get(name)

    def has_resource(self, uri: str) -> bool:
        """Whether any scope is tied to this resource URI (RFC 8707), compared exactly."""
        return uri in self._resource_uses

    def defaults(self) -> tuple[ScopeRecord, ...]:
        """Return the default scopes, in any state, ordered by name."""
        if self._ordered_defaults is None:
            self._ordered_defaults = tuple(sorted(self._defaults.values(), key=lambda scope: scope.name))
        return self._ordered_defaults

    def set(self, scope: ScopeRecord) -> None:
        """Add a scope, or put it in the place of the one of the same name."""
        name = scope.name
        before = self._scopes.get(name)
        if before is not None:
            self._forget(before)
        self._scopes[name] = scope
        for alias in aliases_in_force(scope):
            self._aliases[alias] = scope
        for template in _templates_of(scope):
            self._templates.set(template, scope)
        for uri in scope.resources:
            self._resource_uses[uri] = self._resource_uses.get(uri, 0) + 1
        if scope.is_default:
            self._defaults[name] = scope
            self._ordered_defaults = None

    def delete(self, name: str) -> None:
        """Take a scope out, if it is there."""
        before = self._scopes.pop(name, None)
        if before is not None:
            self._forget(before)

    def _read_open(self, name: str) -> OpenScope | None:
        scope = self._scopes.get(name)
        found = None if scope is None else open_scope(scope)
        if found is not None:
            self._open[found.name] = found
        return found

    def _resolve_instance(self, requested: str) -> ResolvedScope | None:
        match = self._templates.match(requested)
        if match is None:
            return None
        scope = match.value
        is_alias = match.template.name != scope.name
        name = with_values(scope.name, match.parameters) if is_alias else requested
        # The new name of a long value can be longer than a name may be.
        if len(name) > MAX_SCOPE_NAME_LENGTH:
            return None
        return ResolvedScope(scope, name, is_alias, match.parameters)

    def _forget(self, scope: ScopeRecord) -> None:
        self._open.pop(scope.name, None)
        # Within one revision a name may go to its next scope before it leaves this one.
        for alias in aliases_in_force(scope):
            if self._aliases.get(alias) is scope:
                del self._aliases[alias]
        for template in _templates_of(scope):
            if self._templates.get(template) is scope:
                self._templates.delete(template)
        for uri in scope.resources:
            self._resource_uses[uri] -= 1
            if self._resource_uses[uri] == 0:
                del self._resource_uses[uri]
        if self._defaults.pop(scope.name, None) is not None:
            self._ordered_defaults = None


def _templates_of(scope: ScopeRecord) -> tuple[ScopeTemplate, ...]:
    """Return the templates among a scope's names. An alias in braces of a scope that is none is an exact name only."""
    own = parse_template(scope.name)
    if own is None:
        return ()
    aliases = [parse_template(alias) for alias in aliases_in_force(scope)]
    return (own, *[template for template in aliases if template is not None])
