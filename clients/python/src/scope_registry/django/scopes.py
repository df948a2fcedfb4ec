"""The scopes of Django OAuth Toolkit, out of the registry."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any

from oauth2_provider.models import AbstractApplication
from oauth2_provider.scopes import BaseScopes
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, InvalidScopeError, TemporarilyUnavailableError

from scope_registry.django.descriptions import ScopeDescriptions
from scope_registry.django.own_scopes import provider_settings
from scope_registry.django.process import descriptions as process_descriptions
from scope_registry.django.process import replica as process_replica
from scope_registry.django.settings import read_settings
from scope_registry.judging.judgement import Judgement, ValidationMode
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.scope_state import is_in_force
from scope_registry.judging.scope_template import is_template_name
from scope_registry.judging.violation import InvalidRequestError
from scope_registry.replica.scope_replica import NotReadyError, ScopeReplica

_OPENS_INTROSPECTION = "introspection"
"""With this scope Django OAuth Toolkit's introspection endpoint tells of any token."""


class RegistryScopes(BaseScopes):  # type: ignore[misc]
    """What may be requested, by whom, and what it is called: asked of the process's replica, with every request anew.

    A scope that is registered now can be requested in every process at once; one that is disabled is refused at once.
    """

    def get_all_scopes(self) -> ScopeDescriptions:
        """Return all scopes that can be granted, with what the consent page says of each in the active language.

        While there are none yet, each is described by its name: pages that show tokens come too early now and then.
        """
        return ScopeDescriptions(replica_in_time(), process_descriptions())

    def get_available_scopes(
        self, application: Any = None, request: Request | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what a request may have, or what is open to an application, or to all: for metadata.

        Of a request these are the requested scopes, all of which have to be good: else it is refused here, with a
        reason that says more than that something is wrong. A scope that was asked for by its old name is granted by its
        new one. Metadata lists none while there are none yet, which it may (RFC 8414 §2).

        Raises:
            InvalidScopeError: a requested scope may not be granted; `invalid_target` where the requested resources are
                what is wrong
            TemporarilyUnavailableError: there is nothing to judge by yet

        """
        if request is None:
            return list(_open_scopes(application))
        requested = list(request.scopes or ())
        if not _has_registry_access(application, requested, request):
            client_id = getattr(application, "client_id", "")
            request.scopes = list(judge(client_id, requested, request).granted_scopes)
        # Django OAuth Toolkit compares what was requested with what is available.
        return [*requested, *(request.scopes or ())]

    def get_default_scopes(
        self, application: Any = None, request: Request | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what a request that names no scope gets (RFC 6749 §3.3).

        The client's own defaults, else all clients'.
        """
        judgement = _ask((), getattr(application, "client_id", ""), request, "ALL_OR_NOTHING")
        return [name for name in judgement.granted_scopes if not _is_only_others(name)]


def judge(
    client_id: str, scopes: Iterable[str], request: Request, mode: ValidationMode = "ALL_OR_NOTHING"
) -> Judgement:
    """Judge what a request asks for.

    Raises:
        InvalidScopeError, CustomOAuth2Error: it may not have that
        TemporarilyUnavailableError: there is nothing to judge by yet

    """
    judgement = _ask(tuple(scopes), client_id, request, mode)
    if judgement.valid:
        if any(_is_only_others(name) for name in judgement.granted_scopes):
            description = f"Scope {_OPENS_INTROSPECTION} is not one of this server's own scopes"
            raise InvalidScopeError(description=description, request=request)
        return judgement
    if judgement.error == "invalid_target":
        raise _invalid_target(judgement.error_description, request)
    raise InvalidScopeError(description=judgement.error_description, request=request)


def _ask(scopes: tuple[str, ...], client_id: str, request: Request | None, mode: ValidationMode) -> Judgement:
    replica, resources = ready_replica(request), requested_resources(request)
    try:
        return replica.judge(scopes=scopes, client_id=client_id, resources=resources, mode=mode)
    except InvalidRequestError as error:
        description = _printable(str(error))
        # A resource that is none is an invalid target too (RFC 8707 §2).
        if all(violation.field.startswith("resources") for violation in error.violations):
            raise _invalid_target(description, request) from None
        raise InvalidScopeError(description=description, request=request) from None


def _invalid_target(description: str, request: Request | None) -> CustomOAuth2Error:
    return CustomOAuth2Error(error="invalid_target", description=description, status_code=400, request=request)


def ready_replica(request: Request | None) -> ScopeReplica:
    """Return the process's replica, once it has something to judge by.

    Raises:
        TemporarilyUnavailableError: it has nothing in time. The log says why.

    """
    replica = replica_in_time()
    if not replica.is_ready:
        raise TemporarilyUnavailableError(
            description="The scopes are not there yet: try again soon", request=request, status_code=503
        )
    return replica


def replica_in_time() -> ScopeReplica:
    """Return the process's replica, which may have nothing to judge by although it was waited for. The log says why."""
    replica = process_replica()
    if not replica.is_ready:
        with suppress(NotReadyError):
            replica.wait_until_ready(read_settings().ready_timeout)
    return replica


def requested_resources(request: Request | None) -> list[str]:
    """Return the `resource` parameters of a request (RFC 8707 §2), each once.

    The library keeps only one of them in its attribute.
    """
    kept = getattr(request, "resource", None)
    # Where the library has none, there is none, and no URL needs to be taken apart.
    if request is None or kept is None:
        return []
    pairs = [*(request.uri_query_params or ()), *(request.decoded_body or ())]
    named = [value for key, value in pairs if key == "resource"]
    named += [kept] if isinstance(kept, str) else kept or []
    return [resource for resource in dict.fromkeys(named) if resource]


def _has_registry_access(application: Any, requested: Collection[str], request: Request) -> bool:
    """Whether a request is for nothing but those of the registry's own scopes that the settings give its client.

    They are for the client itself, which has proved who it is (RFC 6749 §4.4). By any other grant a user would have the
    client's rights at the registry, and anybody can write the id of a public client.
    """
    # The authorization endpoint reads a grant type too, from whoever wrote the link: it always has a response type.
    if request.grant_type != "client_credentials" or request.response_type:
        return False
    if getattr(application, "client_type", "") != AbstractApplication.CLIENT_CONFIDENTIAL:
        return False
    given = read_settings().registry_access.get(application.client_id, "")
    return bool(requested) and set(requested) <= set(given.split())


def _open_scopes(application: Any) -> Iterator[str]:
    replica = replica_in_time()
    names = sorted(scope.name for scope in replica.scopes() if _is_listed(scope))
    if application is None:
        yield from names
        return
    # Each by itself and not judged together: that would be reported as a use of all of them.
    for name in names:
        if replica.allows(scopes=(name,), client_id=application.client_id):
            yield name


def _is_listed(scope: ScopeRecord) -> bool:
    is_shown = is_in_force(scope) and not scope.unlisted and not is_template_name(scope.name)
    return is_shown and not _is_only_others(scope.name)


def _is_only_others(name: str) -> bool:
    """Whether a scope opens an endpoint of this server itself, and is not among the scopes that this server registers.

    Whoever had registered its name could give every client what only this server has to give.
    """
    return name == _OPENS_INTROSPECTION and name not in provider_settings().get("SCOPES", {})


def _printable(text: str) -> str:
    """Keep to the characters of `error_description` (RFC 6749 §5.2)."""
    return "".join(character if " " <= character <= "~" and character not in '"\\' else "?" for character in text)
