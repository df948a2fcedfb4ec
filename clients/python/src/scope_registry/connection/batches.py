"""Parting what is too much for one call."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


def in_batches(items: Iterable[_T], size_of: Callable[[_T], int], *, most: int, most_bytes: int) -> Iterator[list[_T]]:
    """Part items into lists that one message takes, in their order. An item that is too large stands alone.

    Args:
        items: what is parted
        size_of: how many bytes an item takes in the message
        most: how many items a list has at the most
        most_bytes: how many bytes they take at the most

    """
    batch: list[_T] = []
    size = 0
    for item in items:
        more = size_of(item)
        if batch and (len(batch) == most or size + more > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += more
    if batch:
        yield batch
