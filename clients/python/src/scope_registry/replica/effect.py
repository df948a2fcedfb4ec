"""What a message of the feed did."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing yet, as it is a part of something; or nothing new."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Scopes or client policies changed."""

    names: tuple[str, ...] | None
    """The scopes that did; None: any may have."""


@dataclass(frozen=True, slots=True)
class Current:
    """The state is the newest."""

    time: int
    """When nothing was newer, by the server's clock: milliseconds since 1970-01-01T00:00:00Z."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What follows does not build on this state: it must be read anew."""


Effect: TypeAlias = Nothing | Changed | Current | Lost
"""What a message of the feed did to the state."""
