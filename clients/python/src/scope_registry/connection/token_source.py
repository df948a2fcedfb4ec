"""Where the tokens of calls come from."""

import threading
import time
from pathlib import Path
from typing import Protocol

from scope_registry.connection.client_credentials import ClientCredentialsToken
from scope_registry.connection.credentials import (
    TOKEN_EXPECTED,
    ClientCredentials,
    Credentials,
    TokenCallback,
    TokenFile,
    is_bearer_token,
)
from scope_registry.connection.errors import TokenError
from scope_registry.connection.small_file import read_small_file

_LOOK_EVERY = 1.0


class TokenSource(Protocol):
    """Has the token of each call. Threads may share it."""

    def get(self) -> str:
        """Tell the token to send.

        Raises:
            TokenError: there is none to be had

        """

    def drop(self, token: str) -> bool:
        """Take in that the registry has refused a token. Tells whether another one may be better."""

    def renew_locks(self) -> None:
        """Take in that this is a child of a fork: threads of the parent held its locks, and are not here."""


def create_token_source(credentials: Credentials) -> TokenSource:
    """Make the source that credentials describe."""
    if isinstance(credentials, str):
        return StaticToken(credentials)
    if isinstance(credentials, TokenFile):
        return FileToken(Path(credentials.path))
    if isinstance(credentials, ClientCredentials):
        return ClientCredentialsToken(credentials)
    return CallbackToken(credentials)


class StaticToken:
    """One token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get(self) -> str:
        """Tell the token."""
        return self._token

    def drop(self, token: str) -> bool:
        """Tell that there is no other one."""
        return False

    def renew_locks(self) -> None:
        """Have none."""


class CallbackToken:
    """What a function returns."""

    def __init__(self, callback: TokenCallback) -> None:
        self._callback = callback
        self._refused: str | None = None

    def get(self) -> str:
        """Ask the function. What it raises reaches the caller, unless it is its own :class:`TokenError`."""
        token = self._callback(self._refused is not None)
        if not is_bearer_token(token):
            raise TokenError(f"What the credentials' function returns {TOKEN_EXPECTED}", passing=False)
        if token != self._refused:
            self._refused = None
        return token

    def drop(self, token: str) -> bool:
        """Ask for another one next time."""
        self._refused = token
        return True

    def renew_locks(self) -> None:
        """Have none."""


class FileToken:
    """The content of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._token: str | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._looked_at = 0.0

    def get(self) -> str:
        """Read the file, if it is another one than before."""
        with self._lock:
            if self._token is None or time.monotonic() - self._looked_at >= _LOOK_EVERY:
                self._token = self._read()
                self._looked_at = time.monotonic()
            return self._token

    def drop(self, token: str) -> bool:
        """Look at the file again at once."""
        with self._lock:
            if self._token == token:
                self._token = self._stamp = None
        return True

    def renew_locks(self) -> None:
        """Have a lock that nobody holds."""
        self._lock = threading.Lock()

    def _read(self) -> str:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._token is not None and stamp == self._stamp:
                return self._token
            token = read_small_file(self._path)
        except (OSError, ValueError) as error:
            why = type(error).__name__
            raise TokenError(
                f"Token file {self._path} cannot be read ({why}): it must be there", passing=True
            ) from None
        if not is_bearer_token(token):
            raise TokenError(f"What token file {self._path} holds {TOKEN_EXPECTED}", passing=True)
        self._stamp = stamp
        return token
