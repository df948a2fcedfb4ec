"""What `manage.py check` says of the settings."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from scope_registry.connection.errors import ConnectionOptionsError
from scope_registry.connection.options import check_options
from scope_registry.django.own_scopes import own_scopes, own_scopes_problems, provider_settings
from scope_registry.django.settings import OwnApplication, read_settings, settings_problems


@register(Tags.compatibility)
def check_settings(**_: Any) -> list[CheckMessage]:
    """Check SCOPE_REGISTRY, and what Django OAuth Toolkit is told, without asking the registry."""
    problems = [*settings_problems(), *own_scopes_problems()]
    if problems:
        return [
            Error(
                f"SCOPE_REGISTRY cannot be used: {problem}",
                hint="docs/django.md of the scope registry has every setting",
                id="scope_registry.E001",
            )
            for problem in problems
        ]
    return [*_check_connection(), *_check_own_scopes(), *_check_provider()]


def _check_connection() -> list[CheckMessage]:
    found = read_settings()
    own = isinstance(found.credentials, OwnApplication)
    try:
        check_options(found.address, found.tls, "own-token" if own else found.credentials, None)  # type: ignore[arg-type]
    except ConnectionOptionsError as error:
        return [Error(f"SCOPE_REGISTRY: {problem}", id="scope_registry.E002") for problem in error.problems]
    return []


def _check_own_scopes() -> list[CheckMessage]:
    found = read_settings()
    messages: list[CheckMessage] = []
    foreign = [name for name in found.scopes if name not in provider_settings().get("SCOPES", {})]
    if foreign:
        messages.append(
            Warning(
                f"SCOPE_REGISTRY['SCOPES'] names {', '.join(foreign)}, which OAUTH2_PROVIDER['SCOPES'] has not",
                hint="What is registered is what stands in OAUTH2_PROVIDER['SCOPES']",
                id="scope_registry.W001",
            )
        )
    try:
        for scope in own_scopes(found):
            scope.to_message()
    except (TypeError, ValueError) as error:
        messages.append(Error(f"SCOPE_REGISTRY['SCOPES'] cannot be used: {error}", id="scope_registry.E003"))
    return messages


def _check_provider() -> list[CheckMessage]:
    # A resource server that only registers need not have the models that these need.
    if "SCOPES_BACKEND_CLASS" not in provider_settings():
        return []
    from scope_registry.django.scopes import RegistryScopes  # noqa: PLC0415
    from scope_registry.django.validators import RegistryValidatorMixin  # noqa: PLC0415

    if not _is_set_to("SCOPES_BACKEND_CLASS", RegistryScopes):
        return []
    if _is_set_to("OAUTH2_VALIDATOR_CLASS", RegistryValidatorMixin):
        return []
    return [
        Warning(
            "Refresh tokens and codes go on giving scopes that the registry has disabled meanwhile",
            hint="Set OAUTH2_PROVIDER['OAUTH2_VALIDATOR_CLASS'] to scope_registry.django.validators.RegistryValidator,"
            " or have your own validator inherit from RegistryValidatorMixin",
            id="scope_registry.W002",
        )
    ]


def _is_set_to(name: str, kind: type) -> bool:
    """Whether a setting of Django OAuth Toolkit is a class of some kind, or its path."""
    given = provider_settings().get(name)
    try:
        found = import_string(given) if isinstance(given, str) else given
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, kind)
