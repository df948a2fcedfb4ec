"""Tokens from an authorization server, by the client credentials grant (RFC 6749 §4.4)."""

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

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
    text: str = field(repr=False)
    usable_until: float
    kept_until: float

    @property
    def is_usable(self) -> bool:
        return time.monotonic() < self.usable_until


class ClientCredentialsToken:
    """Keeps each token until shortly before it expires. Calls that need a new one share one request.

    They share its failure too: who waited for it does not wait for another. The next call asks anew.
    """

    def __init__(self, client: ClientCredentials) -> None:
        self._request = TokenRequest(client)
        self._lock = threading.Lock()
        self._current: _UsableToken | None = None
        self._fetching: Future[str] | None = None
        self._replaces_refused = False

    def get(self) -> str:
        """Tell the token, which is asked for if there is none that is still good.

        Raises:
            TokenError: the authorization server gives none, three times

        """
        with self._lock:
            if self._current is not None and self._current.is_usable:
                return self._current.text
            fetching = self._fetching
            if fetching is None:
                mine = self._fetching = Future()
        if fetching is None:
            return self._fetch_for_all(mine)
        try:
            return fetching.result()
        except TokenError as error:
            # One error object that several threads raise would gather the traces of all.
            raise TokenError(str(error), passing=error.passing) from None

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

    def renew_locks(self) -> None:
        """Have a lock that nobody holds, and wait for no request of the parent."""
        self._lock = threading.Lock()
        self._fetching = None

    def _fetch_for_all(self, shared: "Future[str]") -> str:
        try:
            token = self._fetch()
        except BaseException as error:
            with self._lock:
                self._fetching = None
            # What ends this thread, as Ctrl-C does, is not what the others have to end for.
            passed_on = error if isinstance(error, TokenError) else TokenError("The token was not got", passing=True)
            shared.set_exception(passed_on)
            raise
        with self._lock:
            self._current, self._fetching = token, None
        shared.set_result(token.text)
        return token.text

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
