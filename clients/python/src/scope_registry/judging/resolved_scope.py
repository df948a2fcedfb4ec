"""What a requested name stands for."""

from collections.abc import Mapping
from dataclasses import dataclass

from scope_registry.judging.scope_record import ScopeRecord


@dataclass(frozen=True, slots=True)
class ResolvedScope:
    """What a requested name stands for."""

    scope: ScopeRecord
    """Of an instance its template, of an alias the scope that has it."""
    name: str
    """What is granted: the scope's name, or its template with the values put in."""
    is_alias: bool = False
    """Whether the requested name is another name of the scope than its own."""
    parameters: Mapping[str, str] | None = None
    """The values of the template's parameters; None: the scope is no template."""
