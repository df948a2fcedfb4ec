"""Replicas of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scope_registry import ReplicaProblem, ScopeRegistryConnection, ScopeReplica


class Problems(list[ReplicaProblem]):
    """Those that a replica tells."""

    def of(self, part: str) -> list[str]:
        return [problem.message for problem in self if problem.part == part]


@contextmanager
def following(
    connection: ScopeRegistryConnection, problems: Problems | None = None, **options: Any
) -> Iterator[ScopeReplica]:
    """A replica that is ready, until the end of the test."""
    heard = Problems() if problems is None else problems
    with ScopeReplica(connection, **{"on_problem": heard.append, **options}) as replica:
        replica.wait_until_ready(20)
        yield replica
