"""The setting SCOPE_REGISTRY, read in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from scope_registry.connection.credentials import ClientCredentials, Credentials, TokenFile, is_bearer_token
from scope_registry.connection.options import TlsOptions

NAME = "SCOPE_REGISTRY"

OWN_TOKEN_SCOPES = "scope_registry.read scope_registry.validate scope_registry.register"
"""What the authorization server's own token is for, if nobody says."""


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """The authorization server calls the registry with tokens that it issues to itself, out of its own database."""

    client_id: str
    """The application that they are issued to. It is what the authorization server is called in the registry."""
    scope: str = OWN_TOKEN_SCOPES
    resource: str | None = None
    """What the registry's SCOPE_REGISTRY_AUDIENCE says, for a Django OAuth Toolkit that knows RFC 8707."""


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """What SCOPE_REGISTRY says."""

    address: str
    credentials: Credentials | OwnApplication
    tls: bool | TlsOptions | None = None
    snapshot_file: str | None = None
    """Where the newest scopes are kept, so that the authorization server starts without the registry too."""
    ready_timeout: float = 5.0
    """How long the first request of a process waits for the scopes, in seconds."""
    report_usage: bool = True
    registry_access: Mapping[str, str] = field(default_factory=dict)
    """Which of the registry's own scopes a client may have whatever the registry says: by client, parted by spaces.

    With the client credentials grant, and for confidential clients only.
    """
    register_after_migrate: bool = True
    mode: str = "MERGE"
    release: int = 0
    display_name: str = ""
    resources: tuple[str, ...] = ()
    """The resources (RFC 8707) that all scopes of the setting SCOPES are tied to."""
    scopes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """More of each scope of SCOPES: what `ScopeDefinition` has beside its name and description."""
    deadline: float = 60.0
    """How long registering is tried while the registry is away, in seconds."""
    catalogue_url: str | None = None
    """The registry's web page, for links to it."""


_READERS: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "ADDRESS": ("address", str),
    "CREDENTIALS": ("credentials", (str, Mapping)),
    "TLS": ("tls", (bool, Mapping)),
    "SNAPSHOT_FILE": ("snapshot_file", object),
    "READY_TIMEOUT": ("ready_timeout", (int, float)),
    "REPORT_USAGE": ("report_usage", bool),
    "REGISTRY_ACCESS": ("registry_access", Mapping),
    "REGISTER_AFTER_MIGRATE": ("register_after_migrate", bool),
    "MODE": ("mode", str),
    "RELEASE": ("release", int),
    "DISPLAY_NAME": ("display_name", object),
    "RESOURCES": ("resources", (list, tuple)),
    "SCOPES": ("scopes", Mapping),
    "DEADLINE": ("deadline", (int, float)),
    "CATALOGUE_URL": ("catalogue_url", str),
}


_last_read: list[tuple[object, RegistrySettings]] = []
"""What was read last, and what that was made of."""


def read_settings() -> RegistrySettings:
    """Read SCOPE_REGISTRY, which is done anew when another dict has taken its place, as in tests.

    Raises:
        ImproperlyConfigured: with every problem

    """
    # Asked for with every request: reading it each time was two fifths of what judging takes.
    given = getattr(settings, NAME, None)
    for made_of, read in _last_read:
        if made_of is given:
            return read
    problems, found = _read()
    if found is None:
        raise ImproperlyConfigured(f"{NAME} cannot be used: " + "; ".join(problems))
    _last_read[:] = [(given, found)]
    return found


def settings_problems() -> list[str]:
    """Tell what is wrong with SCOPE_REGISTRY, without its secrets."""
    return _read()[0]


def _read() -> tuple[list[str], RegistrySettings | None]:
    given = getattr(settings, NAME, None)
    if not isinstance(given, Mapping):
        return ['it must be a dict with ADDRESS and CREDENTIALS, {"ADDRESS": "registry.example.com:50051", …}'], None
    problems = [f"{name} is no setting: it knows {', '.join(_READERS)}" for name in given if name not in _READERS]
    problems += [f"{name} is missing" for name in ("ADDRESS", "CREDENTIALS") if name not in given]
    values: dict[str, Any] = {}
    for name, (attribute, kind) in _READERS.items():
        if name not in given:
            continue
        if not isinstance(given[name], kind) or (isinstance(given[name], bool) and kind in (int, (int, float))):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            problems.append(f"{name} must be a {' or a '.join(each.__name__.lower() for each in kinds)}")
        else:
            values[attribute] = given[name]
    if isinstance(values.get("tls"), Mapping):
        values["tls"] = _options("TLS", TlsOptions, values["tls"], problems)
    if "credentials" in values:
        values["credentials"] = _read_credentials(values["credentials"], problems)
    for name in ("snapshot_file", "display_name"):
        if name in values:
            values[name] = str(values[name])
    if "resources" in values:
        values["resources"] = tuple(values["resources"])
    if values.get("mode", "MERGE") not in ("MERGE", "REPLACE"):
        problems.append("MODE must be MERGE or REPLACE")
    return problems, None if problems else RegistrySettings(**values)


def _read_credentials(given: str | Mapping[str, Any], problems: list[str]) -> Credentials | OwnApplication | None:
    if isinstance(given, str):
        if not is_bearer_token(given):
            problems.append("CREDENTIALS is a text, but no bearer token (RFC 6750 section 2.1)")
        return given
    kinds: Mapping[str, Callable[[Any], Credentials | OwnApplication | None]] = {
        "token_file": TokenFile,
        "get_token": lambda name: import_string(name) if isinstance(name, str) else name,
        "client_credentials": lambda client: _options("client_credentials", ClientCredentials, client, problems),
        "own_application": lambda own: _options("own_application", OwnApplication, own, problems),
    }
    if len(given) != 1 or next(iter(given)) not in kinds:
        problems.append(f"CREDENTIALS must be a token, or a dict with exactly one of {', '.join(kinds)}")
        return None
    ((kind, value),) = given.items()
    try:
        return kinds[kind](value)
    except ImportError as error:
        problems.append(f"CREDENTIALS: {kind} cannot be imported ({error})")
        return None


def _options(name: str, kind: Callable[..., Any], given: object, problems: list[str]) -> Any:
    """Make options of a dict. The error of the constructor names what it does not know, and no values."""
    if not isinstance(given, Mapping):
        problems.append(f"{name} must be a dict")
        return None
    try:
        return kind(**given)
    except TypeError as error:
        problems.append(f"{name}: {str(error).rpartition('__init__() ')[2]}")
        return None
