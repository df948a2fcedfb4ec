"""The setting SCOPE_REGISTRY, and what `manage.py check` says of it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from oauth2_provider.oauth2_validators import OAuth2Validator
from pytest_django import Settings

from scope_registry import ClientCredentials, TlsOptions, TokenFile
from scope_registry.django.checks import check_settings
from scope_registry.django.scopes import RegistryScopes
from scope_registry.django.settings import OwnApplication, read_settings, settings_problems
from scope_registry.django.validators import RegistryValidatorMixin

GOOD = {"ADDRESS": "registry.example.com:50051", "CREDENTIALS": "a-token"}


class OwnValidator(RegistryValidatorMixin, OAuth2Validator):  # type: ignore[misc]
    """As a project has one."""


class OwnScopes(RegistryScopes):
    """As a project has it that adds something."""


def get_token(fresh: bool) -> str:
    return "a-token"


@pytest.fixture(autouse=True)
def no_scopes_of_its_own(settings: Settings) -> None:
    settings.SCOPE_REGISTRY = dict(GOOD)


class TestSettings:
    @pytest.mark.parametrize(
        ("credentials", "read"),
        [
            ("a-token", "a-token"),
            ({"token_file": "/run/token"}, TokenFile("/run/token")),
            (
                {"client_credentials": {"client_id": "a", "client_secret": "b", "issuer": "https://as.example.com"}},
                ClientCredentials("a", client_secret="b", issuer="https://as.example.com"),
            ),
            ({"own_application": {"client_id": "auth-server"}}, OwnApplication("auth-server")),
            ({"get_token": f"{__name__}.get_token"}, get_token),
            ({"get_token": get_token}, get_token),
        ],
    )
    def test_reads_credentials(self, settings: Settings, credentials: object, read: object) -> None:
        settings.SCOPE_REGISTRY = GOOD | {"CREDENTIALS": credentials}
        found = read_settings().credentials
        assert found == read or getattr(found, "__name__", None) == getattr(read, "__name__", "")

    def test_reads_the_rest(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = GOOD | {
            "TLS": {"ca": "/etc/ca.pem"},
            "SNAPSHOT_FILE": Path("/var/scopes"),
            "RESOURCES": ["https://a.example.com/"],
            "RELEASE": 7,
            "DEADLINE": 3,
        }
        found = read_settings()
        assert found.tls == TlsOptions(ca="/etc/ca.pem")
        assert found.snapshot_file == "/var/scopes"
        assert found.resources == ("https://a.example.com/",)
        assert (found.release, found.deadline) == (7, 3)

    def test_names_everything_that_is_wrong_at_once(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = {
            "ADRESS": "typo",
            "CREDENTIALS": {"client_credentials": {"client_id": "a", "client_sekret": "hush-hush"}},
            "MODE": "APPEND",
            "RELEASE": True,
            "DEADLINE": "soon",
        }
        problems = "\n".join(settings_problems())
        for part in (
            "ADRESS is no setting",
            "ADDRESS is missing",
            "client_sekret",
            "MODE must be",
            "RELEASE",
            "DEADLINE",
        ):
            assert part in problems
        with pytest.raises(ImproperlyConfigured, match="MODE must be MERGE or REPLACE"):
            read_settings()

    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ({"REGISTRY_ACCESS": {"a": ["scope_registry.register"]}}, "REGISTRY_ACCESS of a must be a text"),
            ({"REGISTRY_ACCESS": {"a": None}}, "REGISTRY_ACCESS of a must be a text"),
            ({"RELEASE": -1}, "RELEASE must be a whole number from 0"),
            ({"RELEASE": 2**53}, "RELEASE must be a whole number from 0"),
            ({"DEADLINE": 0}, "DEADLINE must be a number of seconds above 0"),
            ({"DEADLINE": "60"}, "DEADLINE must be a whole number or a number"),
            ({"READY_TIMEOUT": -1}, "READY_TIMEOUT must be a number of seconds"),
            ({"READY_TIMEOUT": float("nan")}, "READY_TIMEOUT must be a number of seconds"),
            ({"RESOURCES": [7]}, "RESOURCES must be a list of URIs"),
            ({"SNAPSHOT_FILE": 7}, "SNAPSHOT_FILE must be a text or a path"),
            ({"DISPLAY_NAME": None}, "DISPLAY_NAME must be a text"),
            ({"CREDENTIALS": {"own_application": {"client_id": ""}}}, "client_id must be that of an application"),
            ({"CREDENTIALS": {"own_application": {"client_id": "a", "scope": ["b"]}}}, "scope must be a text"),
            ({"CREDENTIALS": {"own_application": {"client_id": "a", "resource": ["b"]}}}, "resource must be a text"),
        ],
    )
    def test_says_what_a_value_must_be(self, settings: Settings, more: dict[str, Any], problem: str) -> None:
        settings.SCOPE_REGISTRY = GOOD | more
        (found,) = settings_problems()
        assert problem in found

    def test_takes_none_for_what_need_not_be_there(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = GOOD | {"TLS": None, "SNAPSHOT_FILE": None, "CATALOGUE_URL": None}
        found = read_settings()
        assert (found.tls, found.snapshot_file, found.catalogue_url) == (None, None, None)

    def test_has_no_secret_in_its_repr(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = dict(GOOD)
        assert "a-token" not in repr(read_settings())

    @pytest.mark.parametrize(
        "credentials",
        [
            "hush hush",
            {"client_credentials": {"client_id": "a", "client_secret": "hush-hush", "more": "hush-hush"}},
            {"client_credentials": "hush-hush"},
            {"token": "hush-hush"},
            {"get_token": "no.such.module.hush"},
            {"get_token": "hush"},
            {"token_file": "/a", "own_application": {"client_id": "hush-hush"}},
            {"own_application": {"client_secret": "hush-hush"}},
            {},
            7,
        ],
    )
    def test_shows_no_secrets(self, settings: Settings, credentials: object) -> None:
        settings.SCOPE_REGISTRY = GOOD | {"CREDENTIALS": credentials}
        problems = " ".join(settings_problems())
        assert "CREDENTIALS" in problems or "client_credentials" in problems or "own_application" in problems
        assert "hush-hush" not in problems
        assert "hush hush" not in problems

    def test_says_what_it_must_be(self, settings: Settings) -> None:
        for given in (None, "registry.example.com:50051"):
            settings.SCOPE_REGISTRY = given
            assert "ADDRESS and CREDENTIALS" in settings_problems()[0]


class TestChecks:
    def ids(self) -> list[str | None]:
        return [message.id for message in self.messages()]

    def messages(self) -> list[CheckMessage]:
        return check_settings()

    def test_finds_nothing_to_say(self) -> None:
        assert self.ids() == []

    def test_e001_settings(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = {"MODE": "APPEND"}
        assert self.ids() == ["scope_registry.E001"] * 3

    def test_e001_defaults_that_are_no_scopes(self, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES": {"a": "A"}, "DEFAULT_SCOPES": ["a", "b"]}
        assert self.ids() == ["scope_registry.E001"]
        assert "DEFAULT_SCOPES names b" in self.messages()[0].msg

    @pytest.mark.parametrize(
        "more",
        [
            {"ADDRESS": "no address at all"},
            {"ADDRESS": "http://registry.example.com"},
            {"TLS": {"ca": "/no/such/file"}},
            {"CREDENTIALS": {"client_credentials": {"client_id": "a"}}},
            {"CREDENTIALS": {"token_file": None}},
        ],
    )
    def test_e002_the_connection(self, settings: Settings, more: dict[str, Any]) -> None:
        settings.SCOPE_REGISTRY = GOOD | more
        assert set(self.ids()) == {"scope_registry.E002"}

    @pytest.mark.parametrize(
        "more",
        [
            {"no_such_field": 1},
            {"name": "b"},
            {"consent_texts": {"de": {"description": "no title"}}},
            {"resources": [7]},
            {"consent_texts": "no texts"},
            {"consent_texts": {"de": None}},
            "no definition",
        ],
    )
    def test_e003_the_scopes(self, settings: Settings, more: object) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES": {"a": "A"}}
        settings.SCOPE_REGISTRY = GOOD | {"SCOPES": {"a": more}}
        assert self.ids() == ["scope_registry.E003"]

    def test_w001_definitions_without_a_scope(self, settings: Settings) -> None:
        settings.SCOPE_REGISTRY = GOOD | {"SCOPES": {"a": {"restricted": True}}}
        assert self.ids() == ["scope_registry.W001"]

    @pytest.mark.parametrize(
        ("validator", "ids"),
        [
            (None, ["scope_registry.W002"]),
            ("oauth2_provider.oauth2_validators.OAuth2Validator", ["scope_registry.W002"]),
            ("scope_registry.django.validators.RegistryValidator", []),
            (OwnValidator, []),
            (f"{__name__}.OwnValidator", []),
        ],
    )
    def test_w002_the_validator(self, settings: Settings, validator: object, ids: list[str]) -> None:
        settings.OAUTH2_PROVIDER = {
            "SCOPES_BACKEND_CLASS": "scope_registry.django.RegistryScopes",
            **({} if validator is None else {"OAUTH2_VALIDATOR_CLASS": validator}),
        }
        assert self.ids() == ids

    @pytest.mark.parametrize(
        "backend", [OwnScopes, f"{__name__}.OwnScopes", "scope_registry.django.scopes.RegistryScopes"]
    )
    def test_w002_whatever_the_backend_is_called(self, settings: Settings, backend: object) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES_BACKEND_CLASS": backend}
        assert self.ids() == ["scope_registry.W002"]

    def test_says_nothing_of_another_backend(self, settings: Settings) -> None:
        settings.OAUTH2_PROVIDER = {"SCOPES_BACKEND_CLASS": "oauth2_provider.scopes.SettingsScopes"}
        assert self.ids() == []


@pytest.mark.django_db
def test_there_is_nothing_to_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", "scope_registry", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out
