"""A page of the documentation, as what there is to do in its order."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"<!-- (file|run)\b(.*?) -->\n```\w+\n(.*?)```\n", re.DOTALL)
_FILE = re.compile(r": (\S+?)(, at its end)?$")
_RUN = re.compile(
    r"(?P<background> in the background)?(?: in (?P<folder>[\w-]+))?(?:: (?P<sign>.+))?"
    r"(?:, it prints \"(?P<prints>.+)\")?$"
)


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file that the page tells to make, or to add to."""

    path: str
    is_added: bool
    content: str


@dataclass(frozen=True, slots=True)
class PageCommands:
    """Commands that the page tells to run, one a line."""

    commands: list[str]
    folder: str
    is_background: bool
    sign: str
    """What one in the background prints when it is ready."""
    prints: str
    """What they are to print."""


def read_page(path: Path, substitutes: dict[str, str]) -> list[PageFile | PageCommands]:
    """Read the marked blocks of a page, with other ports and the like in them."""
    text = path.read_text()
    fences = len(re.findall(r"^```\w+$", text, re.MULTILINE))
    found = _BLOCK.findall(text)
    assert len(found) == fences, (
        f"{path.name} has {fences} blocks at the margin, of which {len(found)} say what they are"
    )
    for there, here in substitutes.items():
        found = [(kind, rest, content.replace(there, here)) for kind, rest, content in found]
    return [_read_file(rest, content) if kind == "file" else _read_run(rest, content) for kind, rest, content in found]


def _read_file(rest: str, content: str) -> PageFile:
    match = _FILE.fullmatch(rest)
    assert match, rest
    return PageFile(match[1], match[2] is not None, content)


def _read_run(rest: str, content: str) -> PageCommands:
    match = _RUN.fullmatch(rest)
    assert match, rest
    return PageCommands(
        content.strip().splitlines(),
        match["folder"] or ".",
        match["background"] is not None,
        match["sign"] or "",
        match["prints"] or "",
    )
