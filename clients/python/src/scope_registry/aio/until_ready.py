"""Waiting for a replica on asyncio."""

import asyncio
import threading
from contextlib import suppress

from scope_registry.replica.scope_replica import NotReadyError, ScopeReplica


async def until_ready(replica: ScopeReplica, timeout: float | None = None) -> None:
    """Wait until a replica has something to judge by, as its `wait_until_ready` does.

    Raises:
        NotReadyError: as that does

    """
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[None] = loop.create_future()

    def tell(error: NotReadyError | None) -> None:
        if waiting.done():
            return
        if error is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(error)

    def wait() -> None:
        outcome = None
        try:
            replica.wait_until_ready(timeout)
        except NotReadyError as error:
            outcome = error
        # The loop is closed by now where whoever waited was cancelled.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, outcome)

    # The loop waits at its end for the threads of its own pool, and this one may have to wait for ever.
    threading.Thread(target=wait, name="scope-registry-until-ready", daemon=True).start()
    await waiting
