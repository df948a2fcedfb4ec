"""What is known of a client: the meaning of the wire's ``ClientPolicy``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """What a client may ask for: its policy and its grants. Times are milliseconds since 1970-01-01T00:00:00Z."""

    client_id: str
    """The OAuth client identifier (RFC 6749 §2.2), as the token issuer gives it."""
    allowed_scopes: tuple[str, ...]
    """The ceiling: names, and templates as patterns. Empty: none."""
    default_scopes: tuple[str, ...]
    """The client's own defaults, in place of all others. Empty: none."""
    granted_scopes: tuple[str, ...]
    """The restricted scopes that it holds a grant for."""
    create_time: int
    update_time: int
    revision: int
    """The revision of its last change."""
