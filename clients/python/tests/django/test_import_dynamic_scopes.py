"""Moving the table of dot-dynamic-scopes into a registry that trusts this server by introspection."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import grpc
import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db import transaction
from oauth2_provider.models import AccessToken, Application

from scope_registry import ScopeDefinition, ScopeRegistryConnection, connect, register_at_startup
from scope_registry.django import process
from scope_registry.django.dynamic_scopes.owner_import import OwnerImport, batches
from scope_registry.django.dynamic_scopes.table import TableScope
from scope_registry.django.own_token import OwnToken
from scope_registry.django.settings import OwnApplication
from scoperegistry.v1 import registry_admin_pb2, scope_pb2, scope_registry_pb2
from tests.support.registry import RegistryProcess

pytestmark = pytest.mark.django_db(transaction=True)

# What the package's own migrations make with SQLite.
CREATE = """
CREATE TABLE "dot_dynamic_scopes_scope" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar(255) NOT NULL UNIQUE,
    "description" text NOT NULL,
    "is_default" bool NOT NULL,
    "application_id" bigint NULL
)"""


@pytest.fixture(scope="module")
def registry(live_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """A registry, not in dev mode, whose only issuer is this server."""
    endpoint = f"{live_server.url}/o/introspect/"
    introspection = {
        "endpoint": endpoint,
        "client_id": "registry",
        "client_secret": "registry-secret",
        "audience_optional": True,
        "cache_seconds": 1,
    }
    issuers = [{"issuer": f"{live_server.url}/o", "introspection": introspection}]
    server = RegistryProcess(
        tmp_path_factory.mktemp("import-registry"), settings={"ISSUERS": json.dumps(issuers)}, dev=False
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def table(use_registry: Callable[..., None], registry: RegistryProcess) -> Iterator[None]:
    """The old table, empty, in a server that is called auth-server in the registry."""
    for name in ("registry", "auth-server"):
        make_application(name)
    use_registry(registry.grpc_address, {"own_application": {"client_id": "auth-server"}})
    with database.cursor() as cursor:
        cursor.execute(CREATE)
    yield
    with database.cursor() as cursor:
        cursor.execute('DROP TABLE "dot_dynamic_scopes_scope"')


def make_application(client_id: str) -> Application:
    return Application.objects.create(
        name=client_id,
        client_id=client_id,
        client_secret=f"{client_id}-secret",
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )


def add(application: Application | None, *rows: tuple[str, str] | tuple[str, str, bool]) -> None:
    values = [(row[0], row[1], len(row) > 2 and row[2], application and application.pk) for row in rows]
    with transaction.atomic(), database.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO dot_dynamic_scopes_scope (name, description, is_default, application_id)"
            " VALUES (%s, %s, %s, %s)",
            values,
        )


def run(*arguments: str, fails: str | None = None) -> str:
    """Run the command, and tell what it has said."""
    written = StringIO()
    if fails is None:
        call_command("import_dynamic_scopes", *arguments, stdout=written)
    else:
        with pytest.raises(CommandError, match=fails):
            call_command("import_dynamic_scopes", *arguments, stdout=written)
    return written.getvalue()


@pytest.fixture
def connected(registry: RegistryProcess) -> Iterator[Callable[[str], ScopeRegistryConnection]]:
    """Connections as applications of this server."""
    made: list[ScopeRegistryConnection] = []

    def connection_of(client_id: str) -> ScopeRegistryConnection:
        rights = "scope_registry.register scope_registry.register_default scope_registry.admin"
        made.append(connect(registry.grpc_address, credentials=OwnToken(OwnApplication(client_id, scope=rights))))
        return made[-1]

    yield connection_of
    for each in made:
        each.close()


def registered(prefix: str) -> dict[str, scope_pb2.Scope]:
    """What the registry has under a prefix."""
    request = scope_registry_pb2.ListScopesRequest(name_prefix=prefix, page_size=1_000)
    found: dict[str, scope_pb2.Scope] = {}
    while True:
        page = process.connection().registry.ListScopes(request)
        found |= {scope.name: scope for scope in page.scopes}
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def revision() -> int:
    return process.connection().registry.ListScopes(scope_registry_pb2.ListScopesRequest(page_size=1)).revision


def test_registers_each_scope_as_its_application() -> None:
    add(make_application("one-api"), ("one:read", "Read one"), ("one:list", "List", True))
    add(make_application("two-api"), ("one:two", "Two's own"))
    add(None, ("one:server", "The server's own", True))
    said = run()
    found = registered("one:")
    assert {name: scope.owner for name, scope in found.items()} == {
        "one:read": "one-api",
        "one:list": "one-api",
        "one:two": "two-api",
        "one:server": "auth-server",
    }
    assert found["one:read"].description == "Read one"
    assert {name for name, scope in found.items() if scope.is_default} == {"one:list", "one:server"}
    assert "Registered: 4, as the table says already: 0, left as they are registered: 0, left out: 0" in said


def test_a_second_run_writes_nothing() -> None:
    add(make_application("again-api"), ("again:read", "Read"), ("again:list", "List", True))
    run()
    before = revision()
    assert "Registered: 0, as the table says already: 2" in run()
    assert revision() == before


def test_a_dry_run_says_what_would_be_done() -> None:
    add(make_application("dry-api"), ("dry:read", "Read"), ("dry:list", "List", True), ("dry bad", "No name"))
    before = revision()
    said = run("--dry-run")
    assert "dry-api: would register dry:read\n" in said
    assert "dry-api: would register dry:list as a default\n" in said
    assert "dry-api: dry bad is left out: name: " in said
    assert "To register: 2, " in said
    assert revision() == before
    assert registered("dry") == {}


def test_what_the_registry_forbids_is_left_out_with_every_reason() -> None:
    rows: list[tuple[str, str] | tuple[str, str, bool]]
    rows = [("bad:{Id}", "x" * 1_001), ("bad name", ""), ("bad:{id}:read", "A template", True), ("bad:ok", "Fine")]
    add(make_application("bad-api"), *rows, ("b" * 255, "As long as may be"))
    said = run(fails="3 scopes were left out")
    assert "bad-api: bad name is left out: name: " in said
    assert "bad-api: bad name is left out: description: " in said
    assert "bad-api: bad:{Id} is left out: name: " in said
    assert "bad-api: bad:{Id} is left out: description: " in said
    assert "bad-api: bad:{id}:read is left out: is_default: " in said
    assert list(registered("bad:")) == ["bad:ok"]
    assert "b" * 255 in registered("bbb")


def test_two_of_the_table_that_exclude_each_other() -> None:
    rows = [("pair:{id}:read", "One family"), ("pair:{number}:read", "The same one"), ("pair:more", "More")]
    add(make_application("pair-api"), *rows)
    said = run(fails="1 scope was left out")
    assert len(registered("pair:")) == 2
    assert "is left out" in said


def test_what_belongs_to_others_is_left_out(connected: Callable[[str], ScopeRegistryConnection]) -> None:
    make_application("rival-api")
    register_at_startup(connected("rival-api"), [ScopeDefinition("taken:read", "Mine")])
    server = registry_admin_pb2.ResourceServer(name="rival-api", name_prefixes=["claimed:"])
    connected("rival-api").admin.SetResourceServer(registry_admin_pb2.SetResourceServerRequest(resource_server=server))
    add(make_application("late-api"), ("taken:read", "Read"), ("taken:write", "Write"), ("claimed:x", "Under a prefix"))
    said = run(fails="2 scopes were left out")
    assert "late-api: taken:read is left out: " in said
    assert "late-api: claimed:x is left out: " in said
    assert "rival-api" in said
    assert registered("taken:")["taken:write"].owner == "late-api"
    assert registered("taken:")["taken:read"].description == "Mine"


def test_what_its_owner_has_changed_is_left_alone(connected: Callable[[str], ScopeRegistryConnection]) -> None:
    application = make_application("change-api")
    rows = [("change:a", "A"), ("change:b", "B"), ("change:c", "C"), ("change:d", "D")]
    add(application, *rows, ("change:e", "x" * 1_001))
    run(fails="1 scope was left out")
    register_at_startup(
        connected("change-api"),
        [
            ScopeDefinition("change:a", "Another text", is_default=True),
            ScopeDefinition("change:z", "B", aliases=["change:b"]),
            ScopeDefinition("change:c", "C"),
            ScopeDefinition("change:e", "A shorter one"),
        ],
        mode="REPLACE",
    )
    before = revision()
    said = run()
    assert "change:a is left as it is: it is registered with another description and as a default" in said
    assert "change:b is left as it is: its owner has renamed it to change:z" in said
    assert "change:d is left as it is: it is registered disabled" in said
    assert "change:e is left as it is: it is registered with another description" in said
    assert "as the table says already: 1, left as they are registered: 4, left out: 0" in said
    assert revision() == before


def test_the_owner_is_closed(connected: Callable[[str], ScopeRegistryConnection]) -> None:
    add(make_application("closed-api"), ("closed:a", "A"))
    run()
    server = registry_admin_pb2.ResourceServer(
        name="closed-api", mode=registry_admin_pb2.RESOURCE_SERVER_MODE_READ_ONLY
    )
    connected("closed-api").admin.SetResourceServer(registry_admin_pb2.SetResourceServerRequest(resource_server=server))
    add(Application.objects.get(client_id="closed-api"), ("closed:b", "B"), ("closed:c", "C"))
    said = run(fails="2 scopes were left out")
    assert "as the table says already: 1" in said
    assert "READ_ONLY" in said


def test_the_registrys_own_scopes_are_no_mistake() -> None:
    add(None, ("scope_registry.read", "Of the registry"), ("owned:read", "Read"))
    assert "scope_registry.read is left as it is: it is one of the registry's own" in run()
    assert registered("owned:")["owned:read"].owner == "auth-server"


def test_many_rows_and_an_interruption(connected: Callable[[str], ScopeRegistryConnection]) -> None:
    add(make_application("many-api"), *[(f"many:{number:05}", f"Number {number}") for number in range(12_000)])
    register, seen = OwnerImport._register, []

    def fail_at_the_second(self: OwnerImport, scopes: Any, *, validate_only: bool) -> Any:
        seen.append(validate_only)
        if seen.count(False) == 2:
            raise grpc.RpcError("The machine goes down")
        return register(self, scopes, validate_only=validate_only)

    with patch.object(OwnerImport, "_register", fail_at_the_second):
        run(fails="The import was interrupted: .*Run it again to go on")
    assert len(registered("many:")) == 5_000
    before = revision()
    said = run()
    assert "many-api: 10000 of 12000 scopes" in said
    assert "Registered: 7000, as the table says already: 5000" in said
    assert len(registered("many:")) == 12_000
    # One registration for each 5,000: what was there already is not written again.
    assert revision() == before + 2


def test_tokens_of_the_command_end_with_it() -> None:
    add(make_application("brief-api"), ("brief:read", "Read"))
    run()
    assert not AccessToken.objects.filter(application__client_id="brief-api").exists()


def test_a_token_file_for_scopes_without_application(tmp_path: Path, registry: RegistryProcess) -> None:
    make_application("importer")
    rights = "scope_registry.read scope_registry.register scope_registry.register_default"
    file = tmp_path / "token"
    file.write_text(OwnToken(OwnApplication("importer", scope=rights))(False))
    add(None, ("filed:read", "Read", True))
    run("--token-file", str(file))
    assert registered("filed:")["filed:read"].owner == "importer"


def test_defaults_need_the_right_to_set_them(use_registry: Callable[..., None], registry: RegistryProcess) -> None:
    token = OwnToken(OwnApplication("auth-server"))(False)
    use_registry(registry.grpc_address, token)
    add(None, ("plain:read", "Read"), ("plain:all", "All", True))
    said = run(fails="1 scope was left out")
    assert "(this server): plain:all is left out: " in said
    assert "scope_registry.register_default" in said
    assert list(registered("plain:")) == ["plain:read"]


def test_rows_of_an_application_that_is_gone() -> None:
    application = make_application("gone-api")
    add(application, ("gone:read", "Read"))
    application.delete()
    assert "gone:read is left out: Its application does not exist any more" in run(fails="1 scope was left out")


def test_says_what_is_wrong_before_anything_is_done(use_registry: Callable[..., None]) -> None:
    run("--table", "no_such_table", fails="has no table no_such_table")
    run("--table", "django_session", fails="is not that of dot-dynamic-scopes: it has no name")
    use_registry("127.0.0.1:1", {"own_application": {"client_id": "auth-server"}})
    add(None, ("away:read", "Read"))
    run(fails="The import was interrupted")


def test_a_registry_that_does_not_trust_this_server(
    use_registry: Callable[..., None], shared_registry: RegistryProcess
) -> None:
    use_registry(shared_registry.grpc_address, {"own_application": {"client_id": "auth-server"}})
    add(None, ("away:read", "Read"))
    run(fails="TOKEN_INVALID")


def test_batches_hold_what_one_message_takes() -> None:
    scopes = [TableScope(f"n{number}", "é" * 1_000, False) for number in range(4_000)]
    parts = list(batches(scopes))
    assert [scope for part in parts for scope in part] == scopes
    assert len(parts) == 3
    assert list(batches([])) == []


def test_conflicts_are_found_by_halves(shared_registry: RegistryProcess) -> None:
    with closing(shared_registry.connect("halves-api", "register", "read")) as registry:
        scopes = [TableScope(f"halves:{number}", "One", False) for number in range(20)]
        taken, _, others = OwnerImport(registry)._take_by_halves([*scopes, TableScope("halves bad", "Bad", False)])
        assert taken == scopes
        assert [scope.name for scope in others] == ["halves bad"]
