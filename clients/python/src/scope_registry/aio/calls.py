"""What each call gets on its way, on asyncio: a token, a deadline, and a second try with a fresh token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc.aio

from scope_registry.connection.calls import is_token_refusal
from scope_registry.connection.channel import default_timeout
from scope_registry.connection.token_source import TokenSource


def _with_token(details: grpc.aio.ClientCallDetails, token: str, timeout: float | None) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    metadata.add("authorization", f"Bearer {token}")
    return grpc.aio.ClientCallDetails(details.method, timeout, metadata, details.credentials, details.wait_for_ready)


class UnaryInterceptor(grpc.aio.UnaryUnaryClientInterceptor):
    """Gives each call with one answer what it needs. Tokens are got in a thread, as that may wait for a server."""

    def __init__(self, tokens: TokenSource, timeout: float | None) -> None:
        self._tokens = tokens
        self._timeout = timeout

    async def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        """Make a call, and again with a fresh token if the registry refuses the first one."""
        method = details.method.decode() if isinstance(details.method, bytes) else details.method
        timeout = details.timeout if details.timeout is not None else default_timeout(method, self._timeout)
        token = await asyncio.to_thread(self._tokens.get)
        call = await continuation(_with_token(details, token, timeout), request)
        try:
            await call
        except grpc.aio.AioRpcError as error:
            if not is_token_refusal(error) or not await asyncio.to_thread(self._tokens.drop, token):
                return call
            fresh = await asyncio.to_thread(self._tokens.get)
            return await continuation(_with_token(details, fresh, timeout), request)
        return call


class StreamInterceptor(grpc.aio.UnaryStreamClientInterceptor):
    """Gives each stream a token."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    async def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        """Open a stream. It is not opened again with another token: that is for whoever reads it."""
        token = await asyncio.to_thread(self._tokens.get)
        stream = await continuation(_with_token(details, token, details.timeout), request)

        async def messages() -> AsyncIterator[Any]:
            try:
                async for message in stream:
                    yield message
            except grpc.aio.AioRpcError as error:
                # Before its reader hears of it, so that whoever opens the stream again has another token.
                if is_token_refusal(error):
                    await asyncio.to_thread(self._tokens.drop, token)
                raise

        return messages()
