"""Records out of messages of the contract."""

from collections.abc import Mapping, MutableSequence
from functools import lru_cache
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.scope_record import ConsentText, ScopeProposal, ScopeRecord, ScopeState
from scoperegistry.v1 import registry_admin_pb2, scope_pb2

T = TypeVar("T", str, int, tuple[str, ...])

_STATES: dict[int, ScopeState] = {
    scope_pb2.SCOPE_STATE_ACTIVE: "ACTIVE",
    scope_pb2.SCOPE_STATE_DEPRECATED: "DEPRECATED",
    scope_pb2.SCOPE_STATE_DISABLED: "DISABLED",
    scope_pb2.SCOPE_STATE_PENDING: "PENDING",
}

_NO_CONSENT_TEXTS: Mapping[str, ConsentText] = {}


def scope_from_message(message: scope_pb2.Scope) -> ScopeRecord:
    """Return a scope, out of its message. A state that nobody knows is none that may be granted: DISABLED."""
    proposal = message.proposal if message.HasField("proposal") else None
    return ScopeRecord(
        name=message.name,
        description=message.description,
        is_default=message.is_default,
        owner=_shared(message.owner),
        state=_STATES.get(message.state, "DISABLED"),
        restricted=message.restricted,
        resources=_shared(_texts_in(message.resources)),
        consent_texts=_consent_texts_in(message.consent_texts) if message.consent_texts else _NO_CONSENT_TEXTS,
        deprecated=message.deprecated,
        replaced_by=message.replaced_by,
        sunset_time=milliseconds(message.sunset_time) if message.HasField("sunset_time") else None,
        unlisted=message.unlisted,
        aliases=_texts_in(message.aliases),
        disabled_by_admin=message.disabled_by_admin,
        proposal=None if proposal is None else _proposal_from_message(proposal),
        create_time=_shared(milliseconds(message.create_time)),
        update_time=_shared(milliseconds(message.update_time)),
        revision=_shared(message.revision),
    )


def client_from_message(message: registry_admin_pb2.ClientPolicy) -> ClientRecord:
    """Tell what a client may ask for, out of its message."""
    return ClientRecord(
        client_id=message.client_id,
        allowed_scopes=tuple(message.allowed_scopes),
        default_scopes=tuple(message.default_scopes),
        granted_scopes=tuple(message.granted_scopes),
        create_time=milliseconds(message.create_time),
        update_time=milliseconds(message.update_time),
        revision=message.revision,
    )


def milliseconds(time: Timestamp) -> int:
    """Return a time, in milliseconds since 1970-01-01T00:00:00Z, rounded. An absent one is 0."""
    return time.seconds * 1_000 + (time.nanos + 500_000) // 1_000_000


@lru_cache(maxsize=10_000)
def _shared(value: T) -> T:
    """Return the same object for what many scopes have: owners, resources, and the time and revision of one change."""
    return value


def _texts_in(texts: MutableSequence[str]) -> tuple[str, ...]:
    # A slice is made in one go, where what a message holds is asked for item by item otherwise: half of the time.
    return tuple(texts[:])


def _consent_texts_in(messages: Mapping[str, scope_pb2.ConsentText]) -> Mapping[str, ConsentText]:
    return {tag: ConsentText(text.title, text.description) for tag, text in messages.items()}


def _proposal_from_message(message: scope_pb2.ScopeProposal) -> ScopeProposal:
    return ScopeProposal(
        is_default=message.is_default,
        restricted=message.restricted,
        resources=tuple(message.resources),
        aliases=tuple(message.aliases),
    )
