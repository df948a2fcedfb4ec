"""Both sides of OAuth in one program: a resource server that registers, and a token issuer that judges."""

import os

from scope_registry import ScopeDefinition, ScopeReplica, connect, register_at_startup

# Where `npm start` of the registry runs, with two of the tokens that it prints.
address = os.environ.get("SCOPE_REGISTRY_ADDRESS", "127.0.0.1:50051")
billing = connect(address, credentials=os.environ["BILLING_API"])
issuer = connect(address, credentials=os.environ["AUTH_SERVER"])

# A resource server registers what it has, when it starts.
registered = register_at_startup(billing, [ScopeDefinition("invoices:read", "Read your invoices")])
print("Registered:", *registered.scopes)

# The token issuer follows the registry, and judges without asking it.
with ScopeReplica(issuer) as replica:
    replica.wait_until_ready(timeout=30)
    print("Granted:", *replica.judge(scope="invoices:read").granted_scopes)
    print("Refused:", replica.judge(scope="invoices:read payments:send").error_description)

issuer.close()
billing.close()
