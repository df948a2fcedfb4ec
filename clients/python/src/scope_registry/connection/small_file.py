"""Files that hold one token or secret."""

from pathlib import Path

_MOST_BYTES = 65_536


def read_small_file(path: Path) -> str:
    """Read what a file holds, without the white space around it.

    Raises:
        OSError: it cannot be read
        ValueError: it is too large to hold what is meant, or no UTF-8

    """
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(f"It holds more than {_MOST_BYTES} bytes")
    return data.decode().strip()
