"""What gunicorn serves: each worker follows the registry, also where --preload made the replica before they began."""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from scope_registry import ScopeReplica, connect

replica = ScopeReplica(connect(os.environ["SCOPE_REGISTRY_ADDRESS"], credentials=os.environ["AUTH_SERVER"]))
replica.wait_until_ready(timeout=30)


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Tell whether the client may have the scope."""
    query = parse_qs(environ["QUERY_STRING"])
    judgement = replica.judge(scope=query["scope"][0], client_id=query["client_id"][0])
    start_response("200 OK" if judgement.valid else "400 Bad Request", [("content-type", "text/plain")])
    return [f"{os.getpid()} {judgement.error_description or 'granted'}".encode()]
