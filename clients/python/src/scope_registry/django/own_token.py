"""Tokens that the authorization server issues to itself."""

import threading
from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model
from oauthlib.common import generate_token

from scope_registry.connection.errors import TokenError
from scope_registry.django.settings import OwnApplication

_LIFETIME = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)


class OwnToken:
    """Issues tokens out of the authorization server's own database, each for an hour.

    So it needs no request to itself, which no process might be free to answer.
    """

    def __init__(self, own: OwnApplication) -> None:
        self._own = own
        self._lock = threading.Lock()
        self._token = ""
        self._expires = timezone.now()

    def __call__(self, fresh: bool) -> str:
        """Tell the token, which is a new one if the last one ends soon or has been refused."""
        with self._lock:
            if fresh or timezone.now() >= self._expires - _MARGIN:
                self._issue()
            return self._token

    def _issue(self) -> None:
        application = get_application_model().objects.filter(client_id=self._own.client_id).first()
        if application is None:
            raise TokenError(
                f"There is no application with the client id {self._own.client_id}: make one,"
                " of the confidential type, and name it in own_application",
                passing=True,
            )
        model = get_access_token_model()
        token, expires = generate_token(40), timezone.now() + _LIFETIME
        audience = self._own.resource
        bound = {"resource": [audience]} if audience is not None and _knows_resources(model) else {}
        model.objects.create(application=application, token=token, scope=self._own.scope, expires=expires, **bound)
        self._token, self._expires = token, expires


def _knows_resources(model: type) -> bool:
    return any(field.name == "resource" for field in model._meta.get_fields())  # type: ignore[attr-defined]
