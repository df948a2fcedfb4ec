"""A connection to the registry."""

import threading
from types import TracebackType
from typing import cast

import grpc

from scope_registry.connection.calls import CallInterceptor, CallsUnderWay
from scope_registry.connection.channel import channel_options
from scope_registry.connection.credentials import Credentials
from scope_registry.connection.current_channel import CurrentChannel
from scope_registry.connection.options import CheckedOptions, TlsOptions, check_options
from scope_registry.connection.token_source import TokenSource, create_token_source
from scope_registry.fork import prepare_for_forks
from scoperegistry.v1 import registry_admin_pb2_grpc, scope_registry_pb2, scope_registry_pb2_grpc


def connect(
    address: str,
    *,
    credentials: Credentials,
    tls: bool | TlsOptions | None = None,
    timeout: float | None = None,
) -> "ScopeRegistryConnection":
    """Make a connection. Nothing is sent before the first call.

    Args:
        address: the gRPC port, `host:port` or an `https://` or `http://` URL. TLS is spoken with any host that is not
            loopback.
        credentials: a token, a `TokenFile`, `ClientCredentials`, or a function that has the token
        tls: authorities and certificates; False: plaintext, where a mesh or proxy encrypts, as the tokens travel in the
            clear otherwise
        timeout: how long a call may take, in seconds: 5, and 10 for RegisterScopes, if not given. The `timeout` of a
            call wins.

    Raises:
        ConnectionOptionsError: with every problem of these

    """
    options = check_options(address, tls, credentials, timeout)
    return ScopeRegistryConnection(options, create_token_source(options.credentials))


class ScopeRegistryConnection:
    """Calls the registry. Threads may share it, and it may be made before a process forks (`scope_registry.fork`).

    Calls carry a token, have a deadline, and are repeated while the registry is UNAVAILABLE if the contract allows it:
    four times at the most. A token that the registry refuses is got anew once. An error is a `grpc.RpcError`, of which
    `refusal_of` tells the registry's reason, or a `TokenError`.
    """

    fork_order = 1

    def __init__(self, options: CheckedOptions, tokens: TokenSource) -> None:
        self._options = options
        self._tokens = tokens
        self._interceptor = CallInterceptor(tokens, options.timeout)
        self._lock = threading.RLock()
        self._channel: grpc.Channel | None = None
        self._closed = False
        self._current = CurrentChannel(self._lock, self._open_channel)
        current = cast(grpc.Channel, self._current)
        self._registry = scope_registry_pb2_grpc.ScopeRegistryStub(current)
        self._admin = registry_admin_pb2_grpc.RegistryAdminStub(current)
        prepare_for_forks(self)

    @property
    def address(self) -> str:
        """Where the registry is: ``host:port``."""
        return self._options.address.target

    @property
    def registry(self) -> scope_registry_pb2_grpc.ScopeRegistryStub:
        """The service `ScopeRegistry` of the contract."""
        return self._registry

    @property
    def admin(self) -> registry_admin_pb2_grpc.RegistryAdminStub:
        """The service `RegistryAdmin`, likewise."""
        return self._admin

    def introspect(
        self, token: str, *, token_type_hint: str = "", timeout: float | None = None
    ) -> scope_registry_pb2.IntrospectResponse:
        """Ask whether a token is active, and what it says (RFC 7662).

        A token that is not active is an answer with ``active`` false and nothing else, whatever the cause.

        Raises:
            grpc.RpcError: UNAVAILABLE if the token's issuer cannot be asked

        """
        request = scope_registry_pb2.IntrospectRequest(token=token, token_type_hint=token_type_hint)
        return self.registry.Introspect(request, timeout=timeout)

    def connect_anew(self) -> None:
        """Have the next call open another channel, unless somebody waits for a call of this one.

        A channel that has lost its server was seen not to look for it again in ten seconds and more, although it is
        told to after one, and to answer with its last error meanwhile.
        """
        with self._lock:
            if not self._current.under_way.is_any:
                self._close_channel()

    def close(self) -> None:
        """Close the connection. Calls under way are cancelled."""
        with self._lock:
            self._closed = True
            self._close_channel()

    def __enter__(self) -> "ScopeRegistryConnection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def before_fork(self) -> None:
        """Let calls under way end, and close the channel. The next call opens another one."""
        self._lock.acquire()
        try:
            self._current.under_way.await_end()
            self._close_channel()
        except BaseException:
            self._lock.release()
            raise

    def after_fork(self, *, is_child: bool) -> None:
        """Go on."""
        if is_child:
            # A child has none of its parent's calls, and no thread that held a lock.
            self._current.under_way = CallsUnderWay()
            self._tokens.renew_locks()
        self._lock.release()

    def _open_channel(self) -> grpc.Channel:
        if self._closed:
            raise ValueError("The connection to the registry is closed")
        if self._channel is None:
            options = self._options
            settings = channel_options(options)
            channel = (
                grpc.insecure_channel(options.address.target, settings)
                if options.channel_credentials is None
                else grpc.secure_channel(options.address.target, options.channel_credentials, settings)
            )
            self._channel = grpc.intercept_channel(channel, self._interceptor)
        return self._channel

    def _close_channel(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = None
