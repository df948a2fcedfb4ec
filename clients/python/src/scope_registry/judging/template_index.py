"""Templates by what they match."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from scope_registry.judging.scope_name import MAX_SCOPE_NAME_LENGTH
from scope_registry.judging.scope_template import (
    MAX_TEMPLATE_SEGMENTS,
    ScopeTemplate,
    is_parameter_value,
    is_template_name,
    parameters_in,
    parts_of,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TemplateMatch(Generic[T]):
    """What a name is an instance of."""

    template: ScopeTemplate
    value: T
    """What was set for the template."""
    parameters: dict[str, str]
    """The values of the template's parameters, by their names."""


class TemplateIndex(Generic[T]):
    """Templates by what they match.

    Where several match a name, the one counts whose first parameter comes first, and so on; of registered scopes there
    is one at the most. Finding it costs the same however many templates there are: it tries for each segment of a name
    whether a template goes on with a parameter or with the text there, and goes on only as far as some template does.

    Not locked: whoever changes it while others read holds a lock around both.
    """

    __slots__ = ("_beginnings", "_templates")

    def __init__(self) -> None:
        self._templates: dict[str, tuple[ScopeTemplate, T]] = {}
        """By their shapes. No name is taken for one, as names with braces are no instances."""
        self._beginnings: dict[str, int] = {}
        """What shapes begin with, up to each separator, and how many do."""

    def __len__(self) -> int:
        return len(self._templates)

    def get(self, template: ScopeTemplate) -> T | None:
        """Tell what was set for this template, or for one that differs in the names of its parameters alone."""
        found = self._templates.get(template.shape)
        return None if found is None else found[1]

    def set(self, template: ScopeTemplate, value: T) -> None:
        """Add a template, or puts it in the place of the one with the same instances."""
        shape = template.shape
        if shape not in self._templates:
            for beginning in _beginnings_of(shape):
                self._beginnings[beginning] = self._beginnings.get(beginning, 0) + 1
        self._templates[shape] = (template, value)

    def delete(self, template: ScopeTemplate) -> None:
        """Take a template out, or the one with the same instances."""
        shape = template.shape
        if self._templates.pop(shape, None) is None:
            return
        for beginning in _beginnings_of(shape):
            self._beginnings[beginning] -= 1
            if self._beginnings[beginning] == 0:
                del self._beginnings[beginning]

    def match(self, name: str) -> TemplateMatch[T] | None:
        """Tell what a name is an instance of; None: nothing."""
        if not self._templates or len(name) > MAX_SCOPE_NAME_LENGTH or is_template_name(name):
            return None
        parts = parts_of(name)
        # A name of more segments is an instance of nothing, however many places it could part at.
        if len(parts) > 2 * MAX_TEMPLATE_SEGMENTS - 1:
            return None
        found = self._find("", parts, 0)
        if found is None:
            return None
        template, value = found
        return TemplateMatch(template, value, parameters_in(template, name) or {})

    def _find(self, before: str, parts: list[str], at: int) -> tuple[ScopeTemplate, T] | None:
        """Return the template whose shape begins with what was found before, and goes on with the rest of a name."""
        segment = parts[at]
        if at + 1 == len(parts):
            by_value = self._templates.get(f"{before}{{}}")
            if by_value is not None and is_parameter_value(segment):
                return by_value
            return self._templates.get(before + segment)
        separator = parts[at + 1]
        with_parameter = f"{before}{{}}{separator}"
        if with_parameter in self._beginnings and is_parameter_value(segment):
            found = self._find(with_parameter, parts, at + 2)
            if found is not None:
                return found
        with_text = before + segment + separator
        return self._find(with_text, parts, at + 2) if with_text in self._beginnings else None


def _beginnings_of(shape: str) -> list[str]:
    parts = parts_of(shape)
    return ["".join(parts[:end]) for end in range(2, len(parts), 2)]
