"""What scopes are called, in the language of who looks."""

import threading
from collections.abc import ItemsView, Iterator, Mapping

from django.utils.translation import get_language

from scope_registry.fork import prepare_for_forks
from scope_registry.judging.consent_text import choose_consent_text
from scope_registry.judging.language_tag import canonical_language_tag
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.scope_state import is_in_force
from scope_registry.judging.scope_template import is_template_name
from scope_registry.replica.scope_replica import ReplicaChange, ScopeReplica

_MOST_LANGUAGES = 16
"""Of how many languages the whole table is kept."""


class ScopeDescriptions(Mapping[str, str]):
    """The names of all scopes that can be granted, and what a consent page says of each in the active language.

    A name is looked up when it is asked for. An instance of a template is found by its own name, as it is requested,
    and is not among the names.
    """

    def __init__(self, replica: ScopeReplica, tables: "DescriptionTables") -> None:
        self._replica = replica
        self._tables = tables
        self._locales = active_locales()

    def __getitem__(self, name: str) -> str:
        """Describe a scope, whatever has become of it since it was requested: one that is gone is shown by its name."""
        resolved = self._replica.resolve(name)
        return name if resolved is None else describe(resolved, self._locales)

    def __contains__(self, name: object) -> bool:
        """Whether a scope can be granted."""
        resolved = self._replica.resolve(name) if isinstance(name, str) else None
        return resolved is not None and is_in_force(resolved.scope)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._tables.table(self._locales))

    def __len__(self) -> int:
        """Count the names."""
        return len(self._tables.table(self._locales))

    def items(self) -> ItemsView[str, str]:
        """Go through names and descriptions, as Django OAuth Toolkit does for each request with a token of its own."""
        return self._tables.table(self._locales).items()


class DescriptionTables:
    """All descriptions at once, by language, kept up to date with what changes."""

    fork_order = 2

    def __init__(self, replica: ScopeReplica) -> None:
        self._replica = replica
        self._lock = threading.Lock()
        self._tables: dict[tuple[str, ...], dict[str, str]] = {}
        self._changed: set[str] = set()
        replica.on_change(self._note)
        prepare_for_forks(self)

    def table(self, locales: tuple[str, ...]) -> dict[str, str]:
        """Return the table of a language, which nobody changes any more: a change of the registry makes another one."""
        with self._lock:
            self._bring_up_to_date()
            table = self._tables.get(locales)
            if table is None:
                if len(self._tables) == _MOST_LANGUAGES:
                    self._tables.clear()
                table = self._tables[locales] = {
                    scope.name: describe(ResolvedScope(scope, scope.name), locales)
                    for scope in self._replica.scopes()
                    if _is_named(scope)
                }
            return table

    def before_fork(self) -> None:
        """Have nothing to let go of: who has the lock waits for the replica, which is held over the fork."""

    def after_fork(self, *, is_child: bool) -> None:
        """Begin anew in a child: a thread of the parent may have been making a table, and is not here."""
        if is_child:
            self._lock = threading.Lock()
            self._tables, self._changed = {}, set()

    def _note(self, change: ReplicaChange) -> None:
        with self._lock:
            if change.names is None:
                self._tables.clear()
            else:
                self._changed.update(change.names)

    def _bring_up_to_date(self) -> None:
        if not self._changed:
            return
        changed, self._changed = self._changed, set()
        scopes = {name: self._replica.get(name) for name in changed}
        for locales, before in self._tables.items():
            table = dict(before)
            for name, scope in scopes.items():
                if scope is not None and _is_named(scope):
                    table[name] = describe(ResolvedScope(scope, name), locales)
                else:
                    table.pop(name, None)
            self._tables[locales] = table


def describe(resolved: ResolvedScope, locales: tuple[str, ...]) -> str:
    """Tell in one line what a scope allows: its consent text, or else its description."""
    chosen = choose_consent_text(resolved, locales)
    title, description = chosen.text.title, chosen.text.description
    if chosen.locale == "":
        return description
    return title if description in ("", title) else f"{title}: {description}"


def active_locales() -> tuple[str, ...]:
    """Tell the active language, as a canonical BCP 47 tag; none if translations are off."""
    tag = canonical_language_tag(get_language() or "")
    return () if tag is None else (tag,)


def _is_named(scope: ScopeRecord) -> bool:
    return is_in_force(scope) and not is_template_name(scope.name)
