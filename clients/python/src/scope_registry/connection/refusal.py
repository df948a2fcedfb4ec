"""What the registry says in an error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from scope_registry.judging.violation import Violation

_DOMAIN = "scoperegistry.v1"
_DETAILS_KEY = "grpc-status-details-bin"
_M = TypeVar("_M", bound=Message)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the registry refused a call (AIP-193)."""

    code: grpc.StatusCode
    reason: str
    """A name of `ErrorReason` without its prefix, ``SCOPE_NOT_OWNED`` for example. Later versions know more of them."""
    message: str
    metadata: Mapping[str, str]
    """The values that the message mentions, for programs."""
    violations: tuple[Violation, ...]
    """Every broken rule, where the request broke rules."""
    retry_after: float | None
    """After how many seconds it is worth trying again; None: the registry does not say."""


def refusal_of(error: BaseException) -> Refusal | None:
    """Read what the registry says in an error of a call; None if the error is not the registry's."""
    # What is raised for a call is that call as well; an error that others have made need not be.
    if not isinstance(error, grpc.RpcError) or not hasattr(error, "trailing_metadata"):
        return None
    call = cast(grpc.Call, error)
    status = _status_of(call.trailing_metadata() or ())
    if status is None:
        return None
    info = next((each for each in _details(status, error_details_pb2.ErrorInfo) if each.domain == _DOMAIN), None)
    if info is None:
        return None
    broken = [
        violation for each in _details(status, error_details_pb2.BadRequest) for violation in each.field_violations
    ]
    retry = next(iter(_details(status, error_details_pb2.RetryInfo)), None)
    return Refusal(
        code=call.code(),
        reason=info.reason,
        message=status.message,
        metadata=dict(info.metadata),
        violations=tuple(Violation(each.field, each.description) for each in broken),
        retry_after=None if retry is None else retry.retry_delay.ToTimedelta().total_seconds(),
    )


def _status_of(trailers: Iterable[tuple[str, str | bytes]]) -> status_pb2.Status | None:
    for key, value in trailers:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None


def _details(status: status_pb2.Status, kind: type[_M]) -> list[_M]:
    found = []
    for detail in status.details:
        message = kind()
        try:
            if detail.Is(message.DESCRIPTOR) and detail.Unpack(message):
                found.append(message)
        except DecodeError:
            continue
    return found
