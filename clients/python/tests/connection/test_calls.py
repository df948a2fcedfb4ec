"""What a call gets on its way, and what becomes of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest

from scope_registry import TokenError, TokenFile, connect, refusal_of
from scoperegistry.v1 import scope_registry_pb2
from tests.support.minting import mint
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.scripted_registry import ScriptedRegistry, refuse, running_scripted_registry
from tests.support.waiting import wait_until


@pytest.fixture
def scripted() -> Iterator[ScriptedRegistry]:
    with running_scripted_registry() as registry:
        yield registry


def test_introspect_tells_a_token_by_whose_scopes_it_holds(parties: Parties) -> None:
    own, other = parties.name("read"), parties.name("other")
    owner, stranger = parties.owner(), parties.connect(f"{parties.prefix}-other", "register")
    register(owner, own)
    register(stranger, other)
    token = parties.token("web-shop", "x").split(".")
    shopper = mint(parties.registry.data_dir, "web-shop", own, other)
    answer = owner.introspect(shopper, token_type_hint="access_token")
    assert (answer.active, answer.client_id, answer.scope) == (True, "web-shop", own)
    for inactive in ("not.a.token", ".".join([*token[:2], "AAAA"]), parties.token("web-shop", "x", ttl=-100)):
        assert owner.introspect(inactive) == scope_registry_pb2.IntrospectResponse(active=False)


def test_a_refusal_has_every_broken_rule_and_the_values_that_it_names(parties: Parties) -> None:
    owner, other = parties.owner(), parties.connect(f"{parties.prefix}-other", "register")
    register(owner, parties.name("read"))
    with pytest.raises(grpc.RpcError) as broken:
        register(owner, "a b", "c d")
    refusal = refusal_of(broken.value)
    assert refusal is not None
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert [violation.field for violation in refusal.violations] == ["scopes[0].name", "scopes[1].name"]
    with pytest.raises(grpc.RpcError) as taken:
        register(other, parties.name("read"))
    refusal = refusal_of(taken.value)
    assert refusal is not None
    assert refusal.reason == "SCOPE_NOT_OWNED"
    assert parties.name("read") in refusal.metadata.values()
    assert refusal.retry_after is None


def test_errors_of_others_are_no_refusals() -> None:
    assert refusal_of(ValueError()) is None
    assert refusal_of(grpc.RpcError()) is None
    address = f"127.0.0.1:{free_port()}"
    with connect(address, credentials="t0ken") as connection, pytest.raises(grpc.RpcError) as away:
        connection.introspect("t0ken")
    assert away.value.code() == grpc.StatusCode.UNAVAILABLE
    assert refusal_of(away.value) is None


def test_tells_when_to_try_again(scripted: ScriptedRegistry) -> None:
    scripted.answer = lambda context: refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED", 1.5)
    with connect(scripted.address, credentials="t0ken") as connection, pytest.raises(grpc.RpcError) as refused:
        connection.introspect("t0ken")
    refusal = refusal_of(refused.value)
    assert refusal is not None
    assert refusal.retry_after == 1.5


def test_repeats_a_call_while_the_registry_is_unavailable_and_gives_up(scripted: ScriptedRegistry) -> None:
    def answer(context: grpc.ServicerContext) -> Any:
        if len(scripted.tokens) < 3:
            context.abort(grpc.StatusCode.UNAVAILABLE, "Not yet")
        return scope_registry_pb2.IntrospectResponse(active=True)

    scripted.answer = answer
    with connect(scripted.address, credentials="t0ken") as connection:
        assert connection.introspect("t0ken").active
        assert len(scripted.tokens) == 3
        scripted.answer = lambda context: context.abort(grpc.StatusCode.UNAVAILABLE, "Never")
        with pytest.raises(grpc.RpcError) as away:
            connection.introspect("t0ken")
        assert away.value.code() == grpc.StatusCode.UNAVAILABLE
        assert len(scripted.tokens) == 3 + 4


def test_connects_to_a_registry_that_is_far_away(scripted: ScriptedRegistry) -> None:
    """Each connection is held up for longer than a first pause between attempts."""
    host, port = scripted.address.split(":")
    scripted.answer = lambda context: scope_registry_pb2.IntrospectResponse(active=True)
    held_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def pump(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(65_536):
                    target.sendall(data)

        def serve() -> None:
            near, _ = server.accept()
            held_up.wait(0.5)
            far = socket.create_connection((host, int(port)))
            threading.Thread(target=pump, args=(far, near), daemon=True).start()
            with near, far:
                pump(near, far)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with connect(f"127.0.0.1:{server.getsockname()[1]}", credentials="t0ken") as connection:
            assert connection.introspect("t0ken").active
        thread.join()


def test_a_call_has_a_deadline(scripted: ScriptedRegistry) -> None:
    left: list[float] = []
    is_over = threading.Event()

    def answer(context: grpc.ServicerContext) -> Any:
        left.append(context.time_remaining())
        is_over.wait(20)
        return scope_registry_pb2.IntrospectResponse()

    scripted.answer = answer
    with connect(scripted.address, credentials="t0ken", timeout=0.3) as connection:
        with pytest.raises(grpc.RpcError) as late:
            connection.introspect("t0ken")
        assert late.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        is_over.set()
        connection.introspect("t0ken", timeout=60)
    with connect(scripted.address, credentials="t0ken") as connection:
        connection.introspect("t0ken")
        connection.registry.RegisterScopes(scope_registry_pb2.RegisterScopesRequest())
    own, given, usual, registering = left
    # The library rounds a deadline up on its way.
    assert own < 1 < usual < 7 < registering < 15 < given


def test_a_refused_token_is_got_anew_once(parties: Parties) -> None:
    good = parties.token(f"{parties.prefix}-api", "introspect")
    told: list[bool] = []

    def renewing(fresh: bool) -> str:
        told.append(fresh)
        return good if fresh else "expired"

    assert parties.connect("", credentials=renewing).introspect(good).active
    assert told == [False, True]
    told.clear()

    def stubborn(fresh: bool) -> str:
        told.append(fresh)
        return "expired"

    never = parties.connect("", credentials=stubborn)
    with pytest.raises(grpc.RpcError) as refused:
        never.introspect(good)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert told == [False, True]
    assert "expired" not in str(refused.value).replace("has expired", "")


def test_what_a_function_for_credentials_raises_reaches_the_caller(parties: Parties) -> None:
    def fails(fresh: bool) -> str:
        raise LookupError("no token today")

    with pytest.raises(LookupError, match="no token today"):
        parties.connect("", credentials=fails).introspect("x")
    with pytest.raises(TokenError, match="function returns must be a bearer token") as wrong:
        parties.connect("", credentials=lambda fresh: "s3cret token").introspect("x")
    assert "s3cret" not in str(wrong.value)


def test_a_token_file_is_read_again_when_it_changes(parties: Parties, tmp_path: Path) -> None:
    file = tmp_path / "token"
    connection = parties.connect("", credentials=TokenFile(file))
    with pytest.raises(TokenError, match="cannot be read") as missing:
        connection.introspect("x")
    assert missing.value.passing
    file.write_text("expired")
    with pytest.raises(grpc.RpcError, match="UNAUTHENTICATED"):
        connection.introspect("x")
    good = parties.token(f"{parties.prefix}-api", "introspect")
    file.write_text(f"{good}\n")
    assert connection.introspect(good).active
    file.write_bytes(b"x" * 100_000)
    wait_until("a file that is too large is noticed", lambda: _fails(connection, good))


def _fails(connection: Any, token: str) -> bool:
    try:
        connection.introspect(token)
    except TokenError:
        return True
    return False


def test_closing_cancels_calls_under_way_and_refuses_further_ones(scripted: ScriptedRegistry) -> None:
    arrived, is_over = threading.Event(), threading.Event()

    def answer(context: grpc.ServicerContext) -> Any:
        arrived.set()
        is_over.wait(20)
        return scope_registry_pb2.IntrospectResponse()

    scripted.answer = answer
    connection = connect(scripted.address, credentials="t0ken")
    outcomes: list[BaseException] = []

    def call() -> None:
        try:
            connection.introspect("t0ken", timeout=60)
        except grpc.RpcError as error:
            outcomes.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert arrived.wait(20)
    connection.close()
    thread.join(20)
    is_over.set()
    assert [error.code() for error in outcomes] == [grpc.StatusCode.CANCELLED]  # type: ignore[attr-defined]
    connection.close()
    with pytest.raises(ValueError, match="is closed"):
        connection.introspect("t0ken")
