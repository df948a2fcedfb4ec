"""Tokens from an authorization server, by the client credentials grant (RFC 6749 §4.4)."""

import threading
import time
from dataclasses import dataclass

from scope_registry.connection.backoff import Backoff
from scope_registry.connection.credentials import ClientCredentials
from scope_registry.connection.errors import TokenError
from scope_registry.connection.token_request import TokenRequest

_MAX_ATTEMPTS = 3
_BACKOFF = Backoff(first=0.2, most=2.0)
_MOST_MARGIN = 30.0
"""How long before its end a token is used no more: a tenth of its life, and at most this, in seconds."""
_REFUSED_AGAIN = 5.0
"""How long a token that followed a refused one is kept although it is refused as well, in seconds."""


@dataclass(frozen=True, slots=True)
class _UsableToken:
    text: str
    usable_until: float
    kept_until: float


class ClientCredentialsToken:
    """Keeps each token until shortly before it expires. Calls that need a new one share one request.

    A failure is not kept: the next call asks anew.
    """

    def __init__(self, client: ClientCredentials) -> None:
        self._request = TokenRequest(client)
        self._lock = threading.Lock()
        self._current: _UsableToken | None = None
        self._replaces_refused = False

    def get(self) -> str:
        """Tell the token, which is asked for if there is none that is still good.

        Raises:
            TokenError: the authorization server gives none, three times

        """
        current = self._current
        if current is None or time.monotonic() >= current.usable_until:
            with self._lock:
                current = self._current
                if current is None or time.monotonic() >= current.usable_until:
                    current = self._current = self._fetch()
        return current.text

    def drop(self, token: str) -> bool:
        """Forget a refused token, but for one that has just been got in place of another refused one."""
        with self._lock:
            if self._current is None or self._current.text != token:
                return True
            # A registry that refuses all our tokens must not make each call ask for another.
            if time.monotonic() < self._current.kept_until:
                return False
            self._current = None
            self._replaces_refused = True
            return True

    def _fetch(self) -> _UsableToken:
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            started_at = time.monotonic()
            try:
                issued = self._request.send()
            except TokenError as error:
                if not error.passing or attempt == _MAX_ATTEMPTS:
                    raise
                time.sleep(_BACKOFF.delay(attempt))
                continue
            usable_until = started_at + issued.expires_in - min(issued.expires_in / 10, _MOST_MARGIN)
            kept_until = time.monotonic() + _REFUSED_AGAIN if self._replaces_refused else 0.0
            self._replaces_refused = False
            return _UsableToken(issued.text, usable_until, kept_until)
        raise AssertionError("the last attempt returns or raises")
