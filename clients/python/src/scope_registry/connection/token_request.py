"""One request of a token (RFC 6749 §4.4), and of the metadata that says where to send it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

from scope_registry.connection.address import SECURE_URL_EXPECTED, is_secure_url
from scope_registry.connection.bounded_fetch import Answer, fetch
from scope_registry.connection.credentials import TOKEN_EXPECTED, ClientCredentials, is_bearer_token
from scope_registry.connection.errors import TokenError
from scope_registry.connection.small_file import read_small_file

_DEFAULT_LIFETIME = 300.0
"""How long a token is used whose answer has no ``expires_in`` (RFC 6749 §5.1 leaves it open), in seconds."""
_MOST_ERROR_LENGTH = 300


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as the authorization server has issued it."""

    text: str = field(repr=False)
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
        answer = fetch("POST", endpoint, **_authenticated(client, secret))
        if answer.status != 200:
            raise _refusal(endpoint, client.client_id, answer, secret)
        if answer.json is None:
            raise TokenError(f"{endpoint} answers no JSON object of a reasonable size", passing=True)
        token = answer.json.get("access_token")
        if not is_bearer_token(token) or str(answer.json.get("token_type")).lower() != "bearer":
            raise TokenError(f"The token of {endpoint} {TOKEN_EXPECTED}, of type Bearer", passing=True)
        lifetime = answer.json.get("expires_in")
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
            answer = fetch("GET", metadata_url)
        except TokenError as error:
            problems.append(str(error))
            passing = True
            continue
        metadata = answer.json or {}
        endpoint = metadata.get("token_endpoint")
        if answer.status != 200:
            problems.append(f"{metadata_url} answers status {answer.status}")
            passing = passing or answer.status >= 500 or answer.status == 429
        elif answer.json is None:
            problems.append(f"{metadata_url} answers no JSON object of a reasonable size")
        elif metadata.get("issuer") != issuer:
            problems.append(f"{metadata_url} is the metadata of another issuer: set issuer to exactly what it names")
        elif not isinstance(endpoint, str) or not is_secure_url(endpoint):
            problems.append(f"The token_endpoint of {metadata_url} {SECURE_URL_EXPECTED}")
        elif issuer.startswith("https:") and not endpoint.startswith("https:"):
            problems.append(f"{metadata_url} names a token_endpoint without TLS")
        else:
            return endpoint
    raise TokenError(f"The issuer {issuer} names no token endpoint: {'; '.join(problems)}", passing=passing)


def _read_secret(path: Path) -> str:
    try:
        secret = read_small_file(path)
    except (OSError, ValueError) as error:
        why = type(error).__name__
        raise TokenError(f"Client secret file {path} cannot be read ({why}): it must be there", passing=False) from None
    if secret == "":
        raise TokenError(f"Client secret file {path} is empty: it must hold the secret", passing=False)
    return secret


def _refusal(endpoint: str, client_id: str, answer: Answer, secret: str) -> TokenError:
    status, said = answer.status, answer.json or {}
    if status >= 500 or status == 429 or status < 400:
        return TokenError(f"The token endpoint {endpoint} gives no token: it answers status {status}", passing=True)
    told = [said.get("error"), said.get("error_description")]
    # Servers have been seen to quote what they were sent.
    sent = (secret, quote_plus(secret))
    text = ": ".join(part for part in told if isinstance(part, str) and not any(each in part for each in sent))
    shown = re.sub(r"[^\x20-\x7e]", " ", text)[:_MOST_ERROR_LENGTH] or f"status {status}"
    return TokenError(
        f"The token endpoint {endpoint} refuses the client {client_id} ({shown}): check its id, secret and scopes",
        passing=False,
    )
