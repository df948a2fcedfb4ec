"""The examples do what they say."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples import asyncio_server, connection, resource_server, token_issuer
from scope_registry import ClientCredentials
from tests.support.parties import Parties
from tests.support.registry import RegistryProcess
from tests.support.token_endpoint import running_token_endpoint

PYTHON = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """A registry of their own: the names and resources in them belong to who registers them first."""
    with RegistryProcess(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture
def parties(registry: RegistryProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parties]:
    parties = Parties(registry)
    monkeypatch.setenv("SCOPE_REGISTRY_ADDRESS", registry.grpc_address)
    monkeypatch.setenv("BILLING_API", parties.token("billing-api", "register", "introspect"))
    monkeypatch.setenv("AUTH_SERVER", parties.token("auth-server", "read", "validate"))
    yield parties
    parties.close()


START = "Registered: invoices:read\nGranted: invoices:read\nRefused: "


def test_start(parties: Parties) -> None:
    command = [sys.executable, str(PYTHON / "examples/start.py")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(START)


def test_connection(parties: Parties) -> None:
    with running_token_endpoint() as endpoint:
        client = ClientCredentials("auth-server", client_secret="s3cret", token_endpoint=endpoint.url)
        endpoint.issue(parties.token("auth-server", "read"))
        assert "scope_registry.read" in connection.list_scope_names(parties.registry.grpc_address, client)
        endpoint.issue(parties.token("billing-api", "register"))
        told = connection.list_scope_names(parties.registry.grpc_address, client)
        assert isinstance(told, str)
        assert "scope_registry.read" in told


def test_resource_server_and_token_issuer(parties: Parties, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    billing = parties.connect("billing-api", "register", "introspect")
    registered = resource_server.register(billing, release=2)
    assert registered.scopes == ("invoices:read", "invoices:write")
    assert resource_server.register(billing, release=1).superseded
    replica = token_issuer.follow_scopes(parties.issuer(), str(tmp_path / "scopes"))
    with replica:
        granted = {"scope": "invoices:read", "aud": ("https://billing.example.com/",)}
        assert token_issuer.decide(replica, "web-shop", "invoices:read") == granted
        assert token_issuer.decide(replica, "web-shop", "invoices:all")["error"] == "invalid_scope"
    assert "everything read anew" in capsys.readouterr().out
    assert not resource_server.may(billing, "not.a.token", "invoices:read")


def test_asyncio_server(parties: Parties, capsys: pytest.CaptureFixture[str]) -> None:
    address = parties.registry.grpc_address
    asyncio.run(asyncio_server.start(address, os.environ["BILLING_API"]))
    assert capsys.readouterr().out == "Active: True\nGranted: invoices:read\n"
