"""TLS and mTLS with the real server."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from scope_registry import TlsOptions, connect
from tests.support.certificates import Authority
from tests.support.minting import mint
from tests.support.registry import RegistryProcess


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "ca")


@pytest.fixture(scope="module")
def tls_registry(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[RegistryProcess]:
    """A registry whose certificate is for another name than its address, and which asks callers for theirs."""
    own = authority.issue("registry", "registry.internal")
    settings = {"TLS_CERT": str(own.cert), "TLS_KEY": str(own.key), "TLS_CLIENT_CA": str(authority.own.cert)}
    registry = RegistryProcess(tmp_path_factory.mktemp("tls-registry"), settings=settings)
    registry.start()
    yield registry
    registry.stop()


def introspect(registry: RegistryProcess, tls: TlsOptions | bool | None) -> bool:
    token = mint(registry.data_dir, "billing-api", "scope_registry.introspect")
    with connect(registry.grpc_address, credentials=token, tls=tls, timeout=10) as connection:
        return connection.introspect(token).active


def test_shows_its_certificate_to_a_registry_of_another_name(
    tls_registry: RegistryProcess, authority: Authority
) -> None:
    own = authority.issue("caller", "localhost")
    tls = TlsOptions(ca=authority.own.cert, cert=own.cert, key=own.key, server_name="registry.internal")
    assert introspect(tls_registry, tls)


@pytest.mark.parametrize("what", ["another name", "no certificate", "another authority", "plaintext"])
def test_is_let_in_in_no_other_way(
    tls_registry: RegistryProcess, authority: Authority, what: str, tmp_path: Path
) -> None:
    own = authority.issue("caller", "localhost")
    ca, cert, key = authority.own.cert, own.cert, own.key
    tls = {
        "another name": TlsOptions(ca, cert, key),
        "no certificate": TlsOptions(ca, server_name="registry.internal"),
        "another authority": TlsOptions(Authority(tmp_path, "other").own.cert, cert, key, "registry.internal"),
        "plaintext": None,
    }[what]
    with pytest.raises(grpc.RpcError) as refused:
        introspect(tls_registry, tls)
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
