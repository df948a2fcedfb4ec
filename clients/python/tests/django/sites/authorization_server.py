"""The settings of the authorization server."""

from tests.django.sites.common import *  # noqa: F403
from tests.django.sites.given_site import SITE

ROOT_URLCONF = "tests.django.sites.authorization_server_urls"
LOGIN_URL = "/admin/login/"
OAUTH2_PROVIDER = {
    "SCOPES": {"introspection": "Look into tokens", **SITE.get("scopes", {})},
    "DEFAULT_SCOPES": SITE.get("default_scopes", []),
    "SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes",
    "OAUTH2_VALIDATOR_CLASS": "scope_registry.django.validators.RegistryValidator",
    "PKCE_REQUIRED": False,
    "ROTATE_REFRESH_TOKEN": False,
}
