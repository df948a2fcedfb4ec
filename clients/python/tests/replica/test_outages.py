"""A replica whose registry is away, is another one, or says nothing any more."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scope_registry import ReplicaChange
from scope_registry.replica import follower
from scoperegistry.v1 import registry_admin_pb2
from tests.replica.replicas import Problems, following
from tests.support.parties import Parties, register
from tests.support.registry import RegistryProcess
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """A registry that the tests here stop and start again."""
    with RegistryProcess(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture
def parties(registry: RegistryProcess) -> Iterator[Parties]:
    if not registry.is_running:
        registry.start()
    parties = Parties(registry)
    yield parties
    parties.close()


def test_goes_on_judging_and_resumes_where_it_stood(parties: Parties) -> None:
    one, two, client = parties.name("one"), parties.name("two"), parties.name("shop")
    register(parties.owner(), one)
    problems, changes = Problems(), list[ReplicaChange]()
    with following(parties.issuer(), problems, usage_interval=0.1) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=one))
        replica.on_change(changes.append)
        parties.registry.stop(signal.SIGKILL)
        wait_until("it is noticed", lambda: not replica.is_connected)
        lag = replica.lag
        assert replica.judge(scope=one, client_id=client).valid
        wait_until("it grows older", lambda: replica.lag > lag + 0.2)
        wait_until("it is told", lambda: len(problems.of("feed")) > 1 and len(problems.of("usage")) > 0)
        assert all("cannot be followed" in message for message in problems.of("feed"))
        assert all(0 < problem.retry_in <= 5 for problem in problems if problem.part == "feed")
        lag = replica.lag
        parties.registry.start()
        register(parties.connect(f"{parties.prefix}-api", "register"), two)
        wait_until("the new one is granted", lambda: replica.allows(scope=two))
        wait_until("it is young again", lambda: replica.is_connected and replica.lag < lag)
        # Resumed: a snapshot would have no names.
        assert changes == [ReplicaChange(replica.revision, (two,))]
        request = registry_admin_pb2.ListScopeUsagesRequest(names=[one])
        admin = parties.admin()
        wait_until("what was used is told", lambda: len(admin.admin.ListScopeUsages(request).usages) == 1)


def test_starts_over_when_another_registry_stands_in_its_place(parties: Parties) -> None:
    old, new = parties.name("old"), parties.name("new")
    register(parties.owner(), old)
    with following(parties.issuer()) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=old))
        registry_id = replica.registry_id
        parties.registry.stop()
        # The issuer's key stays.
        for file in parties.registry.data_dir.glob("registry.sqlite*"):
            file.unlink()
        parties.registry.start()
        register(parties.connect(f"{parties.prefix}-api", "register"), new)
        wait_until("the new one is granted", lambda: replica.allows(scope=new))
        assert not replica.allows(scope=old)
        assert replica.registry_id != registry_id
        assert replica.get(old) is None


def test_notices_a_registry_that_says_nothing_any_more(parties: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "_SILENCE", 3.0)
    problems = Problems()
    with following(parties.issuer(), problems, report_usage=False) as replica:
        parties.registry.pause()
        try:
            wait_until("it is noticed", lambda: len(problems) > 0)
        finally:
            parties.registry.go_on()
        assert "has fallen silent" in problems[0].message
        wait_until("it is followed again", lambda: replica.is_connected)


def test_is_ready_with_its_file_before_a_registry_that_does_not_answer(parties: Parties, tmp_path: Path) -> None:
    file, name = tmp_path / "scopes", parties.name("read")
    register(parties.owner(), name)
    with following(parties.issuer(), snapshot_file=file) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=name))
    parties.registry.pause()
    try:
        with following(parties.issuer(), snapshot_file=file, snapshot_file_after=0.1, report_usage=False) as replica:
            assert replica.allows(scope=name)
            assert not replica.is_connected
    finally:
        parties.registry.go_on()
    parties.registry.stop()
    with following(parties.issuer(), snapshot_file=file, snapshot_file_after=3_600.0, report_usage=False) as replica:
        assert replica.allows(scope=name)
