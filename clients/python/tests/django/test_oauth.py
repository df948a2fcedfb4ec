"""Django OAuth Toolkit's endpoints, judging by the registry."""

import json
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import oauth2_provider
import oauthlib
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from oauth2_provider.models import AccessToken, Application, get_grant_model
from oauth2_provider.scopes import get_scopes_backend
from pytest_django import Settings

from scope_registry import ConsentText, ScopeDefinition, ScopeRegistryConnection, register_at_startup
from scope_registry.django import process
from scope_registry.django.process import replica
from scoperegistry.v1 import registry_admin_pb2
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared")]

Connections = Callable[..., ScopeRegistryConnection]
CALLBACK = "https://client.example.com/cb"
SECRET = "client-secret"

knows_resources = any(field.name == "resource" for field in AccessToken._meta.get_fields())
# From its 4.0 on oauthlib answers a member that the views of Django OAuth Toolkit 3.4 do not expect, and fail with.
has_device_flow = hasattr(oauth2_provider.models, "DeviceGrant") and oauthlib.__version__ < "4"


@pytest.fixture
def register(registered: Connections, shared: Callable[..., None]) -> Callable[..., None]:
    """Register scopes as a resource server, and wait until the process's replica has them."""

    def register_scopes(owner: str, *scopes: ScopeDefinition) -> None:
        revision = register_at_startup(registered(owner), list(scopes)).revision
        wait_until("the replica has them", lambda: replica().is_ready and replica().revision >= revision)

    return register_scopes


@pytest.fixture
def disable(registered: Connections) -> Callable[..., None]:
    """Disable scopes, and wait until the process's replica knows."""

    def disable_scopes(*names: str) -> None:
        request = registry_admin_pb2.DisableScopesRequest(names=names, force=True)
        registered("operator").admin.DisableScopes(request)
        wait_until("the replica knows", lambda: all(_state(name) == "DISABLED" for name in names))

    return disable_scopes


def _state(name: str) -> str:
    scope = replica().get(name)
    return "" if scope is None else scope.state


def make_client(client_id: str, grant_type: str = "client-credentials", **more: Any) -> Application:
    return Application.objects.create(
        client_id=client_id,
        client_secret=SECRET,
        authorization_grant_type=grant_type,
        redirect_uris=CALLBACK,
        **{"client_type": "confidential", **more},
    )


def request_token(client: Client, client_id: str, query: str = "", **form: Any) -> tuple[int, dict[str, Any]]:
    form.setdefault("grant_type", "client_credentials")
    response = client.post(f"/o/token/{query}", {"client_id": client_id, "client_secret": SECRET, **form})
    return response.status_code, json.loads(response.content)


def consent(client: Client, client_id: str, scope: str, **more: str) -> str:
    """Have somebody consent, and tell the code."""
    client.force_login(User.objects.get_or_create(username="anna")[0])
    form = {"client_id": client_id, "response_type": "code", "redirect_uri": CALLBACK, "scope": scope, "state": "s"}
    response = client.post("/o/authorize/", {**form, **more, "allow": "yes"})
    assert response.status_code == 302, response.content
    return parse_qs(urlsplit(response["location"]).query)["code"][0]


class TestTokenRequest:
    def test_grants_what_is_registered(self, client: Client, register: Callable[..., None]) -> None:
        make_client("shop")
        register("grant-api", ScopeDefinition("grant:read", "Read"), ScopeDefinition("grant:{id}:read", "Read one"))
        assert request_token(client, "shop", scope="grant:read")[1]["scope"] == "grant:read"
        assert request_token(client, "shop", scope="grant:42:read")[1]["scope"] == "grant:42:read"

    @pytest.mark.parametrize("scope", ["nobody:has:this", "grant:read nobody:has:this", "read"])
    def test_refuses_the_rest(self, client: Client, register: Callable[..., None], scope: str) -> None:
        make_client("shop")
        register("grant-api", ScopeDefinition("grant:read", "Read"), ScopeDefinition("grant:{id}:read", "Read one"))
        status, answer = request_token(client, "shop", scope=scope)
        assert (status, answer["error"]) == (400, "invalid_scope")
        assert "not registered" in answer["error_description"]
        assert "is a template" in request_token(client, "shop", scope="grant:{id}:read")[1]["error_description"]

    def test_grants_a_renamed_scope_by_its_new_name(self, client: Client, register: Callable[..., None]) -> None:
        make_client("shop")
        register("alias-api", ScopeDefinition("alias:new", "Read", aliases=["alias:old"]))
        assert request_token(client, "shop", scope="alias:old alias:new")[1]["scope"] == "alias:new"

    def test_a_restricted_scope_needs_a_grant(
        self, client: Client, register: Callable[..., None], registered: Connections
    ) -> None:
        make_client("shop")
        register("vault-api", ScopeDefinition("vault:read", "Read", restricted=True))
        assert request_token(client, "shop", scope="vault:read")[0] == 400
        request = registry_admin_pb2.GrantScopesRequest(client_id="shop", scopes=["vault:read"])
        registered("operator").admin.GrantScopes(request)
        wait_until("the grant counts", lambda: replica().allows(scope="vault:read", client_id="shop"))
        assert request_token(client, "shop", scope="vault:read")[0] == 200

    def test_a_client_has_a_ceiling_and_defaults_of_its_own(
        self, client: Client, register: Callable[..., None], registered: Connections
    ) -> None:
        make_client("kiosk")
        register("ceiling-api", ScopeDefinition("ceiling:a", "A"), ScopeDefinition("ceiling:b", "B"))
        policy = registry_admin_pb2.ClientPolicy(
            client_id="kiosk", allowed_scopes=["ceiling:a"], default_scopes=["ceiling:a"]
        )
        registered("operator").admin.SetClientPolicy(registry_admin_pb2.SetClientPolicyRequest(client_policy=policy))
        wait_until("the policy counts", lambda: not replica().allows(scope="ceiling:b", client_id="kiosk"))
        assert request_token(client, "kiosk", scope="ceiling:b")[1]["error"] == "invalid_scope"
        assert request_token(client, "kiosk")[1]["scope"] == "ceiling:a"

    def test_says_temporarily_unavailable_without_scopes(
        self, client: Client, use_registry: Callable[..., None]
    ) -> None:
        make_client("shop")
        use_registry("127.0.0.1:1", "token", READY_TIMEOUT=0.05)
        for form in ({"scope": "grant:read"}, {}):
            status, answer = request_token(client, "shop", **form)
            assert (status, answer["error"]) == (503, "temporarily_unavailable")
        # Pages and metadata that come too early show what there is.
        assert get_scopes_backend().get_available_scopes() == []
        assert dict(get_scopes_backend().get_all_scopes()) == {}
        assert get_scopes_backend().get_all_scopes()["grant:read"] == "grant:read"


class TestIntrospection:
    """The scope that opens the server's own endpoint, which others can register too."""

    @pytest.fixture(autouse=True)
    def taken(self, register: Callable[..., None]) -> None:
        make_client("shop")
        register("curious-api", ScopeDefinition("introspection", "Harmless", aliases=["harmless"]))

    @pytest.mark.parametrize("scope", ["introspection", "harmless"])
    def test_is_not_granted_because_somebody_has_registered_it(self, client: Client, scope: str) -> None:
        assert request_token(client, "shop", scope=scope)[1] == {
            "error": "invalid_scope",
            "error_description": "Scope introspection is not one of this server's own scopes",
        }
        assert "introspection" not in get_scopes_backend().get_available_scopes()

    def test_is_granted_as_the_servers_own(self, client: Client, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"SCOPES": {"introspection": "Look into tokens"}}
        assert request_token(client, "shop", scope="introspection")[0] == 200


class TestResources:
    @pytest.fixture(autouse=True)
    def tied(self, register: Callable[..., None]) -> None:
        make_client("shop")
        for name in ("north", "south"):
            uri = f"https://{name}.example.com/"
            register(f"{name}-api", ScopeDefinition(f"{name}:read", "Read", resources=[uri]))

    def test_scopes_of_other_resources_are_refused(self, client: Client) -> None:
        north, south = "https://north.example.com/", "https://south.example.com/"
        assert request_token(client, "shop", scope="north:read", resource=north)[0] == 200
        assert request_token(client, "shop", scope="north:read", resource=south)[1]["error"] == "invalid_scope"

    @pytest.mark.skipif(not knows_resources, reason="this Django OAuth Toolkit passes on one of them")
    def test_all_of_several_resources_count(self, client: Client) -> None:
        both = ["https://north.example.com/", "https://south.example.com/"]
        assert request_token(client, "shop", scope="north:read south:read", resource=both)[0] == 200
        assert request_token(client, "shop", scope="north:read south:read", resource=both[:1])[0] == 400

    @pytest.mark.parametrize("resource", ["https://nobody.example.com/", "no uri", "https://north.example.com/#f"])
    def test_a_resource_that_nobody_has_is_an_invalid_target(self, client: Client, resource: str) -> None:
        status, answer = request_token(client, "shop", scope="north:read", resource=resource)
        assert (status, answer["error"]) == (400, "invalid_target")

    def test_a_resource_that_is_none_is_one_without_scopes_too(self, client: Client) -> None:
        status, answer = request_token(client, "shop", resource="no uri")
        assert (status, answer["error"]) == (400, "invalid_target")


class TestConsentPage:
    def test_describes_scopes_in_the_users_language(self, client: Client, register: Callable[..., None]) -> None:
        make_client("web", "authorization-code")
        texts = {"en": ConsentText("See folder {id}", "Only see"), "de": ConsentText("Ordner {id} ansehen", "")}
        register(
            "folder-api",
            ScopeDefinition("folder:{id}:read", "Read", consent_texts=texts),
            ScopeDefinition("folder:list", "List <folders>"),
        )
        client.force_login(User.objects.create_user("anna"))
        query = {"client_id": "web", "response_type": "code", "redirect_uri": CALLBACK}
        query["scope"] = "folder:7:read folder:list"
        german = client.get("/o/authorize/", query, headers={"accept-language": "de"}).content.decode()
        assert "Ordner 7 ansehen" in german
        assert escape("List <folders>") in german
        assert "See folder 7: Only see" in client.get("/o/authorize/", query).content.decode()


class TestCodesAndRefreshTokens:
    @pytest.fixture(autouse=True)
    def web(self) -> None:
        make_client("web", "authorization-code")

    def exchange(self, client: Client, code: str, **more: Any) -> tuple[int, dict[str, Any]]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return request_token(client, "web", **form, **more)

    def refresh(self, client: Client, token: str, **more: Any) -> tuple[int, dict[str, Any]]:
        return request_token(client, "web", grant_type="refresh_token", refresh_token=token, **more)

    def test_a_code_gives_what_is_still_granted(
        self, client: Client, register: Callable[..., None], disable: Callable[..., None]
    ) -> None:
        register("code-api", ScopeDefinition("code:a", "A"), ScopeDefinition("code:b", "B"))
        both, only = consent(client, "web", "code:a code:b"), consent(client, "web", "code:b")
        disable("code:b")
        assert self.exchange(client, both)[1]["scope"] == "code:a"
        status, answer = self.exchange(client, only)
        assert (status, answer["error"]) == (400, "invalid_scope")

    def test_a_refresh_token_gives_what_is_still_granted(
        self, client: Client, register: Callable[..., None], disable: Callable[..., None]
    ) -> None:
        register("ref-api", ScopeDefinition("ref:a", "A"), ScopeDefinition("ref:b", "B"), ScopeDefinition("ref:c", "C"))
        token = self.exchange(client, consent(client, "web", "ref:a ref:b"))[1]["refresh_token"]
        disable("ref:b")
        assert self.refresh(client, token, scope="ref:c")[1]["error"] == "invalid_scope"
        assert self.refresh(client, token, scope="ref:b")[1]["error"] == "invalid_scope"
        answer = self.refresh(client, token)[1]
        assert answer["scope"] == "ref:a"
        disable("ref:a")
        assert self.refresh(client, answer["refresh_token"])[1]["error"] == "invalid_scope"

    def test_renamed_scopes_are_given_by_their_new_names(self, client: Client, register: Callable[..., None]) -> None:
        register("name-api", ScopeDefinition("name:old", "Read"), ScopeDefinition("name:other", "Other"))
        code, another = consent(client, "web", "name:old name:other"), consent(client, "web", "name:old")
        token = self.exchange(client, code)[1]["refresh_token"]
        register("name-api", ScopeDefinition("name:new", "Read", aliases=["name:old"]))
        assert self.exchange(client, another)[1]["scope"] == "name:new"
        answer = self.refresh(client, token, scope="name:old")[1]
        assert answer["scope"] == "name:new"

    def test_a_refresh_token_gives_nothing_that_it_never_had(
        self, client: Client, register: Callable[..., None]
    ) -> None:
        register("had-api", ScopeDefinition("had:a", "A"), ScopeDefinition("had:not", "B"))
        token = self.exchange(client, consent(client, "web", "had:a"))[1]["refresh_token"]
        for scope in ("had:a nobody:has:this", "had:a had:not", "nobody:has:this"):
            assert self.refresh(client, token, scope=scope)[1]["error"] == "invalid_scope"
        assert self.refresh(client, token, scope="had:a")[0] == 200

    def test_a_refresh_request_for_more_than_is_left_gives_what_is_left(
        self, client: Client, register: Callable[..., None], disable: Callable[..., None]
    ) -> None:
        register("left-api", ScopeDefinition("left:a", "A"), ScopeDefinition("left:b", "B"))
        token = self.exchange(client, consent(client, "web", "left:a left:b"))[1]["refresh_token"]
        disable("left:b")
        assert self.refresh(client, token, scope="left:a left:b")[1]["scope"] == "left:a"


class TestRegistryAccess:
    """The registry's own scopes, which the settings give to clients themselves."""

    @pytest.fixture(autouse=True)
    def given(self, shared: Callable[..., None], register: Callable[..., None]) -> None:
        shared(
            REGISTRY_ACCESS={
                "reports-api": "scope_registry.register scope_registry.introspect",
                "web": "scope_registry.register",
                "browser": "scope_registry.register",
            }
        )
        register("access-api", ScopeDefinition("access:read", "Read"))

    def test_is_given_beside_what_is_registered(self, client: Client) -> None:
        make_client("reports-api")
        make_client("shop")
        assert request_token(client, "reports-api", scope="scope_registry.register")[0] == 200
        assert request_token(client, "reports-api", scope="access:read")[0] == 200
        for client_id, scope in (
            ("shop", "scope_registry.register"),
            ("reports-api", "scope_registry.admin"),
            ("reports-api", "scope_registry.register scope_registry.admin"),
        ):
            assert request_token(client, client_id, scope=scope)[1]["error"] == "invalid_scope"

    @pytest.mark.parametrize("more", [{}, {"grant_type": "client_credentials"}])
    def test_is_not_given_to_a_user_of_the_client(self, client: Client, more: dict[str, str]) -> None:
        make_client("web", "authorization-code")
        query = {"client_id": "web", "response_type": "code", "redirect_uri": CALLBACK, **more}
        client.force_login(User.objects.create_user("anna"))
        for answer in (
            client.get("/o/authorize/", {**query, "scope": "scope_registry.register"}),
            client.post("/o/authorize/", {**query, "scope": "scope_registry.register", "allow": "yes"}),
            client.post(
                f"/o/authorize/?{urlencode(more)}", {**query, "scope": "scope_registry.register", "allow": "1"}
            ),
        ):
            assert answer.status_code == 302
            assert "error=invalid_scope" in answer["location"]

    def test_is_not_given_to_a_public_client(self, client: Client) -> None:
        make_client("browser", client_type="public")
        assert request_token(client, "browser", scope="access:read")[0] == 200
        assert request_token(client, "browser", scope="scope_registry.register")[1]["error"] == "invalid_scope"


class TestOpenIdConnect:
    @pytest.fixture(autouse=True)
    def openid(self, settings: Settings, register: Callable[..., None]) -> None:
        key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        oidc = {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": key.decode()}
        # Views keep what they were made of by the settings of tests before this one.
        oidc |= {"ALWAYS_RELOAD_OAUTHLIB_CORE": True}
        settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | oidc
        make_client("web", "authorization-code", algorithm="RS256")
        register("auth-server", ScopeDefinition("openid", "Know who you are"))

    def test_openid_is_a_scope_as_others_are(
        self, client: Client, register: Callable[..., None], disable: Callable[..., None]
    ) -> None:
        register("oidc-api", ScopeDefinition("oidc:read", "Read"))
        first, second = (consent(client, "web", "openid oidc:read") for _ in range(2))
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
        answer = request_token(client, "web", code=first, **form)[1]
        assert (answer["scope"], "id_token" in answer) == ("openid oidc:read", True)
        again = request_token(client, "web", grant_type="refresh_token", refresh_token=answer["refresh_token"])[1]
        assert (again["scope"], "id_token" in again) == ("openid oidc:read", True)
        assert "openid" in client.get("/o/.well-known/openid-configuration").json()["scopes_supported"]
        disable("openid")
        late = request_token(client, "web", code=second, **form)[1]
        assert (late["scope"], "id_token" in late) == ("oidc:read", False)


@pytest.mark.skipif(not has_device_flow, reason="there is no device flow that works")
class TestDeviceFlow:
    def begin(self, client: Client, scope: str | None) -> tuple[int, dict[str, Any]]:
        form = {"client_id": "tv", **({} if scope is None else {"scope": scope})}
        body = "&".join(f"{key}={value}" for key, value in form.items())
        response = client.post("/o/device-authorization/", body, content_type="application/x-www-form-urlencoded")
        return response.status_code, json.loads(response.content)

    def poll(self, client: Client, device_code: str) -> tuple[int, dict[str, Any]]:
        from oauth2_provider.models import DeviceGrant  # noqa: PLC0415

        device = DeviceGrant.objects.get(device_code=device_code)
        device.user, device.status = User.objects.get_or_create(username="anna")[0], device.AUTHORIZED
        device.save()
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device_code}
        response = client.post("/o/token/", {"client_id": "tv", **form})
        return response.status_code, json.loads(response.content)

    @pytest.fixture(autouse=True)
    def television(self, register: Callable[..., None]) -> None:
        Application.objects.create(
            client_id="tv",
            client_type="public",
            authorization_grant_type="urn:ietf:params:oauth:grant-type:device_code",
        )
        register("tv-api", ScopeDefinition("tv:watch", "Watch"), ScopeDefinition("tv:record", "Record"))

    def test_refuses_what_is_not_registered(self, client: Client) -> None:
        status, answer = self.begin(client, "tv:nothing")
        if status == 200:
            status, answer = self.poll(client, answer["device_code"])
        assert (status, answer["error"]) == (400, "invalid_scope")

    def test_gives_what_is_registered(self, client: Client) -> None:
        device_code = self.begin(client, "tv:watch")[1]["device_code"]
        status, answer = self.poll(client, device_code)
        assert (status, answer["scope"]) == (200, "tv:watch")

    def test_refuses_what_was_disabled_meanwhile(self, client: Client, disable: Callable[..., None]) -> None:
        device_code = self.begin(client, "tv:watch tv:record")[1]["device_code"]
        disable("tv:record")
        assert self.poll(client, device_code)[1]["error"] == "invalid_scope"


class TestMetadata:
    def test_lists_what_is_open_and_listed(self, register: Callable[..., None], disable: Callable[..., None]) -> None:
        register(
            "meta-api",
            ScopeDefinition("meta:read", "Read"),
            ScopeDefinition("meta:hidden", "Hidden", unlisted=True),
            ScopeDefinition("meta:{id}:read", "Family"),
            ScopeDefinition("meta:gone", "Gone"),
            ScopeDefinition("meta:secret", "Secret", restricted=True),
        )
        disable("meta:gone")
        backend = get_scopes_backend()
        assert {name for name in backend.get_available_scopes() if "meta:" in name} == {"meta:read", "meta:secret"}
        shop = make_client("shop")
        assert {name for name in backend.get_available_scopes(application=shop) if "meta:" in name} == {"meta:read"}

    def test_a_list_of_what_is_open_is_no_use_of_it(
        self, shared: Callable[..., None], register: Callable[..., None], registered: Connections
    ) -> None:
        shared(REPORT_USAGE=True)
        register("list-api", ScopeDefinition("list:read", "Read"), ScopeDefinition("list:used", "Used"))
        reader = make_client("reader")
        assert "list:read" in get_scopes_backend().get_available_scopes(application=reader)
        assert replica().judge(scope="list:used", client_id="reader").valid
        process.close()  # It reports.
        request = registry_admin_pb2.ListScopeUsagesRequest(names=["list:read", "list:used"])
        usages = registered("operator").admin.ListScopeUsages(request).usages
        assert {usage.name: list(usage.client_ids) for usage in usages} == {"list:read": [], "list:used": ["reader"]}

    def test_all_scopes_are_a_mapping(self, register: Callable[..., None]) -> None:
        register("map-api", ScopeDefinition("map:read", "Read"), ScopeDefinition("map:{id}:read", "Family"))
        scopes = get_scopes_backend().get_all_scopes()
        assert scopes["map:read"] == "Read"
        assert "map:read" in scopes
        assert "map:7:read" in scopes
        assert "map:{id}:read" not in scopes
        assert "map:nothing" not in scopes
        assert dict(scopes.items())["map:read"] == "Read"
        assert len(scopes) == len(list(scopes)) == len(scopes.items())

    def test_a_token_shows_its_scopes_in_the_active_language(self, register: Callable[..., None]) -> None:
        register("shown-api", ScopeDefinition("shown:read", "Read", consent_texts={"de": ConsentText("Lesen", "")}))
        token = AccessToken(scope="shown:read gone:read")
        with translation.override("de"):
            assert token.scopes == {"shown:read": "Lesen"}
        register("shown-api", ScopeDefinition("shown:read", "Read", consent_texts={"de": ConsentText("Alles", "")}))
        with translation.override("de-at"):
            assert token.scopes == {"shown:read": "Alles"}


def test_codes_hold_the_names_that_were_consented_to(client: Client, register: Callable[..., None]) -> None:
    make_client("web", "authorization-code")
    register("held-api", ScopeDefinition("held:new", "Read", aliases=["held:old"]))
    consent(client, "web", "held:old")
    assert get_grant_model().objects.get().scope == "held:new"
