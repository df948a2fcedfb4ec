"""A resource server registers its scopes when it starts, on threads and on asyncio alike."""

import asyncio
import math
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest

from scope_registry import (
    ConsentText,
    RegisteredScopes,
    RegistrationRefusedError,
    RegistrationRetry,
    RegistrationTimeoutError,
    ScopeDefinition,
    TokenError,
    aio,
    register_at_startup,
)
from scoperegistry.v1 import registry_admin_pb2
from tests.support.parties import Parties
from tests.support.ports import free_port
from tests.support.registry import RegistryProcess

Register = Callable[..., RegisteredScopes]


def _on_asyncio(parties: Parties) -> Register:
    def register(scopes: Sequence[ScopeDefinition], *, connection: Any = None, **options: Any) -> RegisteredScopes:
        async def run() -> RegisteredScopes:
            given = connection or {"credentials": parties.token(f"{parties.prefix}-api", "register")}
            address = given.get("address", parties.registry.grpc_address)
            async with aio.connect(address, credentials=given["credentials"]) as own:
                return await aio.register_at_startup(own, scopes, **options)

        return asyncio.run(run())

    return register


def _on_threads(parties: Parties) -> Register:
    def register(scopes: Sequence[ScopeDefinition], *, connection: Any = None, **options: Any) -> RegisteredScopes:
        own = parties.owner() if connection is None else parties.connect("", **connection)
        return register_at_startup(own, scopes, **options)

    return register


@pytest.fixture(params=[_on_threads, _on_asyncio], ids=["threads", "asyncio"])
def register(request: pytest.FixtureRequest, parties: Parties) -> Register:
    made: Register = request.param(parties)
    return made


def test_tells_what_became_of_each_scope(parties: Parties, register: Register) -> None:
    one, two = parties.name("one"), parties.name("two")
    texts = {"en": ConsentText("One")}
    first = register(
        [
            ScopeDefinition(one, "One", resources=[parties.uri], consent_texts=texts),
            ScopeDefinition(two, "Two", sunset_time=datetime(2030, 1, 2)),
        ],
        display_name="Test API",
    )
    assert first.scopes == (one, two)
    assert first.outcomes == {one: "CREATED", two: "CREATED"}
    assert (first.pending, first.superseded) == ((), False)
    again = [
        ScopeDefinition(one, "One", resources=[parties.uri]),
        ScopeDefinition(two, "Two, changed", sunset_time=datetime(2030, 1, 2, tzinfo=timezone.utc)),
    ]
    second = register(again)
    assert second.outcomes == {one: "UNCHANGED", two: "UPDATED"}
    assert second.revision > first.revision
    assert second.content_hash != first.content_hash
    third = register(again[:1], mode="REPLACE", release=7)
    assert third.outcomes == {one: "UPDATED", two: "DISABLED"}
    assert third.scopes == (one,)
    late = register([ScopeDefinition(one, "Of an older release")], release=6)
    assert (late.superseded, late.outcomes) == (True, {one: "SUPERSEDED"})


def test_tells_what_waits_for_a_review(parties: Parties, register: Register) -> None:
    server = registry_admin_pb2.ResourceServer(
        name=f"{parties.prefix}-api", mode=registry_admin_pb2.RESOURCE_SERVER_MODE_REVIEW
    )
    parties.admin().admin.SetResourceServer(registry_admin_pb2.SetResourceServerRequest(resource_server=server))
    name = parties.name("read")
    registered = register([ScopeDefinition(name, "Read")])
    assert (registered.pending, registered.outcomes) == ((name,), {name: "CREATED"})


def test_is_refused_at_once_with_every_violation(parties: Parties, register: Register) -> None:
    with pytest.raises(RegistrationRefusedError) as refused:
        register([ScopeDefinition("a b", "x"), ScopeDefinition(parties.name("c"), "")])
    assert refused.value.reason == "INVALID_REQUEST"
    assert [violation.field for violation in refused.value.violations] == ["scopes[0].name", "scopes[1].description"]
    lines = str(refused.value).split("\n")
    assert lines[0] == "The registry refuses the registration (INVALID_REQUEST)"
    assert [line.split(": ")[0] for line in lines[1:]] == ["scopes[0].name", "scopes[1].description"]
    with pytest.raises(RegistrationRefusedError, match=r"scope_registry\.register") as poor:
        register([], connection={"credentials": parties.token("poor", "read")})
    assert poor.value.reason == "SCOPE_MISSING"


def test_refuses_what_it_cannot_use(parties: Parties, register: Register) -> None:
    for options, says in (
        ({"mode": "SOME"}, "mode must be MERGE or REPLACE"),
        ({"release": -1}, "release must be"),
        ({"deadline": math.nan}, "deadline must be"),
    ):
        with pytest.raises(ValueError, match=says):
            register([], **options)
    with pytest.raises(TypeError, match="resources of a must be a list or tuple"):
        ScopeDefinition("a", "A", resources="https://a.example.com/")


def test_waits_while_the_registry_is_away(own_registry: RegistryProcess, register: Register, parties: Parties) -> None:
    parties.registry = own_registry
    token = parties.token("billing-api", "register")
    own_registry.stop()
    retries: list[RegistrationRetry] = []
    has_failed = threading.Event()

    def on_retry(retry: RegistrationRetry) -> None:
        retries.append(retry)
        has_failed.set()

    def start() -> None:
        has_failed.wait(20)
        own_registry.start()

    starting = threading.Thread(target=start)
    starting.start()
    connection = {"address": own_registry.grpc_address, "credentials": token}
    registered = register([ScopeDefinition("a", "A")], connection=connection, on_retry=on_retry)
    starting.join()
    assert registered.outcomes == {"a": "CREATED"}
    assert [retry.attempt for retry in retries] == [*range(1, len(retries) + 1)]
    assert all(0 < retry.delay <= 5 for retry in retries)


def test_gives_up_at_the_deadline(register: Register) -> None:
    connection = {"address": f"127.0.0.1:{free_port()}", "credentials": "t0ken"}
    with pytest.raises(RegistrationTimeoutError, match=r"Nothing could be registered in .* attempts\): ") as late:
        register([ScopeDefinition("a", "A")], connection=connection, deadline=0.5)
    assert late.value.attempts >= 1
    assert late.value.__cause__ is not None


def test_a_refused_client_is_told_at_once(parties: Parties, register: Register, tmp_path: Any) -> None:
    with pytest.raises(TokenError, match="function returns must be a bearer token"):
        register([], connection={"credentials": lambda fresh: "no token"})
