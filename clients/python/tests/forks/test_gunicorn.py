"""gunicorn with two workers, each of which judges by what is registered while it runs."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from scoperegistry.v1 import registry_admin_pb2
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.waiting import wait_until

PYTHON = Path(__file__).parents[2]


@contextmanager
def gunicorn(parties: Parties, *options: str) -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "SCOPE_REGISTRY_ADDRESS": parties.registry.grpc_address,
        "AUTH_SERVER": parties.token("auth-server", "read", "validate"),
    }
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", address, "--no-control-socket", *options]
    process = subprocess.Popen([*command, "examples.wsgi:app"], cwd=PYTHON, env=environment)
    try:
        yield f"http://{address}/"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("options", [("--preload",), ()], ids=["preload", "no preload"])
def test_all_workers_follow_the_registry(parties: Parties, options: tuple[str, ...]) -> None:
    new, later, client = parties.name("new"), parties.name("later"), parties.name("shop")

    with gunicorn(parties, *options) as url:

        def ask(scope: str) -> tuple[int, bool]:
            """Tell who answers, and whether the scope is granted; 0: nobody does."""
            try:
                answer = requests.get(url, params={"scope": scope, "client_id": client}, timeout=20)
            except requests.ConnectionError:
                return 0, False
            return int(answer.text.split(" ")[0]), answer.ok

        def workers_that_grant(scope: str, known: set[int]) -> set[int]:
            worker, is_granted = ask(scope)
            if is_granted:
                known.add(worker)
            return known

        wait_until("it serves", lambda: ask(new)[0] != 0)
        assert not ask(new)[1]
        register(parties.owner(), new)
        workers: set[int] = set()
        wait_until("both workers grant it", lambda: len(workers_that_grant(new, workers)) == 2)
        killed = min(workers)
        os.kill(killed, signal.SIGKILL)
        register(parties.owner(), later)
        after: set[int] = set()
        wait_until("another worker took its place", lambda: len(workers_that_grant(later, after) - workers) == 1)
        assert killed not in after
    request = registry_admin_pb2.ListScopeUsagesRequest(names=[later])
    usages = parties.admin().admin.ListScopeUsages(request).usages
    assert [usage.client_ids for usage in usages] == [[client]]
