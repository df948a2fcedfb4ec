"""The settings of a resource server."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from tests.django.sites.common import *  # noqa: F403
from tests.django.sites.given_site import SITE

ROOT_URLCONF = "tests.django.sites.resource_server_urls"
OAUTH2_PROVIDER = {
    # "Change" and "Delete" are among the texts that Django itself comes with in many languages.
    "SCOPES": {name: format_lazy("{} {}", gettext_lazy(verb), noun) for name, (verb, noun) in SITE["scopes"].items()},
    "DEFAULT_SCOPES": SITE.get("default_scopes", []),
    "RESOURCE_SERVER_INTROSPECTION_URL": SITE["introspection_url"],
    "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": tuple(SITE["introspection_credentials"]),
    "RESOURCE_SERVER_TOKEN_CACHING_SECONDS": 1,
}
