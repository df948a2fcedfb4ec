"""Settings for being measured: no middleware, no debugging, connections to the database that stay open."""

import os
from typing import Any

DEBUG = False
SECRET_KEY = "only for benchmarks on the loopback"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "oauth2_provider",
    "dynamic_scopes",
]
MIDDLEWARE: list[str] = []

OAUTH2_PROVIDER = {"SCOPES_BACKEND_CLASS": "dynamic_scopes.scopes_backend.DynamicScopes"}


def database() -> dict[str, Any]:
    """PostgreSQL at the port that the environment names, or else SQLite in the file that it names."""
    name = os.environ["BENCH_DATABASE"]
    if port := os.environ.get("BENCH_POSTGRESQL_PORT"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "PORT": port,
            "USER": "bench",
            "NAME": name,
            "CONN_MAX_AGE": None,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            "transaction_mode": "IMMEDIATE",
        },
    }


DATABASES = {"default": database()}
