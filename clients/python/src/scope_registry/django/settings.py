"""The setting SCOPE_REGISTRY, read in one place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from types import NoneType
from typing import Any, get_args

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from scope_registry.connection.credentials import ClientCredentials, Credentials, TokenFile, is_bearer_token
from scope_registry.connection.options import TlsOptions
from scope_registry.resource_server.registration import MOST_RELEASE, RegistrationMode

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
    credentials: Credentials | OwnApplication = field(repr=False)
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
    mode: RegistrationMode = "MERGE"
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
    "SNAPSHOT_FILE": ("snapshot_file", (str, PathLike)),
    "READY_TIMEOUT": ("ready_timeout", (int, float)),
    "REPORT_USAGE": ("report_usage", bool),
    "REGISTRY_ACCESS": ("registry_access", Mapping),
    "REGISTER_AFTER_MIGRATE": ("register_after_migrate", bool),
    "MODE": ("mode", str),
    "RELEASE": ("release", int),
    "DISPLAY_NAME": ("display_name", (str, Promise)),
    "RESOURCES": ("resources", (list, tuple)),
    "SCOPES": ("scopes", Mapping),
    "DEADLINE": ("deadline", (int, float)),
    "CATALOGUE_URL": ("catalogue_url", str),
}
_KINDS: Mapping[type, str] = {
    str: "a text",
    Promise: "one that is translated lazily",
    PathLike: "a path",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    list: "a list",
    tuple: "a tuple",
    Mapping: "a dict",
}
"""What kinds of values are called."""
_MAY_BE_NONE = ("TLS", "SNAPSHOT_FILE", "CATALOGUE_URL")
"""What is as good as not there if it is None, as where it comes from an environment variable."""

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
        if name not in given or (given[name] is None and name in _MAY_BE_NONE):
            continue
        if not isinstance(given[name], kind) or (isinstance(given[name], bool) and kind in (int, (int, float))):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            problems.append(f"{name} must be {' or '.join(_KINDS[each] for each in kinds)}")
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
    problems += _problems_within(values)
    return problems, None if problems else RegistrySettings(**values)


def _problems_within(values: Mapping[str, Any]) -> Iterator[str]:
    """Tell what is wrong with values that are of the right kind."""
    if values.get("mode", "MERGE") not in get_args(RegistrationMode):
        yield f"MODE must be {' or '.join(get_args(RegistrationMode))}"
    if not 0 <= values.get("release", 0) <= MOST_RELEASE:
        yield "RELEASE must be a whole number from 0 up to 2^53 - 1"
    if not values.get("deadline", 1) > 0:
        yield "DEADLINE must be a number of seconds above 0"
    if not values.get("ready_timeout", 0) >= 0:
        yield "READY_TIMEOUT must be a number of seconds, 0 or more"
    if not all(isinstance(uri, str) for uri in values.get("resources", ())):
        yield "RESOURCES must be a list of URIs"
    for client_id, scope in values.get("registry_access", {}).items():
        if not isinstance(scope, str):
            yield f"REGISTRY_ACCESS of {client_id} must be a text, of scopes that are parted by spaces"
    own = values.get("credentials")
    if isinstance(own, OwnApplication):
        if not own.client_id or not isinstance(own.client_id, str):
            yield "own_application: client_id must be that of an application"
        if not isinstance(own.scope, str):
            yield "own_application: scope must be a text, of scopes that are parted by spaces"
        if not isinstance(own.resource, (str, NoneType)):
            yield "own_application: resource must be a text"


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
