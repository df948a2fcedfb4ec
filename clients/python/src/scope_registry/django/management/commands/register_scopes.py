"""Registers this server's scopes at the registry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from scope_registry.django.registration import register_own_scopes


class Command(BaseCommand):
    """Does what `migrate` does by itself, for deployments that do without it."""

    help = "Registers the scopes of OAUTH2_PROVIDER['SCOPES'] at the scope registry; fails where that is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--deadline", type=float, help="how long to try while the registry is away, in seconds")

    def handle(self, *args: Any, deadline: float | None, **options: Any) -> None:
        """Register them."""
        if register_own_scopes(self.stdout.write, deadline=deadline) is None:
            self.stdout.write("There is nothing to register: OAUTH2_PROVIDER['SCOPES'] is not set")
