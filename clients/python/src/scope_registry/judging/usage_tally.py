"""Which scopes were granted to which clients."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

MAX_LAST_NAMES = 32
"""The most names of a client's last time that are kept."""

_EPOCH = date(1970, 1, 1)
_DAY_MS = 24 * 60 * 60 * 1_000


class TalliedUse(NamedTuple):
    """That a scope was granted to a client on a day."""

    client_id: str
    """Empty: no client was named."""
    name: str
    """The scope's registered name; of an instance that of its template."""
    day: int
    """Days since 1970-01-01, in UTC."""


class UsageTally:
    """Counts which scope was granted to which client on which day, each fact once.

    What was taken out of it does not come again as long as it is remembered. Adding a fact that is known takes two
    look-ups and no memory. Not locked: several threads hold a lock around each call.
    """

    __slots__ = ("_fresh", "_known", "_known_pairs", "_last", "_max_pairs")

    def __init__(self, max_pairs: int) -> None:
        """Make an empty tally.

        Args:
            max_pairs: how many pairs of a client and a scope are kept until they are taken: further ones are dropped.
            At most
                twice as many are remembered.

        """
        self._max_pairs = max_pairs
        self._known: dict[str, dict[str, int]] = {}
        """The newest day by client and name: of what waits to be taken, and of what was."""
        self._known_pairs = 0
        self._fresh: dict[tuple[str, str], int] = {}
        """The newest day by client and name, of what waits to be taken."""
        self._last: dict[str, tuple[tuple[str, ...], int]] = {}
        """What was last added for each client: most ask for the same scopes again and again."""

    def add_all(self, client_id: str, names: tuple[str, ...], day: int) -> bool:
        """Add that a client was granted several scopes. Where these are those of the last time, nothing else is done.

        Returns:
            Whether all of it is known now: nothing was dropped for want of room.

        """
        # A client that was granted nothing is not to be remembered.
        if not names or self._last.get(client_id) == (names, day):
            return True
        for name in names:
            self.add(client_id, name, day)
        # What was dropped is to be looked at again.
        if len(self._fresh) >= self._max_pairs:
            return False
        if len(names) <= MAX_LAST_NAMES:
            self._last[client_id] = (names, day)
        return True

    def add(self, client_id: str, name: str, day: int) -> None:
        """Add a fact. A day before the one that is known of the pair changes nothing."""
        known = self._known.get(client_id, {}).get(name)
        if known is None or known < day:
            self._add_fresh(client_id, name, day)

    def take(self) -> list[TalliedUse]:
        """Take what was added since the last time. It counts as known: put back what cannot be passed on."""
        taken = [TalliedUse(client_id, name, day) for (client_id, name), day in self._fresh.items()]
        self._fresh = {}
        if self._known_pairs > self._max_pairs:
            self._remember_only(taken)
        return taken

    def put_back(self, uses: Iterable[TalliedUse]) -> None:
        """Have facts that were taken come again the next time, unless newer ones have taken their place."""
        self._last.clear()
        for client_id, name, day in uses:
            known = self._known.get(client_id, {}).get(name)
            if known is None or known <= day:
                self._add_fresh(client_id, name, day)

    def forget(self, names: Iterable[str]) -> None:
        """Drop what is known of scopes, taken or not: if they are used again, that comes again."""
        forgotten = frozenset(names)
        self._last.clear()
        for client_id, days in list(self._known.items()):
            for name in forgotten.intersection(days):
                del days[name]
                self._fresh.pop((client_id, name), None)
                self._known_pairs -= 1
            if not days:
                del self._known[client_id]

    def _add_fresh(self, client_id: str, name: str, day: int) -> None:
        pair = (client_id, name)
        # Else it is dropped, and not for good: taking forgets what was known beside what is taken.
        if pair in self._fresh or len(self._fresh) < self._max_pairs:
            self._fresh[pair] = day
            self._remember(client_id, name, day)

    def _remember(self, client_id: str, name: str, day: int) -> None:
        days = self._known.setdefault(client_id, {})
        if name not in days:
            self._known_pairs += 1
        days[name] = day

    def _remember_only(self, uses: Iterable[TalliedUse]) -> None:
        self._last.clear()
        self._known = {}
        self._known_pairs = 0
        for client_id, name, day in uses:
            self._remember(client_id, name, day)


def day_of(time: float) -> int:
    """Return the day of a time, in UTC: days since 1970-01-01, out of milliseconds since 1970-01-01T00:00:00Z."""
    return int(time // _DAY_MS)


def format_day(day: int) -> str:
    """Return a day as YYYY-MM-DD (RFC 3339 §5.6), out of days since 1970-01-01."""
    return (_EPOCH + timedelta(days=day)).isoformat()
