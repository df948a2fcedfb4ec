"""Tokens that the authorization server issues to itself."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from pytest_django import Settings

from scope_registry import TokenError
from scope_registry.django.own_token import OwnToken, _run_apart
from scope_registry.django.settings import OwnApplication

pytestmark = pytest.mark.django_db(transaction=True)

AUDIENCE = "https://scopes.example.com"
knows_resources = any(field.name == "resource" for field in AccessToken._meta.get_fields())


@pytest.fixture
def application() -> Application:
    return Application.objects.create(
        client_id="auth-server",
        client_secret="auth-server-secret",
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )


def introspect(client: Client, token: str) -> dict[str, Any]:
    form = {"token": token, "client_id": "auth-server", "client_secret": "auth-server-secret"}
    answer = client.post("/o/introspect/", form).json()
    assert isinstance(answer, dict)
    return answer


@pytest.mark.usefixtures("application")
class TestOwnToken:
    def test_is_found_by_introspection(self, client: Client) -> None:
        answer = introspect(client, OwnToken(OwnApplication("auth-server"))(False))
        assert answer["active"] is True
        assert answer["client_id"] == "auth-server"
        assert answer["scope"] == "scope_registry.read scope_registry.validate scope_registry.register"

    def test_is_remembered_until_it_ends_or_is_refused(self) -> None:
        own = OwnToken(OwnApplication("auth-server"))
        first = own(False)
        assert own(False) == first
        second = own(True)
        assert second != first
        assert own(False) == second
        own._expires = timezone.now() + timedelta(seconds=59)
        assert own(False) != second

    def test_leaves_the_last_two_where_each_is_refused(self) -> None:
        own = OwnToken(OwnApplication("auth-server"))
        tokens = [own(True) for _ in range(5)]
        assert list(AccessToken.objects.order_by("pk").values_list("token", flat=True)) == tokens[-2:]

    def test_a_child_of_a_fork_leaves_the_parents_alone(self) -> None:
        own = OwnToken(OwnApplication("auth-server"))
        parents = own(False)
        own.before_fork()
        own.after_fork(is_child=True)
        for _ in range(3):
            own(True)
        own.revoke()
        assert [token.token for token in AccessToken.objects.all()] == [parents]

    def test_has_the_audience_where_the_toolkit_knows_it(self, client: Client) -> None:
        own = OwnToken(OwnApplication("auth-server", scope="scope_registry.read", resource=AUDIENCE))
        answer = introspect(client, own(False))
        assert answer["active"] is True
        if knows_resources:
            assert answer["aud"] in (AUDIENCE, [AUDIENCE])

    def test_works_with_hashed_tokens(self, client: Client, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True}
        token = OwnToken(OwnApplication("auth-server"))(False)
        assert introspect(client, token)["active"] is True

    def test_is_there_for_others_before_the_callers_transaction_ends(self) -> None:
        counted: list[int] = []
        # Nothing is asked in it so far: SQLite would have others wait until it has ended.
        with transaction.atomic():
            OwnToken(OwnApplication("auth-server"))(False)
            _run_apart(lambda: counted.append(AccessToken.objects.count()))
            transaction.set_rollback(True)
        assert counted == [1]
        assert AccessToken.objects.count() == 1

    def test_ends_when_it_is_revoked(self, client: Client) -> None:
        own = OwnToken(OwnApplication("auth-server"))
        tokens = [own(False), own(True)]
        own.revoke()
        assert [introspect(client, token)["active"] for token in tokens] == [False, False]
        assert introspect(client, own(False))["active"] is True

    def test_threads_share_it(self) -> None:
        own, got = OwnToken(OwnApplication("auth-server")), set[str]()
        threads = [threading.Thread(target=lambda: got.add(own(False))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 1


def test_says_which_application_is_missing() -> None:
    with pytest.raises(TokenError, match="no application with the client id auth-server: make one") as raised:
        OwnToken(OwnApplication("auth-server"))(False)
    assert raised.value.passing


def test_a_database_that_fails_passes(monkeypatch: pytest.MonkeyPatch, application: Callable[..., None]) -> None:
    from django.db import OperationalError  # noqa: PLC0415

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("connection of user secret-name lost")

    monkeypatch.setattr(AccessToken.objects, "create", fail)
    with pytest.raises(TokenError, match="OperationalError") as raised:
        OwnToken(OwnApplication("auth-server"))(False)
    assert raised.value.passing
    assert "secret-name" not in str(raised.value)
