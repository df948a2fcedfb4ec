"""A registration, and what becomes of it: what the blocking and the asynchronous way have in common."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import grpc

from scope_registry.connection.backoff import Backoff
from scope_registry.connection.errors import TokenError
from scope_registry.connection.refusal import Refusal, refusal_of
from scope_registry.judging.violation import Violation
from scope_registry.resource_server.scope_definition import ScopeDefinition
from scoperegistry.v1 import scope_pb2, scope_registry_pb2

RegistrationMode: TypeAlias = Literal["MERGE", "REPLACE"]
"""MERGE leaves scopes alone that are not named; REPLACE disables the resource server's other scopes."""

ATTEMPT_TIMEOUT = 10.0
"""How long one attempt may take, in seconds."""

_BACKOFF = Backoff(first=0.2, most=5.0)
MOST_RELEASE = 2**53 - 1
_MODES = {
    "MERGE": scope_registry_pb2.REGISTRATION_MODE_MERGE,
    "REPLACE": scope_registry_pb2.REGISTRATION_MODE_REPLACE,
}


class RegistrationRefusedError(Exception):
    """The registry refuses a registration. The message has every violation on a line of its own.

    What is deployed does not fit the registry, and must not run unprotected.
    """

    def __init__(self, refusal: Refusal) -> None:
        lines = [f"{each.field}: {each.description}" if each.field else each.description for each in refusal.violations]
        super().__init__(
            "\n".join([f"The registry refuses the registration ({refusal.reason})", *(lines or [refusal.message])])
        )
        self.reason = refusal.reason
        """A name of `ErrorReason` without its prefix, `SCOPE_NOT_OWNED` for example."""
        self.violations: tuple[Violation, ...] = refusal.violations
        self.metadata = refusal.metadata
        """The values that the message mentions, for programs."""


class RegistrationTimeoutError(Exception):
    """Nothing could be registered until the deadline. `__cause__` is the last attempt's error."""

    def __init__(self, attempts: int, elapsed: float, why: str) -> None:
        super().__init__(
            f"Nothing could be registered in {elapsed:.1f} s ({attempts} attempts): {why.removesuffix('.')}"
        )
        self.attempts = attempts
        """How often it was tried."""


@dataclass(frozen=True, slots=True)
class RegistrationRetry:
    """An attempt that failed, and is repeated."""

    attempt: int
    """Counted from 1."""
    delay: float
    """How long it is waited before the next, in seconds."""
    error: Exception


@dataclass(frozen=True, slots=True)
class RegisteredScopes:
    """What became of a registration."""

    scopes: tuple[str, ...]
    """The names, in the order of the definitions."""
    outcomes: dict[str, str]
    """What happened to each, also to those that REPLACE has disabled.

    CREATED, UPDATED, UNCHANGED, DISABLED or SUPERSEDED.
    """
    pending: tuple[str, ...]
    """Those that an administrator of the registry has to approve."""
    superseded: bool
    """A newer release is registered, and nothing was done."""
    revision: int
    """The revision at which this holds."""
    content_hash: str
    """A digest of the definitions of all the resource server's scopes."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is registered, and for how long that is tried."""

    request: scope_registry_pb2.RegisterScopesRequest
    deadline: float
    started_at: float
    on_retry: Callable[[RegistrationRetry], object] | None

    @property
    def left(self) -> float:
        """How much of the time is left, in seconds."""
        return self.deadline - (time.monotonic() - self.started_at)

    @property
    def attempt_timeout(self) -> float:
        """How long the next attempt may take, in seconds."""
        return max(0.001, min(ATTEMPT_TIMEOUT, self.left))

    def delay_after(self, attempt: int, error: Exception) -> float:
        """Tell how long to wait after a failed attempt before the next, in seconds.

        Raises:
            RegistrationRefusedError: trying again does not help
            RegistrationTimeoutError: there is no time left
            Exception: the error itself, where it is not the registry's and trying again does not help

        """
        refusal = refusal_of(error)
        if not _may_pass(error, refusal):
            raise error if refusal is None else RegistrationRefusedError(refusal) from error
        delay = max(_BACKOFF.delay(attempt), (refusal.retry_after or 0.0) if refusal is not None else 0.0)
        if delay >= self.left:
            why = str(error.details()) if isinstance(error, grpc.RpcError) else str(error)
            raise RegistrationTimeoutError(attempt, time.monotonic() - self.started_at, why) from error
        if self.on_retry is not None:
            self.on_retry(RegistrationRetry(attempt, delay, error))
        return delay


def prepare_registration(
    scopes: Sequence[ScopeDefinition],
    *,
    mode: RegistrationMode,
    release: int,
    display_name: str,
    deadline: float,
    on_retry: Callable[[RegistrationRetry], object] | None,
) -> Registration:
    """Make the request of a registration.

    Raises:
        ValueError: mode, release or deadline cannot be used

    """
    if mode not in _MODES:
        raise ValueError("mode must be MERGE or REPLACE")
    if not 0 <= release <= MOST_RELEASE:
        raise ValueError("release must be a whole number from 0 up to 2^53 - 1")
    if not deadline > 0:
        raise ValueError("deadline must be a number of seconds above 0")
    request = scope_registry_pb2.RegisterScopesRequest(
        scopes=[scope.to_message() for scope in scopes],
        mode=_MODES[mode],
        release=release,
        display_name=display_name,
    )
    return Registration(request, deadline, time.monotonic(), on_retry)


def read_registered(
    registration: Registration, response: scope_registry_pb2.RegisterScopesResponse
) -> RegisteredScopes:
    """Read the registry's answer."""
    prefix = "REGISTRATION_OUTCOME_"
    outcome_name = scope_registry_pb2.RegistrationOutcome.Name
    outcomes = {result.name: outcome_name(result.outcome).removeprefix(prefix) for result in response.results}
    names = tuple([scope.name for scope in registration.request.scopes])
    return RegisteredScopes(
        scopes=names,
        outcomes=outcomes,
        pending=tuple(
            [result.name for result in response.results if result.scope.state == scope_pb2.SCOPE_STATE_PENDING]
        ),
        superseded=bool(names) and all(outcomes.get(name) == "SUPERSEDED" for name in names),
        revision=response.revision,
        content_hash=response.content_hash,
    )


def _may_pass(error: Exception, refusal: Refusal | None) -> bool:
    """Whether the cause of a failure goes away by itself."""
    if isinstance(error, TokenError):
        return error.passing
    if refusal is not None and refusal.reason == "OVERLOADED":
        return True
    passing = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
    return isinstance(error, grpc.RpcError) and error.code() in passing
