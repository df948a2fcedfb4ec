"""A replica sees what happens in the registry at once, and judges by whole revisions."""

import math
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import grpc
import pytest

from scope_registry import InvalidRequestError, NotReadyError, ReplicaChange, ScopeReplica, connect
from scoperegistry.v1 import registry_admin_pb2, scope_registry_pb2
from tests.replica.replicas import Problems, following
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.scripted_registry import refuse, running_scripted_registry
from tests.support.waiting import wait_until


@pytest.fixture
def replica(parties: Parties) -> Iterator[ScopeReplica]:
    with following(parties.issuer()) as replica:
        yield replica


def has_revision(replica: ScopeReplica, revision: int) -> bool:
    return replica.revision >= revision


def status(replica: ScopeReplica, name: str, **request: Any) -> str:
    return replica.judge(scope=name, **request).verdicts[0].status


def test_sees_scopes_come_change_and_go(parties: Parties, replica: ScopeReplica) -> None:
    owner, name = parties.owner(), parties.name("read")
    assert status(replica, name) == "UNKNOWN"
    register(owner, name)
    wait_until("it is granted", lambda: status(replica, name) == "GRANTED")
    register(owner, name, resources=[parties.uri])
    wait_until("it has an audience", lambda: replica.judge(scope=name).audiences != ())
    record, resolved = replica.get(name), replica.resolve(name)
    assert record is not None
    assert resolved is not None
    assert (record.owner, resolved.scope) == (f"{parties.prefix}-api", record)
    assert record in replica.scopes()
    assert len(replica) == len(replica.scopes())
    owner.admin.DisableScopes(registry_admin_pb2.DisableScopesRequest(names=[name]))
    wait_until("it is disabled", lambda: status(replica, name) == "DISABLED")
    owner.admin.DeleteScopes(registry_admin_pb2.DeleteScopesRequest(names=[name]))
    wait_until("it is gone", lambda: status(replica, name) == "UNKNOWN")
    assert replica.get(name) is None


def test_sees_what_a_client_may_ask_for(parties: Parties, replica: ScopeReplica) -> None:
    owner, admin, client = parties.owner(), parties.admin(), parties.name("shop")
    one, other = parties.name("one"), parties.name("other")
    register(owner, one, other)
    wait_until("it is granted", lambda: replica.allows(scope=f"{one} {other}", client_id=client))
    policy = registry_admin_pb2.ClientPolicy(client_id=client, allowed_scopes=[one])
    admin.admin.SetClientPolicy(registry_admin_pb2.SetClientPolicyRequest(client_policy=policy))
    wait_until("the other is not", lambda: not replica.allows(scope=other, client_id=client))
    assert status(replica, other, client_id=client) == "NOT_ALLOWED"
    narrowed = replica.judge(scopes=[one, other], client_id=client, mode="NARROW")
    assert narrowed.granted_scopes == (one,)
    admin.admin.DeleteClientPolicy(registry_admin_pb2.DeleteClientPolicyRequest(client_id=client))
    wait_until("both are again", lambda: replica.allows(scope=f"{one} {other}", client_id=client))


def test_judges_what_it_is_asked_and_nothing_else(parties: Parties, replica: ScopeReplica) -> None:
    with pytest.raises(InvalidRequestError) as broken:
        replica.judge(scopes=["a"], scope="b", resources=["no uri"], mode="SOME")  # type: ignore[arg-type]
    assert {violation.field for violation in broken.value.violations} == {"scope", "resources[0]", "mode"}
    for texts in ({"scopes": "a b"}, {"resources": "https://a.example.com"}):
        with pytest.raises(TypeError, match="must be a list or tuple of texts"):
            replica.allows(**texts)  # type: ignore[arg-type]


def test_tells_how_old_it_is_and_where_it_stands(parties: Parties, replica: ScopeReplica) -> None:
    revision = register(parties.owner(), parties.name("read"))
    wait_until("it has the revision", lambda: replica.revision >= revision)
    assert replica.is_ready
    assert replica.is_connected
    assert replica.registry_id
    assert replica.lag < math.inf


def test_takes_only_a_part_of_the_registry(parties: Parties) -> None:
    owner, other = parties.owner(), parties.connect(f"{parties.prefix}-other", "register")
    tied = parties.uri
    register(owner, parties.name("read"))
    register(owner, parties.name("tied"), resources=[tied])
    register(other, parties.name("other"))
    with following(parties.issuer(), owner=f"{parties.prefix}-api") as replica:
        assert {scope.name for scope in replica.scopes()} == {parties.name("read"), parties.name("tied")}
        register(other, parties.name("another"))
        register(owner, parties.name("late"))
        wait_until("it is granted", lambda: status(replica, parties.name("late")) == "GRANTED")
        assert status(replica, parties.name("another")) == "UNKNOWN"
    with following(parties.issuer(), owner=f"{parties.prefix}-api", resource=tied) as replica:
        assert [scope.name for scope in replica.scopes()] == [parties.name("tied")]


def test_tells_listeners_of_each_change_until_they_leave(parties: Parties) -> None:
    problems, heard, more = Problems(), list[ReplicaChange](), list[ReplicaChange]()

    def fails(change: ReplicaChange) -> None:
        raise LookupError("broken listener")

    owner, name = parties.owner(), parties.name("read")
    with following(parties.issuer(), problems) as replica:
        leave = replica.on_change(heard.append)
        replica.on_change(fails)
        replica.on_change(more.append)
        revision = register(owner, name)
        wait_until("it is told", lambda: any(change.names == (name,) for change in more))
        assert ReplicaChange(revision, (name,)) in heard
        assert problems.of("listener")[0] == "A listener to changes failed: LookupError: broken listener"
        leave()
        leave()
        known = len(heard)
        register(owner, name, parties.name("other"))
        wait_until("it is told", lambda: any(change.names == (parties.name("other"),) for change in more))
        assert len(heard) == known


def test_no_judgement_sees_half_of_a_revision(parties: Parties, replica: ScopeReplica) -> None:
    """Each REPLACE brings a pair and takes the other one away, so that one of each is valid and never both or none."""
    owner = parties.owner()
    pairs = [(parties.name(f"{side}:one"), parties.name(f"{side}:two")) for side in ("left", "right")]
    register(owner, *pairs[0], replace=True)
    wait_until("the first is granted", lambda: status(replica, pairs[0][0]) == "GRANTED")
    is_over = threading.Event()
    seen: set[tuple[str, ...]] = set()
    revisions: set[int] = set()

    def judge() -> None:
        while not is_over.is_set():
            judgement = replica.judge(scopes=[*pairs[0], *pairs[1]])
            seen.add(tuple(verdict.status for verdict in judgement.verdicts))
            revisions.add(judgement.revision)

    threads = [threading.Thread(target=judge) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(1, 21):
        revision = register(owner, *pairs[turn % 2], replace=True)
        wait_until("it is taken in", partial(has_revision, replica, revision))
    is_over.set()
    for thread in threads:
        thread.join()
    off = {"UNKNOWN", "DISABLED"}
    for one, two, three, four in seen:
        assert (one, two) == ("GRANTED", "GRANTED") or {one, two} <= off, seen
        assert (three, four) == ("GRANTED", "GRANTED") or {three, four} <= off, seen
        assert (one == "GRANTED") != (three == "GRANTED"), seen
    assert len(revisions) > 5


def test_a_refused_replica_says_so_at_once(parties: Parties) -> None:
    problems = Problems()
    poor = parties.connect("auth-server", "read")
    with ScopeReplica(poor, on_problem=problems.append) as replica:
        with pytest.raises(NotReadyError, match=r"cannot be followed: .*scope_registry\.validate") as refused:
            replica.wait_until_ready()
        assert refused.value.__cause__ is problems[0].cause
        assert not replica.is_ready
        with pytest.raises(NotReadyError, match="wait_until_ready first"):
            replica.judge(scope="a")
        with pytest.raises(NotReadyError, match="wait_until_ready first"):
            replica.allows(scope="a")


def test_a_first_token_that_has_expired_is_no_refusal(parties: Parties) -> None:
    good = parties.token("auth-server", "read", "validate")
    problems = Problems()
    connection = parties.connect("", credentials=lambda fresh: good if fresh else parties.token("a", "read", ttl=-100))
    with following(connection, problems):
        assert problems == []


def test_a_token_that_ends_while_it_is_used_is_replaced_without_a_word() -> None:
    """The registry ends a feed with its token, which it looks at every ten seconds: here it is the script that does."""
    is_over, told, problems = threading.Event(), list[bool](), Problems()
    snapshot = scope_registry_pb2.WatchScopesResponse.Snapshot(revision=1, complete=True)
    bookmark = scope_registry_pb2.WatchScopesResponse.Bookmark(revision=1)
    bookmark.time.GetCurrentTime()

    def credentials(fresh: bool) -> str:
        told.append(fresh)
        return f"t0ken-{len(told)}"

    with running_scripted_registry() as scripted, connect(scripted.address, credentials=credentials) as connection:

        def feed(context: Any) -> Iterator[scope_registry_pb2.WatchScopesResponse]:
            yield scope_registry_pb2.WatchScopesResponse(registry_id="r", snapshot=snapshot)
            yield scope_registry_pb2.WatchScopesResponse(registry_id="r", bookmark=bookmark)
            if len(scripted.tokens) <= 2:
                refuse(context, grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
            is_over.wait(20)

        scripted.feed = feed
        with following(connection, problems, report_usage=False) as replica:
            wait_until("it is followed again", lambda: len(scripted.tokens) == 3 and replica.is_connected)
            assert (told, problems) == ([False, True, True], [])
            assert scripted.tokens == ["t0ken-1", "t0ken-2", "t0ken-3"]
            is_over.set()


def test_a_closed_connection_is_told(parties: Parties) -> None:
    connection = parties.issuer()
    connection.close()
    with (
        ScopeReplica(connection, on_problem=Problems().append) as replica,
        pytest.raises(NotReadyError, match="is closed"),
    ):
        replica.wait_until_ready(20)


def test_waiting_ends_with_its_time_and_with_the_replica(parties: Parties) -> None:
    away = parties.connect("", address=f"127.0.0.1:{free_port()}", credentials="t0ken")
    replica = ScopeReplica(away, on_problem=Problems().append)
    with pytest.raises(NotReadyError, match="no scopes to judge by yet"):
        replica.wait_until_ready(0.05)
    errors: list[str] = []

    def wait() -> None:
        try:
            replica.wait_until_ready()
        except NotReadyError as error:
            errors.append(str(error))

    thread = threading.Thread(target=wait)
    thread.start()
    replica.close()
    thread.join(20)
    assert errors == ["The replica is closed"]


def test_closing_leaves_no_thread_and_goes_on_judging(parties: Parties) -> None:
    name = parties.name("read")
    register(parties.owner(), name)
    before = {thread for thread in threading.enumerate() if thread.name.startswith("scope-registry")}
    with following(parties.issuer()) as replica:
        wait_until("it is granted", lambda: status(replica, name) == "GRANTED")
        replica.close()
        replica.close()
        assert status(replica, name) == "GRANTED"
        assert not replica.is_connected
    after = {thread for thread in threading.enumerate() if thread.name.startswith("scope-registry")}
    assert after <= before


def test_a_listener_may_close_the_replica(parties: Parties) -> None:
    owner = parties.owner()
    with following(parties.issuer()) as replica:
        replica.on_change(lambda change: replica.close())
        register(owner, parties.name("read"))
        wait_until("it is closed", lambda: replica._is_closed and not replica._is_running)


def test_uses_are_told_to_the_registry(parties: Parties) -> None:
    name, client = parties.name("read"), parties.name("shop")
    register(parties.owner(), name)
    admin = parties.admin()

    def users() -> list[str]:
        request = registry_admin_pb2.ListScopeUsagesRequest(names=[name])
        usages = admin.admin.ListScopeUsages(request).usages
        return [client_id for usage in usages for client_id in usage.client_ids]

    with following(parties.issuer(), usage_interval=0.1) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=name))
        # Not even a client that no message can hold keeps the others from being told.
        replica.judge(scope=name, client_id="\ud800")
        replica.judge(scope=name, client_id=client)
        wait_until("its use is told", lambda: client in users())
        replica.allows(scope=name, client_id=f"{client}-looked")
    with following(parties.issuer()) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=name))
        replica.judge(scope=name, client_id=f"{client}-last")
        assert f"{client}-last" not in users()
    with following(parties.issuer(), report_usage=False) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=name))
        replica.judge(scope=name, client_id=f"{client}-silent")
    assert set(users()) == {client, f"{client}-last"}


def test_what_cannot_be_told_is_kept(parties: Parties) -> None:
    name, client = parties.name("read"), parties.name("shop")
    register(parties.owner(), name)
    token, is_broken = parties.token("auth-server", "read", "validate"), threading.Event()

    def credentials(fresh: bool) -> str:
        if is_broken.is_set():
            raise LookupError("no token today")
        return token

    problems = Problems()
    with following(parties.connect("", credentials=credentials), problems, usage_interval=0.1) as replica:
        wait_until("it is granted", lambda: replica.allows(scope=name))
        is_broken.set()
        replica.judge(scope=name, client_id=client)
        wait_until("it fails", lambda: "Usage cannot be reported: no token today" in problems.of("usage"))
        is_broken.clear()
        request = registry_admin_pb2.ListScopeUsagesRequest(names=[name])
        admin = parties.admin()
        wait_until("its use is told", lambda: len(admin.admin.ListScopeUsages(request).usages) == 1)


def test_refused_watching_names_what_is_missing_in_the_log(parties: Parties, caplog: pytest.LogCaptureFixture) -> None:
    with ScopeReplica(parties.connect("auth-server", "introspect")) as replica:
        with pytest.raises(NotReadyError):
            replica.wait_until_ready(20)
        wait_until("it is logged", lambda: "cannot be followed" in caplog.text)
        assert len([record for record in caplog.records if record.name == "scope_registry"]) == 1


def test_the_answers_are_those_of_the_registry(parties: Parties, replica: ScopeReplica) -> None:
    name = parties.name("read")
    revision = register(parties.owner(), name, resources=[parties.uri])
    wait_until("it is granted", lambda: replica.revision >= revision)
    for text in (name, f"{name} {parties.name('nothing')}", " ", "ä"):
        request = scope_registry_pb2.ValidateScopesRequest(scope=text)
        answer = parties.issuer().registry.ValidateScopes(request)
        judged = replica.judge(scope=text)
        assert (judged.valid, judged.error, judged.error_description) == (
            answer.valid,
            answer.error,
            answer.error_description,
        )
        assert (judged.granted_scopes, judged.audiences) == (tuple(answer.granted_scopes), tuple(answer.audiences))
