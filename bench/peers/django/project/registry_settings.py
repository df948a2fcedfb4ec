"""The same settings, with the scopes of a registry in place of those of the table."""

import os

from .settings import *  # noqa: F403
from .settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "scope_registry.django"]

OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes",
    "OAUTH2_VALIDATOR_CLASS": "scope_registry.django.validators.RegistryValidator",
}

SCOPE_REGISTRY = {
    "ADDRESS": os.environ["BENCH_REGISTRY_ADDRESS"],
    "CREDENTIALS": os.environ["BENCH_REGISTRY_TOKEN"],
}
