"""Those who call a registry."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from scope_registry import ScopeDefinition, ScopeRegistryConnection, connect
from scoperegistry.v1 import scope_registry_pb2
from tests.support.minting import mint
from tests.support.registry import RegistryProcess


class Parties:
    """Connects to a registry as its clients, until the test ends."""

    def __init__(self, registry: RegistryProcess) -> None:
        self.registry = registry
        self.prefix = f"t{uuid4().hex[:8]}"
        """What names begin with that only this test uses."""
        self._connections: list[ScopeRegistryConnection] = []

    def token(self, client_id: str, *scopes: str, ttl: int = 3600) -> str:
        """Make a token for these of the registry's own scopes: `register` for example."""
        return mint(self.registry.data_dir, client_id, *(f"scope_registry.{scope}" for scope in scopes), ttl=ttl)

    def connect(self, client_id: str, *scopes: str, **options: Any) -> ScopeRegistryConnection:
        """Connect with such a token, or with other `credentials`."""
        settings = {"credentials": self.token(client_id, *scopes), **options} if scopes else options
        connection = connect(settings.pop("address", self.registry.grpc_address), **settings)
        self._connections.append(connection)
        return connection

    def owner(self) -> ScopeRegistryConnection:
        """Connect as a resource server of this test."""
        return self.connect(f"{self.prefix}-api", "register", "introspect")

    def issuer(self, **options: Any) -> ScopeRegistryConnection:
        """Connect as a token issuer."""
        return self.connect("auth-server", "read", "validate", **options)

    def admin(self) -> ScopeRegistryConnection:
        """Connect as an administrator."""
        return self.connect("operator", "admin")

    @property
    def uri(self) -> str:
        """A resource that only this test uses."""
        return f"https://{self.prefix}.example.com/"

    def name(self, rest: str) -> str:
        """Name a scope that only this test uses."""
        return f"{self.prefix}.{rest}"

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


def register(
    connection: ScopeRegistryConnection, *names: str, replace: bool = False, resources: Sequence[str] = ()
) -> int:
    """Register scopes of these names, and tell the revision."""
    request = scope_registry_pb2.RegisterScopesRequest(
        scopes=[ScopeDefinition(name, f"Test {name}", resources=resources).to_message() for name in names],
        mode=scope_registry_pb2.REGISTRATION_MODE_REPLACE if replace else scope_registry_pb2.REGISTRATION_MODE_MERGE,
    )
    return connection.registry.RegisterScopes(request).revision
