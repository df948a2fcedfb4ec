"""A resource server that registers its scopes when it starts, and does not start where the registry refuses them."""

import logging

from scope_registry import (
    ConsentText,
    RegisteredScopes,
    ScopeDefinition,
    ScopeRegistryConnection,
    register_at_startup,
)

log = logging.getLogger("billing")

BILLING = ["https://billing.example.com/"]
SCOPES = [
    ScopeDefinition(
        "invoices:read",
        "Read your invoices",
        resources=BILLING,
        consent_texts={"en": ConsentText("See your invoices"), "de": ConsentText("Deine Rechnungen sehen")},
    ),
    ScopeDefinition("invoices:write", "Change your invoices", resources=BILLING),
]


def register(connection: ScopeRegistryConnection, release: int) -> RegisteredScopes:
    """Register before the server listens. While the registry is away it waits; an error means that it must not run."""
    registered = register_at_startup(
        connection,
        SCOPES,
        mode="REPLACE",
        release=release,
        on_retry=lambda retry: log.warning("Attempt %d failed, next in %.1f s", retry.attempt, retry.delay),
    )
    if registered.superseded:
        log.info("A newer release has registered already")
    if registered.pending:
        log.warning("An administrator of the registry has to approve %s", ", ".join(registered.pending))
    return registered


def may(connection: ScopeRegistryConnection, token: str, scope: str) -> bool:
    """Tell whether a token that the server was shown is active, and has a scope of this server."""
    answer = connection.introspect(token)
    return answer.active and scope in answer.scope.split()
