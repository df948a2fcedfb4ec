"""Certificates for tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    cert: Path
    key: Path


class Authority:
    """An authority, and the certificates that it issues, as PEM files of a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        basics = x509.BasicConstraints(ca=True, path_length=None)
        self.own = self._certify(name, self._key, basics)

    def issue(self, name: str, *hosts: str) -> Certificate:
        """Issue one for hosts, names or addresses."""
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        return self._certify(name, ec.generate_private_key(ec.SECP256R1()), names)

    def _certify(self, name: str, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> Certificate:
        now = datetime.now(timezone.utc)
        builder = x509.CertificateBuilder(self._name, _named(name), key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        certificate = builder.add_extension(extension, critical=False).sign(self._key, SHA256())
        files = Certificate(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        files.cert.write_bytes(certificate.public_bytes(Encoding.PEM))
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
