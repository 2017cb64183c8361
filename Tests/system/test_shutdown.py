"""How the binary behaves as a command: its words, its end, its exit codes."""

import concurrent.futures
import json
import re
import subprocess
import threading

import pytest

from support.agent import Agent, open_message
from support.guest import Guest
from support.http import Api, administration
from support.server import BINARY, ROOT, Server
from support.waiting import eventually


@pytest.fixture
def own_server(tmp_path):
    """A server for one test, which ends it."""
    server = Server(tmp_path).start()
    yield server
    if server.is_alive:
        server.kill()


def engawa(*arguments, seconds=30):
    return subprocess.run(
        [BINARY, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)


@pytest.mark.parametrize("command", [[], ["demo"], ["serve"], ["migrate"], ["version"]])
def test_help_is_everywhere(command):
    answer = engawa(*command, "--help")
    assert answer.returncode == 0, answer
    assert "USAGE" in answer.stdout and (not command or command[0] in answer.stdout)


def test_the_version_is_a_version():
    answer = engawa("version")
    assert answer.returncode == 0 and re.search(r"\d+\.\d+", answer.stdout), answer


def test_a_wrong_flag_is_told_and_refused():
    answer = engawa("demo", "--colour", "red")
    assert answer.returncode != 0 and "--colour" in answer.stderr


def test_migrate_makes_a_database_and_can_be_repeated(tmp_path):
    for _ in range(2):
        answer = engawa("migrate", "--database", str(tmp_path / "engawa.sqlite"))
        assert answer.returncode == 0 and "schema" in answer.stdout, answer
    assert (tmp_path / "engawa.sqlite").stat().st_size > 0


def test_demo_json_leads_everywhere(own_server):
    demo = own_server.demo
    assert {"baseUrl", "guestUrl", "oauthClient", "deploymentId", "queues", "users", "integrations"} <= set(demo)
    assert {"Support", "Sales"} <= set(demo["queues"])
    roles = [role for user in demo["users"] for role in user["roles"]]
    assert roles.count("agent") >= 3 and "supervisor" in roles and "admin" in roles
    api = Api(own_server.base_url)
    for path, kind in [
        ("/health", None), ("/health/live", None), ("/health/ready", None), ("/desktop/", "text/html"),
        ("/demo/", "text/html"), ("/messenger.js", "javascript"),
    ]:
        answer = api.request("GET", path)
        assert answer.status == 200, (path, answer)
        if kind:
            assert kind in answer.headers["Content-Type"]
    page = api.request("GET", "/demo/")
    assert demo["deploymentId"].encode() in page.body
    assert "script-src" in page.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


def test_the_demo_starts_again_on_its_data_with_the_same_ids(own_server):
    before = own_server.demo
    assert own_server.stop() == 0
    own_server.start()
    assert json.dumps(own_server.demo, sort_keys=True) == json.dumps(before, sort_keys=True)


def test_nobody_is_on_queue_at_the_start(own_server):
    agent = Agent(own_server, own_server.users("agent")[0])
    presence = agent.api.get(f"/api/v2/users/{agent.id}/presences/purecloud")
    assert presence["presenceDefinition"]["systemPresence"].upper().replace(" ", "_") != "ON_QUEUE"
    assert agent.api.get(f"/api/v2/users/{agent.id}/routingstatus")["status"] == "OFF_QUEUE"


def test_sockets_are_closed_with_going_away(own_server):
    agent = Agent(own_server, own_server.users("agent")[0]).listen()
    guest = Guest(own_server)
    guest.configure()
    closing = threading.Thread(target=own_server.stop)
    closing.start()
    assert guest.wait_closed() == 1001
    assert agent.socket.wait_closed() == 1001
    closing.join()
    assert own_server.process.returncode == 0


def test_what_is_under_way_is_finished(own_server):
    """Every request that got through is answered; what was answered is there after the next start."""
    integration = own_server.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message?prefetchConversationId=true"
    api = administration(own_server)
    stop = threading.Event()
    acknowledged = []

    def write(customer):
        number = 0
        while not stop.is_set():
            try:
                answer = api.request("POST", path, open_message(f"{customer} {number}", customer))
            except Exception:  # refused: the listener is closed
                return
            if answer.status == 429:
                stop.wait(float(answer.headers["Retry-After"]))
            elif answer.status == 200:
                acknowledged.append((answer.json["conversationId"], answer.json["id"]))
                number += 1
            else:
                assert answer.status == 503, answer

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, f"customer-{number}") for number in range(4)]
        eventually(lambda: len(acknowledged) > 20, "some load")
        assert own_server.stop() == 0, own_server.tail()
        stop.set()
        for writer in writers:
            writer.result()
    own_server.start()
    api = administration(own_server)
    for conversation, message in acknowledged[-5:]:
        assert api.get(f"/api/v2/conversations/messages/{conversation}/messages/{message}")["id"] == message


def test_a_taken_port_is_told(own_server, tmp_path):
    answer = engawa("demo", "--data-dir", str(tmp_path / "second"), "--port", str(own_server.port))
    assert answer.returncode != 0
    assert str(own_server.port) in answer.stderr + answer.stdout or "in use" in answer.stderr + answer.stdout
