"""A program on asyncio: it registers, asks about a token, and judges with a replica that needs no loop."""

import os

from scope_registry import ScopeDefinition, ScopeReplica, aio, connect


async def start(address: str, token: str) -> None:
    """Register, and prove it."""
    async with aio.connect(address, credentials=os.environ["BILLING_API"]) as billing:
        await aio.register_at_startup(billing, [ScopeDefinition("invoices:read", "Read your invoices")])
        print("Active:", (await billing.introspect(token)).active)
    with connect(address, credentials=os.environ["AUTH_SERVER"]) as issuer, ScopeReplica(issuer) as replica:
        await aio.until_ready(replica, timeout=30)
        print("Granted:", *replica.judge(scope="invoices:read").granted_scopes)
