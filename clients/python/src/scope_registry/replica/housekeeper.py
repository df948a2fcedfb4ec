"""What a replica does beside following and judging, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger("scope_registry")

_TICK = 0.5
_JOIN = 15.0


class Housekeeper:
    """Calls something twice a second, until it is stopped."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin, or go on after a stop."""
        self._stopping = threading.Event()
        arguments = (self._stopping,)
        self._thread = threading.Thread(
            target=self._run, args=arguments, name="scope-registry-housekeeper", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until nothing goes on any more."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN)

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.wait(_TICK):
            try:
                self._tick()
            except Exception:
                # Whatever it is: a thread that ended here would end reports, the file and the watch over silence.
                logger.exception("The replica's housekeeping failed, and goes on")
