"""Registering a resource server's scopes when it starts."""

import time
from collections.abc import Callable, Sequence

import grpc

from scope_registry.connection.connection import ScopeRegistryConnection
from scope_registry.connection.errors import TokenError
from scope_registry.resource_server.registration import (
    RegisteredScopes,
    RegistrationMode,
    RegistrationRetry,
    prepare_registration,
    read_registered,
)
from scope_registry.resource_server.scope_definition import ScopeDefinition


def register_at_startup(
    connection: ScopeRegistryConnection,
    scopes: Sequence[ScopeDefinition],
    *,
    mode: RegistrationMode = "MERGE",
    release: int = 0,
    display_name: str = "",
    deadline: float = 60.0,
    on_retry: Callable[[RegistrationRetry], object] | None = None,
) -> RegisteredScopes:
    """Register a resource server's scopes, before it serves: nothing is to run unprotected.

    While the registry or the authorization server is away it is tried again; registering is idempotent.

    Args:
        connection: its credentials need `scope_registry.register`
        scopes: at most 5,000, each name once
        mode: what becomes of the resource server's other scopes
        release: a number that rises with each deployment: an older replica that restarts then changes nothing
        display_name: the resource server's name for people: at most 200 characters
        deadline: how long to try while the registry is away, in seconds
        on_retry: hears of each attempt that failed and will be repeated, for the log

    Raises:
        RegistrationRefusedError: at once, if the registry refuses
        RegistrationTimeoutError: the registry could not be reached until the deadline
        TokenError: at once, if the authorization server refuses the client
        ValueError: `mode`, `release` or `deadline` cannot be used

    """
    registration = prepare_registration(
        scopes, mode=mode, release=release, display_name=display_name, deadline=deadline, on_retry=on_retry
    )
    attempt = 1
    while True:
        try:
            timeout = registration.attempt_timeout
            return read_registered(
                registration, connection.registry.RegisterScopes(registration.request, timeout=timeout)
            )
        except (grpc.RpcError, TokenError) as error:
            time.sleep(registration.delay_after(attempt, error))
            attempt += 1
