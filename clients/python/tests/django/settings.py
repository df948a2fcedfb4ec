"""The settings of an authorization server within the test's own process. Tests say where its registry is."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.django.base_settings import *  # noqa: F403
from tests.django.base_settings import INSTALLED_APPS

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
# A file, so that threads have connections of their own: those of the live server, and those that issue tokens.
_FOLDER = Path(mkdtemp(prefix="scope-registry-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _FOLDER / "database.sqlite3",
        "TEST": {"NAME": _FOLDER / "test.sqlite3"},
        "OPTIONS": {"timeout": 20},
    }
}
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.staticfiles"]
ROOT_URLCONF = "tests.django.sites.authorization_server_urls"
STATIC_URL = "/static/"
LOGIN_URL = "/admin/login/"
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes",
    "OAUTH2_VALIDATOR_CLASS": "scope_registry.django.validators.RegistryValidator",
    "PKCE_REQUIRED": False,
}
SCOPE_REGISTRY: dict[str, Any] = {"ADDRESS": "127.0.0.1:1", "CREDENTIALS": "set-by-each-test"}
