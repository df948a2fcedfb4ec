"""The Django app: Django OAuth Toolkit on the registry's scopes.

    INSTALLED_APPS = [..., "oauth2_provider", "scope_registry.django"]
    OAUTH2_PROVIDER = {"SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes"}
    SCOPE_REGISTRY = {"ADDRESS": ..., "CREDENTIALS": ...}

`settings` is the one place that reads SCOPE_REGISTRY; `process` holds what a process has of the registry.
"""

from typing import TYPE_CHECKING

from scope_registry.django.process import follow

if TYPE_CHECKING:
    from scope_registry.django.scopes import RegistryScopes

__all__ = ["RegistryScopes", "follow"]


def __getattr__(name: str) -> object:
    """Import the backend when it is asked for: Django imports this module before the apps that the backend needs."""
    if name == "RegistryScopes":
        from scope_registry.django.scopes import RegistryScopes  # noqa: PLC0415

        return RegistryScopes
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
