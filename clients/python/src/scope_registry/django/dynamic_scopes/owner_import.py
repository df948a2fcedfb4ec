"""Registering an owner's scopes as far as the registry takes them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import grpc

from scope_registry.connection.batches import in_batches
from scope_registry.connection.connection import ScopeRegistryConnection
from scope_registry.connection.refusal import Refusal, refusal_of
from scope_registry.django.dynamic_scopes.table import TableScope
from scope_registry.resource_server.scope_definition import ScopeDefinition
from scoperegistry.v1 import scope_pb2, scope_registry_pb2

_TIMEOUT = 60.0
_MOST_NAMES = 1_000
"""How many names one ListScopes takes."""
_MOST_TRIES = 3
"""How often is planned anew where others have changed the registry meanwhile."""

_ABOUT_SCOPES = {
    "INVALID_REQUEST",
    "SCOPE_NOT_OWNED",
    "PREFIX_NOT_OWNED",
    "RESOURCE_NOT_OWNED",
    "TEMPLATE_OVERLAP",
    "NAME_IN_USE",
    "REGISTRATION_CLOSED",
    "REGISTRATION_TOO_LARGE",
    "MESSAGE_TOO_LARGE",
}
"""Reasons that lie in what is registered, so that less of it may be taken."""

_Answer = scope_registry_pb2.RegisterScopesResponse
_INDEX = re.compile(r"scopes\[(\d+)\]")


@dataclass(slots=True)
class ImportPlan:
    """What is to become of some scopes of one owner."""

    new: list[TableScope] = field(default_factory=list)
    same: list[TableScope] = field(default_factory=list)
    """Registered as the table says."""
    kept: dict[str, str] = field(default_factory=dict)
    """Registered otherwise, by name, and how: that is its owner's word, or the registry's own."""
    refused: dict[str, list[str]] = field(default_factory=dict)
    """What the registry does not take, by name, with every reason."""
    revision: int = 0


class OwnerImport:
    """Registers scopes as the caller of a connection, whose scopes they become."""

    def __init__(self, connection: ScopeRegistryConnection) -> None:
        self._connection = connection

    def plan(self, scopes: Sequence[TableScope]) -> ImportPlan:
        """Ask what would become of scopes, without writing anything.

        Raises:
            grpc.RpcError: the registry cannot be asked, or refuses for another cause than what the scopes are

        """
        taken, answer, refused = self._sort_out(scopes)
        plan = ImportPlan(refused=refused, revision=answer.revision)
        outcome = scope_registry_pb2
        differing: list[TableScope] = []
        for scope, result in zip(taken, answer.results, strict=True):
            if result.outcome == outcome.REGISTRATION_OUTCOME_CREATED:
                plan.new.append(scope)
            elif result.outcome == outcome.REGISTRATION_OUTCOME_UNCHANGED:
                plan.same.append(scope)
            elif result.outcome == outcome.REGISTRATION_OUTCOME_SUPERSEDED:
                plan.kept[scope.name] = f"its owner has renamed it to {result.scope.name}"
            else:
                differing.append(scope)
        self._keep_registered(plan, differing, [scope for scope in scopes if scope.name in refused])
        return plan

    def carry_out(self, scopes: Sequence[TableScope]) -> ImportPlan:
        """Register what is new among scopes, all of it at once, and tell what was done.

        Raises:
            grpc.RpcError: as `plan`

        """
        for attempt in range(1, _MOST_TRIES + 1):
            plan = self.plan(scopes)
            if not plan.new:
                break
            answer = self._register(plan.new, validate_only=False)
            if not isinstance(answer, Refusal):
                plan.revision = answer.revision
                break
            if attempt == _MOST_TRIES:
                plan.refused |= {scope.name: _reasons(answer) for scope in plan.new}
                plan.new = []
        return plan

    def _sort_out(self, scopes: Sequence[TableScope]) -> tuple[list[TableScope], _Answer, dict[str, list[str]]]:
        """Part scopes into those that the registry takes together, with its answer, and the others with its reasons."""
        taken, suspects, answer = list(scopes), list[TableScope](), _Answer()
        while taken:
            asked = self._ask(taken)
            if not isinstance(asked, Refusal):
                answer = asked
                break
            named = _named_in(asked, taken)
            if not named:
                taken, answer, others = self._take_by_halves(taken)
                suspects += others
                break
            suspects += [scope for scope in taken if scope.name in named]
            taken = [scope for scope in taken if scope.name not in named]
        refused: dict[str, list[str]] = {}
        for scope in suspects:
            # By itself first: an error has no room for the reasons of many.
            asked = self._ask([scope])
            if not isinstance(asked, Refusal) and taken:
                asked = self._ask([*taken, scope])
            if isinstance(asked, Refusal):
                refused[scope.name] = _reasons(asked)
            else:
                taken.append(scope)
                answer = asked
        return taken, answer, refused

    def _take_by_halves(self, scopes: Sequence[TableScope]) -> tuple[list[TableScope], _Answer, list[TableScope]]:
        """Part scopes where the registry does not say which of them it means."""
        taken, answer, others = list[TableScope](), _Answer(), list[TableScope]()
        parts = [list(scopes)]
        while parts:
            part = parts.pop()
            asked = self._ask([*taken, *part])
            if not isinstance(asked, Refusal):
                taken += part
                answer = asked
            elif len(part) == 1:
                others += part
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        return taken, answer, others

    def _keep_registered(
        self, plan: ImportPlan, differing: Sequence[TableScope], refused: Sequence[TableScope]
    ) -> None:
        """Tell what is registered otherwise, also where what the table says could not be registered."""
        registered = self._read([scope.name for scope in (*differing, *refused)])
        for scope in differing:
            plan.kept[scope.name] = _difference(scope, registered.get(scope.name))
        for scope in refused:
            found = registered.get(scope.name)
            if found is not None and (found.owner == "" or self._is_own(found)):
                del plan.refused[scope.name]
                plan.kept[scope.name] = _difference(scope, found)

    def _is_own(self, scope: scope_pb2.Scope) -> bool:
        as_it_is = TableScope(scope.name, scope.description, scope.is_default)
        answer = self._ask([as_it_is])
        return not isinstance(answer, Refusal) or answer.reason != "SCOPE_NOT_OWNED"

    def _read(self, names: Sequence[str]) -> dict[str, scope_pb2.Scope]:
        found: dict[str, scope_pb2.Scope] = {}
        # What is longer than a name may be is not registered, and no name to ask for.
        names = [name for name in names if 0 < len(name) <= 255]
        for start in range(0, len(names), _MOST_NAMES):
            request = scope_registry_pb2.ListScopesRequest(names=names[start : start + _MOST_NAMES])
            request.page_size = _MOST_NAMES
            while True:
                page = self._connection.registry.ListScopes(request)
                found |= {scope.name: scope for scope in page.scopes}
                if not page.next_page_token:
                    break
                request.page_token = page.next_page_token
        return found

    def _ask(self, scopes: Sequence[TableScope]) -> _Answer | Refusal:
        return self._register(scopes, validate_only=True)

    def _register(self, scopes: Iterable[TableScope], *, validate_only: bool) -> _Answer | Refusal:
        request = scope_registry_pb2.RegisterScopesRequest(
            scopes=[_definition(scope) for scope in scopes], validate_only=validate_only
        )
        try:
            return self._connection.registry.RegisterScopes(request, timeout=_TIMEOUT)
        except grpc.RpcError as error:
            refusal = refusal_of(error)
            # A right that is missing is one for defaults where it names scopes.
            if refusal is None or not (
                refusal.reason in _ABOUT_SCOPES or (refusal.reason == "SCOPE_MISSING" and "scopes" in refusal.metadata)
            ):
                raise
            return refusal


def batches(scopes: Sequence[TableScope], most: int = 5_000, most_bytes: int = 3_000_000) -> Iterable[list[TableScope]]:
    """Part scopes into what one registration takes."""
    return in_batches(scopes, lambda scope: _definition(scope).ByteSize() + 5, most=most, most_bytes=most_bytes)


def _definition(scope: TableScope) -> scope_pb2.ScopeDefinition:
    return ScopeDefinition(scope.name, scope.description, is_default=scope.is_default).to_message()


def _named_in(refusal: Refusal, scopes: Sequence[TableScope]) -> set[str]:
    """Tell which scopes a refusal is about, as far as it had room for them."""
    indexes = [int(found[1]) for each in refusal.violations if (found := _INDEX.match(each.field))]
    named = {scopes[index].name for index in indexes if index < len(scopes)}
    return named | set(refusal.metadata.get("scopes", "").split()) & {scope.name for scope in scopes}


def _reasons(refusal: Refusal) -> list[str]:
    return [
        f"{field}: {each.description}" if (field := each.field.rpartition(".")[2]) else each.description
        for each in refusal.violations
    ] or [refusal.message]


def _difference(scope: TableScope, found: scope_pb2.Scope | None) -> str:
    if found is None:
        return "it is registered otherwise"
    if found.owner == "":
        return "it is one of the registry's own"
    differences = []
    if found.state == scope_pb2.SCOPE_STATE_DISABLED:
        differences.append("disabled")
    if found.description != scope.description:
        differences.append("with another description")
    if found.is_default != scope.is_default:
        differences.append("as a default" if found.is_default else "as no default")
    return f"it is registered {' and '.join(differences) or 'otherwise'}"
