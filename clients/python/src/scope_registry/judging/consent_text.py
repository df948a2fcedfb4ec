"""Which text a consent screen shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.scope_record import ConsentText
from scope_registry.judging.scope_template import with_values


@dataclass(frozen=True, slots=True)
class ChosenConsentText:
    """A consent text and the language that it is in."""

    locale: str
    """A BCP 47 tag; empty where the scope has no texts."""
    text: ConsentText


def choose_consent_text(resolved: ResolvedScope, locales: Sequence[str]) -> ChosenConsentText:
    """Return the text that a consent screen shows for a scope, in the best of the languages asked for.

    For each requested tag, best first: the tag itself and what is left when it is shortened from its end (RFC 4647
    §3.4, lookup), then any text in the same language. After them English, then the first tag in order. A scope without
    texts shows its name and description. An instance of a template shows its own name and, in the template's texts, its
    values.

    Args:
        resolved: what the requested name stands for
        locales: canonical BCP 47 tags, as `canonical_language_tag` gives them

    """
    scope = resolved.scope
    if not scope.consent_texts:
        return ChosenConsentText("", ConsentText(resolved.name, scope.description))
    locale = _choose_tag(sorted(scope.consent_texts), locales)
    text = scope.consent_texts[locale]
    parameters = resolved.parameters
    if parameters is not None:
        text = ConsentText(with_values(text.title, parameters), with_values(text.description, parameters))
    return ChosenConsentText(locale, text)


def _choose_tag(tags: Sequence[str], locales: Sequence[str]) -> str:
    for wanted in (*locales, "en"):
        found = _look_up(tags, wanted) or next((tag for tag in tags if _same_language(tag, wanted)), None)
        if found is not None:
            return found
    return tags[0]


def _look_up(tags: Sequence[str], wanted: str) -> str | None:
    range_ = wanted
    while range_:
        if range_ in tags:
            return range_
        range_ = range_.rpartition("-")[0]
        # A single letter introduces what was cut off behind it, and goes with it.
        if range_[-2:-1] == "-":
            range_ = range_[:-2]
    return None


def _same_language(a: str, b: str) -> bool:
    """Private use and the undetermined language are no language that two tags could have in common."""
    language = a.partition("-")[0]
    return language == b.partition("-")[0] and language not in ("x", "und")
