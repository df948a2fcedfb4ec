"""Extensions of language tags (RFC 5646 §2.2.6)."""

import re

_EXTENSION = re.compile(r"-([0-9a-wy-z])((?:-[a-z0-9]{2,8})+)")
_LOCALE = re.compile(r"(?P<attributes>(?:-[a-z0-9]{3,8})*)(?P<keywords>(?:-[a-z0-9][a-z](?:-[a-z0-9]{3,8})*)*)")
_KEYWORD = re.compile(r"-([a-z0-9][a-z])((?:-[a-z0-9]{3,8})*)")
_TRANSFORM = re.compile(
    r"(?P<language>(?:-[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)?)"
    r"(?P<fields>(?:-[a-z][0-9](?:-[a-z0-9]{3,8})+)*)"
)
_FIELD = re.compile(r"-([a-z][0-9])((?:-[a-z0-9]{3,8})+)")


def canonical_extensions(extensions: str) -> str | None:
    """Return the extensions of a language tag in canonical order (UTS 35 §3.2.1); None if they are none.

    Args:
        extensions: in lower case and each with a hyphen in front, as they stand in a tag

    """
    found: list[tuple[str, str]] = _EXTENSION.findall(extensions)
    if len({singleton for singleton, _ in found}) < len(found):
        return None
    ordered: list[str] = []
    for singleton, rest in sorted(found):
        canonical = _canonical_rest(singleton, rest)
        if canonical is None:
            return None
        ordered.append(f"-{singleton}{canonical}")
    return "".join(ordered)


def _canonical_rest(singleton: str, rest: str) -> str | None:
    if singleton == "u":
        match = _LOCALE.fullmatch(rest)
        if match is None:
            return None
        attributes = "".join(f"-{attribute}" for attribute in sorted(set(match["attributes"].split("-")[1:])))
        # What a keyword says first counts, and `true` is what it says with no value.
        keywords = dict(reversed(_KEYWORD.findall(match["keywords"])))
        return attributes + "".join(
            f"-{key}{'' if value == '-true' else value}" for key, value in sorted(keywords.items())
        )
    if singleton == "t":
        match = _TRANSFORM.fullmatch(rest)
        if match is None:
            return None
        return match["language"] + "".join(f"-{key}{value}" for key, value in sorted(_FIELD.findall(match["fields"])))
    return rest
