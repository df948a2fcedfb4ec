"""The settings of an authorization server within the test's own process. Tests say where its registry is."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "oauth2_provider",
    "scope_registry.django",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "tests.django.sites.authorization_server_urls"
STATIC_URL = "/static/"
LOGIN_URL = "/admin/login/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes",
    "OAUTH2_VALIDATOR_CLASS": "scope_registry.django.validators.RegistryValidator",
    "PKCE_REQUIRED": False,
}
SCOPE_REGISTRY: dict[str, Any] = {"ADDRESS": "127.0.0.1:1", "CREDENTIALS": "set-by-each-test"}
