"""The settings of a resource server that knows RFC 7662, and nothing of the registry."""

from tests.django.base_settings import *  # noqa: F403
from tests.django.base_settings import INSTALLED_APPS
from tests.django.sites.given_site import SITE

SECRET_KEY = "only for tests on the loopback"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": SITE["database"], "OPTIONS": {"timeout": 20}}}
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "scope_registry.django"]
ROOT_URLCONF = "tests.django.sites.resource_server_urls"
OAUTH2_PROVIDER = {
    "SCOPES": {name: name for name in SITE["scopes"]},
    "RESOURCE_SERVER_TOKEN_CACHING_SECONDS": 1,
    **SITE["introspection"],
}
