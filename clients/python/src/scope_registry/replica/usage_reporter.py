"""Who was granted what, told to the registry in the background."""

import threading
import time

import grpc

from scope_registry.connection.batches import in_batches
from scope_registry.connection.connection import ScopeRegistryConnection
from scope_registry.judging.usage_tally import TalliedUse, UsageTally, day_of, format_day
from scope_registry.replica.problems import ProblemReporter, ReplicaProblem
from scoperegistry.v1 import scope_registry_pb2

_MAX_PAIRS = 50_000
"""How many pairs of a client and a scope are kept between two reports."""
_MAX_USES = 10_000
_MAX_BYTES = 1_048_576
"""How many uses ReportUsage takes, and how many bytes of them stay well within one message."""


class UsageReporter:
    """Counts who was granted what, and reports it. Threads may share it."""

    def __init__(self, connection: ScopeRegistryConnection, interval: float, problems: ProblemReporter) -> None:
        """Make a reporter.

        Args:
            connection: its credentials need `scope_registry.validate`
            interval: how often to report, in seconds
            problems: hears of reports that fail

        """
        self._connection = connection
        self._interval = interval
        self._problems = problems
        self._lock = threading.Lock()
        self._tally = UsageTally(_MAX_PAIRS)
        self._report_at = time.monotonic() + interval

    def note(self, client_id: str, names: tuple[str, ...]) -> None:
        """Count that a client was granted scopes today. It never fails."""
        with self._lock:
            self._tally.add_all(client_id, names, day_of(time.time() * 1_000))

    @property
    def is_due(self) -> bool:
        """Whether it is time for a report."""
        return time.monotonic() >= self._report_at

    def report(self, timeout: float) -> None:
        """Report what has not been reported yet, within so many seconds.

        What fails is kept, and comes with the next one.
        """
        self._report_at = time.monotonic() + self._interval
        give_up_at = time.monotonic() + timeout
        with self._lock:
            batches = list(
                in_batches(filter(_is_reportable, self._tally.take()), _size_of, most=_MAX_USES, most_bytes=_MAX_BYTES)
            )
        try:
            while batches:
                uses = [_to_message(use) for use in batches[0]]
                left = max(0.001, give_up_at - time.monotonic())
                self._connection.registry.ReportUsage(scope_registry_pb2.ReportUsageRequest(uses=uses), timeout=left)
                batches.pop(0)
                self._problems.over("usage")
        # Credentials that are a function may raise anything, and no fact is to be lost for that.
        except Exception as cause:
            # Those that the registry takes for no facts, as a clock is wrong for example, would be refused for ever.
            if isinstance(cause, grpc.RpcError) and cause.code() == grpc.StatusCode.INVALID_ARGUMENT:
                batches.pop(0)
            with self._lock:
                self._tally.put_back(use for batch in batches for use in batch)
            why = cause.details() if isinstance(cause, grpc.RpcError) else cause
            self._problems.report(ReplicaProblem("usage", f"Usage cannot be reported: {why}", cause, self._interval))

    def before_fork(self) -> None:
        """Hold the lock over a fork."""
        self._lock.acquire()

    def after_fork(self, *, is_child: bool) -> None:
        """Release it; a child counts anew, as its parent reports what there was."""
        if is_child:
            self._tally = UsageTally(_MAX_PAIRS)
        self._lock.release()


def _is_reportable(use: TalliedUse) -> bool:
    """Whether a message can hold it: the name of a client is what a stranger says it is, of a lone surrogate too."""
    try:
        use.client_id.encode()
    except UnicodeEncodeError:
        return False
    return True


def _to_message(use: TalliedUse) -> scope_registry_pb2.ScopeUse:
    return scope_registry_pb2.ScopeUse(name=use.name, client_id=use.client_id, day=format_day(use.day))


def _size_of(use: TalliedUse) -> int:
    # A character takes at most four bytes; the rest is the day and what frames the fields.
    return len(use.name) + 4 * len(use.client_id) + 32
