"""Templates: names that stand for all their instances."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scope_registry.judging.scope_name import MAX_SCOPE_NAME_LENGTH, is_scope_name

MAX_TEMPLATE_SEGMENTS = 12
"""The most segments of a template. Finding what a name is an instance of costs more with each."""
MAX_TEMPLATE_PARAMETERS = 4
"""The most parameters of a template."""
MAX_PARAMETER_LENGTH = 128
"""The most characters of a parameter's value."""

_SEPARATOR = re.compile(r"([:/.])")
_PARAMETER = re.compile(r"\{[a-z][a-z0-9_]{0,31}\}")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")
_VALUE = re.compile(rf"[A-Za-z0-9_\-~@%+=]{{1,{MAX_PARAMETER_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class ScopeTemplate:
    """A name that stands for all its instances, ``dataset:{id}:read`` for example.

    A parameter fills a whole segment, which is what stands between two of ``:``, ``/`` and ``.``; there are at most
    `MAX_TEMPLATE_SEGMENTS`, and the first has none. Its value is 1 to `MAX_PARAMETER_LENGTH` of ``A-Za-z0-9-_~@%+=``:
    never a separator, a brace, or markup.
    """

    name: str
    parameters: tuple[str, ...]
    """The names of the parameters, in order; at most `MAX_TEMPLATE_PARAMETERS`."""

    @property
    def shape(self) -> str:
        """The name without those of its parameters: the same for templates that have the same instances."""
        return _PLACEHOLDER.sub("{}", self.name)


def is_template_name(name: str) -> bool:
    """Whether a name is a template or would be one. No instance of a template does."""
    return "{" in name or "}" in name


def parts_of(name: str) -> list[str]:
    """Return the segments of a name, and the separators between them: segments stand at the even places."""
    return _SEPARATOR.split(name)


def is_parameter_value(segment: str) -> bool:
    """Whether a segment of a name can be the value of a parameter."""
    return _VALUE.fullmatch(segment) is not None


def parse_template(name: str) -> ScopeTemplate | None:
    """Return the template that a name is; None if it is none, or is malformed."""
    if "{" not in name or not is_scope_name(name):
        return None
    segments = parts_of(name)[::2]
    braced = [segment for segment in segments if is_template_name(segment)]
    if is_template_name(segments[0]) or not all(_PARAMETER.fullmatch(segment) for segment in braced):
        return None
    if len(segments) > MAX_TEMPLATE_SEGMENTS or len(braced) > MAX_TEMPLATE_PARAMETERS:
        return None
    if len(set(braced)) < len(braced):
        return None
    return ScopeTemplate(name, tuple(segment[1:-1] for segment in braced))


def parameters_in(template: ScopeTemplate, name: str) -> dict[str, str] | None:
    """Return the values that make a name an instance of a template, by its parameters' names; None if it is none."""
    if len(name) > MAX_SCOPE_NAME_LENGTH:
        return None
    pattern, parts = parts_of(template.name), parts_of(name)
    if len(pattern) != len(parts):
        return None
    values: dict[str, str] = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            if not is_parameter_value(part):
                return None
            values[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return values


def with_values(text: str, parameters: Mapping[str, str]) -> str:
    """Return a text of a template with values in place of the parameters that it names. Other braces stay."""
    return _PLACEHOLDER.sub(lambda placeholder: parameters.get(placeholder[1], placeholder[0]), text)
