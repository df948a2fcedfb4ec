"""Registering the scopes of this server's own settings."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from scope_registry import ConsentText, ScopeDefinition, ScopeRegistryConnection
from scope_registry.django import process
from scope_registry.django.own_scopes import own_scopes
from scope_registry.django.registration import register_after_migrate
from scope_registry.django.settings import read_settings
from scoperegistry.v1 import scope_pb2, scope_registry_pb2
from tests.support.registry import RegistryProcess

Use = Callable[..., None]


def define(settings: Settings, provider: dict[str, Any], **registry: Any) -> dict[str, ScopeDefinition]:
    settings.OAUTH2_PROVIDER = provider
    settings.SCOPE_REGISTRY = {"ADDRESS": "127.0.0.1:1", "CREDENTIALS": "a-token", **registry}
    return {scope.name: scope for scope in own_scopes(read_settings())}


class TestOwnScopes:
    def test_the_toolkits_read_and_write_are_nobodys(self, settings: Settings) -> None:
        assert define(settings, {}) == {}
        assert define(settings, {"DEFAULT_SCOPES": []}) == {}

    def test_a_text_is_a_description(self, settings: Settings) -> None:
        assert define(settings, {"SCOPES": {"a": "Allow A"}}) == {"a": ScopeDefinition("a", "Allow A")}

    def test_lazy_texts_are_registered_in_every_language(self, settings: Settings) -> None:
        lazy = {"a": gettext_lazy("Delete"), "b": format_lazy("{}!", gettext_lazy("Change"))}
        for deployer in ("de", "fr", "en"):
            with translation.override(deployer):
                found = define(settings, {"SCOPES": lazy})
            assert found["a"].description == "Delete"
            assert {tag: text.title for tag, text in found["a"].consent_texts.items()} == {
                "en": "Delete",
                "de": "Löschen",
                "fr": "Supprimer",
            }
            assert found["b"].consent_texts["de"].title == "Ändern!"

    def test_a_language_without_a_translation_has_no_text(self, settings: Settings) -> None:
        settings.LANGUAGES = [("en", "English"), ("de", "German"), ("en-gb", "British"), ("xx-unknown", "None")]
        found = define(settings, {"SCOPES": {"a": gettext_lazy("Nobody translates this")}})
        assert list(found["a"].consent_texts) == ["en"]

    @pytest.mark.parametrize(
        ("defaults", "expected"),
        [(None, [None, None]), ([], [False, False]), (["a"], [True, False]), (["__all__"], [True, True])],
    )
    def test_defaults(self, settings: Settings, defaults: list[str] | None, expected: list[bool | None]) -> None:
        provider: dict[str, Any] = {"SCOPES": {"a": "A", "b": "B"}}
        if defaults is not None:
            provider["DEFAULT_SCOPES"] = defaults
        assert [scope.is_default for scope in define(settings, provider).values()] == expected

    def test_the_registrys_setting_adds_to_them(self, settings: Settings) -> None:
        more = {"restricted": True, "aliases": ["old"], "consent_texts": {"de": "Kurz", "fr": {"title": "Court"}}}
        found = define(
            settings,
            {"SCOPES": {"a": gettext_lazy("Delete"), "b": "B"}},
            RESOURCES=["https://a.example.com/"],
            SCOPES={"a": more},
        )
        assert found["a"].restricted is True
        assert found["a"].aliases == ["old"]
        assert found["a"].consent_texts == {
            "en": ConsentText("Delete", ""),
            "de": ConsentText("Kurz", ""),
            "fr": ConsentText("Court", ""),
        }
        assert found["b"].resources == ("https://a.example.com/",)


class TestAfterMigrate:
    @pytest.fixture(autouse=True)
    def deployed(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        """Not in a test, as far as the app can tell."""
        monkeypatch.delattr(mail, "outbox")
        settings.OAUTH2_PROVIDER = {"SCOPES": {"migrated:read": "Read"}}

    def migrate(self, **options: Any) -> str:
        written = StringIO()
        register_after_migrate(sender=apps.get_app_config("scope_registry"), stdout=written, **{"plan": [], **options})
        return written.getvalue()

    def registered(self, name: str) -> list[scope_pb2.Scope]:
        request = scope_registry_pb2.ListScopesRequest(names=[name])
        return list(process.connection().registry.ListScopes(request).scopes)

    def test_registers(self, shared: Use, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES": {"migrated:one": "One"}}
        assert "Created: migrated:one" in self.migrate()
        assert self.registered("migrated:one")[0].owner == "auth-server"
        assert "Unchanged: migrated:one" in self.migrate()
        assert self.migrate(verbosity=0) == ""

    def test_does_not_for_other_databases(self, shared: Use) -> None:
        assert self.migrate(using="other") == ""

    def test_does_not_after_flush_and_on_the_way_back(self, shared: Use, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES": {"migrated:back": "Back"}}
        assert self.migrate(plan=None) == ""
        assert self.migrate(plan=[("a migration", False), ("another one", True)]) == ""
        assert self.registered("migrated:back") == []

    def test_does_not_where_it_is_off(self, shared: Use) -> None:
        shared(REGISTER_AFTER_MIGRATE=False)
        assert self.migrate() == ""
        assert self.registered("migrated:read") == []

    def test_does_not_in_tests(self, shared: Use, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail, "outbox", [], raising=False)
        assert self.migrate() == ""
        assert self.registered("migrated:read") == []

    def test_does_not_without_scopes(self, shared: Use, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {}
        assert self.migrate() == ""

    @pytest.mark.parametrize(
        ("provider", "registry", "why"),
        [
            ({"SCOPES": {"bad name": "Bad"}}, {}, "INVALID_REQUEST"),
            ({"SCOPES": {"scope_registry.read": "Not mine"}}, {}, "SCOPE_NOT_OWNED"),
            ({"SCOPES": {"migrated:d": "D"}, "DEFAULT_SCOPES": ["migrated:d"]}, {}, "register_default"),
            ({"SCOPES": {"migrated:d": "D"}, "DEFAULT_SCOPES": ["migrated:e"]}, {}, "names migrated:e"),
            ({"SCOPES": ["migrated:d"]}, {}, "SCOPES must be a dict"),
            ({"SCOPES": {"migrated:d": "D"}}, {"MODE": "APPEND"}, "MODE must be"),
            ({"SCOPES": {"migrated:d": "D"}}, {"RELEASE": -1}, "RELEASE must be"),
            ({"SCOPES": {"migrated:d": "D"}}, {"CREDENTIALS": "wrong-token"}, "TOKEN_INVALID"),
            ({"SCOPES": {"migrated:d": "D"}}, {"ADDRESS": "no address"}, "address must be"),
            (
                {"SCOPES": {"migrated:d": "D"}},
                {"ADDRESS": "127.0.0.1:1", "DEADLINE": 0.3},
                "registered at 127.0.0.1:1. Nothing could be registered",
            ),
            ({"SCOPES": {"migrated:d": "D"}}, {"SCOPES": {"migrated:d": {"no_such": 1}}}, "no_such"),
            (
                {"SCOPES": {"migrated:d": "D"}},
                {"SCOPES": {"migrated:d": {"consent_texts": "x"}}},
                "consent_texts must be",
            ),
            ({"SCOPES": {"migrated:d": "D"}}, {"SCOPES": {"migrated:d": {"consent_texts": {"de": {}}}}}, "title"),
        ],
    )
    def test_ends_the_command_where_it_fails(
        self, shared: Use, settings: Settings, provider: dict[str, Any], registry: dict[str, Any], why: str
    ) -> None:
        settings.OAUTH2_PROVIDER = provider
        process.close()
        settings.SCOPE_REGISTRY = settings.SCOPE_REGISTRY | registry
        with pytest.raises(CommandError, match=why):
            self.migrate()

    def test_the_command_does_the_same(self, shared: Use, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES": {"migrated:two": "Two"}}
        written = StringIO()
        call_command("register_scopes", stdout=written)
        assert "Created: migrated:two" in written.getvalue()
        settings.OAUTH2_PROVIDER = {}
        call_command("register_scopes", stdout=written)
        assert "nothing to register" in written.getvalue()

    def test_replace_disables_the_others(
        self, use_registry: Use, own_registry: RegistryProcess, settings: Settings
    ) -> None:
        token = own_registry.token("auth-server", "scope_registry.register", "scope_registry.read")
        use_registry(own_registry.grpc_address, token, MODE="REPLACE", RELEASE=2, DISPLAY_NAME="The server")
        settings.OAUTH2_PROVIDER = {"SCOPES": {"a": "A", "b": "B"}}
        self.migrate()
        settings.OAUTH2_PROVIDER = {"SCOPES": {"a": "A"}}
        assert "Disabled: b" in self.migrate()
        settings.OAUTH2_PROVIDER = {}
        assert self.migrate() == ""
        settings.OAUTH2_PROVIDER = {"SCOPES": {}}
        assert "Disabled: a" in self.migrate()
        settings.OAUTH2_PROVIDER = {"SCOPES": {"a": "A"}}
        self.migrate()
        use_registry(own_registry.grpc_address, token, MODE="REPLACE", RELEASE=1)
        settings.OAUTH2_PROVIDER = {"SCOPES": {"b": "B"}}
        assert "A newer release has registered already" in self.migrate()


def test_connections_are_of_the_settings(shared: Use) -> None:
    assert isinstance(process.connection(), ScopeRegistryConnection)
    assert process.replica() is process.replica()
