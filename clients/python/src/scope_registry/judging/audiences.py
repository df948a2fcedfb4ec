"""The audience of a token."""

from collections.abc import Iterable, Sequence


def audiences_of(granted: Iterable[tuple[str, ...]], requested: Sequence[str]) -> tuple[str, ...]:
    """Return the ``aud`` of a token (RFC 9068 §3): the resources of what is granted, each once, in code point order.

    Args:
        granted: the resources of each granted scope
        requested: the resources of the request (RFC 8707 §2): only these count; empty: all do

    """
    found: set[str] = set().union(*granted)
    if requested:
        found.intersection_update(requested)
    return tuple(sorted(found)) if len(found) > 1 else tuple(found)
