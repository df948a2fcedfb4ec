"""Makes the code of the contract. It runs where the dependency group `generate` is installed."""

import subprocess
import sys
from pathlib import Path

PYTHON = Path(__file__).parent.parent
PROTO = PYTHON.parent.parent / "proto"
PACKAGE = Path("scoperegistry/v1")
SERVICES = ["registry_admin.proto", "scope_registry.proto"]


def main() -> None:
    """Write the messages of all files, and the clients of those that hold a service."""
    out = PYTHON / "src"
    for old in (out / PACKAGE).glob("*_pb2*"):
        old.unlink()
    protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}"]
    files = sorted((PROTO / PACKAGE).glob("*.proto"))
    subprocess.run([*protoc, f"--python_out={out}", f"--mypy_out=quiet:{out}", *files], check=True)
    services = [PROTO / PACKAGE / name for name in SERVICES]
    subprocess.run([*protoc, f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}", *services], check=True)


if __name__ == "__main__":
    main()
