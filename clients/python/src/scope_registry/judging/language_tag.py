"""Language tags (BCP 47)."""

import re

from langcodes import Language

from scope_registry.judging.language_extensions import canonical_extensions

MAX_TAG_LENGTH = 64
"""The most characters of a language tag."""

_LANGUAGE_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?P<private>(?:-x(?:-[a-z0-9]{1,8})+)?)"
)
_PRIVATE_USE_ONLY = re.compile(r"x(?:-[a-z0-9]{1,8})+")
_EXTENDED_LANGUAGE = re.compile(r"\A(?:ar|kok|lv|ms|sgn|sw|uz|zh)-(?=[a-z]{3}(?:-|$))")
"""The languages that have extended language subtags: ``zh-yue`` is the language ``yue`` (RFC 5646 §2.2.2)."""

_GRANDFATHERED = {
    "art-lojban": "jbo",
    "cel-gaulish": "xtg",
    "en-gb-oed": "en-GB-oxendict",
    "i-ami": "ami",
    "i-bnn": "bnn",
    "i-default": "en-x-i-default",
    "i-enochian": "und-x-i-enochian",
    "i-hak": "hak",
    "i-klingon": "tlh",
    "i-lux": "lb",
    "i-mingo": "see-x-i-mingo",
    "i-navajo": "nv",
    "i-pwn": "pwn",
    "i-tao": "tao",
    "i-tay": "tay",
    "i-tsu": "tsu",
    "no-bok": "nb",
    "no-nyn": "nn",
    "sgn-be-fr": "sfb",
    "sgn-be-nl": "vgt",
    "sgn-ch-de": "sgg",
    "zh-guoyu": "zh",
    "zh-hakka": "hak",
    "zh-min": "nan-x-zh-min",
    "zh-min-nan": "nan",
    "zh-xiang": "hsn",
}
"""The grandfathered tags (RFC 5646 §2.2.8): IANA's preferred values; for the four without one, what UTS 35 gives."""

_KEPT_OR_NEWER = {
    "ajp": "apc",
    "ajt": "aeb",
    "bh": "bh",
    "cls": "sa",
    "dek": "sqm",
    "gom": "kok",
    "jaw": "jv",
    "kgm": "plu",
    "knn": "knn",
    "lak": "ksp",
    "mnk": "mnk",
    "nbx": "gll",
    "nom": "cbr",
    "nte": "eko",
    "pmk": "crr",
    "prp": "gu",
    "smd": "kmb",
    "snb": "iba",
    "szd": "umi",
    "tmk": "tdg",
    "tpw": "tpn",
    "tw": "tw",
    "xss": "zko",
    "zkb": "kjh",
}
"""What the registry makes of languages of which langcodes, with older data, makes something else."""

_MAX_REMEMBERED = 1_000
"""How many tags are remembered: there are few, and each costs some microseconds to look at."""
_remembered: dict[str, str | None] = {}


def canonical_language_tag(tag: str) -> str | None:
    """Return the canonical form of a BCP 47 language tag (RFC 5646 §4.5), ``en-US`` for ``EN-us``; None if it is none.

    UTS 35's choices are made (``zh`` for ``cmn``); grandfathered tags (``i-klingon`` is ``tlh``) and extended languages
    (``zh-yue`` is ``yue``) are brought to that form. A tag that is private use from its first letter (``x-pig-latin``)
    is its own canonical form, in lower case.

    A primary subtag of two letters must be assigned in ISO 639-1; one of four letters or more is never (RFC 5646
    §2.2.1), so that ``english`` is refused instead of kept and never matched. One of three letters is taken as it is.
    """
    if len(tag) > MAX_TAG_LENGTH or not tag.isascii():
        return None
    if tag in _remembered:
        return _remembered[tag]
    canonical = _canonicalize(tag.lower())
    if len(_remembered) >= _MAX_REMEMBERED:
        _remembered.clear()
    _remembered[tag] = canonical
    return canonical


def _canonicalize(tag: str) -> str | None:
    if _PRIVATE_USE_ONLY.fullmatch(tag) is not None:
        return tag
    modern = _GRANDFATHERED.get(tag) or _EXTENDED_LANGUAGE.sub("", tag)
    match = _LANGUAGE_TAG.fullmatch(modern.lower())
    extensions = None if match is None else canonical_extensions(match["extensions"])
    if match is None or extensions is None:
        return None
    variants = sorted(match["variants"].split("-")[1:])
    if len(set(variants)) < len(variants):
        return None
    language = _canonical_language(match["language"])
    if language is None:
        return None
    region = match["region"] and Language.get(f"und-{match['region']}").territory
    if region and language.language == "sgn":
        # `sgn-US` is the American sign language, `ase`.
        language = Language.get(f"sgn-{region}")
        region = language.territory
    subtags = [
        language.language or "und",
        (match["script"] or language.script or "").title(),
        region or language.territory,
    ]
    return "-".join([subtag for subtag in [*subtags, *variants] if subtag]) + extensions + match["private"]


def _canonical_language(language: str) -> Language | None:
    # What langcodes reads it keeps for ever: it is given single subtags, of which there are few.
    if len(language) == 2 and not Language.get(language, normalize=False).is_valid():
        return None
    if language in _KEPT_OR_NEWER:
        return Language.make(_KEPT_OR_NEWER[language])
    return Language.get(language).prefer_macrolanguage()
