"""The scopes of the table, for Django OAuth Toolkit."""

from typing import Any

from django.core.cache import cache
from oauth2_provider.scopes import BaseScopes

from .models import Scope

CACHE_KEY = "dynamic-scopes"
CACHE_SECONDS = 30


class DynamicScopes(BaseScopes):
    """
    Judges by all scopes at once, which each process caches whole and for itself (Django's default cache).

    As in the extension, nothing empties the cache before its time: that is why a new scope is refused for so long.
    """

    def get_all_scopes(self) -> dict[str, str]:
        return cache.get_or_set(CACHE_KEY, _descriptions, CACHE_SECONDS)

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(self.get_all_scopes())

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(Scope.objects.filter(is_default=True).values_list("name", flat=True))


def _descriptions() -> dict[str, str]:
    return dict(Scope.objects.values_list("name", "description"))
