"""The registry's scopes in the admin."""

from collections.abc import Callable
from io import StringIO
from urllib.parse import quote as url_quote

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from scope_registry import ConsentText, ScopeDefinition, ScopeRegistryConnection, register_at_startup
from scope_registry.django.process import replica
from scoperegistry.v1 import registry_admin_pb2
from tests.support.registry import RegistryProcess
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db

Connections = Callable[..., ScopeRegistryConnection]
LIST = "/admin/scope_registry/registeredscope/"


def page_of(name: str) -> str:
    return reverse("admin:scope_registry_registeredscope_change", args=(quote(name),))


def know(*names: str) -> None:
    """Wait until the process's replica has these."""
    wait_until(f"the replica has {names}", lambda: all(replica().get(name) for name in names))


@pytest.fixture
def staff(client: Client) -> Client:
    """Somebody who may look at scopes and has no other right."""
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_registeredscope"))
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def some_scopes(registered: Connections) -> None:
    texts = {"de": ConsentText("Lagerbestand ansehen", "Nur lesen"), "en": ConsentText("See the stock", "")}
    register_at_startup(
        registered("depot-api"),
        [
            ScopeDefinition("depot:read", "Read <b>the</b> stock", is_default=True, consent_texts=texts),
            ScopeDefinition(
                "depot:write", "Write", restricted=True, resources=["https://depot.example.com/"], aliases=["depot:put"]
            ),
            ScopeDefinition("depot:old", "Old", deprecated=True, replaced_by="depot:write"),
        ],
    )


@pytest.mark.usefixtures("shared", "some_scopes")
class TestList:
    def test_shows_what_is_registered(self, staff: Client) -> None:
        know("depot:write")
        page = staff.get(LIST, {"owner": "depot-api"}).content.decode()
        assert page.index("depot:old") < page.index("depot:read") < page.index("depot:write")
        assert "https://depot.example.com/" in page
        assert "DEPRECATED" in page
        assert f"Revision {replica().revision}" in page
        assert "up to date" in page

    def test_turns_the_order(self, staff: Client) -> None:
        know("depot:write")
        page = staff.get(LIST, {"owner": "depot-api", "o": "-name"}).content.decode()
        assert page.index("depot:write") < page.index("depot:read") < page.index("depot:old")

    def test_speaks_the_language_of_who_looks(self, staff: Client) -> None:
        know("depot:read")
        assert "See the stock" in staff.get(LIST, {"q": "depot:read"}).content.decode()
        german = staff.get(LIST, {"q": "depot:read"}, headers={"accept-language": "de"}).content.decode()
        assert "Lagerbestand ansehen: Nur lesen" in german

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "DEPOT:W"}, ["depot:write"]),
            ({"q": "see the STOCK"}, ["depot:read"]),
            ({"q": "depot", "state": "DEPRECATED"}, ["depot:old"]),
            ({"q": "depot", "default": "yes"}, ["depot:read"]),
            ({"owner": "depot-api", "default": "no"}, ["depot:old", "depot:write"]),
            ({"owner": "depot-api", "q": "nothing like it"}, []),
            ({"owner": "depot-api", "state": "no state", "p": "many"}, ["depot:old", "depot:read", "depot:write"]),
        ],
    )
    def test_finds(self, staff: Client, query: dict[str, str], found: list[str]) -> None:
        know("depot:write")
        response = staff.get(LIST, query)
        assert [scope.name for scope, _ in response.context["rows"]] == found
        if not found:
            assert "No scope is like this" in response.content.decode()

    def test_has_pages_of_a_hundred(self, staff: Client, registered: Connections) -> None:
        names = [f"paged.{number:03}" for number in range(201)]
        register_at_startup(registered("paged-api"), [ScopeDefinition(name, "One of many") for name in names])
        know(names[-1])
        first, last = (staff.get(LIST, {"q": "paged.", "p": number}) for number in (1, 3))
        assert [scope.name for scope, _ in first.context["rows"]] == names[:100]
        assert [scope.name for scope, _ in last.context["rows"]] == names[200:]
        assert "q=paged.&amp;p=3" in first.content.decode()

    def test_asks_the_database_only_who_looks(
        self, staff: Client, django_assert_num_queries: Callable[..., object]
    ) -> None:
        staff.get(LIST)
        with django_assert_num_queries(4):  # type: ignore[attr-defined]
            staff.get(LIST)


@pytest.mark.usefixtures("shared", "some_scopes")
class TestPageOfAScope:
    def test_shows_all_of_it(self, staff: Client) -> None:
        know("depot:write", "depot:read", "depot:old")
        page = staff.get(page_of("depot:read")).content.decode()
        assert "Lagerbestand ansehen" in page
        assert "Nur lesen" in page
        assert "Yes: granted when a request names no scope" in page
        assert "depot:put" in staff.get(page_of("depot:write")).content.decode()
        assert page_of("depot:write") in staff.get(page_of("depot:old")).content.decode()

    def test_shows_texts_as_text(self, staff: Client) -> None:
        know("depot:read")
        page = staff.get(page_of("depot:read")).content.decode()
        assert "Read &lt;b&gt;the&lt;/b&gt; stock" in page
        assert "<b>the" not in page

    def test_takes_any_name(self, staff: Client, shared: Callable[..., None], registered: Connections) -> None:
        shared(CATALOGUE_URL="https://registry.example.com/catalogue/")
        names = ["https://odd.example.com/a/b?c=d&e#f", "odd:it's;_2F[<i>]+%41$", "odd.sum:{id}:read", "odd./change/"]
        register_at_startup(registered("odd-api"), [ScopeDefinition(name, "Odd") for name in names])
        know(*names)
        listed = staff.get(LIST, {"owner": "odd-api"}).content.decode()
        for name in names:
            assert f'href="{escape(page_of(name))}"' in listed
            response = staff.get(page_of(name))
            assert response.context["scope"].name == name
            link = f"https://registry.example.com/catalogue/scopes/{url_quote(name, safe='')}"
            assert f'href="{link}"' in response.content.decode()

    def test_does_not_find_what_is_not_registered(self, staff: Client) -> None:
        assert staff.get(page_of("nobody:has:this")).status_code == 404


@pytest.mark.usefixtures("shared")
class TestRights:
    def test_needs_the_right_to_view(self, client: Client) -> None:
        client.force_login(User.objects.create_user("clerk", is_staff=True))
        assert client.get(LIST).status_code == 403
        assert client.get(page_of("depot:read")).status_code == 403

    def test_sends_strangers_to_the_login(self, client: Client) -> None:
        assert client.get(LIST).status_code == 302

    def test_lets_nobody_change_anything(self, admin_client: Client) -> None:
        assert LIST in admin_client.get("/admin/").content.decode()
        for path in ("add/", "depot_3Aread/delete/", "depot_3Aread/history/"):
            assert admin_client.get(LIST + path).status_code == 404
        form = {"action": "delete_selected", "_selected_action": "depot:read"}
        assert admin_client.post(LIST, form).status_code == 405
        assert admin_client.post(page_of("depot:read"), form).status_code == 405


class TestWithoutTheRegistry:
    def test_says_that_there_is_nothing_yet(self, staff: Client, use_registry: Callable[..., None]) -> None:
        use_registry("127.0.0.1:1", "no-token", READY_TIMEOUT=0.1)
        response = staff.get(LIST)
        assert response.status_code == 503
        assert "There are no scopes to show yet" in response.content.decode()
        assert staff.get(page_of("depot:read")).status_code == 503

    def test_says_how_old_it_is(
        self, staff: Client, use_registry: Callable[..., None], own_registry: RegistryProcess
    ) -> None:
        token = own_registry.token("auth-server", "scope_registry.read", "scope_registry.validate")
        use_registry(own_registry.grpc_address, token)
        assert "The registry cannot be reached" not in staff.get(LIST).content.decode()
        own_registry.stop()
        wait_until("the replica notices", lambda: not replica().is_connected)
        response = staff.get(LIST)
        assert response.status_code == 200
        assert "The registry cannot be reached" in response.content.decode()


def test_shows_what_waits_for_an_administrator(
    staff: Client, shared: Callable[..., None], registered: Connections
) -> None:
    registered("reviewer").admin.SetResourceServer(
        registry_admin_pb2.SetResourceServerRequest(
            resource_server=registry_admin_pb2.ResourceServer(
                name="reviewed-api", mode=registry_admin_pb2.RESOURCE_SERVER_MODE_REVIEW
            )
        )
    )
    register_at_startup(registered("reviewed-api"), [ScopeDefinition("reviewed:read", "Read")])
    know("reviewed:read")
    assert "PENDING" in staff.get(page_of("reviewed:read")).content.decode()


@pytest.mark.usefixtures("shared")
def test_dumpdata_passes_over_the_scopes() -> None:
    for options in ({}, {"use_base_manager": True}):
        written = StringIO()
        call_command("dumpdata", "scope_registry", stdout=written, **options)
        assert written.getvalue().strip() == "[]"
