"""Following the registry, in a thread of its own."""

import math
import threading
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

import grpc

from scope_registry.connection.backoff import Backoff
from scope_registry.connection.connection import ScopeRegistryConnection
from scope_registry.connection.errors import TokenError
from scope_registry.connection.refusal import refusal_of
from scope_registry.replica.effect import Current, Effect, Lost
from scope_registry.replica.state import ReplicaState
from scoperegistry.v1 import scope_registry_pb2

_BACKOFF = Backoff(first=0.1, most=5.0)
_BEGIN = 30.0
"""How long it may take until a feed begins, in seconds: a token may have to be got before."""
_SILENCE = 15.0
"""How long a feed may be silent before it counts as broken, in seconds. Bookmarks come every two seconds."""
_JOIN = 10.0

_REFUSALS = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.FAILED_PRECONDITION,
    }
)
"""What trying again alone does not help against."""


@dataclass(frozen=True, slots=True)
class FeedBreak:
    """That a feed broke, and is opened again."""

    cause: Exception
    message: str
    is_refusal: bool
    """Trying again alone will not help."""
    retry_in: float


class FeedListener(Protocol):
    """Hears of what the feed brings, in the follower's thread."""

    def on_begin(self) -> None:
        """Take in that a feed is opened, in place of the one before."""

    def on_message(self, message: scope_registry_pb2.WatchScopesResponse) -> Effect:
        """Take in a message, and tell what it did."""

    def on_break(self, broken: FeedBreak) -> None:
        """Take in that the feed broke."""


class _LostHistoryError(Exception):
    """The feed and the state do not fit together: the registry has another history by now."""


class Follower:
    """Follows the registry until it is stopped: on after a break, and from the beginning where that is refused."""

    def __init__(
        self,
        connection: ScopeRegistryConnection,
        state: ReplicaState,
        listener: FeedListener,
        *,
        owner: str,
        resource: str,
    ) -> None:
        self._connection = connection
        self._state = state
        self._listener = listener
        self._owner = owner
        self._resource = resource
        self._thread: threading.Thread | None = None
        # Each thread has its own, so that one that was slow to end does not go on with the next one's.
        self._stopping = threading.Event()
        # Guards the call of the feed: whoever stops must not miss one that is just being opened.
        self._lock = threading.Lock()
        self._call: Any = None
        self._silent_at = 0.0
        self._is_silent = False

    def start(self) -> None:
        """Begin, or go on after a stop."""
        self._stopping = threading.Event()
        arguments = (self._stopping,)
        self._thread = threading.Thread(target=self._run, args=arguments, name="scope-registry-follower", daemon=True)
        self._thread.start()

    def renew_locks(self) -> None:
        """Take in that this is a child of a fork: threads of the parent held its locks, and are not here."""
        self._lock = threading.Lock()
        self._call = None

    def stop(self) -> None:
        """Stop, and wait until nothing goes on any more."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        with self._lock:
            if self._call is not None:
                self._call.cancel()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN)

    def break_silence(self) -> None:
        """Break the feed off if nothing has come for too long. To be called about once a second."""
        with self._lock:
            if self._call is not None and time.monotonic() > self._silent_at:
                self._is_silent = True
                self._call.cancel()

    def _run(self, stopping: threading.Event) -> None:
        starts_over = False
        failures = 0
        has_fresh_token = False
        while not stopping.is_set():
            try:
                self._state.forget_parts()
                self._listener.on_begin()
                with closing(self._read(starts_over, stopping)) as messages:
                    for message in messages:
                        if stopping.is_set():
                            return
                        starts_over = False
                        effect = self._listener.on_message(message)
                        if isinstance(effect, Lost):
                            raise _LostHistoryError("its history is another one than the replica's, which starts over")
                        if isinstance(effect, Current):
                            has_fresh_token = False
                            failures = 0
                raise ConnectionError("it has ended the feed")
            except Exception as cause:
                if stopping.is_set():
                    return
                refusal = refusal_of(cause)
                # A feed ends with its token, and a remembered one may have expired: the next feed has a fresh one.
                if refusal is not None and refusal.reason == "TOKEN_INVALID" and not has_fresh_token:
                    has_fresh_token = True
                    continue
                starts_over = starts_over or isinstance(cause, _LostHistoryError) or _is_out_of_range(cause)
                if refusal is None and isinstance(cause, grpc.RpcError) and cause.code() == grpc.StatusCode.UNAVAILABLE:
                    self._connection.connect_anew()
                failures += 1
                wait = max(_BACKOFF.delay(failures), (refusal.retry_after or 0.0) if refusal is not None else 0.0)
                self._listener.on_break(FeedBreak(cause, self._describe(cause), _is_refusal(cause), wait))
                stopping.wait(wait)

    def _read(
        self, starts_over: bool, stopping: threading.Event
    ) -> Generator[scope_registry_pb2.WatchScopesResponse, None, None]:
        request = scope_registry_pb2.WatchScopesRequest(
            since_revision=0 if starts_over else self._state.revision,
            registry_id="" if starts_over else self._state.registry_id,
            owner=self._owner,
            resource=self._resource,
            include_client_policies=True,
        )
        self._is_silent = False
        # It gets a token first, which may take its time.
        call = self._connection.registry.WatchScopes(request)
        with self._lock:
            self._silent_at = time.monotonic() + _BEGIN
            if not stopping.is_set():
                self._call = call
        try:
            if stopping.is_set():
                return
            for message in call:
                # What it takes to take a message in is no silence of the registry.
                self._silent_at = math.inf
                yield message
                self._silent_at = time.monotonic() + _SILENCE
        finally:
            with self._lock:
                if self._call is call:
                    self._call = None
            call.cancel()

    def _describe(self, cause: Exception) -> str:
        if self._is_silent:
            why = "it has fallen silent"
        elif isinstance(cause, grpc.RpcError):
            why = str(cause.details())
        else:
            why = str(cause)
        return f"The registry at {self._connection.address} cannot be followed: {why}"


def _is_refusal(cause: Exception) -> bool:
    if isinstance(cause, TokenError):
        return not cause.passing
    # The connection itself was closed.
    if isinstance(cause, ValueError):
        return True
    return isinstance(cause, grpc.RpcError) and cause.code() in _REFUSALS


def _is_out_of_range(cause: Exception) -> bool:
    return isinstance(cause, grpc.RpcError) and cause.code() == grpc.StatusCode.OUT_OF_RANGE
