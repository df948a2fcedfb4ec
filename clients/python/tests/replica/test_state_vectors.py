"""What messages of the feed do to a replica is what the vectors of the contract say."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from scope_registry.replica.effect import Changed, Current, Lost, Nothing
from scope_registry.replica.state import ReplicaState
from scoperegistry.v1 import scope_registry_pb2

from ..vectors import read_vectors, take

EFFECTS = {Nothing: "none", Changed: "changed", Current: "current", Lost: "lost"}


@pytest.mark.parametrize("feed", read_vectors("feed.json"), ids=lambda feed: feed["title"])
def test_feed(feed: dict[str, Any]) -> None:
    _, filtered, steps = take(feed, "title", "filtered", "steps")
    state = ReplicaState(filtered)
    for step in steps:
        *expected, message, effect, ended = take(
            step, "revision", "registryId", "scopes", "clients", optional=("message", "effect", "ended")
        )
        assert (message is None) == (ended is True)
        if message is None:
            state.forget_parts()
        else:
            applied = state.apply(ParseDict(message, scope_registry_pb2.WatchScopesResponse()))
            assert EFFECTS[type(applied)] == effect
        scopes = {scope.name: scope.state for scope in state.scopes.values()}
        clients = [client.client_id for client in state.clients.values()]
        assert [state.revision, state.registry_id, scopes, clients] == expected
