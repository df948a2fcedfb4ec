"""The connection and the replica on asyncio."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from scope_registry import NotReadyError, ScopeReplica, TokenError, aio, refusal_of
from scoperegistry.v1 import registry_admin_pb2, scope_registry_pb2
from tests.replica.replicas import Problems
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.scripted_registry import refuse, running_scripted_registry


def run(parties: Parties, work: Callable[[aio.AsyncScopeRegistryConnection], Awaitable[None]], **options: Any) -> None:
    async def main() -> None:
        token = parties.token(f"{parties.prefix}-api", "introspect", "register", "read", "validate")
        async with aio.connect(parties.registry.grpc_address, **{"credentials": token, **options}) as connection:
            assert connection.address == parties.registry.grpc_address
            await work(connection)

    asyncio.run(main())


def test_calls_have_a_token_and_errors_a_reason(parties: Parties) -> None:
    async def work(connection: aio.AsyncScopeRegistryConnection) -> None:
        assert not (await connection.introspect("not.a.token")).active
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await connection.admin.ListResourceServers(registry_admin_pb2.ListResourceServersRequest())
        refusal = refusal_of(refused.value)
        assert refusal is not None
        assert refusal.reason == "SCOPE_MISSING"

    run(parties, work)


def test_streams_have_a_token_too(parties: Parties) -> None:
    async def work(connection: aio.AsyncScopeRegistryConnection) -> None:
        stream = connection.registry.WatchScopes(scope_registry_pb2.WatchScopesRequest())
        async for message in stream:
            assert message.HasField("snapshot")
            break
        stream.cancel()

    run(parties, work)


def test_a_refused_token_is_got_anew_once(parties: Parties) -> None:
    good = parties.token(f"{parties.prefix}-api", "introspect")
    told: list[bool] = []

    def renewing(fresh: bool) -> str:
        told.append(fresh)
        return good if fresh else "expired"

    async def work(connection: aio.AsyncScopeRegistryConnection) -> None:
        assert (await connection.introspect(good)).active

    run(parties, work, credentials=renewing)
    assert told == [False, True]


def test_a_token_refused_for_a_stream_is_forgotten(parties: Parties) -> None:
    told: list[bool] = []

    def credentials(fresh: bool) -> str:
        told.append(fresh)
        return "t0ken"

    async def main(address: str) -> None:
        async with aio.connect(address, credentials=credentials) as connection:
            for _ in range(2):
                with pytest.raises(grpc.aio.AioRpcError):
                    async for _ in connection.registry.WatchScopes(scope_registry_pb2.WatchScopesRequest()):
                        pass

    with running_scripted_registry() as scripted:
        scripted.feed = lambda context: refuse(context, grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
        asyncio.run(main(scripted.address))
    assert told == [False, True]


def test_what_credentials_raise_reaches_the_caller(parties: Parties) -> None:
    async def work(connection: aio.AsyncScopeRegistryConnection) -> None:
        with pytest.raises(TokenError, match="must be a bearer token"):
            await connection.introspect("x")

    run(parties, work, credentials=lambda fresh: "two words")


def test_waits_for_a_replica_beside_other_work(parties: Parties) -> None:
    name = parties.name("read")
    register(parties.owner(), name)

    async def main() -> None:
        with ScopeReplica(parties.issuer()) as replica:
            await aio.until_ready(replica, 20)
            assert replica.judge(scope=name).valid

    asyncio.run(main())


def test_waiting_for_a_replica_can_be_cancelled(parties: Parties) -> None:
    """Also the loop's end, which waits for all threads of its own, comes at once."""
    away = parties.connect("", address=f"127.0.0.1:{free_port()}", credentials="t0ken")

    async def main(replica: ScopeReplica) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(aio.until_ready(replica), 0.05)
        with pytest.raises(NotReadyError, match="no scopes to judge by yet"):
            await aio.until_ready(replica, 0.05)

    with ScopeReplica(away, on_problem=Problems().append) as replica:
        asyncio.run(main(replica))
