"""What is registered: the meaning of the wire's ``Scope``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

ScopeState: TypeAlias = Literal["ACTIVE", "DEPRECATED", "DISABLED", "PENDING"]
"""Where a scope stands in its life: the names of the wire's ``ScopeState``."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a consent screen shows for a scope in one language."""

    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ScopeProposal:
    """What decides over who gets a scope: what waits where a resource server's registrations are reviewed."""

    is_default: bool
    restricted: bool
    resources: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeRecord:
    """A registered scope. Times are milliseconds since 1970-01-01T00:00:00Z."""

    name: str
    """The scope-token (RFC 6749 §3.3), or a template."""
    description: str
    is_default: bool
    """Whether it is granted when a request names no scope (RFC 6749 §3.3)."""
    owner: str
    """The resource server that has it; empty for the registry's own scopes, which no caller owns."""
    state: ScopeState
    restricted: bool
    """Whether only clients with a grant are granted it."""
    resources: tuple[str, ...]
    """The resources that its tokens are meant for, as URIs (RFC 8707 §2). Empty: it is tied to none."""
    consent_texts: Mapping[str, ConsentText]
    """By BCP 47 tag, in canonical form (RFC 5646 §4.5)."""
    deprecated: bool
    """What the owner declared. It outlives a time in state DISABLED."""
    replaced_by: str
    """The name to ask for in place of this one. Empty: nothing replaces it."""
    sunset_time: int | None
    """When the owner means to stop honouring it; None: that is not announced."""
    unlisted: bool
    """Whether it is left out of public lists such as ``scopes_supported`` (RFC 8414 §2)."""
    aliases: tuple[str, ...]
    """Other names that the scope answers to."""
    disabled_by_admin: bool
    """Whether an administrator has disabled it, so that its owner cannot make it valid again."""
    proposal: ScopeProposal | None
    """What waits for a review while what was approved before is in force; None in every state but PENDING."""
    create_time: int
    update_time: int
    revision: int
    """The revision of its last change."""
