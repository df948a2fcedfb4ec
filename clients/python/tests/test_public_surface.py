"""What users can import. Whoever changes this changes what users have."""

import subprocess
import sys
from pathlib import Path

import pytest

import scope_registry
import scope_registry.aio

PYTHON = Path(__file__).parents[1]


def test_exports_what_is_documented() -> None:
    assert scope_registry.__all__ == [
        "ClientCredentials",
        "ConnectionOptionsError",
        "ConsentText",
        "Credentials",
        "InvalidRequestError",
        "Judgement",
        "NotReadyError",
        "Refusal",
        "RegisteredScopes",
        "RegistrationRefusedError",
        "RegistrationRetry",
        "RegistrationTimeoutError",
        "ReplicaChange",
        "ReplicaProblem",
        "ScopeDefinition",
        "ScopeRecord",
        "ScopeRegistryConnection",
        "ScopeReplica",
        "ScopeVerdict",
        "TlsOptions",
        "TokenError",
        "TokenFile",
        "Violation",
        "connect",
        "refusal_of",
        "register_at_startup",
    ]
    assert scope_registry.aio.__all__ == [
        "AsyncScopeRegistryConnection",
        "connect",
        "register_at_startup",
        "until_ready",
    ]
    for module in (scope_registry, scope_registry.aio):
        for name in module.__all__:
            exported = getattr(module, name)
            assert name == "Credentials" or exported.__doc__


def test_needs_no_django() -> None:
    program = "import sys, scope_registry, scope_registry.aio; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_types_are_what_they_are_said_to_be() -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "tests/typing_checks.py", "examples"]
    result = subprocess.run(command, cwd=PYTHON, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
