"""A token issuer that judges what clients ask for in its own process, also while the registry is away."""

from collections.abc import Sequence

from scope_registry import ScopeRegistryConnection, ScopeReplica


def follow_scopes(connection: ScopeRegistryConnection, snapshot_file: str) -> ScopeReplica:
    """Start following the registry, and wait until there is something to judge by."""
    replica = ScopeReplica(connection, snapshot_file=snapshot_file)
    replica.on_change(lambda change: print("Revision", change.revision, change.names or "everything read anew"))
    replica.wait_until_ready(timeout=60)
    print(f"Judging {len(replica)} scopes, known to be the newest {replica.lag:.0f} s ago")
    return replica


def decide(replica: ScopeReplica, client_id: str, scope: str, resources: Sequence[str] = ()) -> dict[str, object]:
    """Answer a token request (RFC 6749 §5.1, §5.2), as far as scopes decide it: no waiting, no network."""
    judgement = replica.judge(scope=scope, client_id=client_id, resources=resources)
    if not judgement.valid:
        return {"error": judgement.error, "error_description": judgement.error_description}
    return {"scope": " ".join(judgement.granted_scopes), "aud": judgement.audiences}
