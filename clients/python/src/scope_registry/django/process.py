"""What a process has of the registry: one connection, one replica and its descriptions, made when first needed."""

import threading

from scope_registry.connection.connection import ScopeRegistryConnection, connect
from scope_registry.connection.credentials import Credentials
from scope_registry.django.descriptions import DescriptionTables
from scope_registry.django.settings import OwnApplication, RegistrySettings, read_settings
from scope_registry.fork import prepare_for_forks
from scope_registry.replica.scope_replica import ScopeReplica


class _Process:
    fork_order = 2

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.connection: ScopeRegistryConnection | None = None
        self.replica: ScopeReplica | None = None
        self.descriptions: DescriptionTables | None = None
        prepare_for_forks(self)

    def before_fork(self) -> None:
        """Have nothing to let go of."""

    def after_fork(self, *, is_child: bool) -> None:
        """Have a lock of one's own: the thread that held the parent's is not here."""
        if is_child:
            self.lock = threading.RLock()


_process = _Process()


def connection() -> ScopeRegistryConnection:
    """Return the process's connection to the registry.

    Raises:
        ImproperlyConfigured: SCOPE_REGISTRY cannot be used
        ConnectionOptionsError: nor can what it says of the connection

    """
    with _process.lock:
        if _process.connection is None:
            _process.connection = _connect(read_settings())
        return _process.connection


def replica() -> ScopeReplica:
    """Return the process's replica, which may not be ready yet."""
    # Asked for with every request: no lock once it is there.
    found = _process.replica
    if found is not None:
        return found
    with _process.lock:
        if _process.replica is None:
            settings = read_settings()
            _process.replica = ScopeReplica(
                connection(), snapshot_file=settings.snapshot_file, report_usage=settings.report_usage
            )
        return _process.replica


def descriptions() -> DescriptionTables:
    """Return the descriptions of what the process's replica has."""
    with _process.lock:
        if _process.descriptions is None:
            _process.descriptions = DescriptionTables(replica())
        return _process.descriptions


def follow() -> None:
    """Begin to follow the registry now, not with the first request: call it at the end of `wsgi.py` or `asgi.py`.

    It waits for nothing. So the first request need not wait for the scopes, and where the registry has gone away before
    that request, the process has them all the same. Workers that are forked from it do likewise.
    """
    replica().follow_in_children()


def close() -> None:
    """Close them, for tests that change settings: the next use makes others."""
    with _process.lock:
        if _process.replica is not None:
            _process.replica.close()
        if _process.connection is not None:
            _process.connection.close()
        _process.replica = _process.connection = _process.descriptions = None


def _connect(settings: RegistrySettings) -> ScopeRegistryConnection:
    return connect(settings.address, credentials=_credentials(settings.credentials), tls=settings.tls)


def _credentials(credentials: Credentials | OwnApplication) -> Credentials:
    if not isinstance(credentials, OwnApplication):
        return credentials
    # It needs the models, which are there when a call is made, and not yet when this module is imported.
    from scope_registry.django.own_token import OwnToken  # noqa: PLC0415

    return OwnToken(credentials)
