"""The package as it is published: built from its source distribution, installed without the source tree, and used."""

import importlib.metadata
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.parties import Parties

pytest.importorskip("build")
pytest.importorskip("hatchling")

PYTHON = Path(__file__).parents[2]
SOURCES = PYTHON / "src"


@dataclass
class Built:
    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel is made of the source distribution, as `build` does it by itself."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PYTHON)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Built(sdist, wheel)


def sources() -> set[str]:
    files = [file.relative_to(SOURCES) for file in SOURCES.rglob("*") if file.is_file()]
    return {str(file) for file in files if "__pycache__" not in file.parts}


def test_the_wheel_holds_all_sources_and_the_licence(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = set(wheel.namelist())
    info = {name for name in names if ".dist-info/" in name}
    assert names - info == sources()
    assert {"scope_registry/py.typed", "scoperegistry/py.typed", "scope_registry/django/apps.py"} <= names
    assert {name.split(".dist-info/")[1] for name in info} == {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}


def test_the_source_distribution_holds_what_builds_it_and_nothing_else(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames() if "/" in name}
    assert {name for name in names if name.startswith("src/")} == {f"src/{name}" for name in sources()}
    beside = {name for name in names if not name.startswith("src/")}
    assert beside - {".gitignore"} == {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}


def test_the_metadata_is_what_pypi_takes(built: Built) -> None:
    classifiers = pytest.importorskip("trove_classifiers").classifiers
    packaging = pytest.importorskip("packaging.metadata")
    with zipfile.ZipFile(built.wheel) as wheel:
        (path,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = packaging.Metadata.from_email(wheel.read(path), validate=True)
    assert (metadata.name, metadata.license_expression) == ("scope-registry-client", "Apache-2.0")
    assert set(metadata.classifiers) <= classifiers
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == (PYTHON / "README.md").read_text()
    assert metadata.provides_extra == ["django"]
    assert str(metadata.requires_python) == ">=3.10"


def test_runs_without_the_source_tree(built: Built, parties: Parties, tmp_path: Path) -> None:
    """The program of the README, with the dependencies of the tests' own environment."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    python = environment / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", str(built.wheel)], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    # Of that folder only what lies in it: the editable install, which is a line of a file there, does not count.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = "import scope_registry, scoperegistry; print(scope_registry.__file__, scoperegistry.__file__)"
    told = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert [Path(path).parents[1] for path in told.split()] == [packages, packages]
    program = tmp_path / "program.py"
    name = parties.name("read")
    program.write_text((PYTHON / "examples/start.py").read_text().replace("invoices:read", name))
    settings = {
        **os.environ,
        "SCOPE_REGISTRY_ADDRESS": parties.registry.grpc_address,
        "BILLING_API": parties.token(f"{parties.prefix}-api", "register"),
        "AUTH_SERVER": parties.token("auth-server", "read", "validate"),
    }
    result = subprocess.run(
        [python, "-W", "error", str(program)], env=settings, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Registered: {name}\nGranted: {name}\nRefused: ")


def test_the_version_is_that_of_the_installed_package(built: Built) -> None:
    version = importlib.metadata.version("scope-registry-client")
    assert built.wheel.name == f"scope_registry_client-{version}-py3-none-any.whl"
