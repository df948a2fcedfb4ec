"""Keeps a process that forks, as gunicorn does, and its children alive.

gRPC has threads of its own, which a child does not inherit: a child of a parent that was using it hangs or breaks now
and then, the library's own support for forks included. So before a fork all feeds and channels are closed, and the end
of the library's threads is awaited; afterwards each process opens its own when it next needs one.
"""

import os
import time
from pathlib import Path
from typing import Protocol
from weakref import WeakSet

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
_held: list[ForkAware] = []


def prepare_for_forks(part: ForkAware) -> None:
    """Tell a part of every fork for as long as somebody else holds it."""
    _parts.add(part)


def _before() -> None:
    _held[:] = sorted(_parts, key=lambda part: part.fork_order)
    for part in _held:
        part.before_fork()
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
    parts = _held[::-1]
    _held.clear()
    for part in parts:
        part.after_fork(is_child=is_child)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _after(is_child=False),
        after_in_child=lambda: _after(is_child=True),
    )
