"""Programs as users write them, for type checkers: `mypy` looks at this file, and nothing runs it."""

import sys

from scope_registry import (
    ClientCredentials,
    Judgement,
    Refusal,
    RegisteredScopes,
    ScopeDefinition,
    ScopeRecord,
    ScopeRegistryConnection,
    ScopeReplica,
    ScopeVerdict,
    TokenFile,
    aio,
    connect,
    refusal_of,
    register_at_startup,
)
from scoperegistry.v1 import scope_registry_pb2

if sys.version_info >= (3, 11):
    from typing import assert_type

    def resource_server(error: Exception) -> None:
        connection = connect("127.0.0.1:1", credentials=TokenFile("token"))
        assert_type(connection, ScopeRegistryConnection)
        assert_type(register_at_startup(connection, [ScopeDefinition("a", "A")], mode="REPLACE"), RegisteredScopes)
        assert_type(connection.introspect("t0ken"), scope_registry_pb2.IntrospectResponse)
        answer = connection.registry.ListScopes(scope_registry_pb2.ListScopesRequest())
        assert_type(answer, scope_registry_pb2.ListScopesResponse)
        assert_type(refusal_of(error), Refusal | None)
        register_at_startup(connection, [], mode="SOME")  # type: ignore[arg-type]
        ClientCredentials("c", secret="s")  # type: ignore[call-arg]
        connect("127.0.0.1:1")  # type: ignore[call-arg]

    def issuer(connection: ScopeRegistryConnection) -> None:
        replica = ScopeReplica(connection)
        judgement = replica.judge(scope="a")
        assert_type(judgement, Judgement)
        assert_type(judgement.verdicts, tuple[ScopeVerdict, ...])
        assert_type(judgement.granted_scopes, tuple[str, ...])
        assert_type(replica.get("a"), ScopeRecord | None)
        assert_type(replica.allows(scope="a"), bool)
        replica.judge("a")  # type: ignore[call-arg]

    async def on_asyncio() -> None:
        async with aio.connect("127.0.0.1:1", credentials=lambda fresh: "t0ken") as connection:
            assert_type(connection, aio.AsyncScopeRegistryConnection)
            assert_type(await connection.introspect("t0ken"), scope_registry_pb2.IntrospectResponse)
            assert_type(await aio.register_at_startup(connection, []), RegisteredScopes)
