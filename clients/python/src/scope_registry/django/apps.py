"""The app, as Django loads it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ScopeRegistryConfig(AppConfig):
    """Registers this server's scopes after `migrate`, and checks the settings."""

    name = "scope_registry.django"
    label = "scope_registry"
    verbose_name = _("Scope registry")
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what is called by Django."""
        from scope_registry.django import checks  # noqa: F401, PLC0415
        from scope_registry.django.registration import register_after_migrate  # noqa: PLC0415

        post_migrate.connect(register_after_migrate, sender=self)
