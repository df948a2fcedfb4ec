"""Processes that fork while a replica follows the registry, as application servers do, and their children."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoperegistry.v1 import registry_admin_pb2
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.token_endpoint import running_token_endpoint

PYTHON = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "program.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")


def run(parties: Parties, name: str, **given: Any) -> subprocess.CompletedProcess[str]:
    program = {
        "address": parties.registry.grpc_address,
        "nobody": f"127.0.0.1:{free_port()}",
        "prefix": parties.prefix,
        "owner": parties.token(f"{parties.prefix}-api", "register", "introspect"),
        "issuer": parties.token("auth-server", "read", "validate"),
        **given,
    }
    result = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(PROGRAM), name],
        cwd=PYTHON,
        env={**os.environ, "PROGRAM": json.dumps(program)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    return result


@pytest.mark.parametrize("name", ["many", "threads", "listener", "multiprocess", "away", "calling"])
def test_parent_and_children_go_on(parties: Parties, name: str) -> None:
    run(parties, name)


@pytest.fixture
def slow_endpoint(parties: Parties) -> Iterator[str]:
    """A token endpoint that takes its time."""
    token = parties.token(f"{parties.prefix}-api", "introspect")

    def answer() -> tuple[int, Any]:
        time.sleep(1)
        return 200, {"access_token": token, "token_type": "Bearer"}

    with running_token_endpoint() as endpoint:
        endpoint.answers["/token"] = answer
        yield endpoint.url


def test_a_child_does_not_wait_for_its_parents_token(parties: Parties, slow_endpoint: str) -> None:
    run(parties, "token_request", slow_endpoint=slow_endpoint)


def clients_of(parties: Parties, name: str) -> list[str]:
    request = registry_admin_pb2.ListScopeUsagesRequest(names=[name])
    return [client for usage in parties.admin().admin.ListScopeUsages(request).usages for client in usage.client_ids]


def test_an_interpreter_that_ends_closes_its_replicas(parties: Parties) -> None:
    run(parties, "ends")
    assert clients_of(parties, parties.name("first")) == [parties.name("shop")]


def test_an_interpreter_that_ends_can_still_get_a_token(parties: Parties) -> None:
    register(parties.owner(), parties.name("first"))
    with running_token_endpoint() as endpoint:
        # None is remembered, so that the last report needs one.
        endpoint.issue(parties.token("auth-server", "read", "validate"), expires_in=0)
        run(parties, "ends", endpoint=endpoint.url)
    assert clients_of(parties, parties.name("first")) == [parties.name("shop")]
