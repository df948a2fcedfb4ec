"""What gRPC is told about a channel to the registry."""

import json
from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import MethodOptions

from scope_registry.connection.address import is_loopback_host
from scope_registry.connection.options import CheckedOptions
from scoperegistry.v1 import registry_admin_pb2, scope_registry_pb2

DEFAULT_TIMEOUT = 5.0
"""How long a call may take if nobody says, in seconds."""
REGISTRATION_TIMEOUT = 10.0
"""The same for RegisterScopes, which waits for the registry's store."""

_SERVICES = (
    scope_registry_pb2.DESCRIPTOR.services_by_name["ScopeRegistry"],
    registry_admin_pb2.DESCRIPTOR.services_by_name["RegistryAdmin"],
)
_MOST_MESSAGE_BYTES = 4 * 1024 * 1024
_RETRY = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def channel_options(options: CheckedOptions) -> Sequence[tuple[str, Any]]:
    """Say how calls are repeated, how a dead connection is noticed, and how large a message may be."""
    target_name = options.tls.server_name if options.tls is not None else None
    return [
        ("grpc.service_config", _service_config()),
        ("grpc.enable_retries", 1),
        ("grpc.max_receive_message_length", 4 * _MOST_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.max_reconnect_backoff_ms", 1_000),
        ("grpc.initial_reconnect_backoff_ms", 100),
        # In spite of its name it says how long connecting may take.
        ("grpc.min_reconnect_backoff_ms", 5_000),
        # Channels of one process must not share a connection that a fork has to close for one of them.
        ("grpc.use_local_subchannel_pool", 1),
        # What is on this machine is behind no proxy, whatever the environment says.
        *([("grpc.enable_http_proxy", 0)] if is_loopback_host(options.address.host) else []),
        *([] if target_name is None else [("grpc.ssl_target_name_override", target_name)]),
    ]


def default_timeout(method: str, timeout: float | None) -> float:
    """Tell how long a call of a method may take, in seconds, if the caller does not say."""
    if timeout is not None:
        return timeout
    return REGISTRATION_TIMEOUT if method.endswith("/RegisterScopes") else DEFAULT_TIMEOUT


def _service_config() -> str:
    """Say that an UNAVAILABLE call is repeated, where the contract says that this is safe (`idempotency_level`)."""
    names = [
        {"service": service.full_name, "method": method.name}
        for service in _SERVICES
        for method in service.methods
        if not method.server_streaming and method.GetOptions().idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
    ]
    return json.dumps({"methodConfig": [{"name": names, "retryPolicy": _RETRY}]})
