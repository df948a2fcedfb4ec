"""The registry's server, as users start it: a process of its own."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO
from uuid import uuid4

from scope_registry import ScopeRegistryConnection, connect
from tests.support.ports import free_port
from tests.support.repository import NODE, REPOSITORY

_SOURCES = "--conditions=scope-registry-source"
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 25.0


class RegistryProcess:
    """A server on ports of its own, which it keeps when it is stopped and started again."""

    def __init__(
        self,
        data_dir: Path,
        *,
        mongodb_uri: str | None = None,
        settings: dict[str, str] | None = None,
        dev: bool = True,
    ) -> None:
        self.data_dir = data_dir
        self.grpc_address = f"127.0.0.1:{free_port()}"
        self.http_url = f"http://127.0.0.1:{free_port()}"
        self._settings = dict(settings or {})
        self._mode = ["--dev"] if dev else []
        # The folder is that of the embedded store, and of the key of dev mode.
        if dev or mongodb_uri is None:
            self._mode += ["--data-dir", str(data_dir)]
        if mongodb_uri is not None:
            start, _, query = mongodb_uri.partition("?")
            self._settings["MONGODB_URI"] = f"{start}test_{uuid4().hex}?{query}"
        self._process: subprocess.Popen[str] | None = None
        self._log: list[str] = []

    def start(self) -> None:
        """Start it, and wait until it serves."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SCOPE_REGISTRY_")}
        environment |= {f"SCOPE_REGISTRY_{name}": value for name, value in self._settings.items()}
        addresses = ["--grpc-address", self.grpc_address, "--http-address", self.http_url.removeprefix("http://")]
        self._process = subprocess.Popen(
            [NODE, _SOURCES, "src/main.js", *self._mode, *addresses],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        serves = threading.Event()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            threading.Thread(target=self._read, args=(stream, serves), daemon=True).start()
        give_up_at = time.monotonic() + _START_TIMEOUT
        while not serves.wait(0.1) and self.is_running and time.monotonic() < give_up_at:
            pass
        if not serves.is_set():
            self.stop()
            raise AssertionError("The registry did not start:\n" + self.log)

    def __enter__(self) -> "RegistryProcess":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _read(self, stream: IO[str], serves: threading.Event) -> None:
        with stream:
            for line in stream:
                self._log.append(line)
                if '"msg":"Serving"' in line:
                    serves.set()

    @property
    def log(self) -> str:
        """All that it has printed so far."""
        return "".join(self._log)

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and has not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal, and wait for the end."""
        if self._process is not None and self.is_running:
            self._process.send_signal(number)
            try:
                self._process.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def pause(self) -> None:
        """Have it say nothing any more, without ending it or its connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End a pause."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def token(self, client_id: str, *scopes: str, ttl: int = 3600) -> str:
        """Make a token that it trusts."""
        command = [NODE, _SOURCES, "src/cli/token.ts", "--data-dir", str(self.data_dir), "--client", client_id]
        result = subprocess.run(
            [*command, "--scope", " ".join(scopes), "--ttl", str(ttl)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        token = result.stdout.strip()
        assert re.fullmatch(r"\S+", token)
        return token

    def connect(self, client_id: str, *scopes: str) -> ScopeRegistryConnection:
        """Connect as a client with these of the registry's own scopes: `register` for example."""
        token = self.token(client_id, *(f"scope_registry.{scope}" for scope in scopes))
        return connect(self.grpc_address, credentials=token)
