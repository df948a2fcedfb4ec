"""Django OAuth Toolkit as a resource server, unchanged and without this package: it introspects at the registry."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.minting import mint
from tests.support.parties import Parties, register
from tests.support.registry import RegistryProcess
from tests.support.repository import NODE, REPOSITORY
from tests.support.site import Site
from tests.support.waiting import wait_until

_CLIENT = "reports-api"
_SECRET = "the-secret-of-the-reports-api"
_SCOPES = ["reports.read", "reports.edit"]
_STORED_SCOPES = """
import json
from oauth2_provider.models import AccessToken
print(json.dumps(list(AccessToken.objects.values_list("scope", flat=True))))
"""


@dataclass(frozen=True, slots=True)
class Team:
    """A registry, a resource server that asks it, and who calls both."""

    parties: Parties
    site: Site

    @property
    def resource(self) -> str:
        """The audience of tokens for the resource server."""
        return f"{self.site.origin}/"

    def token(self, *scopes: str, audience: str | None = None, ttl: int = 300) -> str:
        """Make a token of the client `shop`, for the resource server if nothing else is said."""
        return mint(self.parties.registry.data_dir, "shop", *scopes, audience=audience or self.resource, ttl=ttl)

    def call(self, scope: str, token: str) -> int:
        """Call what a scope opens, and tell the status."""
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{self.site.origin}/{scope}/", headers=headers, timeout=20).status_code


def hash_secret(client_id: str, secret: str) -> Any:
    """Make an entry of the file of introspection clients, as an operator does."""
    command = [NODE, "--conditions=scope-registry-source", "src/cli/main.js", "hash-secret", client_id]
    result = subprocess.run(command, cwd=REPOSITORY, input=secret, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryProcess]:
    """A registry with an introspection client."""
    folder = tmp_path_factory.mktemp("introspected")
    clients = folder / "introspection-clients.json"
    clients.write_text(json.dumps([hash_secret(_CLIENT, _SECRET)]))
    with RegistryProcess(folder / "registry", settings={"INTROSPECTION_CLIENTS": str(clients)}) as started:
        yield started


@pytest.fixture(params=["a client with a secret", "a token"])
def team(request: pytest.FixtureRequest, registry: RegistryProcess, tmp_path: Path) -> Iterator[Team]:
    """A resource server, for each way in which it can show who it is."""
    with_secret = request.param == "a client with a secret"
    shown = (
        {"RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": (_CLIENT, _SECRET)}
        if with_secret
        else {"RESOURCE_SERVER_AUTH_TOKEN": registry.token(_CLIENT, "scope_registry.introspect")}
    )
    yield from serving(registry, tmp_path, shown)


def serving(registry: RegistryProcess, folder: Path, shown: dict[str, Any]) -> Iterator[Team]:
    """Serve a resource server whose scopes are registered."""
    url = f"{registry.http_url}/oauth2/introspect"
    introspection = {"RESOURCE_SERVER_INTROSPECTION_URL": url, **shown}
    site = Site("introspecting", folder, {"scopes": _SCOPES, "introspection": introspection})
    parties = Parties(registry)
    try:
        register(parties.connect(_CLIENT, "register"), *_SCOPES, resources=[f"{site.origin}/"], replace=True)
        site.migrate()
        site.serve()
        yield Team(parties, site)
    finally:
        site.stop()
        parties.close()


def test_a_token_opens_what_it_has_the_scope_for(team: Team) -> None:
    token = team.token("reports.read", "nobody.knows")

    assert team.call("reports.read", token) == 200
    assert team.call("reports.edit", token) == 403
    # What nobody has registered it is not told of.
    assert team.site.run(_STORED_SCOPES) == ["reports.read"]


def test_a_token_that_is_none_opens_nothing(team: Team) -> None:
    for token in ("x", team.token("reports.read")[:-8], team.token("reports.read", ttl=-5)):
        assert team.call("reports.read", token) in (401, 403)


def test_a_token_for_another_resource_server_opens_nothing(team: Team) -> None:
    other = team.parties.connect("other-api", "register")
    register(other, "other.read", resources=[team.parties.uri])

    assert team.call("reports.read", team.token("reports.read", audience=team.parties.uri)) in (401, 403)


def test_a_scope_that_is_disabled_opens_nothing_any_more(team: Team) -> None:
    token = team.token("reports.read", "reports.edit")
    assert team.call("reports.edit", token) == 200

    register(team.parties.connect(_CLIENT, "register"), "reports.read", resources=[team.resource], replace=True)

    wait_until("the scope opens nothing", lambda: team.call("reports.edit", token) == 403)
    assert team.call("reports.read", token) == 200


def test_a_resource_server_with_another_secret_lets_nobody_in(registry: RegistryProcess, tmp_path: Path) -> None:
    shown = {"RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": (_CLIENT, "the-secret-of-somebody-else")}
    for team in serving(registry, tmp_path, shown):
        assert team.call("reports.read", team.token("reports.read")) in (401, 403)
        assert "Status code: 401" in team.site.log
    assert "the-secret-of" not in registry.log
