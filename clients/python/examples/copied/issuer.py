"""What the catalogue gives to copy for a token issuer."""

from scope_registry import ScopeReplica, TokenFile, connect

connection = connect(
    "registry.example.com:50051",
    credentials=TokenFile("/var/run/secrets/registry-token"),
    tls=False,
)
replica = ScopeReplica(connection)
replica.wait_until_ready(timeout=30)
judgement = replica.judge(
    client_id="CLIENT_ID",
    scope="invoices:read",
    resources=["https://billing.example.com/"],
)
print(judgement.granted_scopes if judgement.valid else judgement.error_description)
