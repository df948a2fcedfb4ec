"""A Django authorization server and Django resource servers under gunicorn, with a registry on MongoDB."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from scope_registry import ScopeRegistryConnection, connect
from scoperegistry.v1 import registry_admin_pb2
from tests.support.browser import Browser
from tests.support.deployment import OLD_SCOPE, Deployment, deployed
from tests.support.site import Site
from tests.support.waiting import wait_until

_CALLS = 24
"""How often is asked so that each of the workers has answered."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[Deployment]:
    """The servers that the tests of this file share, with names of their own."""
    with deployed(tmp_path_factory.mktemp("deployment"), mongodb_uri) as started:
        yield started


def answers(deployment: Deployment, client_id: str, scope: str | None) -> set[tuple[int, str]]:
    """Ask so often for a token that each worker has answered, and tell the different answers."""
    given = [deployment.request_token(client_id, scope) for _ in range(_CALLS)]
    return {(answer.status_code, answer.json().get("scope") or answer.json()["error"]) for answer in given}


def wait_until_all(deployment: Deployment, client_id: str, scope: str | None, answer: tuple[int, str]) -> None:
    """Wait until all workers answer alike.

    They hear of an administrator's act within milliseconds, but after its answer.
    """
    wait_until(f"{scope} is answered {answer}", lambda: answers(deployment, client_id, scope) == {answer})


def exchange(deployment: Deployment, **form: str) -> dict[str, Any]:
    """Exchange a code or a refresh token of the client `web`."""
    answer = requests.post(deployment.token_endpoint, data=form, auth=("web", "secret-of-web"), timeout=20)
    return {"status": answer.status_code, **answer.json()}


def call(site: Site, path: str, token: str) -> int:
    """Call a resource server with a token."""
    return requests.get(f"{site.origin}/{path}/", headers={"Authorization": f"Bearer {token}"}, timeout=20).status_code


def as_operator(deployment: Deployment) -> ScopeRegistryConnection:
    """Govern the registry."""
    token = deployment.token("operator", "scope_registry.admin")
    return connect(deployment.registry.grpc_address, credentials=token)


def test_a_scope_registered_at_deploy_is_valid_in_every_worker_at_once(deployment: Deployment) -> None:
    assert answers(deployment, "shop", "reports.read") == {(400, "invalid_scope")}
    reports = deployment.resource_server("reports-api", {"reports.read": ("Change", "reports")})

    assert "Created: reports.read" in reports.migrate()

    wait_until_all(deployment, "shop", "reports.read", (200, "reports.read"))
    assert "Unchanged: reports.read" in reports.migrate()


def test_a_refusal_says_which_scope_and_why(deployment: Deployment) -> None:
    answer = deployment.request_token("shop", "nobody:has:this")

    assert answer.json() == {
        "error": "invalid_scope",
        "error_description": "Scope nobody:has:this is not registered",
    }


def test_the_consent_page_shows_the_registered_texts_in_the_users_language(deployment: Deployment) -> None:
    deployment.resource_server("reports-api", {"reports.edit": ("Change", "reports")}).migrate()
    for language, text in (("en", "Change reports"), ("de", "Ändern reports")):
        with Browser(deployment.authorization_server.origin, language) as browser:
            browser.sign_in("anna", "pw")

            assert text in browser.consent_page("web", "reports.edit")


def test_a_code_is_exchanged_for_a_token_that_the_resource_server_introspects(deployment: Deployment) -> None:
    reports = deployment.resource_server(
        "reports-api", {"reports.see": ("Change", "reports"), "reports.drop": ("Delete", "reports")}
    )
    reports.migrate()
    with Browser(deployment.authorization_server.origin) as browser:
        browser.sign_in("anna", "pw")
        code = browser.consent(browser.consent_page("web", "reports.see"))
    token = exchange(deployment, grant_type="authorization_code", code=code, redirect_uri="http://127.0.0.1/callback")
    assert token["scope"] == "reports.see"

    reports.serve()
    try:
        assert call(reports, "reports.see", token["access_token"]) == 200
        assert call(reports, "reports.drop", token["access_token"]) == 403
        assert call(reports, "reports.see", "made-up") == 403
    finally:
        reports.stop()


def test_a_name_of_another_resource_server_halts_the_deployment(deployment: Deployment) -> None:
    deployment.resource_server("reports-api", {"reports.own": ("Change", "reports")}).migrate()
    other = deployment.resource_server(
        "other-api", {"other.new": ("Change", "things"), "reports.own": ("Change", "reports")}
    )

    result = other.manage("migrate")

    assert result.returncode == 1
    assert "SCOPE_NOT_OWNED" in result.stderr
    assert "reports.own" in result.stderr
    assert "Traceback" not in result.stderr
    assert answers(deployment, "shop", "other.new") == {(400, "invalid_scope")}


def test_default_scopes_need_the_right_to_set_them_and_reach_every_client_at_once(deployment: Deployment) -> None:
    scopes = {"ledger.list": ("Change", "ledger")}
    without = deployment.resource_server("ledger-api", scopes, default_scopes=["ledger.list"]).manage("migrate")
    assert without.returncode == 1
    assert "scope_registry.register_default" in without.stderr
    assert answers(deployment, "shop", None) == {(400, "invalid_scope")}

    both = "scope_registry.register scope_registry.register_default"
    ledger = deployment.resource_server("ledger-api", scopes, default_scopes=["ledger.list"], registry_scope=both)
    ledger.migrate()
    wait_until_all(deployment, "shop", None, (200, "ledger.list"))

    # It is taken back by the next deployment, not by leaving it out by mistake.
    ledger.site["default_scopes"] = []
    ledger.migrate()
    wait_until_all(deployment, "shop", None, (400, "invalid_scope"))


def test_a_disabled_scope_is_refused_at_once_also_to_refresh_tokens(deployment: Deployment) -> None:
    deployment.resource_server(
        "reports-api", {"reports.stays": ("Change", "reports"), "reports.goes": ("Delete", "reports")}
    ).migrate()
    with Browser(deployment.authorization_server.origin) as browser:
        browser.sign_in("anna", "pw")
        code = browser.consent(browser.consent_page("web", "reports.stays reports.goes"))
        callback = "http://127.0.0.1/callback"
        first = exchange(deployment, grant_type="authorization_code", code=code, redirect_uri=callback)
        assert first["scope"] == "reports.stays reports.goes"
        waiting = browser.consent(browser.consent_page("web", "reports.stays reports.goes"))

        with as_operator(deployment) as registry:
            registry.admin.DisableScopes(registry_admin_pb2.DisableScopesRequest(names=["reports.goes"], force=True))

        wait_until_all(deployment, "shop", "reports.goes", (400, "invalid_scope"))
        assert "invalid_scope" in browser.consent_page("web", "reports.goes")
    refreshed = exchange(deployment, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refreshed["scope"] == "reports.stays"
    late = exchange(deployment, grant_type="authorization_code", code=waiting, redirect_uri=callback)
    assert late["scope"] == "reports.stays"


def test_a_restricted_scope_needs_a_grant(deployment: Deployment) -> None:
    restricted = {"reports.secret": {"restricted": True, "consent_texts": {"en": "See secrets"}}}
    deployment.resource_server("reports-api", {"reports.secret": ("Change", "secrets")}, SCOPES=restricted).migrate()
    assert answers(deployment, "shop", "reports.secret") == {(400, "invalid_scope")}

    with as_operator(deployment) as registry:
        registry.admin.GrantScopes(registry_admin_pb2.GrantScopesRequest(client_id="shop", scopes=["reports.secret"]))

    wait_until_all(deployment, "shop", "reports.secret", (200, "reports.secret"))


def test_the_authorization_servers_own_scopes_are_registered_by_its_next_release(deployment: Deployment) -> None:
    server = deployment.authorization_server
    next_release = Site("authorization_server", server.folder, {**server.site, "scopes": {"account.read": "See it"}})
    next_release.site["scope_registry"] = {**server.site["scope_registry"], "REGISTER_AFTER_MIGRATE": True}

    # The release before goes on serving meanwhile, and the registry asks it about the token.
    assert "Created: account.read" in next_release.migrate()

    wait_until_all(deployment, "shop", "account.read", (200, "account.read"))


def test_resource_servers_of_dot_dynamic_scopes_go_on_registering_unchanged(deployment: Deployment) -> None:
    token = deployment.authorization_server.run(
        f"""
import json, datetime
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
expires = timezone.now() + datetime.timedelta(days=365)
application = Application.objects.get(client_id="old-api")
AccessToken.objects.create(application=application, token="kept-for-ever", scope="{OLD_SCOPE}", expires=expires)
print(json.dumps("kept-for-ever"))
"""
    )

    def register(name: str, description: str) -> int:
        """Do what the package does after migrations."""
        return requests.post(
            f"{deployment.registry.http_url}/compat/dot-dynamic-scopes/register_scope/",
            json={"name": name, "description": description, "is_default": False},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        ).status_code

    assert register("old.read", "Read old things") == 201
    assert register("old.read", "Read old things, again") == 200
    wait_until_all(deployment, "shop", "old.read", (200, "old.read"))
    deployment.resource_server("reports-api", {"reports.mine": ("Change", "reports")}).migrate()
    assert register("reports.mine", "Mine now") == 403
    assert register("old read", "Spaces") == 400


def test_discovery_lists_what_is_registered(deployment: Deployment) -> None:
    deployment.resource_server("reports-api", {"reports.found": ("Change", "reports")}).migrate()
    listed = deployment.authorization_server.run(
        """
import json
from oauth2_provider.scopes import get_scopes_backend
print(json.dumps(get_scopes_backend().get_available_scopes()))
"""
    )

    assert "reports.found" in listed
    assert json.dumps(listed) == json.dumps(sorted(listed))
