"""The clients in memory that have a policy or grants."""

from collections.abc import ValuesView

from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.client_rights import ClientRights


class ClientIndex:
    """The clients in memory that have a policy or grants.

    Not locked: reading keeps what it has found, so that whoever reads or changes it in several threads holds a lock
    around each call, or around each judgement as a whole.
    """

    __slots__ = ("_clients", "_rights")

    def __init__(self) -> None:
        self._clients: dict[str, ClientRecord] = {}
        self._rights: dict[str, ClientRights] = {}
        """Of the clients that have asked since their records last changed."""

    def __len__(self) -> int:
        """How many clients there are."""
        return len(self._clients)

    def get(self, client_id: str) -> ClientRecord | None:
        """Return the client of this exact identifier."""
        return self._clients.get(client_id)

    def values(self) -> ValuesView[ClientRecord]:
        """All clients, in no order."""
        return self._clients.values()

    def rights_of(self, client_id: str) -> ClientRights | None:
        """Tell what a client may ask for; None: it has no record, so that it has no ceiling and no grants."""
        known = self._rights.get(client_id)
        if known is not None:
            return known
        record = self._clients.get(client_id)
        if record is None:
            return None
        rights = ClientRights(record)
        self._rights[record.client_id] = rights
        return rights

    def set(self, record: ClientRecord) -> None:
        """Add a client, or put it in the place of the one of the same identifier."""
        self._clients[record.client_id] = record
        self._rights.pop(record.client_id, None)

    def delete(self, client_id: str) -> None:
        """Take a client out, if it is there."""
        self._clients.pop(client_id, None)
        self._rights.pop(client_id, None)
