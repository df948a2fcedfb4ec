from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.mongodb import running_mongodb
from tests.support.parties import Parties
from tests.support.registry import RegistryProcess


@pytest.fixture(scope="session")
def mongodb_uri() -> Iterator[str]:
    """The URI of a MongoDB that the whole run shares, without a database."""
    with running_mongodb() as uri:
        yield uri


@pytest.fixture(scope="session")
def shared_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """A registry with the embedded store that tests share, which use names of their own and never stop it."""
    with RegistryProcess(tmp_path_factory.mktemp("shared-registry")) as registry:
        yield registry


@pytest.fixture
def own_registry(tmp_path: Path) -> Iterator[RegistryProcess]:
    """A registry that a test has for itself, to stop and to start."""
    with RegistryProcess(tmp_path / "registry") as registry:
        yield registry


@pytest.fixture
def parties(shared_registry: RegistryProcess) -> Iterator[Parties]:
    """Those who call the shared registry in a test."""
    parties = Parties(shared_registry)
    yield parties
    parties.close()


@pytest.fixture
def own_parties(own_registry: RegistryProcess) -> Iterator[Parties]:
    """Those who call a registry that a test has for itself."""
    parties = Parties(own_registry)
    yield parties
    parties.close()
