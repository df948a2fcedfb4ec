"""Moves the table of dot-dynamic-scopes into the registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS
from oauth2_provider.models import get_application_model

from scope_registry.connection.connection import ScopeRegistryConnection, connect
from scope_registry.connection.credentials import ClientCredentials, TokenFile
from scope_registry.connection.errors import ConnectionOptionsError, TokenError
from scope_registry.connection.refusal import refusal_of
from scope_registry.django.dynamic_scopes.owner_import import ImportPlan, OwnerImport, batches
from scope_registry.django.dynamic_scopes.table import TABLE, TableContent, TableError, TableScope, read_table
from scope_registry.django.own_token import OwnToken
from scope_registry.django.process import connection as process_connection
from scope_registry.django.settings import OwnApplication, RegistrySettings, read_settings

_SCOPE = "scope_registry.read scope_registry.register scope_registry.register_default"


class Command(BaseCommand):
    """Registers what the table holds, each scope as its own application."""

    help = (
        "Registers what the table of dot-dynamic-scopes holds at the scope registry, without that package. "
        "Each scope is registered as its application, with a token that this server issues to it for the time of the "
        "command, so that the registry has to know this server as an issuer, by introspection, and this server has to "
        "be running. A scope without an application is registered as this server itself. "
        "The command can be run again at any time: what is registered as the table says is left alone, and so is what "
        "its owner has registered otherwise. What the registry does not take is left out and listed with every reason, "
        "and the command ends with an error then (not with --dry-run), after it has registered the others."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only say what would be done: nothing is registered",
        )
        parser.add_argument("--table", default=TABLE, help="the name of the table (default: %(default)s)")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, help="the database that has it, of DATABASES (default: %(default)s)"
        )
        parser.add_argument(
            "--token-file",
            help="a file with the token to register scopes without an application with, if what SCOPE_REGISTRY's "
            "CREDENTIALS give may not: it needs scope_registry.read and scope_registry.register, and "
            "scope_registry.register_default where one of them is a default",
        )
        parser.add_argument(
            "--scope",
            default=_SCOPE,
            help="the scope of the tokens that are issued to applications, where the registry calls its own scopes "
            "otherwise (default: %(default)s)",
        )
        parser.add_argument(
            "--resource",
            help="the registry's SCOPE_REGISTRY_AUDIENCE, for the same tokens (RFC 8707; default: the resource that "
            "CREDENTIALS name)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the table."""
        try:
            settings = read_settings()
            content = read_table(options["table"], options["database"])
            refused = self._import_all(content, settings, options)
        except (ImproperlyConfigured, ConnectionOptionsError, TableError) as error:
            raise CommandError(str(error)) from None
        except (grpc.RpcError, TokenError) as error:
            raise CommandError(f"The import was interrupted: {_why(error)}. Run it again to go on") from error
        if refused and not options["dry_run"]:
            raise CommandError(f"{refused} {_scopes(refused)} left out, for the reasons above")

    def _import_all(self, content: TableContent, settings: RegistrySettings, options: dict[str, Any]) -> int:
        """Import the scopes of each owner, and tell how many were left out."""
        total = ImportPlan()
        for scope in content.orphans:
            self._leave_out(total, "(no application)", scope.name, ["Its application does not exist any more"])
        model = get_application_model()
        known = set(model._base_manager.values_list("client_id", flat=True))
        for client_id, scopes in content.scopes.items():
            if client_id is not None and client_id not in known:
                for scope in scopes:
                    self._leave_out(total, client_id, scope.name, ["This server has no application of this client id"])
                continue
            with _connection_of(client_id, settings, options) as registry:
                self._import_owner(client_id or "(this server)", scopes, OwnerImport(registry), total, options)
        verb = "To register" if options["dry_run"] else "Registered"
        self.stdout.write(
            f"{verb}: {len(total.new)}, as the table says already: {len(total.same)}, left as they are registered: "
            f"{len(total.kept)}, left out: {len(total.refused)}. Revision {total.revision}"
        )
        return len(total.refused)

    def _import_owner(
        self, owner: str, scopes: list[TableScope], registry: OwnerImport, total: ImportPlan, options: dict[str, Any]
    ) -> None:
        dry_run, verbosity = options["dry_run"], options["verbosity"]
        done = 0
        for batch in batches(scopes):
            plan = registry.plan(batch) if dry_run else registry.carry_out(batch)
            done += len(batch)
            if dry_run or verbosity > 1:
                for scope in plan.new:
                    default = " as a default" if scope.is_default else ""
                    self.stdout.write(f"{owner}: {'would register' if dry_run else 'registered'} {scope.name}{default}")
            for name, why in plan.kept.items():
                self.stdout.write(f"{owner}: {name} is left as it is: {why}")
            for name, reasons in plan.refused.items():
                self._leave_out(total, owner, name, reasons)
            total.new += plan.new
            total.same += plan.same
            total.kept |= plan.kept
            total.revision = max(total.revision, plan.revision)
            if verbosity > 0:
                self.stdout.write(f"{owner}: {done} of {len(scopes)} {_scopes(len(scopes), '')}")

    def _leave_out(self, total: ImportPlan, owner: str, name: str, reasons: list[str]) -> None:
        total.refused[name] = reasons
        for reason in reasons:
            self.stdout.write(f"{owner}: {name} is left out: {reason}")


@contextmanager
def _connection_of(
    client_id: str | None, settings: RegistrySettings, options: dict[str, Any]
) -> Iterator[ScopeRegistryConnection]:
    """Connect as an application, or as this server itself."""
    own = settings.credentials if isinstance(settings.credentials, OwnApplication) else None
    if client_id is None and options["token_file"]:
        with connect(settings.address, credentials=TokenFile(options["token_file"]), tls=settings.tls) as registry:
            yield registry
        return
    if client_id is None and own is None:
        yield process_connection()
        return
    issued_to = client_id if client_id is not None else own.client_id if own is not None else ""
    resource = options["resource"] or _resource_of(settings)
    token = OwnToken(OwnApplication(issued_to, scope=options["scope"], resource=resource))
    try:
        with connect(settings.address, credentials=token, tls=settings.tls) as registry:
            yield registry
    finally:
        token.revoke()


def _resource_of(settings: RegistrySettings) -> str | None:
    credentials = settings.credentials
    if not isinstance(credentials, (OwnApplication, ClientCredentials)):
        return None
    resource = credentials.resource
    return resource if resource is None or isinstance(resource, str) else next(iter(resource), None)


def _why(error: Exception) -> str:
    refusal = refusal_of(error)
    if refusal is not None:
        return f"{refusal.message} ({refusal.reason})"
    return str(error.details() if isinstance(error, grpc.Call) else error)


def _scopes(count: int, verb: str = " was| were") -> str:
    one, _, many = verb.partition("|")
    return f"scope{one}" if count == 1 else f"scopes{many}"
