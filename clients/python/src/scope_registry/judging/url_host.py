"""Whether a URL parser takes the host and the port of a URI."""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import unquote_to_bytes

_SPECIAL_SCHEMES = frozenset({"http", "https", "ws", "wss", "ftp"})
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?")
_MAX_PORT = 65_535
_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN_IN_HOST = re.compile(r"[\[\]:]")
_FORBIDDEN_IN_DOMAIN = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_IPV4_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|0[0-7]*|[1-9][0-9]*")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?", re.DOTALL)


def has_parsable_host(uri: str) -> bool:
    """Whether the parser of the URL Standard (https://url.spec.whatwg.org/) takes the host and port of a URI, if any.

    What an internationalized domain is made of is not looked into.

    Args:
        uri: an absolute URI of the characters of RFC 3986, without a fragment

    """
    scheme, _, rest = uri.partition(":")
    scheme = scheme.lower()
    is_special = scheme in _SPECIAL_SCHEMES
    if not is_special and not rest.startswith("//"):
        return True
    authority = re.split(r"[/?]", rest.lstrip("/") if is_special else rest[2:], maxsplit=1)[0]
    if scheme == "file":
        return not authority or _DRIVE.fullmatch(authority) is not None or _is_domain_or_address(authority)
    _, at, address = authority.rpartition("@")
    found = _HOST_AND_PORT.fullmatch(address)
    if found is None or (found[2] and int(found[2]) > _MAX_PORT):
        return False
    host = found[1]
    if is_special:
        return _is_domain_or_address(host)
    if not host:
        return not at and found[2] is None
    return _is_ipv6(host) if host.startswith("[") else _FORBIDDEN_IN_HOST.search(host) is None


def _is_domain_or_address(host: str) -> bool:
    if host.startswith("["):
        return _is_ipv6(host)
    try:
        domain = unquote_to_bytes(host).decode()
    except UnicodeDecodeError:
        return False
    if not domain or _FORBIDDEN_IN_DOMAIN.search(domain) is not None:
        return False
    return _ENDS_IN_NUMBER.fullmatch(domain) is None or _is_ipv4(domain)


def _is_ipv4(domain: str) -> bool:
    parts = domain.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_IPV4_NUMBER.fullmatch(part) for part in parts):
        return False
    *first, last = map(_ipv4_number, parts)
    return all(number <= 0xFF for number in first) and last < 256 ** (4 - len(first))


def _ipv4_number(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") else int(part)


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host.removeprefix("[").removesuffix("]"))
    except AddressValueError:
        return False
    return host.endswith("]") and "%" not in host
