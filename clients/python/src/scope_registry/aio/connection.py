"""A connection to the registry, on asyncio."""

from types import TracebackType

import grpc.aio

from scope_registry.aio.calls import StreamInterceptor, UnaryInterceptor
from scope_registry.connection.channel import channel_options
from scope_registry.connection.credentials import Credentials
from scope_registry.connection.options import CheckedOptions, TlsOptions, check_options
from scope_registry.connection.token_source import TokenSource, create_token_source
from scoperegistry.v1 import registry_admin_pb2_grpc, scope_registry_pb2, scope_registry_pb2_grpc


def connect(
    address: str,
    *,
    credentials: Credentials,
    tls: bool | TlsOptions | None = None,
    timeout: float | None = None,
) -> "AsyncScopeRegistryConnection":
    """Make a connection, in the running event loop.

    See `scope_registry.connect`, of which this has all rules and errors.
    """
    options = check_options(address, tls, credentials, timeout)
    return AsyncScopeRegistryConnection(options, create_token_source(options.credentials))


class AsyncScopeRegistryConnection:
    """Calls the registry.

    What `scope_registry.ScopeRegistryConnection` does, for one event loop. It does not outlive a fork.
    """

    def __init__(self, options: CheckedOptions, tokens: TokenSource) -> None:
        self._options = options
        interceptors = [UnaryInterceptor(tokens, options.timeout), StreamInterceptor(tokens)]
        target, settings = options.address.target, channel_options(options)
        self._channel = (
            grpc.aio.insecure_channel(target, settings, interceptors=interceptors)
            if options.channel_credentials is None
            else grpc.aio.secure_channel(target, options.channel_credentials, settings, interceptors=interceptors)
        )
        self._registry = scope_registry_pb2_grpc.ScopeRegistryStub(self._channel)
        self._admin = registry_admin_pb2_grpc.RegistryAdminStub(self._channel)

    @property
    def address(self) -> str:
        """Where the registry is: `host:port`."""
        return self._options.address.target

    @property
    def registry(self) -> "scope_registry_pb2_grpc.ScopeRegistryAsyncStub":
        """The service `ScopeRegistry` of the contract."""
        return self._registry  # type: ignore[return-value]

    @property
    def admin(self) -> "registry_admin_pb2_grpc.RegistryAdminAsyncStub":
        """The service `RegistryAdmin`, likewise."""
        return self._admin  # type: ignore[return-value]

    async def introspect(
        self, token: str, *, token_type_hint: str = "", timeout: float | None = None
    ) -> scope_registry_pb2.IntrospectResponse:
        """Ask whether a token is active, and what it says (RFC 7662).

        A token that is not active is an answer with `active` false and nothing else, whatever the cause.

        Raises:
            grpc.RpcError: UNAVAILABLE if the token's issuer cannot be asked

        """
        request = scope_registry_pb2.IntrospectRequest(token=token, token_type_hint=token_type_hint)
        return await self.registry.Introspect(request, timeout=timeout)

    async def close(self) -> None:
        """Close the connection. Calls under way are cancelled."""
        await self._channel.close()

    async def __aenter__(self) -> "AsyncScopeRegistryConnection":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
