"""A Django server of tests/django/sites: its commands, and gunicorn with two workers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.support.ports import free_port

_PYTHON = Path(__file__).parents[2]
_WORKERS = 2
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 15.0


class Site:
    """A server with a database of its own."""

    def __init__(self, name: str, folder: Path, site: Mapping[str, Any]) -> None:
        """Make a server.

        Args:
            name: the module of its settings
            folder: for its database
            site: what its settings take from the environment
        """
        self._settings = f"tests.django.sites.{name}"
        follows = name == "authorization_server"
        self._wsgi = "tests.django.sites.wsgi" if follows else "django.core.wsgi:get_wsgi_application()"
        self.folder = folder
        self.site: dict[str, Any] = {"database": str(folder / "database.sqlite3"), **site}
        self.address = f"127.0.0.1:{free_port()}"
        self.origin = f"http://{self.address}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self._settings,
            "TEST_SITE": json.dumps(self.site),
            "PYTHONPATH": str(_PYTHON),
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        return subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            cwd=_PYTHON,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def run(self, program: str) -> Any:
        """Run a program in the server's project, and read the JSON that it prints."""
        begin = "import django; django.setup()"
        result = subprocess.run(
            [sys.executable, "-c", f"{begin}\n{program}"],
            cwd=_PYTHON,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout or "null")

    def migrate(self) -> str:
        """Migrate, which is to succeed, and tell what that printed."""
        result = self.manage("migrate")
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def serve(self, *, preload: bool = False) -> None:
        """Start gunicorn, and wait until it answers."""
        log = (self.folder / "gunicorn.log").open("ab")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", self._wsgi),
                *(f"--workers={_WORKERS}", f"--bind={self.address}", "--log-level=warning"),
                *(["--preload"] if preload else []),
            ],
            cwd=_PYTHON,
            env=self._environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        give_up_at = time.monotonic() + _START_TIMEOUT
        while True:
            try:
                requests.get(f"{self.origin}/nothing/", timeout=5)
                return
            except (requests.ConnectionError, requests.Timeout):
                assert self._process.poll() is None, self.log
                assert time.monotonic() < give_up_at, self.log
                time.sleep(0.05)

    @property
    def log(self) -> str:
        """What gunicorn has printed so far."""
        return (self.folder / "gunicorn.log").read_text()

    def kill_a_worker(self) -> None:
        """Kill one of gunicorn's workers, and wait until another one has taken its place."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        before = set(children.read_text().split())
        victim = before.pop()
        os.kill(int(victim), signal.SIGKILL)
        give_up_at = time.monotonic() + _START_TIMEOUT
        while len(set(children.read_text().split()) - {victim}) < _WORKERS:
            assert time.monotonic() < give_up_at, self.log
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop gunicorn, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
