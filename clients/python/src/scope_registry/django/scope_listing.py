"""Looking for scopes among all of the replica's, for the admin."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from scope_registry.django.descriptions import describe
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ScopeRecord

STATES = ("ACTIVE", "DEPRECATED", "PENDING", "DISABLED")


@dataclass(frozen=True, slots=True)
class ScopeQuery:
    """What is looked for, as it stands in the address of the page."""

    text: str = ""
    """Part of the name, the description or what is shown for it, in whatever case."""
    state: str = ""
    owner: str = ""
    default: str = ""
    """`yes`, `no`, or empty: both."""
    is_descending: bool = False

    @classmethod
    def of(cls, parameters: QueryDict) -> "ScopeQuery":
        """Read it; what is not known lets everything pass."""
        state, default = parameters.get("state", ""), parameters.get("default", "")
        return cls(
            text=str(parameters.get("q", "")).strip(),
            state=state if state in STATES else "",
            owner=str(parameters.get("owner", "")).strip(),
            default=default if default in ("yes", "no") else "",
            is_descending=parameters.get("o") == "-name",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.state or self.owner or self.default)


def find_scopes(scopes: Sequence[ScopeRecord], query: ScopeQuery, locales: tuple[str, ...]) -> list[ScopeRecord]:
    """Return the scopes that are looked for, by name."""
    found = [scope for scope in scopes if _passes(scope, query)]
    if query.text:
        wanted = query.text.casefold()
        found = [scope for scope in found if _has_text(scope, wanted, locales)]
    return sorted(found, key=lambda scope: scope.name, reverse=query.is_descending)


def description_of(scope: ScopeRecord, locales: tuple[str, ...]) -> str:
    """Tell what a scope allows, in the active language if it is translated."""
    return describe(ResolvedScope(scope, scope.name), locales)


def _passes(scope: ScopeRecord, query: ScopeQuery) -> bool:
    return (
        (not query.state or scope.state == query.state)
        and (not query.owner or scope.owner == query.owner)
        and (not query.default or scope.is_default == (query.default == "yes"))
    )


def _has_text(scope: ScopeRecord, wanted: str, locales: tuple[str, ...]) -> bool:
    if wanted in scope.name.casefold() or wanted in scope.description.casefold():
        return True
    return bool(scope.consent_texts) and wanted in description_of(scope, locales).casefold()
