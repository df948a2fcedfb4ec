"""The registry's scopes in the token issuer's own process."""

import atexit
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from scope_registry.connection.connection import ScopeRegistryConnection
from scope_registry.fork import prepare_for_forks
from scope_registry.judging.judge_scopes import allows_scopes, judge_scopes
from scope_registry.judging.judgement import Judgement, ValidationMode, granted_scope_names
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.validation import Validation, ValidationView, read_validation
from scope_registry.replica.effect import Changed, Current, Effect
from scope_registry.replica.follower import FeedBreak, Follower
from scope_registry.replica.freshness import Freshness
from scope_registry.replica.housekeeper import Housekeeper
from scope_registry.replica.problems import ProblemListener, ProblemReporter, ReplicaProblem
from scope_registry.replica.snapshot_file import (
    SavedSnapshot,
    SnapshotFileError,
    SnapshotHeader,
    read_snapshot_file,
    remove_abandoned_files,
)
from scope_registry.replica.snapshot_keeper import SnapshotKeeper
from scope_registry.replica.state import ReplicaState
from scope_registry.replica.usage_reporter import UsageReporter
from scoperegistry.v1 import scope_registry_pb2

logger = logging.getLogger("scope_registry")

_REPORT_TIMEOUT = 5.0
_CLOSE_TIMEOUT = 2.0
"""How long closing waits for the last report, in seconds."""


class NotReadyError(RuntimeError):
    """The replica has nothing to judge by yet, or none will come: `__cause__` says why, if that is known."""


@dataclass(frozen=True, slots=True)
class ReplicaChange:
    """What a change of the registry did."""

    revision: int
    """The revision that the replica has now."""
    names: tuple[str, ...] | None
    """The scopes that are new, changed or gone, none where only client policies changed.

    None: any may be, as the replica has started over with a snapshot.
    """


ChangeListener: TypeAlias = Callable[[ReplicaChange], None]


class ScopeReplica:
    """Follows the registry, and judges requested scopes as the ValidateScopes RPC does, without asking it.

    Judging waits for nothing and goes on when the registry is away. Threads may share a replica, and it may be made
    before a process forks: each child follows the registry by itself, from when it first uses the replica. That first
    use waits until the child has what is new since the fork, or knows that the registry is away.
    """

    fork_order = 0

    def __init__(
        self,
        connection: ScopeRegistryConnection,
        *,
        snapshot_file: str | Path | None = None,
        snapshot_file_after: float = 3.0,
        owner: str = "",
        resource: str = "",
        report_usage: bool = True,
        usage_interval: float = 60.0,
        on_problem: ProblemListener | None = None,
    ) -> None:
        """Make a replica, which begins to follow the registry at once: `wait_until_ready` before it judges.

        Args:
            connection: its credentials need `scope_registry.read` and, as what each client may ask for comes with the
                scopes, `scope_registry.validate`. It is not closed with the replica.
            snapshot_file: keeps the newest state, so that the replica can start while the registry is away. It holds
                scopes, client policies and no secrets, but who can write it decides what is granted. Processes may
                share it.
            snapshot_file_after: how long the replica waits for the registry before it is ready with what that file
                holds, in seconds. It waits no longer than the first attempt fails.
            owner: only scopes of this owner. All others are UNKNOWN to the replica.
            resource: only scopes that are tied to this resource URI (RFC 8707)
            report_usage: whether to tell the registry which client was granted which scope on which day, so that its
                owner knows whom disabling it would break. It is done in the background and never disturbs judging.
            usage_interval: how often that is told, in seconds
            on_problem: hears of every problem, in a thread of the replica. Without it, the first one of each break is
                logged by the logger `scope_registry`.

        """
        self._connection = connection
        self._owner, self._resource = owner, resource
        self._snapshot_file = None if snapshot_file is None else Path(snapshot_file)
        self._snapshot_file_after = snapshot_file_after
        self._problems = ProblemReporter(on_problem)
        self._listeners: dict[object, ChangeListener] = {}
        # One revision is judged by as a whole: whoever judges or changes the state holds this.
        self._lock = threading.Lock()
        self._state = ReplicaState(bool(owner or resource))
        self._freshness = Freshness()
        self._became_ready = threading.Condition()
        self._is_ready = False
        self._refused: FeedBreak | None = None
        self._fall_back_at = math.inf
        self._is_connected = False
        self._is_running = False
        self._is_closed = False
        self._has_inherited = False
        self._starts_in_children = False
        # Whoever starts or stops the threads holds this; a listener that is called meanwhile may do so as well.
        self._starting = threading.RLock()
        self._usage = UsageReporter(connection, usage_interval, self._problems) if report_usage else None
        self._keeper = (
            SnapshotKeeper(self._snapshot_file, self._take_snapshot, self._problems) if self._snapshot_file else None
        )
        self._follower = Follower(connection, self._state, self, owner=owner, resource=resource)
        self._housekeeper = Housekeeper(self._tick)
        prepare_for_forks(self)
        self._start()

    @property
    def is_ready(self) -> bool:
        """Whether there is something to judge by."""
        self._ensure_running()
        return self._is_ready

    @property
    def revision(self) -> int:
        """The newest revision that the replica has; 0: it has nothing yet."""
        self._ensure_running()
        return self._state.revision

    @property
    def registry_id(self) -> str:
        """The identity of the registry's history; empty: the replica has nothing yet."""
        return self._state.registry_id

    @property
    def lag(self) -> float:
        """How long ago the replica was last known to have the newest revision, in seconds.

        While it follows the registry this is at most some seconds; it grows while the registry, or the registry's
        store, is away. Infinity: it is not known.
        """
        self._ensure_running()
        return self._freshness.age

    @property
    def is_connected(self) -> bool:
        """Whether the registry is being followed at the moment, and all that it had was taken in."""
        self._ensure_running()
        return self._is_connected

    def __len__(self) -> int:
        """How many scopes there are, in any state."""
        return len(self._state.scopes)

    def wait_until_ready(self, timeout: float | None = None) -> None:
        """Wait until there is something to judge by.

        That is the registry's newest state or, while the registry is away, what the snapshot file holds.

        Args:
            timeout: how long to wait, in seconds; None: for ever

        Raises:
            NotReadyError: the registry refuses the replica and there is no such file (the replica goes on trying), the
                replica was closed, or the time has passed

        """
        self._ensure_running()
        with self._became_ready:
            self._became_ready.wait_for(lambda: self._is_ready or self._refused or self._is_closed, timeout)
            if self._is_ready:
                return
            if self._refused is not None:
                raise NotReadyError(self._refused.message) from self._refused.cause
        raise NotReadyError("The replica is closed" if self._is_closed else "The replica has no scopes to judge by yet")

    def judge(
        self,
        *,
        scopes: Sequence[str] = (),
        scope: str = "",
        client_id: str = "",
        resources: Sequence[str] = (),
        mode: ValidationMode = "ALL_OR_NOTHING",
        view: ValidationView = "BASIC",
        locales: Sequence[str] = (),
    ) -> Judgement:
        """Judge requested scopes.

        Args:
            scopes: the requested names. Either this or `scope`; both empty: the defaults are judged.
            scope: the same, as OAuth's `scope` parameter gives them (RFC 6749 §3.3)
            client_id: the OAuth client that asks; empty: none
            resources: the `resource` parameters of the request (RFC 8707 §2)
            mode: whether one refused scope refuses the request
            view: CONSENT: with the consent text in the best of `locales`
            locales: the user's languages, best first, as BCP 47 tags (`ui_locales`)

        Raises:
            InvalidRequestError: where the RPC answers INVALID_ARGUMENT
            NotReadyError: there is nothing to judge by yet
            TypeError: a text is given where there should be several

        """
        _require_several(scopes=scopes, resources=resources, locales=locales)
        request = read_validation(Validation(scopes, scope, client_id, resources, mode, view, locales))
        self._require_ready()
        with self._lock:
            judgement = judge_scopes(self._state, request)
        if self._usage is not None:
            self._usage.note(client_id, granted_scope_names(judgement))
        return judgement

    def allows(
        self,
        *,
        scopes: Sequence[str] = (),
        scope: str = "",
        client_id: str = "",
        resources: Sequence[str] = (),
        mode: ValidationMode = "ALL_OR_NOTHING",
    ) -> bool:
        """Whether `judge` would find a request valid.

        For who needs no more. It is not counted as a use of the scopes.
        """
        _require_several(scopes=scopes, resources=resources)
        request = read_validation(Validation(scopes, scope, client_id, resources, mode))
        self._require_ready()
        with self._lock:
            return allows_scopes(self._state, request)

    def get(self, name: str) -> ScopeRecord | None:
        """Return the scope of this exact name, in any state."""
        self._ensure_running()
        with self._lock:
            return self._state.scopes.get(name)

    def resolve(self, name: str) -> ResolvedScope | None:
        """Tell what a requested name stands for, in any state.

        A scope, by name or alias, or an instance of a template.
        """
        self._ensure_running()
        with self._lock:
            return self._state.scopes.resolve(name)

    def scopes(self) -> list[ScopeRecord]:
        """Return all scopes, in any state, in no order."""
        self._ensure_running()
        with self._lock:
            return list(self._state.scopes.values())

    def follow_in_children(self) -> None:
        """Have each child of a fork follow the registry at once, and not when it first uses the replica.

        For servers whose workers are forked: one that no request has come to has what is new when the registry goes
        away.
        """
        self._starts_in_children = True

    def on_change(self, listener: ChangeListener) -> Callable[[], None]:
        """Call a listener after each change, in a thread of the replica, until the returned function is called."""
        own = object()
        self._listeners[own] = listener

        def forget() -> None:
            self._listeners.pop(own, None)

        return forget

    def close(self) -> None:
        """Stop following, write the snapshot file and report usage a last time.

        Judging goes on with what the replica has, and is no longer reported.
        """
        # Not waited for: a listener that closes the replica may be what a close is waiting for.
        if self._is_closed:
            return
        with self._starting:
            if self._is_closed:
                return
            self._is_closed = True
            with self._became_ready:
                self._became_ready.notify_all()
            self._stop()
            if self._keeper is not None:
                self._keeper.write()
            if self._usage is not None:
                self._usage.report(_CLOSE_TIMEOUT)

    def __enter__(self) -> "ScopeReplica":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What the follower's thread tells.

    def on_begin(self) -> None:
        """Take in that a feed is opened."""
        self._is_connected = False
        self._freshness.begin_feed()

    def on_message(self, message: scope_registry_pb2.WatchScopesResponse) -> Effect:
        """Take in a message of the feed."""
        with self._lock:
            effect = self._state.apply(message)
        if isinstance(effect, Changed):
            self._tell(effect.names)
            if self._keeper is not None:
                self._keeper.changed()
        elif isinstance(effect, Current):
            self._freshness.mark(effect.time / 1_000)
            if self._keeper is not None:
                self._keeper.current()
            self._problems.over("feed")
            self._is_connected = True
            self._become_ready()
        return effect

    def on_break(self, broken: FeedBreak) -> None:
        """Take in that the feed broke."""
        self._is_connected = False
        self._problems.report(ReplicaProblem("feed", broken.message, broken.cause, broken.retry_in))
        if self._state.revision > 0:
            self._become_ready()
        elif broken.is_refusal:
            with self._became_ready:
                self._refused = broken
                self._became_ready.notify_all()

    # Forks.

    def before_fork(self) -> None:
        """Stop following, and hold the locks."""
        self._starting.acquire()
        try:
            self._stop()
        except BaseException:
            self._starting.release()
            raise
        self._lock.acquire()
        if self._usage is not None:
            self._usage.before_fork()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on: a parent at once, a child when it first uses the replica, unless it is to follow by itself."""
        if self._usage is not None:
            self._usage.after_fork(is_child=is_child)
        self._lock.release()
        if is_child:
            self._became_ready = threading.Condition()
            self._follower.renew_locks()
            self._refused = None
            # What it has is as old as the fork by the time it is first used: it waits for what is new, as for a file's.
            self._has_inherited = self._is_ready and not self._is_closed
            self._is_ready = self._is_ready and self._is_closed
        if not self._is_closed and (self._starts_in_children or not is_child):
            self._start()
        self._starting.release()

    # Running.

    def _ensure_running(self) -> None:
        if not self._is_running and not self._is_closed:
            with self._starting:
                if not self._is_running and not self._is_closed:
                    self._start()

    def _start(self) -> None:
        self._is_running = True
        atexit.register(self.close)
        if self._snapshot_file is not None and self._state.revision == 0:
            self._restore(self._snapshot_file)
        if self._state.revision > 0 and not self._is_ready:
            self._fall_back_at = time.monotonic() + self._snapshot_file_after
        self._follower.start()
        self._housekeeper.start()

    def _stop(self) -> None:
        self._follower.stop()
        self._housekeeper.stop()
        atexit.unregister(self.close)
        self._is_running = False
        self._is_connected = False

    def _require_ready(self) -> None:
        self._ensure_running()
        if self._is_ready:
            return
        if not self._has_inherited:
            raise NotReadyError("The replica has no scopes to judge by yet: wait_until_ready first")
        self.wait_until_ready()

    def _become_ready(self) -> None:
        if not self._is_ready:
            with self._became_ready:
                self._is_ready = True
                self._became_ready.notify_all()

    def _tick(self) -> None:
        self._follower.break_silence()
        if time.monotonic() >= self._fall_back_at:
            self._fall_back_at = math.inf
            self._become_ready()
        if self._keeper is not None:
            self._keeper.tick()
        if self._usage is not None and self._usage.is_due:
            self._usage.report(_REPORT_TIMEOUT)

    def _tell(self, names: tuple[str, ...] | None) -> None:
        change = ReplicaChange(self._state.revision, names)
        for listener in list(self._listeners.values()):
            try:
                listener(change)
            except Exception as cause:
                message = f"A listener to changes failed: {type(cause).__name__}: {cause}"
                self._problems.report(ReplicaProblem("listener", message, cause, 0.0))

    def _restore(self, path: Path) -> None:
        try:
            remove_abandoned_files(path)
            saved = read_snapshot_file(path)
            if saved is None:
                return
            header = saved.header
            if (header.owner, header.resource) != (self._owner, self._resource):
                raise SnapshotFileError(f"The snapshot file {path} holds another part of the registry: it is replaced")
            self._state.restore(header.registry_id, header.revision, scopes=saved.scopes, clients=saved.clients)
            if header.as_of is not None:
                self._freshness.restore(header.as_of)
            self._tell(None)
        except (OSError, SnapshotFileError) as cause:
            if self._keeper is not None:
                self._keeper.distrust()
            self._problems.report(ReplicaProblem("file", str(cause), cause, 0.0))

    def _take_snapshot(self) -> SavedSnapshot | None:
        with self._lock:
            state, age = self._state, self._freshness.age
            if state.revision == 0:
                return None
            as_of = None if math.isinf(age) else time.time() - age
            header = SnapshotHeader(state.registry_id, state.revision, as_of, self._owner, self._resource)
            return SavedSnapshot(header, list(state.scopes.values()), list(state.clients.values()))


def _require_several(**given: Sequence[str]) -> None:
    """Refuse one text where there should be several: it would pass for as many as it has characters."""
    for name, texts in given.items():
        if isinstance(texts, str):
            raise TypeError(f"{name} must be a list or tuple of texts, not a text")
