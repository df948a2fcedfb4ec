"""The MongoDB of a test run: a replica set that is found and started as for the tests in TypeScript."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.repository import NODE, REPOSITORY


@contextmanager
def running_mongodb() -> Iterator[str]:
    """Start it, and give its URI without a database."""
    command = [NODE, "test/support/mongod-process.ts"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            uri = process.stdout.readline().strip()
            assert uri, "MongoDB did not start: see above"
            yield uri
        finally:
            process.stdin.close()
