"""What is to be judged, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scope_registry.judging.consent_text import ChosenConsentText
from scope_registry.judging.scope_record import ScopeRecord

VerdictStatus: TypeAlias = Literal[
    "GRANTED", "DEPRECATED", "UNKNOWN", "MALFORMED", "DISABLED", "PENDING", "NOT_ALLOWED", "WRONG_RESOURCE"
]
"""The judgement of one scope: the names of the wire's ``VerdictStatus``."""

ValidationMode: TypeAlias = Literal["ALL_OR_NOTHING", "NARROW"]
"""ALL_OR_NOTHING: one refused scope refuses the request. NARROW: refused scopes are left out (RFC 6749 §3.3)."""


@dataclass(slots=True)
class JudgeRequest:
    """A token request's scopes, to be judged: `read_validation` makes one that breaks no rule."""

    scopes: Sequence[str] = ()
    """The requested names, in order. Empty: the defaults are judged."""
    client_id: str = ""
    """The OAuth client that asks; empty: none. One without a record has no grants and no ceiling."""
    resources: Sequence[str] = ()
    """The requested resources (RFC 8707 §2). Empty: none was named."""
    mode: ValidationMode = "ALL_OR_NOTHING"
    consent_locales: Sequence[str] | None = None
    """Canonical BCP 47 tags, best first, to answer consent texts in; None: no consent texts are wanted."""


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """The judgement of one scope."""

    name: str
    """The name as it was requested."""
    status: VerdictStatus
    scope: ScopeRecord | None = None
    """The scope that the name stands for: of an instance its template, of an alias the scope that has it."""
    granted_name: str = ""
    """What is granted: the scope's name, or its template with the values put in. Empty: nothing."""
    replaced_by: str = ""
    """The name to ask for in place of this one; empty: none."""
    parameters: Mapping[str, str] | None = None
    """The values of the template's parameters, if the name is an instance."""
    message: str = ""
    """The judgement in a sentence; empty if GRANTED."""
    consent: ChosenConsentText | None = None


@dataclass(slots=True)
class Judgement:
    """What the authorization server may grant. It has the meaning of the wire's ``ValidateScopesResponse``."""

    valid: bool
    """Whether the request may go on."""
    granted_scopes: tuple[str, ...]
    """The names to grant, in the order requested (the defaults: in name order), each once. Empty if not valid."""
    audiences: tuple[str, ...]
    """The ``aud`` of the token (RFC 9068 §3), in code point order, each once. Empty if not valid."""
    defaults_applied: bool
    """Whether no scope was requested and the defaults were judged."""
    verdicts: tuple[ScopeVerdict, ...]
    """One for each requested name, in the same order, each once; or for each default that may be granted."""
    error: Literal["", "invalid_scope", "invalid_target"]
    """The OAuth error code (RFC 6749 §5.2, RFC 8707 §2); empty if valid."""
    error_description: str
    """A text for ``error_description`` within its characters (RFC 6749 §5.2); empty if valid."""
    revision: int
    """The revision that the scopes were judged at."""


def granted_scope_names(judgement: Judgement) -> tuple[str, ...]:
    """Return the registered names of what is granted, of an instance that of its template: usage is counted by them."""
    if not judgement.valid:
        return ()
    return tuple([verdict.scope.name for verdict in judgement.verdicts if verdict.granted_name and verdict.scope])
