"""How old a state is."""

import math
import time


class Freshness:
    """When the state was last known to be the newest, by this process's own clock.

    The clocks of two machines differ: only the first bookmark of a feed is compared with the clock here, as nothing
    else tells how old it is; of the others it counts that their time goes on.
    """

    __slots__ = ("_as_of", "_last_time")

    def __init__(self) -> None:
        self._as_of = -math.inf
        self._last_time: float | None = None

    @property
    def age(self) -> float:
        """How long ago, in seconds. Infinity: it was never known."""
        return time.monotonic() - self._as_of

    def restore(self, at: float) -> None:
        """Take in that a state was the newest at a time, in seconds since 1970-01-01T00:00:00Z by a trusted clock."""
        self._as_of = time.monotonic() - max(0.0, time.time() - at)

    def begin_feed(self) -> None:
        """Take in that another feed begins, maybe of another server with another clock."""
        self._last_time = None

    def mark(self, at: float) -> None:
        """Take in that there was nothing newer at a time, by the server's clock."""
        last, self._last_time = self._last_time, at
        if last is not None and at <= last:
            return
        behind = 0.0 if last is not None else max(0.0, time.time() - at)
        self._as_of = max(self._as_of, time.monotonic() - behind)
