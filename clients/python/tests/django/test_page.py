"""docs/django.md, done step by step."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.page import PageCommands, PageFile, read_page
from tests.support.ports import free_port
from tests.support.repository import REPOSITORY

_START_TIMEOUT = 30.0


def test_the_page_ends_with_the_registry_in_use(tmp_path: Path) -> None:
    grpc, http, server = (f"127.0.0.1:{free_port()}" for _ in range(3))
    page = read_page(
        REPOSITORY / "docs/django.md",
        {
            "127.0.0.1:50051": grpc,
            "127.0.0.1:8000": server,
            # In a clone of the repository, which is another one's folder here.
            "../registry-data": f"{tmp_path}/registry-data --grpc-address {grpc} --http-address {http}",
            "../issuers.json": f"{tmp_path}/issuers.json",
        },
    )
    with ExitStack() as servers:
        for step in page:
            if isinstance(step, PageFile):
                path = tmp_path / step.path
                before = path.read_text() if step.is_added else ""
                path.write_text(before + step.content)
            elif step.is_background:
                servers.enter_context(running(step, tmp_path))
            else:
                run(step, tmp_path)


def run(step: PageCommands, folder: Path) -> None:
    """Run commands, which are to succeed and to print what the page says."""
    commands = [command for command in step.commands if not command.startswith("pip install")]
    result = subprocess.run(
        ["sh", "-ec", "\n".join(commands)],
        cwd=folder / step.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert step.prints in result.stdout, result.stdout


@contextmanager
def running(step: PageCommands, folder: Path) -> Iterator[None]:
    """Run a server until the page is over."""
    is_registry = step.sign == "registry"
    (command,) = step.commands
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}"],
        cwd=REPOSITORY if is_registry else folder / step.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    ready = threading.Event()
    sign = '"msg":"Serving"' if is_registry else step.sign

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                lines.append(line)
                if sign in line:
                    ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        give_up_at = time.monotonic() + _START_TIMEOUT
        while not ready.wait(0.1):
            assert process.poll() is None, "".join(lines)
            assert time.monotonic() < give_up_at, "".join(lines)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        reader.join(20)


def environment() -> dict[str, str]:
    """Have `python`, `django-admin` and `gunicorn` be those of the tests, and `npm` find the registry's Node."""
    path = [str(Path(sys.executable).parent), str(REPOSITORY / "node_modules/.bin"), os.environ["PATH"]]
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}
    return {**kept, "PATH": os.pathsep.join(path)}
