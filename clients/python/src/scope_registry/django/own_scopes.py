"""The scopes of this server's own settings, as they are registered."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from scope_registry.django.settings import RegistrySettings
from scope_registry.judging.language_tag import canonical_language_tag
from scope_registry.judging.scope_record import ConsentText
from scope_registry.resource_server.scope_definition import ScopeDefinition

_MOST_TITLE_LENGTH = 200


def own_scopes(registry: RegistrySettings) -> list[ScopeDefinition]:
    """Read the usual settings SCOPES and DEFAULT_SCOPES of Django OAuth Toolkit, and what SCOPE_REGISTRY adds to them.

    Only what the project itself has set counts, and not the toolkit's own `read` and `write`. A description that is
    translated lazily is registered in every language of LANGUAGES, and not in that of whoever deploys.

    Raises:
        TypeError, ValueError: what SCOPE_REGISTRY adds is no definition

    """
    provider = provider_settings()
    defaults = provider.get("DEFAULT_SCOPES")
    return [_define(name, description, defaults, registry) for name, description in provider.get("SCOPES", {}).items()]


def own_scopes_problems() -> list[str]:
    """Tell what is wrong with SCOPES and DEFAULT_SCOPES, as far as registering them goes."""
    provider = provider_settings()
    scopes, defaults = provider.get("SCOPES", {}), provider.get("DEFAULT_SCOPES") or ()
    if not isinstance(scopes, Mapping):
        return ["SCOPES must be a dict of names and descriptions"]
    unknown = [name for name in defaults if name != "__all__" and name not in scopes]
    return [f"DEFAULT_SCOPES names {name}, which is not in SCOPES" for name in unknown]


def provider_settings() -> Mapping[str, Any]:
    """Return what the project has set for Django OAuth Toolkit, without the toolkit's own defaults."""
    found = getattr(settings, "OAUTH2_PROVIDER", None)
    return found if isinstance(found, Mapping) else {}


def _define(
    name: str, description: str | Promise, defaults: Iterable[str] | None, registry: RegistrySettings
) -> ScopeDefinition:
    given = registry.scopes.get(name, {})
    if not isinstance(given, Mapping):
        raise ValueError(f"{name} must be a dict of what its definition has beside name and description")
    more = dict(given)
    texts = {**_translations(description), **_consent_texts(name, more.pop("consent_texts", {}))}
    # Where the project does not speak of defaults, what the registry has is left as it is.
    is_default = None if defaults is None else "__all__" in defaults or name in defaults
    with translation.override(settings.LANGUAGE_CODE):
        text = str(description)
    return ScopeDefinition(
        name, text, **{"is_default": is_default, "resources": registry.resources, "consent_texts": texts, **more}
    )


def _translations(description: str | Promise) -> dict[str, ConsentText]:
    if not isinstance(description, Promise):
        return {}
    texts = {}
    for code, _ in settings.LANGUAGES:
        tag = canonical_language_tag(code)
        with translation.override(code):
            text = str(description)
        if tag is not None and text and len(text) <= _MOST_TITLE_LENGTH:
            texts[tag] = ConsentText(text, "")
    source = texts.get(canonical_language_tag(settings.LANGUAGE_CODE) or "")
    # A language without a translation of its own shows the source's text, which the registry chooses by itself.
    return {tag: text for tag, text in texts.items() if text is source or text != source}


def _consent_texts(name: str, given: object) -> dict[str, ConsentText]:
    if not isinstance(given, Mapping):
        raise ValueError(f"{name}: consent_texts must be a dict of languages and texts")
    texts = {}
    for tag, text in given.items():
        if isinstance(text, Mapping) and "title" in text:
            texts[tag] = ConsentText(str(text["title"]), str(text.get("description", "")))
        elif isinstance(text, (str, Promise)):
            texts[tag] = ConsentText(str(text), "")
        else:
            raise ValueError(f"{name}: the consent text {tag} must be a title, or a dict with a title")
    return texts
