"""Makes the code of the contract. It runs where the dependency group `generate` is installed."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PYTHON = Path(__file__).parent.parent
PROTO = PYTHON.parent.parent / "proto"
PACKAGE = Path("scoperegistry/v1")
SERVICES = ["registry_admin.proto", "scope_registry.proto"]


def main() -> None:
    """Write the messages of all files, and the clients of those that hold a service.

    Files that are as they should be are not touched, as programs may be running from them.
    """
    package = PYTHON / "src" / PACKAGE
    made = generate()
    for old in package.glob("*_pb2*"):
        if old.name not in made:
            old.unlink()
    for name, content in made.items():
        path = package / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def generate() -> dict[str, bytes]:
    """Return the files' contents, by their names."""
    protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}"]
    files = sorted((PROTO / PACKAGE).glob("*.proto"))
    services = [PROTO / PACKAGE / name for name in SERVICES]
    with TemporaryDirectory() as out:
        subprocess.run([*protoc, f"--python_out={out}", f"--mypy_out=quiet:{out}", *files], check=True)
        subprocess.run([*protoc, f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}", *services], check=True)
        return {path.name: path.read_bytes() for path in (Path(out) / PACKAGE).iterdir()}


if __name__ == "__main__":
    main()
