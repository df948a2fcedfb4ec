"""Waiting for what comes by itself."""

import time
from collections.abc import Callable

_MOST_WAIT = 20.0


def wait_until(what: str, holds: Callable[[], bool], timeout: float = _MOST_WAIT) -> None:
    """Wait until something holds; the time only tells when to give up, on a machine however busy."""
    give_up_at = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < give_up_at, f"It did not come about that {what}"
        time.sleep(0.02)
