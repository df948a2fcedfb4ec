"""Judging scopes without I/O, as the registry's server does it, in the token issuer's own process.

It knows no messages of the contract and imports nothing from beside this folder.
"""

from scope_registry.judging.client_index import ClientIndex
from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.client_rights import ClientRights
from scope_registry.judging.consent_text import ChosenConsentText, choose_consent_text
from scope_registry.judging.judge_scopes import JudgedRegistry, allows_scopes, judge_scopes
from scope_registry.judging.judgement import (
    Judgement,
    JudgeRequest,
    ScopeVerdict,
    ValidationMode,
    VerdictStatus,
    granted_scope_names,
)
from scope_registry.judging.language_tag import canonical_language_tag
from scope_registry.judging.open_scope import OpenScope
from scope_registry.judging.resolved_scope import ResolvedScope
from scope_registry.judging.resource_uri import resource_problem
from scope_registry.judging.scope_index import ScopeIndex
from scope_registry.judging.scope_name import is_scope_name, parse_scope_parameter
from scope_registry.judging.scope_record import ConsentText, ScopeProposal, ScopeRecord, ScopeState
from scope_registry.judging.scope_template import ScopeTemplate, parameters_in, parse_template
from scope_registry.judging.template_index import TemplateIndex, TemplateMatch
from scope_registry.judging.usage_tally import TalliedUse, UsageTally, day_of, format_day
from scope_registry.judging.validation import Validation, ValidationView, read_validation
from scope_registry.judging.violation import InvalidRequestError, Violation

__all__ = [
    "ChosenConsentText",
    "ClientIndex",
    "ClientRecord",
    "ClientRights",
    "ConsentText",
    "InvalidRequestError",
    "JudgeRequest",
    "JudgedRegistry",
    "Judgement",
    "OpenScope",
    "ResolvedScope",
    "ScopeIndex",
    "ScopeProposal",
    "ScopeRecord",
    "ScopeState",
    "ScopeTemplate",
    "ScopeVerdict",
    "TalliedUse",
    "TemplateIndex",
    "TemplateMatch",
    "UsageTally",
    "Validation",
    "ValidationMode",
    "ValidationView",
    "VerdictStatus",
    "Violation",
    "allows_scopes",
    "canonical_language_tag",
    "choose_consent_text",
    "day_of",
    "format_day",
    "granted_scope_names",
    "is_scope_name",
    "judge_scopes",
    "parameters_in",
    "parse_scope_parameter",
    "parse_template",
    "read_validation",
    "resource_problem",
]
