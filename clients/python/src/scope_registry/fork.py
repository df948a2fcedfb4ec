"""Keeps a process that forks, as gunicorn does, and its children alive.

gRPC has threads of its own, which a child does not inherit: a child of a parent that was using it hangs or breaks now
and then, the library's own support for forks included. So before a fork all feeds and channels are closed, and the end
of the library's threads is awaited; afterwards each process opens its own when it next needs one.
"""

import logging
import os
import threading
import time
from pathlib import Path
from typing import Protocol
from weakref import WeakSet

logger = logging.getLogger("scope_registry")

_THREADS = Path("/proc/self/task")
_GRPC_THREADS = frozenset({"event_engine", "grpc_global_tim", "lifeguard"})
"""What the library calls its threads, as far as the kernel keeps names: 15 characters."""
_MOST_WAIT = 1.0
"""How long a fork waits for them, in seconds. It takes milliseconds, unless another part of the program uses gRPC."""


class ForkAware(Protocol):
    """A part of the program that has threads, channels or locks."""

    fork_order: int
    """Who is told first before a fork, and last afterwards: users of channels before the channels."""

    def before_fork(self) -> None:
        """Let go of everything that must not be in use, and hold all locks."""

    def after_fork(self, *, is_child: bool) -> None:
        """Go on, with locks of one's own."""


_parts: WeakSet[ForkAware] = WeakSet()
_parts_lock = threading.Lock()
_held: list[ForkAware] = []
_forking = threading.Lock()
"""Held from before a fork until after it: two threads must not let go of the parts, and take them, at once."""


def prepare_for_forks(part: ForkAware) -> None:
    """Tell a part of every fork for as long as somebody else holds it."""
    with _parts_lock:
        _parts.add(part)


def _before() -> None:
    _forking.acquire()
    with _parts_lock:
        parts = sorted(_parts, key=lambda part: part.fork_order)
    for part in parts:
        try:
            part.before_fork()
        except Exception:
            # The fork cannot be stopped. What holds nothing is not told that the fork is over.
            logger.exception("A fork was not prepared for")
        else:
            _held.append(part)
    if _held:
        _await_end_of_grpc_threads()


def _await_end_of_grpc_threads() -> None:
    give_up_at = time.monotonic() + _MOST_WAIT
    while _THREADS.exists() and time.monotonic() < give_up_at and any(map(_is_grpc_thread, _THREADS.iterdir())):
        time.sleep(0.001)


def _is_grpc_thread(thread: Path) -> bool:
    try:
        return (thread / "comm").read_text().strip() in _GRPC_THREADS
    except OSError:
        return False


def _after(*, is_child: bool) -> None:
    global _parts_lock  # noqa: PLW0603
    parts = _held[::-1]
    _held.clear()
    if is_child:
        _parts_lock = threading.Lock()
    for part in parts:
        try:
            part.after_fork(is_child=is_child)
        except Exception:
            logger.exception("What was prepared for a fork does not go on after it")
    _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _after(is_child=False),
        after_in_child=lambda: _after(is_child=True),
    )
