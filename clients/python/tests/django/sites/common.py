"""What both kinds of servers have in common."""

from tests.django.base_settings import *  # noqa: F403
from tests.django.sites.given_site import SITE

SECRET_KEY = "only for tests on the loopback"
ALLOWED_HOSTS = ["127.0.0.1"]
LANGUAGES = [("en", "English"), ("de", "German")]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": SITE["database"], "OPTIONS": {"timeout": 20}}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"timed": {"format": "%(asctime)s %(process)d %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "timed"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"scope_registry": {"level": "DEBUG"}},
}
SCOPE_REGISTRY = SITE["scope_registry"]
