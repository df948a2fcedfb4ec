"""What Django OAuth Toolkit does not ask its scopes backend: tokens and codes of the time before a scope went."""

from collections.abc import Iterable
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request

from scope_registry.django.scopes import has_registry_access, judge


class RegistryValidatorMixin:
    """Judges anew when a refresh token or a code is exchanged: a scope that was disabled meanwhile is not issued again.

    What may still be granted is; where nothing is left, the exchange is refused. A scope that was renamed is granted by
    its new name. Put it before `OAuth2Validator`, or use `RegistryValidator`.
    """

    def get_original_scopes(self, refresh_token: str, request: Request, *args: Any, **kwargs: Any) -> str:
        """Return the scopes of a refresh token that may still be granted."""
        original = super().get_original_scopes(refresh_token, request, *args, **kwargs)  # type: ignore[misc]
        names = original.split() if isinstance(original, str) else original
        return " ".join(_still_granted(names, request))

    def is_within_original_scope(
        self, request_scopes: Iterable[str], refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether a refresh token has what is asked for by names that its scopes had before: those are granted then."""
        names = _still_granted(request_scopes, request)
        original = self.get_original_scopes(refresh_token, request).split()
        if not names or not set(names) <= set(original):
            within = super().is_within_original_scope(request_scopes, refresh_token, request, *args, **kwargs)  # type: ignore[misc]
            return bool(within)
        request.scopes = list(names)
        return True

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Take a code, with those of its scopes that may still be granted."""
        is_valid = super().validate_code(client_id, code, client, request, *args, **kwargs)  # type: ignore[misc]
        if is_valid and request.scopes:
            request.scopes = list(_still_granted(request.scopes, request))
        return bool(is_valid)


class RegistryValidator(RegistryValidatorMixin, OAuth2Validator):  # type: ignore[misc]
    """Django OAuth Toolkit's validator, which also judges codes and refresh tokens by the registry."""


def _still_granted(names: Iterable[str], request: Request) -> tuple[str, ...]:
    wanted = tuple(name for name in names if name)
    client_id = getattr(request.client, "client_id", "")
    if not wanted or has_registry_access(client_id, wanted):
        return wanted
    return judge(client_id, wanted, request, "NARROW").granted_scopes
