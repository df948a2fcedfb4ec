"""The descriptions of all scopes at once, and what they cost."""

import os
import signal
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from django.utils import translation
from oauth2_provider.models import AccessToken

from scope_registry.django import descriptions, process, scopes
from scope_registry.django.descriptions import DescriptionTables, ScopeDescriptions
from scope_registry.django.scopes import RegistryScopes
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ConsentText, ScopeRecord
from scope_registry.replica.scope_replica import ReplicaChange

MANY = 100_000


def record(name: str, description: str = "One of many", **more: Any) -> ScopeRecord:
    fields: dict[str, Any] = {
        "is_default": False,
        "owner": "many-api",
        "state": "ACTIVE",
        "restricted": False,
        "resources": (),
        "consent_texts": {},
        "deprecated": False,
        "replaced_by": "",
        "sunset_time": None,
        "unlisted": False,
        "aliases": (),
        "disabled_by_admin": False,
        "proposal": None,
        "create_time": 0,
        "update_time": 0,
        "revision": 1,
    }
    return ScopeRecord(name=name, description=description, **(fields | more))


class FewScopes:
    """What the tables ask of a replica, over a dict."""

    is_ready = True

    def __init__(self, *records: ScopeRecord) -> None:
        self.records = {each.name: each for each in records}
        self.asked = 0
        self.listener: Callable[[ReplicaChange], object] = Mock()
        self.revision = 1

    def on_change(self, listener: Callable[[ReplicaChange], object]) -> None:
        self.listener = listener

    def get(self, name: str) -> ScopeRecord | None:
        self.asked += 1
        return self.records.get(name)

    def resolve(self, name: str) -> ResolvedScope | None:
        found = self.get(name)
        return None if found is None else ResolvedScope(found, name)

    def scopes(self) -> list[ScopeRecord]:
        self.asked += len(self.records)
        return list(self.records.values())

    def put(self, *changed: ScopeRecord, gone: tuple[str, ...] = ()) -> None:
        self.revision += 1
        self.records |= {each.name: each for each in changed}
        for name in gone:
            del self.records[name]
        self.listener(ReplicaChange(self.revision, (*(each.name for each in changed), *gone)))


def tables_of(replica: FewScopes) -> DescriptionTables:
    return DescriptionTables(replica)  # type: ignore[arg-type]


def test_changes_are_taken_in_and_no_table_changes_under_its_reader() -> None:
    replica = FewScopes(record("a", "A"), record("b", "B"), record("c", "C"))
    tables = tables_of(replica)
    before = tables.table(())
    replica.put(record("a", "Changed"), record("d", "D"), record("b", state="DISABLED"), gone=("c",))
    assert tables.table(()) == {"a": "Changed", "d": "D"}
    assert before == {"a": "A", "b": "B", "c": "C"}
    assert tables.table(()) is tables.table(())


def test_a_state_that_starts_over_is_read_anew() -> None:
    replica = FewScopes(record("a", "A"))
    tables = tables_of(replica)
    tables.table(())
    replica.records = {"b": record("b", "B")}
    replica.listener(ReplicaChange(9, None))
    assert tables.table(()) == {"b": "B"}


def test_what_changes_while_a_table_is_made_is_not_missed() -> None:
    replica = FewScopes(record("a", "A"))
    tables = tables_of(replica)
    read = replica.scopes

    def change_meanwhile() -> list[ScopeRecord]:
        found = read()
        replica.records["a"] = record("a", "Changed")
        # The replica's thread waits for the table's lock, while this one makes the table.
        threading.Thread(target=replica.listener, args=(ReplicaChange(2, ("a",)),)).start()
        return found

    replica.scopes = change_meanwhile  # type: ignore[method-assign]
    tables.table(())
    replica.scopes = read  # type: ignore[method-assign]
    for _ in range(1_000):
        if tables.table(()) == {"a": "Changed"}:
            break
        threading.Event().wait(0.005)
    assert tables.table(()) == {"a": "Changed"}


def test_threads_change_and_read_at_once() -> None:
    replica = FewScopes(*[record(f"s{number}") for number in range(200)])
    tables = tables_of(replica)
    failed: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(300):
                with translation.override("de"):
                    assert len(dict(ScopeDescriptions(replica, tables).items())) == 200  # type: ignore[arg-type]
        except BaseException as error:
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(200):
        replica.put(record(f"s{number}", f"Changed {number}"))
    for reader in readers:
        reader.join()
    assert failed == []
    assert tables.table(())["s199"] == "Changed 199"


def test_languages_are_kept_apart_and_not_without_end() -> None:
    replica = FewScopes(record("a", consent_texts={"de": ConsentText("Deutsch", ""), "en": ConsentText("English", "")}))
    tables = tables_of(replica)
    assert tables.table(("de",)) == {"a": "Deutsch"}
    assert tables.table(("fr",)) == {"a": "English"}
    for number in range(100):
        tables.table((f"x-{number}",))
    assert len(tables._tables) <= descriptions._MOST_LANGUAGES


def test_a_request_asks_for_none_of_100_000_scopes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = FewScopes(*[record(f"many:{number}") for number in range(MANY)])
    monkeypatch.setattr(process._process, "replica", replica)
    monkeypatch.setattr(process._process, "descriptions", None)
    token = AccessToken(scope="many:7 many:99999")
    assert len(token.scopes) == 2
    assert replica.asked == MANY
    replica.asked = 0
    for _ in range(10):
        assert len(token.scopes) == 2
    assert replica.asked == 0
    replica.put(record("many:7", "Changed"))
    assert token.scopes["many:7"] == "Changed"
    assert replica.asked == 1


def test_discovery_goes_once_through_100_000_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = FewScopes(*[record(f"many:{number}", unlisted=number % 2 == 1) for number in range(MANY)])
    monkeypatch.setattr(scopes, "process_replica", lambda: replica)
    assert len(RegistryScopes().get_available_scopes()) == MANY // 2
    assert replica.asked == MANY
    allows = Mock(return_value=True)
    monkeypatch.setattr(replica, "allows", allows, raising=False)
    application = SimpleNamespace(client_id="shop")
    assert len(RegistryScopes().get_available_scopes(application=application)) == MANY // 2
    assert allows.call_count == MANY // 2


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_of_a_fork_waits_for_no_thread_of_its_parent() -> None:
    tables = DescriptionTables(FewScopes(record("a:read")))  # type: ignore[arg-type]
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with tables._lock, process._process.lock:
            is_held.set()
            may_end.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(10)  # It ends the child, which would wait for ever.
        process.close()
        os._exit(len(tables.table(("en",))))
    may_end.set()
    holder.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
