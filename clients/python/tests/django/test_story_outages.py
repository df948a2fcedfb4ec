"""The registry away, and back: what goes on, and what halts."""

from collections.abc import Iterator

import pytest

from tests.django.test_story import answers, call
from tests.support.deployment import Deployment, deployed
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[Deployment]:
    """Servers whose registry is stopped and started again. gunicorn loads the application before it forks."""
    with deployed(tmp_path_factory.mktemp("deployment"), mongodb_uri, preload=True) as started:
        yield started


def wait_until_granted(deployment: Deployment, scope: str) -> None:
    """Wait until the workers have found the registry again, which is back: each tries once in some seconds."""
    wait_until(f"{scope} is granted", lambda: answers(deployment, "shop", scope) == {(200, scope)})


def test_issuing_and_serving_go_on_while_the_registry_is_away(deployment: Deployment) -> None:
    reports = deployment.resource_server("reports-api", {"reports.read": ("Change", "reports")})
    reports.migrate()
    assert answers(deployment, "shop", "reports.read") == {(200, "reports.read")}
    reports.serve()
    try:
        deployment.registry.stop()

        assert answers(deployment, "shop", "reports.read") == {(200, "reports.read")}
        assert call(reports, "reports.read", deployment.token("shop", "reports.read")) == 200

        # A deployment that brings a scope halts, and says what it could not reach.
        ledger = deployment.resource_server("ledger-api", {"ledger.read": ("Change", "ledger")}, DEADLINE=2)
        halted = ledger.manage("migrate")
        assert halted.returncode == 1
        assert "are not registered" in halted.stderr
        assert "Nothing could be registered in" in halted.stderr
        assert "Traceback" not in halted.stderr

        deployment.registry.start()
        ledger.site["scope_registry"]["DEADLINE"] = 20
        ledger.migrate()
        wait_until_granted(deployment, "ledger.read")
        assert call(reports, "reports.read", deployment.token("shop", "reports.read")) == 200
    finally:
        reports.stop()
        if not deployment.registry.is_running:
            deployment.registry.start()


def test_an_authorization_server_that_starts_while_the_registry_is_away_issues_by_what_it_has_kept(
    deployment: Deployment,
) -> None:
    deployment.resource_server("reports-api", {"reports.kept": ("Change", "reports")}).migrate()
    wait_until_granted(deployment, "reports.kept")
    # It keeps the file up to date while it runs, and writes it a last time when it ends.
    deployment.authorization_server.stop()
    deployment.registry.stop()
    try:
        deployment.authorization_server.serve(preload=True)

        assert answers(deployment, "shop", "reports.kept") == {(200, "reports.kept")}
    finally:
        deployment.registry.start()


def test_a_worker_that_is_killed_is_replaced_by_one_that_works(deployment: Deployment) -> None:
    deployment.resource_server("reports-api", {"reports.alive": ("Change", "reports")}).migrate()
    wait_until_granted(deployment, "reports.alive")
    for _ in range(3):
        deployment.authorization_server.kill_a_worker()

        assert answers(deployment, "shop", "reports.alive") == {(200, "reports.alive")}
