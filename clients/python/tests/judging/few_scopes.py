"""Scopes, clients and requests out of a world so small that names and resources meet all the time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from scope_registry.judging import ClientRecord, JudgeRequest, ScopeProposal, ScopeRecord

PLAIN_SCOPE = ScopeRecord(
    name="invoices.read",
    description="Read invoices",
    is_default=False,
    owner="billing-api",
    state="ACTIVE",
    restricted=False,
    resources=(),
    consent_texts={},
    deprecated=False,
    replaced_by="",
    sunset_time=None,
    unlisted=False,
    aliases=(),
    disabled_by_admin=False,
    proposal=None,
    create_time=1_700_000_000_000,
    update_time=1_700_000_000_000,
    revision=1,
)
"""A scope with nothing special about it."""

PLAIN_CLIENT = ClientRecord("shop", (), (), (), 1_700_000_000_000, 1_700_000_000_000, 1)
"""A client with neither a policy nor grants."""


@dataclass
class World:
    """What is registered."""

    scopes: Sequence[ScopeRecord]
    clients: Sequence[ClientRecord]


few_names = st.sampled_from(["a", "b", "B", "c", "a.b", "z~", "!", "n" * 255])
few_resources = st.lists(
    st.sampled_from(["https://one.example/", "https://two.example/", "https://Two.example/", "urn:three"]),
    max_size=3,
    unique=True,
).map(tuple)

requested_names = st.one_of(
    few_names,
    few_names,
    st.sampled_from(["d:1:read", "d:1:2", "e.1", "f:1", "g:1:2", "d:1:read:3", "f:{x}", "d:{x}:read", "e.{x}"]),
    st.sampled_from(["old.a", "old.b", "f.{x}", "f:{x}:read", "f.1", "d:{x}:{y}"]),
    st.text(max_size=300),
)


@st.composite
def few_scopes(draw: st.DrawFn) -> ScopeRecord:
    name = draw(st.one_of(few_names, few_names, st.sampled_from(["d:{x}:read", "g:{x}:{y}", "e.{x}"])))
    alias = f"f{name[1:]}" if "{" in name else f"old.{name}"[:255]
    proposal = draw(st.sampled_from([None, ScopeProposal(is_default=False, restricted=True, resources=(), aliases=())]))
    return replace(
        PLAIN_SCOPE,
        name=name,
        state=draw(st.sampled_from(["ACTIVE", "ACTIVE", "DEPRECATED", "DISABLED", "PENDING"])),
        is_default=draw(st.booleans()),
        restricted=draw(st.sampled_from([False, False, False, True])),
        resources=draw(few_resources),
        replaced_by=draw(st.one_of(st.just(""), few_names)),
        sunset_time=draw(st.one_of(st.none(), st.integers(0, 253_402_300_799_999))),
        deprecated=draw(st.booleans()),
        proposal=proposal,
        aliases=draw(st.sampled_from([(), (alias,)])),
    )


few_clients = st.builds(
    replace,
    st.just(PLAIN_CLIENT),
    allowed_scopes=st.one_of(st.just(()), st.lists(requested_names, max_size=6).map(tuple)),
    default_scopes=st.one_of(st.just(()), st.lists(requested_names, max_size=4).map(tuple)),
    granted_scopes=st.lists(requested_names, max_size=4).map(tuple),
)

few_worlds = st.builds(
    World,
    scopes=st.lists(few_scopes(), max_size=8, unique_by=lambda scope: scope.name),
    clients=st.lists(few_clients, max_size=1),
)
"""Some scopes, and a client that has a policy or has not."""

few_requests = st.builds(
    JudgeRequest,
    scopes=st.lists(requested_names, max_size=6).map(tuple),
    client_id=st.sampled_from(["", "shop", "shop", "nobody"]),
    resources=few_resources,
    mode=st.sampled_from(["ALL_OR_NOTHING", "NARROW"]),
)
"""Requests of that client, of another one, and of none."""
