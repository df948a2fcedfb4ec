"""A small authorization server, whose answers a test decides on."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    form: list[tuple[str, str]]


Answer = tuple[int, Any]
"""A status, and what is answered as JSON; bytes are answered as they are."""


class TokenEndpoint:
    """Answers by path: with what is there, or with what a function has. Any other path is answered 404."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}/token"
        self.asked: list[Asked] = []
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.drip: Callable[[Callable[[bytes], object]], object] | None = None
        """Sends the raw answer itself, if it is set."""

    def issue(self, token: str, **more: Any) -> None:
        """Have tokens issued from now on."""
        self.answers["/token"] = (200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more})

    @property
    def tokens_asked(self) -> int:
        return sum(each.path == "/token" for each in self.asked)


@contextmanager
def running_token_endpoint() -> Iterator[TokenEndpoint]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            form = parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True)
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.asked.append(Asked(self.command, self.path, headers, form))
            if endpoint.drip is not None:
                with suppress(OSError):
                    endpoint.drip(self.wfile.write)
                self.close_connection = True
                return
            answer = endpoint.answers.get(self.path, (404, {}))
            status, body = answer() if callable(answer) else answer
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of a client that went away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        endpoint = TokenEndpoint(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield endpoint
        server.shutdown()
        thread.join()
