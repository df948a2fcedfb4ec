"""What the catalogue gives to copy for an API."""

from scope_registry import TokenFile, connect

connection = connect(
    "registry.example.com:50051",
    credentials=TokenFile("/var/run/secrets/registry-token"),
    tls=False,
)


def is_allowed(token: str) -> bool:
    """Tell whether a token is active and has the scope."""
    answer = connection.introspect(token)
    return answer.active and "invoices:read" in answer.scope.split()
