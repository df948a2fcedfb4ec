"""The channel of the moment, for stubs that outlive it."""

import threading
from collections.abc import Callable
from typing import Any

import grpc

from scope_registry.connection.calls import CallsUnderWay


class CurrentChannel:
    """What stubs are made with in place of a channel: it looks for that of the moment when a call is made.

    A fork closes the channel. A call is either counted before, and the fork waits for it, or made with the next one.
    """

    def __init__(self, lock: "threading.RLock", open_channel: Callable[[], grpc.Channel]) -> None:
        """Make one.

        Args:
            lock: is held while the channel is closed
            open_channel: tells the channel of the moment, and raises if there is to be none any more

        """
        self._lock = lock
        self._open_channel = open_channel
        self.under_way = CallsUnderWay()

    def unary_unary(self, *parts: Any, **more: Any) -> "CurrentCall":
        """Make a method with one answer."""
        return CurrentCall(self, lambda channel: channel.unary_unary(*parts, **more))

    def unary_stream(self, *parts: Any, **more: Any) -> "CurrentStream":
        """Make a method with many answers, which a fork does not wait for."""
        return CurrentStream(self, lambda channel: channel.unary_stream(*parts, **more))

    def begin(self, method_of: Callable[[grpc.Channel], Any], *, counted: bool) -> Any:
        """Take a method of the channel of the moment; counted: until `under_way.end` is called."""
        with self._lock:
            method = method_of(self._open_channel())
            if counted:
                self.under_way.begin()
            return method


class CurrentCall:
    """A method with one answer."""

    def __init__(self, channel: CurrentChannel, method_of: Callable[[grpc.Channel], Any]) -> None:
        self._channel = channel
        self._method_of = method_of

    def __call__(self, *parts: Any, **more: Any) -> Any:
        """Call it, and wait for the answer."""
        return self._counted(lambda method: method(*parts, **more))

    def with_call(self, *parts: Any, **more: Any) -> Any:
        """Do the same, and have the call beside the answer."""
        return self._counted(lambda method: method.with_call(*parts, **more))

    def future(self, *parts: Any, **more: Any) -> Any:
        """Call it without waiting: a fork does not wait either, and cancels it."""
        return self._channel.begin(self._method_of, counted=False).future(*parts, **more)

    def _counted(self, call: Callable[[Any], Any]) -> Any:
        under_way = self._channel.under_way
        method = self._channel.begin(self._method_of, counted=True)
        try:
            return call(method)
        finally:
            under_way.end()


class CurrentStream:
    """A method with many answers."""

    def __init__(self, channel: CurrentChannel, method_of: Callable[[grpc.Channel], Any]) -> None:
        self._channel = channel
        self._method_of = method_of

    def __call__(self, *parts: Any, **more: Any) -> Any:
        """Open the stream."""
        return self._channel.begin(self._method_of, counted=False)(*parts, **more)
