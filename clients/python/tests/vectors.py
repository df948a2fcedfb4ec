"""The vectors that clients of all languages prove their judging on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[3] / "test" / "vectors"


def read_vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


def take(item: Mapping[str, Any], *keys: str, optional: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """The values of these keys; what else a vector says would go untested, and so is an error."""
    unknown = set(item) - {*keys, *optional}
    assert not unknown, f"Nothing is tested of {sorted(unknown)}"
    return (*[item[key] for key in keys], *[item.get(key) for key in optional])
