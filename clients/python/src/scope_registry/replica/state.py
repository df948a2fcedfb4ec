"""The state that a replica follows the registry with."""

from collections.abc import Iterable

from scope_registry.judging.client_index import ClientIndex
from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.scope_index import ScopeIndex
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.replica.effect import Changed, Current, Effect, Lost, Nothing
from scope_registry.replica.records import client_from_message, milliseconds, scope_from_message
from scoperegistry.v1 import scope_registry_pb2


class ReplicaState:
    """The scopes and the client policies, and where they stand in the registry's history.

    It changes in whole revisions only: what comes in several messages takes effect with the last one, and
    `forget_parts` drops what has come of it. Not locked: whoever applies messages while others judge holds a lock
    around both.
    """

    __slots__ = ("_clients", "_filtered", "_loading", "_pending", "_registry_id", "_revision", "_scopes")

    def __init__(self, filtered: bool) -> None:
        """Make a state that nothing is known of yet.

        Args:
            filtered: whether revisions are left out that change nothing for this reader

        """
        self._filtered = filtered
        self._scopes = ScopeIndex()
        self._clients = ClientIndex()
        self._revision = 0
        self._registry_id = ""
        self._loading: tuple[ScopeIndex, ClientIndex] | None = None
        self._pending: list[scope_registry_pb2.WatchScopesResponse.Change] = []

    @property
    def scopes(self) -> ScopeIndex:
        """The scopes of the revision."""
        return self._scopes

    @property
    def clients(self) -> ClientIndex:
        """The clients of the revision that have a policy or grants."""
        return self._clients

    @property
    def revision(self) -> int:
        """The newest revision; 0: there is no state yet."""
        return self._revision

    @property
    def registry_id(self) -> str:
        """The identity of the registry that the revision is of; empty: there is no state yet."""
        return self._registry_id

    def restore(
        self, registry_id: str, revision: int, *, scopes: Iterable[ScopeRecord], clients: Iterable[ClientRecord]
    ) -> None:
        """Take over what was kept."""
        kept = (ScopeIndex(), ClientIndex())
        _fill(kept, scopes, clients)
        self._replace(kept, registry_id, revision)

    def apply(self, message: scope_registry_pb2.WatchScopesResponse) -> Effect:
        """Take in the next message of the feed. One with an event that this version does not know does nothing."""
        event = message.WhichOneof("event")
        if event == "snapshot":
            return self._load(message.snapshot, message.registry_id)
        if event == "change":
            return self._change(message.change)
        if event == "bookmark":
            return self._confirm(message.bookmark, message.registry_id)
        return Nothing()

    def forget_parts(self) -> None:
        """Drop what has come of a snapshot or of a revision in parts: the feed has ended, and they do not count."""
        self._loading = None
        self._pending = []

    def _load(self, part: scope_registry_pb2.WatchScopesResponse.Snapshot, registry_id: str) -> Effect:
        loading = self._loading or (ScopeIndex(), ClientIndex())
        _fill(loading, map(scope_from_message, part.scopes), map(client_from_message, part.client_policies))
        if not part.complete:
            self._loading = loading
            return Nothing()
        self._replace(loading, registry_id, part.revision)
        return Changed(None)

    def _change(self, change: scope_registry_pb2.WatchScopesResponse.Change) -> Effect:
        if change.revision <= self._revision:
            return Nothing()
        if not self._filtered and change.revision != self._revision + 1:
            return Lost()
        self._pending.append(change)
        if change.continued:
            return Nothing()
        names: list[str] = []
        for part in self._pending:
            for scope_change in part.changes:
                names.append(scope_change.name)
                if scope_change.HasField("after"):
                    self._scopes.set(scope_from_message(scope_change.after))
                else:
                    self._scopes.delete(scope_change.name)
            for client_change in part.client_policy_changes:
                if client_change.HasField("after"):
                    self._clients.set(client_from_message(client_change.after))
                else:
                    self._clients.delete(client_change.client_id)
        self._pending = []
        self._revision = change.revision
        return Changed(tuple(names))

    def _confirm(self, bookmark: scope_registry_pb2.WatchScopesResponse.Bookmark, registry_id: str) -> Effect:
        # A filter leaves revisions out, which a bookmark makes up for.
        is_reachable = bookmark.revision >= self._revision if self._filtered else bookmark.revision == self._revision
        if registry_id != self._registry_id or not is_reachable:
            return Lost()
        self._revision = bookmark.revision
        return Current(milliseconds(bookmark.time)) if bookmark.HasField("time") else Nothing()

    def _replace(self, indexes: tuple[ScopeIndex, ClientIndex], registry_id: str, revision: int) -> None:
        self._scopes, self._clients = indexes
        self._registry_id = registry_id
        self._revision = revision
        self.forget_parts()


def _fill(
    indexes: tuple[ScopeIndex, ClientIndex], scopes: Iterable[ScopeRecord], clients: Iterable[ClientRecord]
) -> None:
    for scope in scopes:
        indexes[0].set(scope)
    for client in clients:
        indexes[1].set(client)
