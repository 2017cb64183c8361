"""What load balancers ask: alive, ready, and not ready before the listener closes."""

import time

import pytest
import urllib3

from support.http import Api
from support.server import Server
from support.waiting import eventually

DRAIN_SECONDS = 4


@pytest.fixture(scope="module")
def draining(tmp_path_factory):
    """A server that takes its time to drain."""
    server = Server(tmp_path_factory.mktemp("health"), "--drain-seconds", str(DRAIN_SECONDS)).start()
    yield server
    server.stop()


def test_a_server_that_was_announced_is_ready(draining):
    ready = Api(draining.base_url).request("GET", "/health/ready")
    assert ready.status == 200, ready
    assert ready.json["status"] == "ready"
    assert {part["name"] for part in ready.json["parts"]} == {"database", "followers", "server"}
    assert all(part["isReady"] for part in ready.json["parts"])


def test_a_shutdown_is_told_before_the_listener_closes(draining):
    api = Api(draining.base_url)
    began = time.monotonic()
    draining.process.terminate()
    answer = eventually(lambda: not_ready(api), "503 of a server that drains", DRAIN_SECONDS)
    assert [part for part in answer.json["parts"] if not part["isReady"]] == [
        {"name": "server", "isReady": False, "reason": "shutting down"}
    ]
    # Whoever is still sent here is served: the listener is open, and the API answers.
    assert api.request("GET", "/health").status == 200
    assert api.request("GET", "/desktop/config.json").status == 200
    assert draining.process.wait(DRAIN_SECONDS + 20) == 0, draining.tail()
    assert time.monotonic() - began >= DRAIN_SECONDS
    with pytest.raises(urllib3.exceptions.HTTPError):
        api.request("GET", "/health")


def not_ready(api):
    answer = api.request("GET", "/health/ready")
    return answer if answer.status == 503 else None
