"""The client of the scope registry, for both sides of OAuth.

Resource servers register their scopes when they start, and ask about tokens; the token issuer judges what clients ask
for in its own process. What is built on what: judging → connection → replica, resource_server → aio, django.
"""

from scope_registry.connection.connection import ScopeRegistryConnection, connect
from scope_registry.connection.credentials import ClientCredentials, Credentials, TokenFile
from scope_registry.connection.errors import ConnectionOptionsError, TokenError
from scope_registry.connection.options import TlsOptions
from scope_registry.connection.refusal import Refusal, refusal_of
from scope_registry.judging.judgement import Judgement, ScopeVerdict
from scope_registry.judging.scope_record import ConsentText, ScopeRecord
from scope_registry.judging.violation import InvalidRequestError, Violation
from scope_registry.replica.problems import ReplicaProblem
from scope_registry.replica.scope_replica import NotReadyError, ReplicaChange, ScopeReplica
from scope_registry.resource_server.register_at_startup import register_at_startup
from scope_registry.resource_server.registration import (
    RegisteredScopes,
    RegistrationRefusedError,
    RegistrationRetry,
    RegistrationTimeoutError,
)
from scope_registry.resource_server.scope_definition import ScopeDefinition

__all__ = [
    "ClientCredentials",
    "ConnectionOptionsError",
    "ConsentText",
    "Credentials",
    "InvalidRequestError",
    "Judgement",
    "NotReadyError",
    "Refusal",
    "RegisteredScopes",
    "RegistrationRefusedError",
    "RegistrationRetry",
    "RegistrationTimeoutError",
    "ReplicaChange",
    "ReplicaProblem",
    "ScopeDefinition",
    "ScopeRecord",
    "ScopeRegistryConnection",
    "ScopeReplica",
    "ScopeVerdict",
    "TlsOptions",
    "TokenError",
    "TokenFile",
    "Violation",
    "connect",
    "refusal_of",
    "register_at_startup",
]
