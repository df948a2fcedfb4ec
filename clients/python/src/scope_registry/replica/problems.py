"""What has gone wrong with a replica, and who hears of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

logger = logging.getLogger("scope_registry")

ReplicaPart: TypeAlias = Literal["feed", "file", "listener", "usage"]
"""What can have a problem of its own."""


@dataclass(frozen=True, slots=True)
class ReplicaProblem:
    """Something that has gone wrong. The replica goes on judging with what it has, and tries again by itself."""

    part: ReplicaPart
    message: str
    """In a sentence, without tokens or secrets."""
    cause: BaseException
    retry_in: float
    """After how many seconds it tries again."""


ProblemListener: TypeAlias = Callable[[ReplicaProblem], None]


class ProblemReporter:
    """Tells whoever wants to hear of every problem.

    Else it logs the first one of each part until that is well again, and further ones for debugging only.
    """

    def __init__(self, listener: ProblemListener | None) -> None:
        self._listener = listener
        self._ill: set[ReplicaPart] = set()

    def report(self, problem: ReplicaProblem) -> None:
        """Take in a problem."""
        if self._listener is None:
            level = logging.DEBUG if problem.part in self._ill else logging.WARNING
            logger.log(level, "%s; next try in %.1f s", problem.message, problem.retry_in)
        else:
            try:
                self._listener(problem)
            except Exception:
                logger.exception("The replica's on_problem failed")
        self._ill.add(problem.part)

    def over(self, part: ReplicaPart) -> None:
        """Take in that a part is well again."""
        if part in self._ill:
            self._ill.discard(part)
            if self._listener is None:
                logger.info("The replica's %s is well again", part)
