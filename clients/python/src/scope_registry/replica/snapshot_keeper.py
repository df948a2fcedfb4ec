"""Keeping the snapshot file up to date."""

import time
from collections.abc import Callable
from pathlib import Path

from scope_registry.replica.problems import ProblemReporter, ReplicaProblem
from scope_registry.replica.snapshot_file import SavedSnapshot, read_snapshot_header, write_snapshot_file

_WRITE_AFTER = 1.0
"""How long changes are gathered before the file is written, in seconds."""
_RETRY = 10.0
_RENEW = 600.0
"""How often the file is written although nothing changes, in seconds: so much older it may make a state look."""


class SnapshotKeeper:
    """Writes the file when the state has changed, and now and then when it has not.

    Several processes may keep one file: whoever finds the state in it already leaves it as it is.
    """

    def __init__(self, path: Path, take: Callable[[], SavedSnapshot | None], problems: ProblemReporter) -> None:
        """Make a keeper.

        Args:
            path: the file
            take: the state to write; None: there is none yet
            problems: hears of what fails

        """
        self._path = path
        self._take = take
        self._problems = problems
        self._write_at: float | None = None
        self._written_at = time.monotonic()
        self._is_distrusted = False

    def distrust(self) -> None:
        """Take in that the file cannot be used: it is written anew whatever it says of itself."""
        self._is_distrusted = True

    def changed(self) -> None:
        """Take in that the state has changed: the file is written soon."""
        if self._write_at is None:
            self._write_at = time.monotonic() + _WRITE_AFTER

    def current(self) -> None:
        """Take in that the state is known to be the newest."""
        if time.monotonic() - self._written_at > _RENEW:
            self.changed()

    def tick(self) -> None:
        """Write the file if it is time to. To be called twice a second or so."""
        if self._write_at is not None and time.monotonic() >= self._write_at:
            self._write_at = None
            self.write()

    def write(self) -> None:
        """Write the file now. A failure is told, and tried again."""
        snapshot = self._take()
        if snapshot is None:
            return
        try:
            if self._is_distrusted or not self._is_kept(snapshot):
                write_snapshot_file(self._path, snapshot)
            self._is_distrusted = False
            self._written_at = time.monotonic()
            self._problems.over("file")
        except OSError as cause:
            self._write_at = time.monotonic() + _RETRY
            why = f"The snapshot file {self._path} cannot be written: {cause.strerror or cause}"
            self._problems.report(ReplicaProblem("file", why, cause, _RETRY))

    def _is_kept(self, snapshot: SavedSnapshot) -> bool:
        kept, own = read_snapshot_header(self._path), snapshot.header
        if kept is None or (kept.registry_id, kept.owner, kept.resource) != (own.registry_id, own.owner, own.resource):
            return False
        kept_at, own_at = kept.as_of or 0.0, own.as_of or 0.0
        # Another process may have seen more of the registry than this one, when only this one has lost it.
        if kept.revision > own.revision:
            return kept_at >= own_at
        return kept.revision == own.revision and own_at - kept_at < _RENEW / 2
