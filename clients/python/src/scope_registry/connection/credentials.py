"""How a connection proves who calls."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias, TypeGuard

from scope_registry.connection.address import SECURE_URL_EXPECTED, is_secure_url

TOKEN_EXPECTED = "must be a bearer token (RFC 6750 section 2.1), without white space"
"""What a token must look like."""

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file that holds the token and nothing else, a projected service account token of Kubernetes for example.

    It is looked at once a second at the most, while there are calls, and read again when it has changed.
    """

    path: str | Path


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """The client credentials grant (RFC 6749 §4.4). Give `issuer` or `token_endpoint`, and one of both secrets."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    client_secret_file: str | Path | None = None
    """A file that holds the secret and nothing else. It is read for each request of a token."""
    issuer: str | None = None
    """The authorization server, whose metadata names the token endpoint (RFC 8414, or OpenID Connect Discovery 1.0)."""
    token_endpoint: str | None = None
    """The token endpoint. As `issuer`, it is an https URL; http is accepted on loopback only."""
    scope: str | None = None
    """The scopes of the registry to ask for, parted by spaces."""
    resource: str | Sequence[str] | None = None
    """The registry as a resource (RFC 8707 §2): what its SCOPE_REGISTRY_AUDIENCE says."""
    audience: str | None = None
    """The same, for authorization servers that know `audience` in place of `resource`."""
    authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    """How the client authenticates (RFC 6749 §2.3.1)."""


TokenCallback: TypeAlias = Callable[[bool], str]
"""Has the token to send, for each call: it remembers the token itself.

It is told whether the registry has refused the last one, so that a remembered one will not do.
"""

Credentials: TypeAlias = str | TokenFile | ClientCredentials | TokenCallback
"""A token that is never renewed (for tests and short programs), or where tokens come from."""


def is_bearer_token(text: object) -> TypeGuard[str]:
    """Whether a text can stand in an ``authorization`` header: ``b64token`` of RFC 6750 §2.1."""
    return isinstance(text, str) and _BEARER_TOKEN.fullmatch(text) is not None


def credentials_problems(credentials: Credentials) -> list[str]:
    """Tell what is wrong with credentials, without their secrets."""
    if isinstance(credentials, str):
        return [] if is_bearer_token(credentials) else [f"credentials {TOKEN_EXPECTED}"]
    if isinstance(credentials, ClientCredentials):
        return [f"credentials: {problem}" for problem in _client_problems(credentials)]
    if isinstance(credentials, TokenFile):
        is_path = isinstance(credentials.path, (str, PathLike)) and str(credentials.path)
        return [] if is_path else ["credentials: the path of the token file must be a path, and not empty"]
    if callable(credentials):
        return []
    return ["credentials must be a token, a TokenFile, ClientCredentials, or a function that has the token"]


def _client_problems(client: ClientCredentials) -> list[str]:
    problems = []
    if (client.issuer is None) == (client.token_endpoint is None):
        problems.append("give either issuer or token_endpoint")
    for name, url in (("issuer", client.issuer), ("token_endpoint", client.token_endpoint)):
        if url is not None and not is_secure_url(url):
            problems.append(f"{name} {SECURE_URL_EXPECTED}")
    if not client.client_id:
        problems.append("client_id must not be empty")
    if (client.client_secret is None) == (client.client_secret_file is None):
        problems.append("give either client_secret or client_secret_file")
    elif client.client_secret == "":
        problems.append("client_secret must not be empty")
    if not (client.scope is None or isinstance(client.scope, str)):
        problems.append("scope must be a text, of scopes that are parted by spaces")
    if client.authentication not in ("client_secret_basic", "client_secret_post"):
        problems.append("authentication must be client_secret_basic or client_secret_post")
    return problems
