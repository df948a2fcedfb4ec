"""Resource URIs (RFC 8707)."""

import re

from scope_registry.judging.url_host import has_parsable_host
from scope_registry.judging.utf16 import utf16_length

MAX_RESOURCE_LENGTH = 2_048
"""The most characters of a resource URI."""

_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


def resource_problem(uri: str) -> str | None:
    """Tell what is wrong with a resource URI in a sentence; None: it is an absolute one without a fragment."""
    length = utf16_length(uri)
    if length > MAX_RESOURCE_LENGTH:
        return f"Resource has {length} characters: at most {MAX_RESOURCE_LENGTH} are allowed"
    if "#" in uri:
        return "Resource has a fragment: leave it out (RFC 8707 section 2)"
    if _ABSOLUTE_URI.fullmatch(uri) is None or not has_parsable_host(uri):
        return "Resource is no absolute URI: write it like https://api.example.com/v1 (RFC 8707 section 2)"
    return None
