"""Waiting for a replica on asyncio."""

import asyncio

from scope_registry.replica.scope_replica import ScopeReplica


async def until_ready(replica: ScopeReplica, timeout: float | None = None) -> None:
    """Wait until a replica has something to judge by, as its `wait_until_ready` does.

    Raises:
        NotReadyError: as that does

    """
    await asyncio.to_thread(replica.wait_until_ready, timeout)
