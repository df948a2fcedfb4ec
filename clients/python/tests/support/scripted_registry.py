"""A registry that answers what a test says, for what the real one does not do when it is asked to."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from scoperegistry.v1 import scope_registry_pb2_grpc


class ScriptedRegistry(scope_registry_pb2_grpc.ScopeRegistryServicer):
    """Calls a function for each request, with its metadata's token."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.address = ""
        self.answer: Callable[[grpc.ServicerContext], Message] = lambda context: context.abort(
            grpc.StatusCode.UNIMPLEMENTED, "Nothing is scripted"
        )
        self.feed: Callable[[grpc.ServicerContext], Iterable[Message]] = lambda context: []

    def Introspect(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.tokens.append(dict(context.invocation_metadata())["authorization"].removeprefix("Bearer "))
        return self.answer(context)

    def WatchScopes(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.tokens.append(dict(context.invocation_metadata())["authorization"].removeprefix("Bearer "))
        yield from self.feed(context)

    RegisterScopes = ListScopes = ReportUsage = ValidateScopes = Introspect


def refuse(context: Any, code: grpc.StatusCode, reason: str, retry_after: float | None = None) -> Any:
    """Refuse a call as the registry does (AIP-193)."""
    details = [error_details_pb2.ErrorInfo(domain="scoperegistry.v1", reason=reason)]
    if retry_after is not None:
        delay = Duration()
        delay.FromMilliseconds(round(retry_after * 1_000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    packed = []
    for detail in details:
        message = AnyMessage()
        message.Pack(detail)
        packed.append(message)
    status = status_pb2.Status(code=code_pb2.Code.Value(code.name), message=f"Refused: {reason}", details=packed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, status.message)


@contextmanager
def running_scripted_registry() -> Iterator[ScriptedRegistry]:
    with ThreadPoolExecutor(4) as pool:
        server = grpc.server(pool)
        scripted = ScriptedRegistry()
        scope_registry_pb2_grpc.add_ScopeRegistryServicer_to_server(scripted, server)
        scripted.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        yield scripted
        server.stop(None).wait()
