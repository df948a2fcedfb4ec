"""How to connect, checked as a whole."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from scope_registry.connection.address import RegistryAddress, is_loopback_host, parse_registry_address
from scope_registry.connection.credentials import Credentials, credentials_problems
from scope_registry.connection.errors import ConnectionOptionsError

_MOST_TIMEOUT = 86_400.0


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What TLS needs beyond the machine's own authorities. All are paths of PEM files."""

    ca: str | Path | None = None
    """The authorities that the registry's certificate is checked against; those that gRPC comes with if not given."""
    cert: str | Path | None = None
    """The certificate to show where the registry asks for one (mTLS). With `key`."""
    key: str | Path | None = None
    server_name: str | None = None
    """The name in the registry's certificate, if it is another than the address's host."""


@dataclass(frozen=True, slots=True)
class CheckedOptions:
    """Options that can be used."""

    address: RegistryAddress
    tls: TlsOptions | None
    """None: plaintext."""
    channel_credentials: grpc.ChannelCredentials | None
    credentials: Credentials = field(repr=False)
    timeout: float | None


def check_options(
    address: str, tls: bool | TlsOptions | None, credentials: Credentials, timeout: float | None
) -> CheckedOptions:
    """Check the options of a connection.

    Raises:
        ConnectionOptionsError: with every problem

    """
    problems = []
    parsed = parse_registry_address(address)
    if parsed is None:
        problems.append("address must be host:port or an https:// URL without a path, like registry.example.com:50051")
    else:
        problems += _tls_problems(parsed, tls)
    problems += credentials_problems(credentials)
    if timeout is not None and not 0 < timeout <= _MOST_TIMEOUT:
        problems.append(f"timeout must be a number of seconds above 0 and at most {_MOST_TIMEOUT:.0f}")
    channel_credentials = None
    if isinstance(tls, TlsOptions):
        channel_credentials = _read_material(tls, problems)
    if parsed is None or problems:
        raise ConnectionOptionsError(problems)
    says = parsed.secure if tls is None else tls is not False
    secure = not is_loopback_host(parsed.host) if says is None else says
    if not secure:
        return CheckedOptions(parsed, None, None, credentials, timeout)
    material = tls if isinstance(tls, TlsOptions) else TlsOptions()
    return CheckedOptions(parsed, material, channel_credentials or grpc.ssl_channel_credentials(), credentials, timeout)


def _tls_problems(address: RegistryAddress, tls: bool | TlsOptions | None) -> list[str]:
    if address.secure and tls is False:
        return ["tls must not be False with an https:// address: leave one of them out"]
    if address.secure is False and tls is not None and tls is not False:
        return ["tls cannot be had with an http:// address: give an https:// address, or host:port"]
    if address.secure is False and tls is None and not is_loopback_host(address.host):
        return [
            f"address has no TLS, and tokens would travel in the clear to {address.host}: use https://, or tls=False"
        ]
    return []


def _read_material(tls: TlsOptions, problems: list[str]) -> grpc.ChannelCredentials | None:
    if (tls.cert is None) != (tls.key is None):
        problems.append("tls.key needs tls.cert" if tls.cert is None else "tls.cert needs tls.key")
    pem: dict[str, bytes | None] = {}
    for name, path in (("ca", tls.ca), ("cert", tls.cert), ("key", tls.key)):
        try:
            pem[name] = None if path is None else Path(path).read_bytes()
        except OSError as error:
            problems.append(f"tls.{name} cannot be read ({type(error).__name__}): {path} must be a PEM file")
            continue
    # gRPC says nothing of what it cannot use, and every call would fail without a reason.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if pem.get("ca") is not None:
        try:
            context.load_verify_locations(tls.ca)
        except ssl.SSLError:
            problems.append(f"tls.ca must hold certificates in PEM: {tls.ca} does not")
    if tls.cert is not None and pem.get("cert") is not None and pem.get("key") is not None:
        try:
            context.load_cert_chain(tls.cert, tls.key, password=lambda: "")
        except ssl.SSLError:
            problems.append(
                f"tls.cert and tls.key must be a certificate and its key in PEM, without a passphrase: {tls.cert} and"
                f" {tls.key} are not"
            )
    if problems:
        return None
    return grpc.ssl_channel_credentials(pem["ca"], pem["key"], pem["cert"])
