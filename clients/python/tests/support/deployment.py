"""A registry on MongoDB, a Django authorization server that it trusts, and resource servers that come and go."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.support.registry import RegistryProcess
from tests.support.site import Site

OLD_SCOPE = "register-scope"
"""The scope that resource servers of dot-dynamic-scopes have in their tokens."""

_APPLICATION = """
from django.contrib.auth import get_user_model
from oauth2_provider.models import Application
for client_id, grant in {applications!r}.items():
    Application.objects.create(
        name=client_id,
        client_id=client_id,
        client_secret="secret-of-" + client_id,
        client_type="confidential",
        authorization_grant_type=grant,
        redirect_uris="http://127.0.0.1/callback" if grant == "authorization-code" else "",
    )
get_user_model().objects.filter(username="anna").exists() or get_user_model().objects.create_superuser("anna", "", "pw")
"""


class Deployment:
    """The servers of one team, as its operators and its clients see them."""

    def __init__(self, folder: Path, registry: RegistryProcess, authorization_server: Site) -> None:
        self._folder = folder
        self.registry = registry
        self.authorization_server = authorization_server

    @property
    def token_endpoint(self) -> str:
        """Where tokens are issued."""
        return f"{self.authorization_server.origin}/o/token/"

    def add_applications(self, **grants: str) -> None:
        """Make applications at the authorization server; `_` in a name stands for `-`."""
        applications = {name.replace("_", "-"): grant for name, grant in grants.items()}
        self.authorization_server.run(_APPLICATION.format(applications=applications))

    def request_token(self, client_id: str, scope: str | None = None) -> requests.Response:
        """Ask for a token by client credentials."""
        form = {"grant_type": "client_credentials", **({} if scope is None else {"scope": scope})}
        return requests.post(self.token_endpoint, data=form, auth=(client_id, f"secret-of-{client_id}"), timeout=20)

    def token(self, client_id: str, scope: str) -> str:
        """Get a token by client credentials."""
        answer = self.request_token(client_id, scope)
        assert answer.status_code == 200, answer.text
        token = answer.json()["access_token"]
        assert isinstance(token, str)
        return token

    def resource_server(
        self,
        client_id: str,
        scopes: Mapping[str, tuple[str, str]],
        *,
        default_scopes: list[str] | None = None,
        registry_scope: str = "scope_registry.register",
        **settings: Any,
    ) -> Site:
        """Make a resource server, which is not deployed yet.

        Its scopes are a verb that Django translates, and a noun.
        """
        folder = self._folder / client_id
        folder.mkdir(exist_ok=True)
        client = {
            "client_id": client_id,
            "client_secret": f"secret-of-{client_id}",
            "token_endpoint": self.token_endpoint,
            "scope": registry_scope,
        }
        site = {
            "scopes": scopes,
            "default_scopes": default_scopes or [],
            "introspection_url": f"{self.authorization_server.origin}/o/introspect/",
            "introspection_credentials": [client_id, f"secret-of-{client_id}"],
            "scope_registry": {
                "ADDRESS": self.registry.grpc_address,
                "CREDENTIALS": {"client_credentials": client},
                "DEADLINE": 20,
                **settings,
            },
        }
        return Site("resource_server", folder, site)


@contextmanager
def deployed(folder: Path, mongodb_uri: str, *, preload: bool = False) -> Iterator[Deployment]:
    """Start the registry and the authorization server, whose own scopes are registered."""
    (folder / "authorization-server").mkdir()
    authorization_server = Site("authorization_server", folder / "authorization-server", {})
    issuer = {
        "issuer": f"{authorization_server.origin}/o",
        "introspection": {
            "endpoint": f"{authorization_server.origin}/o/introspect/",
            "client_id": "registry",
            "client_secret": "secret-of-registry",
            "audience_optional": True,
            "cache_seconds": 1,
        },
    }
    registry = RegistryProcess(
        folder / "registry",
        mongodb_uri=mongodb_uri,
        settings={"ISSUERS": json.dumps([issuer]), "DOT_DYNAMIC_SCOPES": OLD_SCOPE},
        dev=False,
    )
    authorization_server.site["scope_registry"] = {
        "ADDRESS": registry.grpc_address,
        "CREDENTIALS": {"own_application": {"client_id": "auth-server"}},
        "SNAPSHOT_FILE": str(folder / "scopes"),
        # The registry asks the authorization server about tokens: there is none yet while the first one migrates.
        "REGISTER_AFTER_MIGRATE": False,
        "REGISTRY_ACCESS": {
            "operator": "scope_registry.admin",
            "reports-api": "scope_registry.register",
            "ledger-api": "scope_registry.register scope_registry.register_default",
            "other-api": "scope_registry.register",
        },
    }
    deployment = Deployment(folder, registry, authorization_server)
    try:
        registry.start()
        authorization_server.migrate()
        machine = "client-credentials"
        deployment.add_applications(registry=machine, auth_server=machine, operator=machine, shop=machine)
        deployment.add_applications(reports_api=machine, ledger_api=machine, other_api=machine, old_api=machine)
        deployment.add_applications(web="authorization-code")
        authorization_server.serve(preload=preload)
        registered = authorization_server.manage("register_scopes")
        assert registered.returncode == 0, registered.stdout + registered.stderr
        yield deployment
    finally:
        authorization_server.stop()
        registry.stop()
