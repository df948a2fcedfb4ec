"""Scope names, and the ``scope`` parameter that holds them."""

import re

MAX_SCOPE_NAME_LENGTH = 255
"""The longest scope name that can be registered, in characters."""

_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,255}")


def is_scope_name(name: str) -> bool:
    """Whether a name is a scope-token of RFC 6749 §3.3 and at most `MAX_SCOPE_NAME_LENGTH` characters long."""
    return _SCOPE_TOKEN.fullmatch(name) is not None


def parse_scope_parameter(scope: str) -> tuple[str, ...]:
    """Return the names in a ``scope`` parameter (RFC 6749 §3.3), in order.

    Runs of spaces part names as one space does; any other character stays part of a name, so that what is no
    scope-token is judged as malformed instead of being passed over.
    """
    return tuple([name for name in scope.split(" ") if name])
