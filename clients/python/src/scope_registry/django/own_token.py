"""Tokens that the authorization server issues to itself."""

import threading
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model
from oauthlib.common import generate_token

from scope_registry.connection.errors import TokenError
from scope_registry.django.settings import OwnApplication
from scope_registry.fork import prepare_for_forks

_LIFETIME = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)


class OwnToken:
    """Issues tokens out of the authorization server's own database, each for an hour.

    So it needs no request to itself, which no process might be free to answer. A process leaves two in the database at
    the most, also where the registry refuses each.
    """

    fork_order = 2

    def __init__(self, own: OwnApplication) -> None:
        self._own = own
        self._lock = threading.Lock()
        self._token = ""
        self._expires = timezone.now()
        self._issued: list[Any] = []
        prepare_for_forks(self)

    def __call__(self, fresh: bool) -> str:
        """Tell the token, which is a new one if the last one ends soon or has been refused."""
        with self._lock:
            if fresh or timezone.now() >= self._expires - _MARGIN:
                _run_apart(self._issue)
            return self._token

    def revoke(self) -> None:
        """End what was issued."""
        with self._lock:
            issued, self._issued = self._issued, []
            self._token, self._expires = "", timezone.now()
            _run_apart(lambda: get_access_token_model().objects.filter(pk__in=issued).delete())

    def before_fork(self) -> None:
        """Have nothing to let go of."""

    def after_fork(self, *, is_child: bool) -> None:
        """Have a lock of one's own: the thread that held the parent's is not here."""
        if is_child:
            self._lock = threading.Lock()
            # What the parent has issued is the parent's to take back.
            self._issued = []

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
        made = model.objects.create(
            application=application, token=token, scope=self._own.scope, expires=expires, **bound
        )
        # The last one may be in use still: by a stream, or by a thread that has just got it.
        before, self._issued = self._issued, [*self._issued[-1:], made.pk]
        self._token, self._expires = token, expires
        model.objects.filter(pk__in=before[:-1]).delete()


def _run_apart(act: Any) -> None:
    """Do something with the database in a thread of its own, and so with a connection and a transaction of its own.

    The registry looks the token up at once, when the caller's transaction may still be open. And the threads that call
    the registry live on: nothing would replace the connection to the database that they had.
    """
    raised: list[Exception] = []

    def run() -> None:
        try:
            act()
        except DatabaseError as error:
            raised.append(TokenError(f"The database has no token to give ({type(error).__name__})", passing=True))
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="scope-registry-own-token")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _knows_resources(model: type) -> bool:
    return any(field.name == "resource" for field in model._meta.get_fields())  # type: ignore[attr-defined]
