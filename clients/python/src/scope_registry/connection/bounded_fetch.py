"""Requests to an authorization server, bounded in time and size."""

import json
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from scope_registry.connection.errors import TokenError

_DEADLINE = 10.0
"""How long a request may take from its start to the last byte of its answer, in seconds."""
_TIMEOUT = 5.0
"""How long connecting, and the wait for more of an answer, may take, in seconds."""
_MOST_BYTES = 262_144
_PIECE = 64
"""Bytes that are read at once: whoever sends them one by one is noticed after so many."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    json: dict[str, Any] | None = field(repr=False)
    """The JSON object in it; None: it holds none, or is too large."""


def fetch(
    method: str,
    url: str,
    *,
    data: list[tuple[str, str]] | None = None,
    auth: tuple[str, str] | None = None,
) -> Answer:
    """Make a request. Redirects are not followed: they could carry a secret elsewhere.

    Raises:
        TokenError: passing, as no answer has come

    """
    try:
        return _within(_DEADLINE, lambda: _fetch(method, url, data, auth))
    # The libraries' own texts could quote what was sent, and not all that they raise has one base.
    except Exception as error:
        raise TokenError(f"{url} gives no answer ({type(error).__name__})", passing=True) from None


def _fetch(method: str, url: str, data: list[tuple[str, str]] | None, auth: tuple[str, str] | None) -> Answer:
    give_up_at = time.monotonic() + _DEADLINE
    with requests.request(
        method,
        url,
        data=data,
        # Without any, the library would look into .netrc for some.
        auth=auth or _unchanged,
        headers={"accept": "application/json", "accept-encoding": "identity"},
        timeout=_TIMEOUT,
        allow_redirects=False,
        stream=True,
    ) as response:
        body = bytearray()
        for piece in response.iter_content(_PIECE):
            body += piece
            if len(body) > _MOST_BYTES:
                return Answer(response.status_code, None)
            if time.monotonic() > give_up_at:
                raise TimeoutError
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    return Answer(response.status_code, answer if isinstance(answer, dict) else None)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _within(seconds: float, work: Callable[[], _T]) -> _T:
    """Do something that may wait for others piece by piece, without end where they send a header byte by byte.

    So it has a thread of its own, which is left alone when the time is over: it ends when its connection does.
    """
    results: queue.SimpleQueue[tuple[_T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put((work(), None))
        except Exception as error:
            results.put((None, error))

    try:
        threading.Thread(target=run, name="scope-registry-token", daemon=True).start()
    except RuntimeError:
        # An interpreter that is about to end starts no more threads: the last report still needs a token.
        return work()
    try:
        result, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]
