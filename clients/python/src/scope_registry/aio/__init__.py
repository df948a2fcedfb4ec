"""The same for asyncio: the connection and registering at start.

The replica of a program on asyncio is the same `ScopeReplica`, made with a connection of `scope_registry.connect`: it
follows the registry in a thread of its own, and judging waits for nothing. `until_ready` waits for it without blocking
the loop.
"""

from scope_registry.aio.connection import AsyncScopeRegistryConnection, connect
from scope_registry.aio.register_at_startup import register_at_startup
from scope_registry.aio.until_ready import until_ready

__all__ = ["AsyncScopeRegistryConnection", "connect", "register_at_startup", "until_ready"]
