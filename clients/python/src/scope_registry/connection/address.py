"""Where the registry is, and what may be sent there."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SECURE_URL_EXPECTED = "must be an https URL without credentials; http is accepted on loopback only"
"""What a URL must be for :func:`is_secure_url`."""

_HOST_AND_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class RegistryAddress:
    """Where the registry's gRPC port is."""

    host: str
    """A name or an IP address; IPv6 in brackets, as URLs have it."""
    port: int
    secure: bool | None
    """Whether the address itself says that TLS is spoken, or that it is not; None: it says nothing."""

    @property
    def target(self) -> str:
        """The address as gRPC takes it."""
        return f"{self.host}:{self.port}"


def parse_registry_address(text: object) -> RegistryAddress | None:
    """Read ``host:port``, ``[IPv6]:port``, or an http or https URL of nothing but host and port; None if it is none."""
    # An unset variable is what programs give most often in place of an address.
    if not isinstance(text, str):
        return None
    scheme, separator, rest = text.partition("://")
    if separator == "":
        secure, rest = None, text
    elif scheme in ("http", "https"):
        secure, rest = scheme == "https", rest.removesuffix("/")
        if not re.search(r":[0-9]+$", rest):
            rest = f"{rest}:{443 if secure else 80}"
    else:
        return None
    if not _HOST_AND_PORT.fullmatch(rest):
        return None
    host, _, port = rest.rpartition(":")
    if not 0 < int(port) < 65_536:
        return None
    return RegistryAddress(host, int(port), secure)


def is_loopback_host(host: str) -> bool:
    """Whether a host, with or without IPv6 brackets, can only be reached from the same machine."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def is_secure_url(text: str) -> bool:
    """Whether secrets may be sent to a URL, and it be shown in errors: https or, on loopback, http; no credentials."""
    try:
        url = urlsplit(text)
        host = url.hostname
        _ = url.port
    except ValueError:
        return False
    if host is None or url.username is not None or url.password is not None or re.search(r"\s", text):
        return False
    return url.scheme == "https" or (url.scheme == "http" and is_loopback_host(host))
