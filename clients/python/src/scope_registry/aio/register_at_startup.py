"""Registering a resource server's scopes when it starts, on asyncio."""

import asyncio
from collections.abc import Callable, Sequence

import grpc

from scope_registry.aio.connection import AsyncScopeRegistryConnection
from scope_registry.connection.errors import TokenError
from scope_registry.resource_server.registration import (
    RegisteredScopes,
    RegistrationMode,
    RegistrationRetry,
    prepare_registration,
    read_registered,
)
from scope_registry.resource_server.scope_definition import ScopeDefinition


async def register_at_startup(
    connection: AsyncScopeRegistryConnection,
    scopes: Sequence[ScopeDefinition],
    *,
    mode: RegistrationMode = "MERGE",
    release: int = 0,
    display_name: str = "",
    deadline: float = 60.0,
    on_retry: Callable[[RegistrationRetry], object] | None = None,
) -> RegisteredScopes:
    """Register a resource server's scopes.

    See `scope_registry.register_at_startup`, of which this has all rules and errors.
    """
    registration = prepare_registration(
        scopes, mode=mode, release=release, display_name=display_name, deadline=deadline, on_retry=on_retry
    )
    attempt = 1
    while True:
        try:
            timeout = registration.attempt_timeout
            answer = await connection.registry.RegisterScopes(registration.request, timeout=timeout)
            return read_registered(registration, answer)
        except (grpc.RpcError, TokenError) as error:
            await asyncio.sleep(registration.delay_after(attempt, error))
            attempt += 1
