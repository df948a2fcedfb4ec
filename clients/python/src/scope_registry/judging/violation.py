"""Requests that break rules."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule of a request: a ``google.rpc.BadRequest.FieldViolation``."""

    field: str
    """The path of the field, ``resources[3]`` for example."""
    description: str
    """What is wrong and what to do."""


class InvalidRequestError(ValueError):
    """A request to judge breaks rules: where the ValidateScopes RPC answers INVALID_ARGUMENT."""

    violations: tuple[Violation, ...]
    """Every broken rule; at least one."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{violation.field}: {violation.description}" for violation in self.violations))
