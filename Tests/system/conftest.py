"""What the suites share: a server for each module, and what it said when a test fails."""

import pathlib
import shutil
import tempfile

import pytest
from playwright.sync_api import sync_playwright

from support.foreign_site import ForeignSite
from support.postgres import PostgresServer
from support.receiver import Receiver
from support.server import BINARY, Server, free_port


def pytest_addoption(parser):
    parser.addoption(
        "--engine", choices=["sqlite", "postgres"], default="sqlite", help="the database under the servers")


def pytest_configure(config):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: run `make build`", returncode=2)


@pytest.fixture(scope="session")
def artifacts():
    """Where screenshots go."""
    folder = pathlib.Path(tempfile.gettempdir()) / "engawa-artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def database(request):
    """Called, gives the options of the demo for a fresh database of the engine that is tested."""
    if request.config.getoption("engine") == "sqlite":
        yield list
        return
    postgres = PostgresServer(free_port()).start()
    yield lambda: ["--database", postgres.new_database()]
    postgres.stop()


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, driven from outside; started for the first test of a module that needs it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(server):
    """A foreign site under a strict policy with the messenger of the module's server."""
    site = ForeignSite(server)
    yield site
    site.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    """A fresh demo for one module; it must end cleanly after whatever the module did to it."""
    server = Server(tmp_path_factory.mktemp("engawa"), *database()).start()
    yield server
    assert server.is_alive, f"the server ended by itself:\n{server.tail()}"
    assert server.stop() == 0, server.tail()


@pytest.fixture
def limited(tmp_path, database, monkeypatch):
    """A server of its own with other settings."""
    servers = []

    def start(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"ENGAWA_{name}", value)
        servers.append(Server(tmp_path, *database()).start())
        return servers[0]

    yield start
    for server in servers:
        assert server.stop() == 0, server.tail()


@pytest.fixture
def receiver(server):
    """A customer's system behind the demo's open integration."""
    receiver = Receiver(server.demo["integrations"]["open"]["outboundNotificationWebhookSignatureSecretToken"])
    yield receiver
    receiver.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server is not None:
        report.sections.append(("the server's last words", server.tail()))
