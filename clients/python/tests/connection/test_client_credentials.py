"""Tokens by the client credentials grant (RFC 6749 §4.4), of a server whose answers tests decide on."""

import base64
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from scope_registry import ClientCredentials, TokenError
from scope_registry.connection import bounded_fetch
from scope_registry.connection.client_credentials import ClientCredentialsToken
from tests.support.parties import Parties
from tests.support.token_endpoint import TokenEndpoint, running_token_endpoint

SECRET = "s3cret/+ &"


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with running_token_endpoint() as endpoint:
        endpoint.issue("t0ken")
        yield endpoint


def tokens(endpoint: TokenEndpoint, **options: Any) -> ClientCredentialsToken:
    where = {} if "issuer" in options else {"token_endpoint": endpoint.url}
    return ClientCredentialsToken(ClientCredentials("billing api", **{"client_secret": SECRET, **where, **options}))


def error_of(source: ClientCredentialsToken) -> TokenError:
    with pytest.raises(TokenError) as failed:
        source.get()
    assert "s3cret" not in str(failed.value)
    assert failed.value.__cause__ is None
    return failed.value


def test_authenticates_with_basic_and_names_what_it_wants(endpoint: TokenEndpoint) -> None:
    source = tokens(endpoint, scope="a b", resource=["urn:one", "urn:two"], audience="three")
    assert source.get() == "t0ken"
    (asked,) = endpoint.asked
    assert asked.form == [
        ("grant_type", "client_credentials"),
        ("scope", "a b"),
        ("resource", "urn:one"),
        ("resource", "urn:two"),
        ("audience", "three"),
    ]
    kind, _, encoded = asked.headers["authorization"].partition(" ")
    assert (kind, base64.b64decode(encoded)) == ("Basic", b"billing+api:s3cret%2F%2B+%26")


def test_authenticates_with_post(endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Credentials of the machine's user are nobody's business.
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert tokens(endpoint, authentication="client_secret_post", resource="urn:one").get() == "t0ken"
    (asked,) = endpoint.asked
    assert asked.form[1:] == [("resource", "urn:one"), ("client_id", "billing api"), ("client_secret", SECRET)]
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    ("issuer", "metadata"),
    [
        ("", "/.well-known/oauth-authorization-server"),
        ("/tenant", "/.well-known/oauth-authorization-server/tenant"),
        ("/tenant", "/tenant/.well-known/openid-configuration"),
    ],
)
def test_finds_the_token_endpoint(endpoint: TokenEndpoint, issuer: str, metadata: str) -> None:
    endpoint.answers[metadata] = (200, {"issuer": endpoint.origin + issuer, "token_endpoint": endpoint.url})
    assert tokens(endpoint, issuer=endpoint.origin + issuer).get() == "t0ken"


@pytest.mark.parametrize(
    ("metadata", "says", "passing"),
    [
        ((404, {}), "answers status 404", False),
        ((503, {}), "answers status 503", True),
        ((200, {"issuer": "https://other.example.com"}), "is the metadata of another issuer", False),
        ((200, b"<html>"), "answers no JSON object", False),
        ((200, None), "token_endpoint", False),
    ],
)
def test_says_why_there_is_no_token_endpoint(
    endpoint: TokenEndpoint, metadata: Any, says: str, passing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_pauses(monkeypatch)
    status, body = metadata
    body = {"issuer": endpoint.origin, "token_endpoint": "http://other.example.com/token"} if body is None else body
    endpoint.answers["/.well-known/oauth-authorization-server"] = (status, body)
    error = error_of(tokens(endpoint, issuer=endpoint.origin))
    assert says in str(error)
    assert error.passing == passing
    assert endpoint.tokens_asked == 0


def test_asks_again_where_the_server_is_in_trouble(endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    no_pauses(monkeypatch)
    answer = {"access_token": "t0ken", "token_type": "Bearer"}
    endpoint.answers["/token"] = lambda: (500, {}) if endpoint.tokens_asked < 3 else (200, answer)
    assert tokens(endpoint).get() == "t0ken"
    assert endpoint.tokens_asked == 3
    endpoint.answers["/token"] = (503, {})
    error = error_of(tokens(endpoint))
    assert error.passing
    assert endpoint.tokens_asked == 6


def test_does_not_ask_again_where_the_client_is_refused(endpoint: TokenEndpoint) -> None:
    description = f"The secret {SECRET} is wrong"
    endpoint.answers["/token"] = (400, {"error": "invalid_client", "error_description": description})
    error = error_of(tokens(endpoint))
    assert not error.passing
    assert "refuses the client billing api (invalid_client)" in str(error)
    assert endpoint.tokens_asked == 1


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"[" * 100_000,
        b'{"access_token":"t","token_type":"Bearer"}' + b" " * 300_000,
        {"access_token": "two words", "token_type": "Bearer"},
        {"access_token": 1, "token_type": "Bearer"},
        {"access_token": "t0ken", "token_type": "DPoP"},
    ],
    ids=["no JSON", "no object", "deep", "large", "no token", "number", "another type"],
)
def test_does_not_take_what_is_no_token(endpoint: TokenEndpoint, body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    no_pauses(monkeypatch)
    endpoint.answers["/token"] = (200, body)
    assert error_of(tokens(endpoint)).passing


@pytest.mark.parametrize("where", ["header", "body"])
def test_is_not_held_by_a_server_that_answers_byte_by_byte(
    endpoint: TokenEndpoint, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_pauses(monkeypatch)
    monkeypatch.setattr(bounded_fetch, "_DEADLINE", 0.2)
    is_over = threading.Event()

    def drip(send: Callable[[bytes], object]) -> None:
        send(b"HTTP/1.1 200 OK\r\nx: " if where == "header" else b"HTTP/1.1 200 OK\r\n\r\n")
        while not is_over.wait(0.02):
            send(b" ")

    endpoint.drip = drip
    error = error_of(tokens(endpoint))
    is_over.set()
    assert error.passing
    assert "gives no answer (TimeoutError)" in str(error)


def test_follows_no_redirect(endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    no_pauses(monkeypatch)
    endpoint.drip = lambda send: send(b"HTTP/1.1 307 X\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n") and None
    assert "answers status 307" in str(error_of(tokens(endpoint)))
    assert {asked.path for asked in endpoint.asked} == {"/token"}


def test_keeps_a_token_until_shortly_before_it_expires(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tokens(endpoint)
    now = time.monotonic()
    monkeypatch.setattr("scope_registry.connection.client_credentials.time.monotonic", lambda: now)
    assert [source.get() for _ in range(3)] == ["t0ken"] * 3
    now += 3600 - 31
    assert source.get() == "t0ken"
    assert endpoint.tokens_asked == 1
    endpoint.issue("t0ken2")
    now += 2
    assert source.get() == "t0ken2"


def test_threads_share_a_request_and_its_failure(endpoint: TokenEndpoint) -> None:
    all_wait = threading.Event()

    def answer() -> tuple[int, Any]:
        all_wait.wait(20)
        return (400, {"error": "invalid_client"}) if endpoint.tokens_asked == 1 else (200, {})

    endpoint.answers["/token"] = answer
    source = tokens(endpoint)
    errors: list[TokenError] = []
    threads = [threading.Thread(target=lambda: errors.append(error_of(source))) for _ in range(8)]
    for thread in threads:
        thread.start()
    # The others wait for the first one's request, or come too late for it: both is fine, asking eight times is not.
    deadline = time.monotonic() + 20
    while sum(map(_waits_for_a_future, threads)) < 7 and time.monotonic() < deadline:
        time.sleep(0.01)
    all_wait.set()
    for thread in threads:
        thread.join()
    assert endpoint.tokens_asked == 1
    assert len({id(error) for error in errors}) == len(errors) == 8


def _waits_for_a_future(thread: threading.Thread) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "result":
            return True
        frame = frame.f_back
    return False


def test_a_refused_token_is_renewed_once(endpoint: TokenEndpoint, parties: Parties) -> None:
    good = parties.token(f"{parties.prefix}-api", "introspect")
    answers = iter(["refused", good])
    endpoint.answers["/token"] = lambda: (
        200,
        {"access_token": next(answers, "refused"), "token_type": "bearer", "expires_in": 60},
    )
    client = ClientCredentials("billing-api", client_secret=SECRET, token_endpoint=endpoint.url)
    connection = parties.connect("", credentials=client)
    assert connection.introspect(good).active
    assert endpoint.tokens_asked == 2
    # A registry that refuses all tokens does not make every call ask for another.
    always = parties.connect("", credentials=ClientCredentials("b", client_secret=SECRET, token_endpoint=endpoint.url))
    for _ in range(5):
        with pytest.raises(grpc.RpcError, match="UNAUTHENTICATED"):
            always.introspect(good)
    assert endpoint.tokens_asked == 4


def test_the_secret_may_stand_in_a_file(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    options: dict[str, Any] = {"client_secret": None, "client_secret_file": file}
    source = tokens(endpoint, **options, authentication="client_secret_post")
    assert "cannot be read" in str(error_of(source))
    file.write_text("\n")
    assert "is empty" in str(error_of(source))
    file.write_text("fr0m-file\n")
    source.get()
    assert ("client_secret", "fr0m-file") in endpoint.asked[-1].form


def test_logs_no_secret(endpoint: TokenEndpoint, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens(endpoint, authentication="client_secret_post").get()
    assert "s3cret" not in caplog.text
    assert "t0ken" not in caplog.text


def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scope_registry.connection.client_credentials.time.sleep", lambda seconds: None)
