"""One request of a token (RFC 6749 §4.4), and of the metadata that says where to send it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests

from scope_registry.connection.address import SECURE_URL_EXPECTED, is_secure_url
from scope_registry.connection.credentials import TOKEN_EXPECTED, ClientCredentials, is_bearer_token
from scope_registry.connection.errors import TokenError

_TIMEOUT = 5.0
"""How long a connection, and each piece of an answer, may take, in seconds."""
_MOST_BYTES = 1_048_576
_DEFAULT_LIFETIME = 300.0
"""How long a token is used whose answer has no ``expires_in`` (RFC 6749 §5.1 leaves it open), in seconds."""
_MOST_ERROR_LENGTH = 300


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as the authorization server has issued it."""

    text: str
    expires_in: float
    """Seconds."""


class TokenRequest:
    """Asks an authorization server for a token, finding the token endpoint first where only the issuer is known."""

    def __init__(self, client: ClientCredentials) -> None:
        self._client = client
        self._discovered: str | None = None

    def send(self) -> IssuedToken:
        """Ask once.

        Raises:
            TokenError: passing if the server does not answer, or not as it should

        """
        client = self._client
        endpoint = client.token_endpoint or self._discovered or _discover(client.issuer or "")
        self._discovered = None
        secret = client.client_secret or _read_secret(Path(client.client_secret_file or ""))
        status, answer = _fetch("POST", endpoint, **_authenticated(client, secret))
        if status != 200:
            raise _refusal(endpoint, client.client_id, status, answer, secret)
        token = answer.get("access_token")
        if (
            not isinstance(token, str)
            or not is_bearer_token(token)
            or str(answer.get("token_type")).lower() != "bearer"
        ):
            raise TokenError(f"The token of {endpoint} {TOKEN_EXPECTED}, of type Bearer", passing=True)
        lifetime = answer.get("expires_in")
        # It may move while it fails.
        self._discovered = endpoint if client.token_endpoint is None else None
        return IssuedToken(token, max(0.0, float(lifetime)) if isinstance(lifetime, int | float) else _DEFAULT_LIFETIME)


def _authenticated(client: ClientCredentials, secret: str) -> dict[str, Any]:
    form: list[tuple[str, str]] = [("grant_type", "client_credentials")]
    if client.scope is not None:
        form.append(("scope", client.scope))
    resources = [client.resource] if isinstance(client.resource, str) else client.resource or []
    form += [("resource", resource) for resource in resources]
    if client.audience is not None:
        form.append(("audience", client.audience))
    if client.authentication == "client_secret_post":
        return {"data": [*form, ("client_id", client.client_id), ("client_secret", secret)]}
    # Both parts are form-encoded first (RFC 6749 §2.3.1), which the library does not do.
    return {"data": form, "auth": (quote_plus(client.client_id), quote_plus(secret))}


def _discover(issuer: str) -> str:
    """Find the token endpoint in the issuer's metadata: RFC 8414, else OpenID Connect Discovery 1.0."""
    url = urlsplit(issuer)
    origin, path = f"{url.scheme}://{url.netloc}", url.path.rstrip("/")
    problems = []
    passing = False
    for metadata_url in (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}{path}/.well-known/openid-configuration",
    ):
        try:
            status, metadata = _fetch("GET", metadata_url)
        except TokenError as error:
            problems.append(str(error))
            passing = True
            continue
        endpoint = metadata.get("token_endpoint")
        if status != 200:
            problems.append(f"{metadata_url} answers status {status}")
            passing = passing or status >= 500
        elif metadata.get("issuer") != issuer:
            problems.append(f"{metadata_url} is the metadata of another issuer: set issuer to exactly what it names")
        elif not isinstance(endpoint, str) or not is_secure_url(endpoint):
            problems.append(f"The token_endpoint of {metadata_url} {SECURE_URL_EXPECTED}")
        elif issuer.startswith("https:") and not endpoint.startswith("https:"):
            problems.append(f"{metadata_url} names a token_endpoint without TLS")
        else:
            return endpoint
    raise TokenError(f"The issuer {issuer} names no token endpoint: {'; '.join(problems)}", passing=passing)


def _fetch(method: str, url: str, **request: Any) -> tuple[int, dict[str, Any]]:
    """Make a request, and read the JSON object in its answer; an empty one if it holds none."""
    try:
        with requests.request(
            method,
            url,
            headers={"accept": "application/json"},
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
            **request,
        ) as response:
            body = response.raw.read(_MOST_BYTES + 1, decode_content=True)
            status = response.status_code
    except (requests.RequestException, OSError) as error:
        # Its text could quote what was sent.
        raise TokenError(f"{url} cannot be reached ({type(error).__name__})", passing=True) from None
    try:
        answer = json.loads(body) if len(body) <= _MOST_BYTES else None
    except ValueError:
        answer = None
    return status, answer if isinstance(answer, dict) else {}


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
        raise TokenError(f"Client secret file {path} cannot be read ({why}): it must be there", passing=False) from None
    if secret == "":
        raise TokenError(f"Client secret file {path} is empty: it must hold the secret", passing=False)
    return secret


def _refusal(endpoint: str, client_id: str, status: int, answer: dict[str, Any], secret: str) -> TokenError:
    if status >= 500 or status == 429 or status < 400:
        return TokenError(f"The token endpoint {endpoint} gives no token: it answers status {status}", passing=True)
    told = [answer.get("error"), answer.get("error_description")]
    # Servers have been seen to quote what they were sent.
    text = ": ".join(part for part in told if isinstance(part, str) and secret not in part)
    shown = re.sub(r"[^\x20-\x7e]", " ", text)[:_MOST_ERROR_LENGTH] or f"status {status}"
    return TokenError(
        f"The token endpoint {endpoint} refuses the client {client_id} ({shown}): check its id, secret and scopes",
        passing=False,
    )
