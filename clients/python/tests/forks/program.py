"""Programs that fork while a replica follows the registry. Each is run as a process, by its function's name."""

import faulthandler
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import grpc

from scope_registry import ClientCredentials, NotReadyError, ScopeDefinition, ScopeReplica, connect, register_at_startup

_MOST_WAIT = 15.0
GIVEN: dict[str, Any] = json.loads(os.environ["PROGRAM"])
PREFIX, ADDRESS = GIVEN["prefix"], GIVEN["address"]
FIRST = f"{PREFIX}.first"

owner = connect(ADDRESS, credentials=GIVEN["owner"])


def replica_of(credentials: Any = GIVEN["issuer"], **options: Any) -> ScopeReplica:
    return ScopeReplica(connect(ADDRESS, credentials=credentials), on_problem=lambda problem: None, **options)


def wait_until(holds: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + _MOST_WAIT
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def register(name: str) -> str:
    register_at_startup(owner, [ScopeDefinition(f"{PREFIX}.{name}", "Test")])
    return f"{PREFIX}.{name}"


def see_something_new(replica: ScopeReplica, name: str) -> None:
    """Prove that this process calls the registry and follows it."""
    new = register(f"{name}.{os.getpid()}")
    replica.wait_until_ready(_MOST_WAIT)
    wait_until(lambda: replica.judge(scope=new).valid)


def in_child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid != 0:
        return pid
    code = 1
    try:
        signal.alarm(int(_MOST_WAIT))
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def expect_success(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    assert status == 0, f"Child {pid} has ended with {status}"


class Judging:
    """A thread that judges all the time."""

    def __init__(self, replica: ScopeReplica) -> None:
        self.errors: list[BaseException] = []
        self.count = 0
        self._replica = replica
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Judging":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()
        assert self.errors == []

    def _run(self) -> None:
        try:
            while not self._is_over.is_set():
                assert self._replica.judge(scope=FIRST, client_id=f"{PREFIX}.shop").valid
                self.count += 1
        except BaseException as error:
            self.errors.append(error)


def ready_replica() -> ScopeReplica:
    register("first")
    replica = replica_of()
    replica.wait_until_ready(_MOST_WAIT)
    wait_until(lambda: replica.allows(scope=FIRST))
    return replica


def many() -> None:
    """Fork ten times while another thread judges; parent and children go on, and so do children of children."""
    replica = ready_replica()

    def grandchild() -> None:
        see_something_new(replica, "grandchild")

    def child() -> None:
        assert replica.judge(scope=FIRST).valid
        see_something_new(replica, "child")
        expect_success(in_child(grandchild))
        see_something_new(replica, "child-again")

    def short_child() -> None:
        """Judge by what the parent had, and leave."""
        assert replica.judge(scope=FIRST).valid

    with Judging(replica) as judging:
        pids = [in_child(child if turn % 5 == 0 else short_child) for turn in range(10)]
        for pid in pids:
            expect_success(pid)
        see_something_new(replica, "parent")
        count = judging.count
        wait_until(lambda: judging.count > count)
    replica.close()


def threads() -> None:
    """Fork from several threads at once."""
    replica = ready_replica()
    errors: list[BaseException] = []

    def fork() -> None:
        try:
            for _ in range(3):
                expect_success(in_child(lambda: see_something_new(replica, "child")))
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=fork) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    see_something_new(replica, "parent")


def listener() -> None:
    """Fork where a listener is called, in the replica's own thread."""
    replica = ready_replica()
    pids: list[int] = []
    forked = threading.Event()

    def fork(change: object) -> None:
        # The child hears of changes too.
        if not forked.is_set():
            forked.set()
            pids.append(in_child(lambda: see_something_new(replica, "child")))

    replica.on_change(fork)
    register("second")
    wait_until(lambda: pids)
    expect_success(pids[0])
    see_something_new(replica, "parent")


def multiprocess() -> None:
    """Use `multiprocessing` with its method fork."""
    replica = ready_replica()
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=see_something_new, args=(replica, f"child{at}")) for at in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(_MOST_WAIT)
        assert child.exitcode == 0
    see_something_new(replica, "parent")


def away() -> None:
    """Fork while the registry is away, with something to judge by and without."""
    replica = ready_replica()
    nobody = ScopeReplica(connect(GIVEN["nobody"], credentials="t0ken"), on_problem=lambda problem: None)

    def child() -> None:
        assert replica.judge(scope=FIRST).valid
        assert not nobody.is_ready
        try:
            nobody.wait_until_ready(0.1)
        except NotReadyError:
            return
        raise AssertionError("There is nobody to follow")

    lost = ScopeReplica(connect(GIVEN["nobody"], credentials="t0ken"), on_problem=lambda problem: None)
    lost.close()
    for _ in range(3):
        expect_success(in_child(child))
    assert not nobody.is_ready
    nobody.close()


def token_request() -> None:
    """Fork in the middle of a request of a token, whose lock nobody in the child would ever release."""
    client = ClientCredentials("c", client_secret="s", token_endpoint=GIVEN["slow_endpoint"])
    connection = connect(ADDRESS, credentials=client, timeout=5)
    started = threading.Event()

    def call() -> None:
        started.set()
        connection.introspect("t0ken")

    caller = threading.Thread(target=call)
    caller.start()
    started.wait()
    time.sleep(0.2)
    expect_success(in_child(lambda: connection.introspect("t0ken")))
    caller.join()


def calling() -> None:
    """Fork while other threads call: their calls come to their end, or begin anew after the fork."""
    is_over = threading.Event()
    errors: list[BaseException] = []

    def call() -> None:
        while not is_over.is_set():
            try:
                owner.introspect("t0ken", timeout=20)
            except (grpc.RpcError, ValueError) as error:
                errors.append(error)

    callers = [threading.Thread(target=call) for _ in range(3)]
    for caller in callers:
        caller.start()
    for _ in range(5):
        expect_success(in_child(lambda: owner.introspect("t0ken", timeout=20)))
    is_over.set()
    for caller in callers:
        caller.join()
    assert errors == []


def ends() -> None:
    """End without closing anything."""
    replica = (
        ready_replica()
        if "endpoint" not in GIVEN
        else replica_of(ClientCredentials("c", client_secret="s", token_endpoint=GIVEN["endpoint"]))
    )
    replica.wait_until_ready(_MOST_WAIT)
    replica.judge(scope=FIRST, client_id=f"{PREFIX}.shop")


if __name__ == "__main__":
    # Whoever hangs says where, and ends. Children have alarms of their own.
    faulthandler.register(signal.SIGALRM, chain=True)
    signal.alarm(int(_MOST_WAIT) + 10)
    globals()[sys.argv[1]]()
