"""What a resource server says of one of its scopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from scope_registry.judging.scope_record import ConsentText
from scoperegistry.v1 import scope_pb2


@dataclass(frozen=True, slots=True)
class ScopeDefinition:
    """What a resource server says of one of its scopes: the meaning of the wire's `ScopeDefinition`.

    A field that is None keeps the value that is stored, so that an older or shorter definition resets nothing; in a new
    scope it is false or empty. Empty `resources`, `consent_texts` and `aliases` are kept under MERGE, and emptied under
    REPLACE.
    """

    name: str
    """The scope-token (RFC 6749 §3.3), or a template such as `dataset:{id}:read`."""
    description: str
    """What the scope allows: 1 to 1,000 characters."""
    is_default: bool | None = None
    """Whether it is granted when a request names no scope. It needs `scope_registry.register_default`."""
    restricted: bool | None = None
    """Whether only clients with a grant are granted it."""
    resources: Sequence[str] = ()
    """The resources that its tokens are meant for, as URIs (RFC 8707 §2)."""
    consent_texts: Mapping[str, ConsentText] = field(default_factory=dict)
    """What a consent screen shows, by BCP 47 tag."""
    deprecated: bool | None = None
    replaced_by: str | None = None
    """The name to ask for in place of this one. An empty one clears it."""
    sunset_time: datetime | None = None
    """When the owner means to stop honouring it. Without a time zone it is UTC."""
    unlisted: bool | None = None
    """Whether it is left out of public lists such as `scopes_supported`."""
    aliases: Sequence[str] = ()
    """Other names that it answers to: its old ones, when it was renamed."""

    def __post_init__(self) -> None:
        for name, texts in (("resources", self.resources), ("aliases", self.aliases)):
            # It would pass for as many as it has characters.
            if isinstance(texts, str):
                raise TypeError(f"{name} of {self.name} must be a list or tuple of texts, not a text")

    def to_message(self) -> scope_pb2.ScopeDefinition:
        """Write it as the contract has it."""
        message = scope_pb2.ScopeDefinition(
            name=self.name,
            description=self.description,
            is_default=self.is_default,
            restricted=self.restricted,
            resources=self.resources,
            consent_texts={
                tag: scope_pb2.ConsentText(title=text.title, description=text.description)
                for tag, text in self.consent_texts.items()
            },
            deprecated=self.deprecated,
            replaced_by=self.replaced_by,
            unlisted=self.unlisted,
            aliases=self.aliases,
        )
        if self.sunset_time is not None:
            is_naive = self.sunset_time.tzinfo is None
            message.sunset_time.FromDatetime(
                self.sunset_time.replace(tzinfo=timezone.utc) if is_naive else self.sunset_time
            )
        return message
