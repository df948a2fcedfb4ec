"""What `connect` accepts, and what it says of the rest."""

from pathlib import Path
from typing import Any

import pytest

from scope_registry import ClientCredentials, ConnectionOptionsError, TlsOptions, TokenFile, connect
from tests.support.certificates import Authority


def problems_of(address: Any, **options: Any) -> list[str]:
    with pytest.raises(ConnectionOptionsError) as refused:
        connect(address, **{"credentials": "t0ken", **options})
    return refused.value.problems


def test_tells_every_problem_at_once(tmp_path: Path) -> None:
    client = ClientCredentials("", client_secret="s3cret", client_secret_file="x", issuer="http://issuer.example.com")
    tls = TlsOptions(ca=tmp_path / "missing.pem", cert=tmp_path / "also-missing.pem")
    with pytest.raises(ConnectionOptionsError) as refused:
        connect("registry/path", credentials=client, tls=tls, timeout=0)
    text = str(refused.value)
    for part in ("address must be", "timeout must be", "tls.key needs", "tls.ca cannot be read", "tls.cert cannot be"):
        assert part not in text or text.count(part) == 1
    assert [problem.split(" ")[0] for problem in refused.value.problems] == [
        "address",
        "credentials:",
        "credentials:",
        "credentials:",
        "timeout",
        "tls.cert",
        "tls.ca",
        "tls.cert",
    ]
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("127.0.0.1:50051", "127.0.0.1:50051"),
        ("localhost:1", "localhost:1"),
        ("[::1]:50051", "[::1]:50051"),
        ("https://registry.example.com", "registry.example.com:443"),
        ("https://registry.example.com:8443/", "registry.example.com:8443"),
        ("http://127.0.0.1", "127.0.0.1:80"),
        ("registry.example.com:50051", "registry.example.com:50051"),
    ],
)
def test_takes_addresses(address: str, target: str) -> None:
    with connect(address, credentials="t0ken") as connection:
        assert connection.address == target


@pytest.mark.parametrize(
    "address", ["", "registry", "registry:0", "registry:65536", "a b:1", "ftp://r:1", "https://u:p@r", "r:1/x", None]
)
def test_refuses_what_is_no_address(address: Any) -> None:
    (problem,) = problems_of(address)
    assert problem.startswith("address must be host:port")


def test_refuses_plaintext_to_other_machines_unless_that_is_said() -> None:
    (problem,) = problems_of("http://registry.example.com:50051")
    assert "tokens would travel in the clear to registry.example.com" in problem
    connect("http://registry.example.com:50051", credentials="t0ken", tls=False).close()
    connect("registry.example.com:50051", credentials="t0ken", tls=False).close()


def test_refuses_tls_that_contradicts_the_address() -> None:
    assert "leave one of them out" in problems_of("https://registry.example.com", tls=False)[0]
    assert "tls cannot be had with an http:// address" in problems_of("http://127.0.0.1:1", tls=True)[0]


@pytest.mark.parametrize(
    ("credentials", "says"),
    [
        ("", "must be a bearer token"),
        ("two words", "must be a bearer token"),
        (TokenFile(""), "path of the token file"),
        (None, "must be a token, a TokenFile"),
        (ClientCredentials("c", client_secret="s"), "give either issuer or token_endpoint"),
        (ClientCredentials("c", client_secret="", issuer="https://i"), "client_secret must not be empty"),
        (ClientCredentials("c", issuer="https://i"), "give either client_secret or client_secret_file"),
        (ClientCredentials("c", client_secret="s", token_endpoint="https://u:p@i"), "without credentials"),
        (ClientCredentials("c", client_secret="s", issuer="https://i", authentication="x"), "authentication must"),  # type: ignore[arg-type]
    ],
)
def test_refuses_credentials(credentials: Any, says: str) -> None:
    (problem,) = problems_of("127.0.0.1:1", credentials=credentials)
    assert says in problem


def test_refuses_tls_material_that_grpc_would_say_nothing_of(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ca")
    one, other = authority.issue("one", "localhost"), authority.issue("other", "localhost")
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n")
    (ca,) = problems_of("localhost:1", tls=TlsOptions(ca=broken))
    assert ca == f"tls.ca must hold certificates in PEM: {broken} does not"
    (pair,) = problems_of("localhost:1", tls=TlsOptions(ca=authority.own.cert, cert=one.cert, key=other.key))
    assert "must be a certificate and its key" in pair


def test_shows_no_secrets(tmp_path: Path) -> None:
    client = ClientCredentials("c", client_secret="s3cret", issuer="https://issuer.example.com")
    with connect("127.0.0.1:1", credentials="t0p.s3cret") as connection:
        shown = f"{connection!r} {connection._options!r} {client!r}"
    assert "s3cret" not in shown
