from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from scope_registry import ScopeRegistryConnection
from scope_registry.django import process
from tests.support.registry import RegistryProcess

REPLICA_SCOPES = ("scope_registry.read", "scope_registry.validate", "scope_registry.register")


@pytest.fixture(scope="session")
def replica_token(shared_registry: RegistryProcess) -> str:
    """A token for the shared registry, with what an authorization server usually may."""
    return shared_registry.token("auth-server", *REPLICA_SCOPES)


@pytest.fixture(scope="session")
def registered(shared_registry: RegistryProcess) -> Callable[..., ScopeRegistryConnection]:
    """Connections to the shared registry, one for each client: to register with, and to govern."""
    connections: dict[str, ScopeRegistryConnection] = {}

    def connection_of(client_id: str) -> ScopeRegistryConnection:
        if client_id not in connections:
            rights = ("register", "register_default", "read", "validate", "admin")
            connections[client_id] = shared_registry.connect(client_id, *rights)
        return connections[client_id]

    return connection_of


@pytest.fixture
def use_registry(settings: Settings) -> Iterator[Callable[..., None]]:
    """Have the app use a registry, with more settings if given."""

    def use(address: str, credentials: object, **more: Any) -> None:
        process.close()
        settings.SCOPE_REGISTRY = {
            "ADDRESS": address,
            "CREDENTIALS": credentials,
            "READY_TIMEOUT": 10,
            "REPORT_USAGE": False,
            **more,
        }

    yield use
    process.close()


@pytest.fixture
def shared(
    use_registry: Callable[..., None], shared_registry: RegistryProcess, replica_token: str
) -> Callable[..., None]:
    """Have the app use the shared registry, with more settings if given."""

    def use(**more: Any) -> None:
        use_registry(shared_registry.grpc_address, replica_token, **more)

    use()
    return use
