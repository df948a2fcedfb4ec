"""What Django OAuth Toolkit does not ask its scopes backend: tokens and codes of the time before a scope went."""

from collections.abc import Iterable
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request

from scope_registry.django.scopes import judge
from scope_registry.judging.judgement import ValidationMode


class RegistryValidatorMixin:
    """Judges anew when a refresh token or a code is exchanged: a scope that was disabled meanwhile is not issued again.

    What may still be granted is; where nothing is left, the exchange is refused. A scope that was renamed is granted by
    its new name. Put it before `OAuth2Validator`, or use `RegistryValidator`.
    """

    def get_original_scopes(self, refresh_token: str, request: Request, *args: Any, **kwargs: Any) -> str:
        """Return the scopes of a refresh token that may still be granted."""
        return " ".join(_still_granted(self._issued_scopes(refresh_token, request), request))

    def is_within_original_scope(
        self, request_scopes: Iterable[str], refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether a refresh token was granted all that is asked for: by these names, or by others of the same scopes.

        What of it may still be granted is. A scope that the token never had refuses the request (RFC 6749 §6).
        """
        issued, names = self._issued_scopes(refresh_token, request), list(request_scopes)
        renamed = [name for name in names if name not in issued]
        granted = set(_still_granted(issued, request))
        if renamed and not set(_judged(renamed, request, "ALL_OR_NOTHING")) <= granted:
            within = super().is_within_original_scope(names, refresh_token, request, *args, **kwargs)  # type: ignore[misc]
            return bool(within)
        request.scopes = list(_still_granted(names, request))
        return True

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Take a code, with those of its scopes that may still be granted."""
        is_valid = super().validate_code(client_id, code, client, request, *args, **kwargs)  # type: ignore[misc]
        if is_valid and request.scopes:
            request.scopes = list(_still_granted(request.scopes, request))
        return bool(is_valid)

    def _issued_scopes(self, refresh_token: str, request: Request) -> list[str]:
        issued = super().get_original_scopes(refresh_token, request)  # type: ignore[misc]
        return issued.split() if isinstance(issued, str) else list(issued)


class RegistryValidator(RegistryValidatorMixin, OAuth2Validator):  # type: ignore[misc]
    """Django OAuth Toolkit's validator, which also judges codes and refresh tokens by the registry."""


def _still_granted(names: Iterable[str], request: Request) -> tuple[str, ...]:
    return _judged(names, request, "NARROW")


def _judged(names: Iterable[str], request: Request, mode: ValidationMode) -> tuple[str, ...]:
    wanted = tuple(name for name in names if name)
    # No scopes are none: the registry would grant its defaults for them.
    return judge(getattr(request.client, "client_id", ""), wanted, request, mode).granted_scopes if wanted else ()
