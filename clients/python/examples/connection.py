"""Asks the registry, with a token that the connection gets from the authorization server and renews by itself."""

import grpc

from scope_registry import ClientCredentials, TlsOptions, connect, refusal_of
from scoperegistry.v1 import scope_registry_pb2


def list_scope_names(address: str, client: ClientCredentials, tls: TlsOptions | None = None) -> list[str] | str:
    """Return the names of all scopes that can be asked for, or why the registry does not tell."""
    with connect(address, credentials=client, tls=tls) as connection:
        try:
            answer = connection.registry.ListScopes(scope_registry_pb2.ListScopesRequest(page_size=1_000))
        except grpc.RpcError as error:
            refusal = refusal_of(error)
            if refusal is not None and refusal.reason == "SCOPE_MISSING":
                return refusal.message
            raise
        return [scope.name for scope in answer.scopes]
