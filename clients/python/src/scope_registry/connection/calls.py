"""What each call gets on its way: a token, a deadline, and a second try with a fresh token."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import grpc

from scope_registry.connection.channel import default_timeout
from scope_registry.connection.refusal import refusal_of
from scope_registry.connection.token_source import TokenSource

_MOST_WAIT = 1.0
"""How long a fork waits for calls that are under way, in seconds."""


class CallDetails(NamedTuple):
    """What a call is made with, of both kinds of calls."""

    method: str
    timeout: float | None
    metadata: Sequence[tuple[str, str | bytes]] | None
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: Any

    def __repr__(self) -> str:
        """Leave the metadata out, which holds the token."""
        return f"CallDetails(method={self.method!r}, timeout={self.timeout!r})"


class DroppingStream:
    """A stream that tells of a token that the registry refuses before its reader hears of it.

    So whoever opens the stream again has another token. The library's own call-backs come at some time or other.
    """

    def __init__(self, stream: Any, drop: Callable[[], object]) -> None:
        self._stream = stream
        self._drop = drop

    def __iter__(self) -> "DroppingStream":
        return self

    def __next__(self) -> Any:
        try:
            return next(self._stream)
        except grpc.RpcError as error:
            if is_token_refusal(error):
                self._drop()
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def with_token(details: Any, token: str, timeout: float | None) -> CallDetails:
    """Add the token to what a call is made with."""
    metadata = [*(details.metadata or ()), ("authorization", f"Bearer {token}")]
    wait_for_ready = getattr(details, "wait_for_ready", None)
    compression = getattr(details, "compression", None)
    return CallDetails(details.method, timeout, metadata, details.credentials, wait_for_ready, compression)


def is_token_refusal(error: object) -> bool:
    """Whether the registry has refused the token of a call."""
    refusal = refusal_of(error) if isinstance(error, grpc.RpcError) else None
    return refusal is not None and refusal.reason == "TOKEN_INVALID"


class CallsUnderWay:
    """Counts calls that somebody waits for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def begin(self) -> None:
        """Count a call."""
        with self._changed:
            self._count += 1

    def end(self) -> None:
        """Take in that it is over."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    @property
    def is_any(self) -> bool:
        """Whether there is one."""
        return self._count > 0

    def await_end(self) -> None:
        """Wait until there are none, for a second at the most."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, _MOST_WAIT)


class CallInterceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Gives each call what it needs."""

    def __init__(self, tokens: TokenSource, timeout: float | None) -> None:
        self._tokens = tokens
        self._timeout = timeout

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        """Make a call, and again with a fresh token if the registry refuses the first one."""
        timeout = details.timeout if details.timeout is not None else default_timeout(details.method, self._timeout)
        token = self._tokens.get()
        call = continuation(with_token(details, token, timeout), request)
        # One that is not done is somebody's to wait for.
        if call.done() and is_token_refusal(call.exception()) and self._tokens.drop(token):
            call = continuation(with_token(details, self._tokens.get(), timeout), request)
        return call

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        """Open a stream. It is not opened again with another token: that is for whoever reads it."""
        token = self._tokens.get()
        stream = continuation(with_token(details, token, details.timeout), request)
        return DroppingStream(stream, lambda: self._tokens.drop(token))
