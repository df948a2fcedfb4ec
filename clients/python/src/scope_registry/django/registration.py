"""Registering this server's own scopes, when it is deployed."""

from collections.abc import Callable
from typing import Any

import grpc
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS

from scope_registry.connection.errors import ConnectionOptionsError, TokenError
from scope_registry.connection.refusal import refusal_of
from scope_registry.django.own_scopes import own_scopes, own_scopes_problems, provider_settings
from scope_registry.django.process import connection
from scope_registry.django.settings import read_settings
from scope_registry.resource_server.register_at_startup import register_at_startup
from scope_registry.resource_server.registration import (
    RegisteredScopes,
    RegistrationRefusedError,
    RegistrationRetry,
    RegistrationTimeoutError,
)


def register_own_scopes(write: Callable[[str], object], *, deadline: float | None = None) -> RegisteredScopes | None:
    """Register what the settings SCOPES and DEFAULT_SCOPES hold; None: nothing.

    Args:
        write: where to say how it goes
        deadline: how long to try while the registry is away, in seconds; what the settings say if not given

    Raises:
        CommandError: nothing was registered, and what is deployed must not serve

    """
    try:
        settings = read_settings()
        # No command but `check` and `runserver` looks for these.
        problems = own_scopes_problems()
        if problems:
            raise ImproperlyConfigured("OAUTH2_PROVIDER cannot be used: " + "; ".join(problems))
        scopes = own_scopes(settings)
        # With REPLACE none are something to say: those that were there are disabled.
        if not scopes and not (settings.mode == "REPLACE" and "SCOPES" in provider_settings()):
            return None
        registry = connection()
        count = "1 scope" if len(scopes) == 1 else f"{len(scopes)} scopes"
        write(f"Registering {count} at the registry {registry.address}")
        registered = register_at_startup(
            registry,
            scopes,
            mode=settings.mode,
            release=settings.release,
            display_name=settings.display_name,
            deadline=deadline if deadline is not None else settings.deadline,
            on_retry=lambda retry: write(_describe_retry(retry)),
        )
    except (ImproperlyConfigured, ConnectionOptionsError) as error:
        raise CommandError(str(error)) from None
    except (RegistrationRefusedError, RegistrationTimeoutError, TokenError, TypeError, ValueError) as error:
        raise CommandError(f"The scopes of this server are not registered at {settings.address}. {error}") from error
    except grpc.RpcError as error:
        why = error.details() if isinstance(error, grpc.Call) else error
        raise CommandError(f"The scopes of this server are not registered at {settings.address}. {why}") from error
    for line in _describe(registered):
        write(line)
    return registered


def register_after_migrate(
    *, using: str = DEFAULT_DB_ALIAS, verbosity: int = 1, stdout: Any = None, plan: Any = None, **_: Any
) -> None:
    """Register after `migrate`: its failure ends that command, and so the deployment.

    Not for another database than the default one, not when tests make their database, not on the way back to earlier
    migrations, and not after `flush`, which says that it has migrated as well, but without a plan.
    """
    if using != DEFAULT_DB_ALIAS or _is_test_run() or plan is None or any(is_backwards for _, is_backwards in plan):
        return
    try:
        if not read_settings().register_after_migrate:
            return
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from None

    def write(line: str) -> None:
        if verbosity > 0 and stdout is not None:
            stdout.write(f"  {line}")
        elif verbosity > 0:
            print(f"  {line}")

    register_own_scopes(write)


def _is_test_run() -> bool:
    """Whether Django has set up a test environment: nothing else tells, and this is its mark for mail."""
    return hasattr(mail, "outbox")


def _describe(registered: RegisteredScopes) -> list[str]:
    if registered.superseded:
        return ["A newer release has registered already: nothing was changed"]
    by_outcome: dict[str, list[str]] = {}
    for name, outcome in registered.outcomes.items():
        by_outcome.setdefault(outcome, []).append(name)
    lines = [f"{outcome.capitalize()}: {', '.join(names)}" for outcome, names in by_outcome.items()]
    if registered.pending:
        lines.append(f"An administrator of the registry has to approve {', '.join(registered.pending)}")
    return [*lines, f"Revision {registered.revision}"]


def _describe_retry(retry: RegistrationRetry) -> str:
    refusal = refusal_of(retry.error)
    details = retry.error.details() if isinstance(retry.error, grpc.Call) else str(retry.error)
    why = refusal.message if refusal is not None else details
    return f"Attempt {retry.attempt} failed ({why}), next in {retry.delay:.1f} s"
