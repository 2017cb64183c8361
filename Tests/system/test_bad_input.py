"""Bad input of every kind: a 4xx with the API's error body or the protocol's close code; nothing changed, no crash."""

import contextlib
import http.client
import json
import re
import socket
import sqlite3
import subprocess
import uuid

import pytest

from support.agent import Agent, open_message
from support.guest import Guest
from support.http import Api, administration, basic, form
from support.raw_socket import BINARY, CONTINUATION, PING, TEXT, RawSocket
from support.server import BINARY as SERVER
from support.server import Server
from support.sign_in import REDIRECT, authorization_code, challenge, tokens

NOBODY = "00000000-0000-4000-8000-000000000000"
CORRELATION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def agents(server):
    return [Agent(server, user) for user in server.users("agent", "Support")[:2]]


@pytest.fixture(scope="module")
def talk(server, agents):
    """A conversation between a guest and the first agent, which nothing here may change."""
    agents[0].go_on_queue()
    guest = Guest(server)
    guest.configure()
    guest.say("Leave me as I am")
    conversation = agents[0].offered()
    agents[0].accept(conversation)
    yield agents[0].get(conversation)
    guest.close()


def is_error(answer, *statuses, code=None):
    """The API's error body, and nothing that tells how the house is built."""
    assert answer.status in statuses, answer
    body = answer.json
    assert body["status"] == answer.status and body["message"] and body["code"], answer
    assert body["details"] == [] or isinstance(body["details"], list)
    assert isinstance(body["errors"], list)
    assert CORRELATION.fullmatch(body["contextId"])
    assert answer.headers["ININ-Correlation-Id"] == body["contextId"]
    assert "json" in answer.headers["Content-Type"]
    for secret in ("swift", "sqlite", "select ", "fatal", "/home", "/root"):
        assert secret not in answer.body.decode().lower(), answer
    if code:
        assert body["code"] == code, answer


BROKEN = {
    "not JSON": b"hello",
    "half an object": b'{"name": "x"',
    "a comma too many": b'{"name": "x",}',
    "two values": b'{"name": "x"} {"name": "y"}',
    "empty text": b"   ",
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a hundred thousand brackets": b"[" * 100_000,
    "nested objects": b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_broken_json(server, raw):
    api = administration(server)
    before = api.get("/api/v2/routing/queues")["total"]
    is_error(api.request("POST", "/api/v2/routing/queues", raw=raw), 400)
    assert api.get("/api/v2/routing/queues")["total"] == before


WRONG_TYPES = [
    ("POST", "/api/v2/routing/queues", {"name": 7}),
    ("POST", "/api/v2/routing/queues", {"name": None}),
    ("POST", "/api/v2/routing/queues", {}),
    ("POST", "/api/v2/routing/queues", ["name"]),
    ("POST", "/api/v2/routing/queues", {"name": ""}),
    ("POST", "/api/v2/routing/queues", {"name": "x", "mediaSettings": "fast"}),
    ("POST", "/api/v2/routing/wrapupcodes", {"name": {"en": "Done"}}),
    ("POST", "/api/v2/routing/queues/{queue}/members", {"id": "x"}),
    ("PATCH", "/api/v2/routing/queues/{queue}/members", "all"),
    ("POST", "/api/v2/conversations/messages/{integration}/inbound/open/message", {"text": "x"}),
    ("POST", "/api/v2/conversations/messages/{integration}/inbound/open/message", {"channel": "open", "text": "x"}),
    ("POST", "/api/v2/conversations/messages/{integration}/inbound/open/message", {"channel": {"from": {"id": 5}}}),
    ("POST", "/api/v2/conversations/messages/{integration}/inbound/open/receipt", {"id": "x", "status": "Maybe"}),
    ("POST", "/api/v2/conversations/messages/{integration}/inbound/open/event", {"events": "Typing"}),
    ("POST", "/api/v2/notifications/channels/none/subscriptions", [{"id": 5}]),
]


@pytest.mark.parametrize("method, path, body", WRONG_TYPES)
def test_wrong_types(server, method, path, body):
    path = path.format(queue=server.demo["queues"]["Support"], integration=server.demo["integrations"]["open"]["id"])
    is_error(administration(server).request(method, path, body), 400, 404)


OPEN_FAULTS = {
    "a metadata object in an object": lambda body: body.update(metadata={"customAttributes": {"a": "b"}}),
    "a date that is none": lambda body: body["channel"].update(time="yesterday"),
    "a user without an id": lambda body: body["channel"]["from"].pop("id"),
    "an unknown id type": lambda body: body["channel"]["from"].update(idType="Passport"),
    "text that is a number": lambda body: body.update(text=12),
    "an attachment without a url": lambda body: body.update(content=[{"contentType": "Attachment"}]),
    "nothing to say": lambda body: body.pop("text"),
}


@pytest.mark.parametrize("fault", OPEN_FAULTS.values(), ids=OPEN_FAULTS.keys())
def test_inbound_messages_that_make_no_sense(server, agents, talk, fault):
    body = open_message("not to be taken", "faulty")
    fault(body)
    integration = server.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message"
    is_error(administration(server).request("POST", path, body), 400)


def test_a_body_over_the_limit_is_refused(server):
    """Never with 413 and Retry-After, which SDKs repeat silently."""
    api = administration(server)
    answer = api.request("POST", "/api/v2/routing/queues", {"name": "x" * (16 << 20)})
    is_error(answer, 400, 413)
    assert "Retry-After" not in answer.headers


def test_a_list_over_the_limit_is_refused(server, agents, talk):
    path = f"/api/v2/conversations/messages/{talk['id']}/messages/bulk"
    is_error(agents[0].api.request("POST", path, [uuid.uuid4().hex for _ in range(1001)]), 400)


UNKNOWN = [
    ("GET", "/api/v2/routing/queues/{id}", None), ("PUT", "/api/v2/routing/queues/{id}", {"name": "x"}),
    ("DELETE", "/api/v2/routing/queues/{id}", None), ("GET", "/api/v2/routing/queues/{id}/members", None),
    ("GET", "/api/v2/users/{id}", None), ("GET", "/api/v2/routing/wrapupcodes/{id}", None),
    ("GET", "/api/v2/conversations/messaging/integrations/open/{id}", None),
    ("POST", "/api/v2/conversations/messages/{id}/inbound/open/message", open_message("x")),
    ("GET", "/api/v2/conversations/messages/{id}", None), ("GET", "/api/v2/conversations/{id}", None),
    ("GET", "/api/v2/conversations/messages/{id}/messages/{id}", None), ("GET", "/api/v2/nothing/here", None),
    ("PATCH", "/api/v2/conversations/messages/{id}/participants/{id}", {"state": "connected"}),
    ("GET", "/api/v2/notifications/channels/{id}/subscriptions", None),
]


@pytest.mark.parametrize("method, path, body", UNKNOWN)
@pytest.mark.parametrize(
    "id", [NOBODY, "not-an-id", "%00", "..%2f..%2fetc%2fpasswd", "x" * 3000], ids=lambda id: id[:9])
def test_unknown_ids(server, method, path, body, id):
    is_error(administration(server).request(method, path.format(id=id), body), 400, 404, 414)


def test_the_preflight_of_a_known_tester(server):
    """Its message id is no id at all, and it wants the code not.found (reference A.6)."""
    path = "/api/v2/conversations/messages/wm-tester-preflight-check/details"
    is_error(administration(server).request("GET", path), 404, code="not.found")


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=-1", "pageSize=100000", "pageNumber=0", "pageSize=ten"])
def test_pages_that_do_not_exist(server, query):
    is_error(administration(server).request("GET", f"/api/v2/routing/queues?{query}"), 400)


def test_a_method_that_is_not_there(server):
    is_error(administration(server).request("DELETE", "/api/v2/users/me"), 404, 405)


TOKENS = {
    "none": None, "empty": "", "nonsense": "nonsense", "a very long one": "x" * 6000,
    "a JWT without a signature": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize("path", ["/api/v2/users/me", "/api/v2/routing/queues", "/api/v2/conversations/messages"])
def test_wrong_tokens(server, path, token):
    is_error(Api(server.base_url, token).request("GET", path), 401)


def test_a_token_that_was_given_back(server):
    api = Api(server.base_url, tokens(server, server.users("agent", "Sales")[-1])["access_token"])
    assert api.get("/api/v2/users/me")["id"]
    assert api.request("DELETE", "/api/v2/tokens/me").status in (200, 204)
    is_error(api.request("GET", "/api/v2/users/me"), 401)


def test_an_expired_token(tmp_path, request):
    """A day passes while the server is down: in its database, all that was valid has expired."""
    server = Server(tmp_path).start()
    request.addfinalizer(server.kill)
    agent, client = tokens(server, server.users("agent")[0]), administration(server)
    assert client.get("/api/v2/routing/queues")["total"]
    assert server.stop() == 0
    with contextlib.closing(sqlite3.connect(server.data / "engawa.db")) as database, database:
        database.execute("UPDATE token SET expires_at = expires_at - 100 * 86400000")
    server.start()
    for token in (agent["access_token"], client.token):
        is_error(Api(server.base_url, token).request("GET", "/api/v2/routing/queues"), 401)
    fields = {"grant_type": "refresh_token", "refresh_token": agent["refresh_token"]}
    answer = form(server.base_url, "/oauth/token", fields, basic(server.demo["oauthClient"]))
    assert answer.status in (400, 401) and answer.json["error"] == "invalid_grant", answer
    assert administration(server).get("/api/v2/routing/queues")["total"]
    assert server.stop() == 0


GRANTS = {
    "an unknown grant": {"grant_type": "magic"},
    "no grant": {},
    "a code that never was": {"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT},
    "a refresh token that never was": {"grant_type": "refresh_token", "refresh_token": "x"},
}


@pytest.mark.parametrize("fields", GRANTS.values(), ids=GRANTS.keys())
def test_grants_that_are_refused(server, fields):
    answer = form(server.base_url, "/oauth/token", fields, basic(server.demo["oauthClient"]))
    assert answer.status in (400, 401), answer
    assert answer.json["error"] and answer.json["error_description"]


def test_a_wrong_client_secret(server):
    client = dict(server.demo["oauthClient"], secret="wrong")
    answer = form(server.base_url, "/oauth/token", {"grant_type": "client_credentials"}, basic(client))
    assert answer.status in (400, 401) and answer.json["error"] == "invalid_client"


def test_a_code_works_once_with_its_own_verifier(server):
    user, verifier = server.users("agent")[0], "v" * 64
    code = authorization_code(server, user, verifier)
    fields = {
        "grant_type": "authorization_code", "code": code, "client_id": server.demo["oauthClient"]["id"],
        "redirect_uri": REDIRECT,
    }
    assert form(server.base_url, "/oauth/token", fields | {"code_verifier": "w" * 64}).status in (400, 401)
    code = authorization_code(server, user, verifier)
    fields |= {"code": code, "code_verifier": verifier}
    assert form(server.base_url, "/oauth/token", fields).status == 200
    assert form(server.base_url, "/oauth/token", fields).status in (400, 401)


@pytest.mark.parametrize("email, password", [
    ("{email}", "wrong"), ("nobody@example.com", "{password}"), ("", ""), ("{email}", "' OR 1=1 --"),
])
def test_signing_in_with_wrong_words(server, email, password):
    user = server.users("agent")[0]
    query = (
        f"client_id={server.demo['oauthClient']['id']}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&response_type=code"
        f"&code_challenge={challenge('v' * 64)}&code_challenge_method=S256")
    fields = {"email": email.format(**user), "password": password.format(**user)}
    answer = form(server.base_url, f"/oauth/authorize?{query}", fields)
    assert answer.status in (200, 400, 401, 403, 422) and "Location" not in answer.headers
    assert b"<form" in answer.body and password.encode() not in answer.body or not password


@pytest.mark.parametrize(
    "redirect", ["https://evil.example/cb", "http://127.0.0.1/cb/..", "http://127.0.0.1.evil.example/cb"])
def test_a_redirect_that_is_not_registered(server, redirect):
    query = f"client_id={server.demo['oauthClient']['id']}&redirect_uri={redirect}&response_type=code"
    answer = Api(server.base_url).request("GET", f"/oauth/authorize?{query}")
    assert answer.status == 400 and "Location" not in answer.headers, answer


def test_another_agents_conversation(server, agents, talk):
    owner, stranger = agents
    part = owner.mine(talk)
    leg = owner.leg(talk)
    base = f"/api/v2/conversations/messages/{talk['id']}"
    attempts = [
        ("PATCH", f"{base}/participants/{part['id']}", {"state": "disconnected"}),
        ("PATCH", f"{base}/participants/{part['id']}", {"wrapup": {"code": NOBODY}}),
        ("PATCH", f"{base}/participants/{part['id']}/attributes", {"attributes": {"a": "b"}}),
        ("POST", f"{base}/communications/{leg}/messages", {"textBody": "I am not you"}),
        ("POST", f"{base}/communications/{leg}/typing", {"typing": {"type": "On"}}),
        ("POST", f"{base}/participants/{part['id']}/replace", {"userId": stranger.id}),
        ("PATCH", base, {"state": "disconnected"}),
    ]
    for method, path, body in attempts:
        is_error(stranger.api.request(method, path, body), 403, 404)
    assert talk["id"] not in {one["id"] for one in stranger.conversations()}
    assert owner.get(talk) == talk


def test_what_an_agent_may_not_do(server, agents):
    for method, path, body in [
        ("POST", "/api/v2/routing/queues", {"name": "Mine"}),
        ("DELETE", f"/api/v2/routing/queues/{server.demo['queues']['Support']}", None),
        ("POST", "/api/v2/conversations/messaging/integrations/open", {"name": "Mine"}),
        ("PATCH", f"/api/v2/users/{agents[1].id}/presences/purecloud", {"presenceDefinition": {"id": NOBODY}}),
    ]:
        is_error(agents[0].api.request(method, path, body), 400 if "presences" in path else 403, 403)
    channel = agents[0].api.post("/api/v2/notifications/channels")
    topics = [{"id": f"v2.users.{agents[1].id}.conversations.messages"}]
    path = f"/api/v2/notifications/channels/{channel['id']}/subscriptions"
    is_error(agents[0].api.request("PUT", path, topics), 403)
    is_error(agents[1].api.request("PUT", path, topics), 403, 404)


def test_commands_that_come_too_late_or_too_early(server, agents, talk):
    agent = agents[0]
    part = agent.mine(talk)
    path = f"/api/v2/conversations/messages/{talk['id']}/participants/{part['id']}"
    for body in [{"state": "flying"}, {"held": "yes"}, {"wrapup": {}}, {"state": 5}]:
        is_error(agent.api.request("PATCH", path, body), 400)
    for text in ["", None, 5, "x" * 100_000]:
        leg = agent.leg(talk)
        messages = f"/api/v2/conversations/messages/{talk['id']}/communications/{leg}/messages"
        is_error(agent.api.request("POST", messages, {"textBody": text}), 400)
    assert agent.get(talk) == talk


# The guest socket

GUEST_FRAMES = {
    "not JSON": "hello",
    "an array": "[]",
    "a number": "5",
    "no action": '{"token": "t"}',
    "an unknown action": '{"action": "fly", "token": "t"}',
    "an action that is a number": '{"action": 5, "token": "t"}',
    "no token": '{"action": "onMessage", "message": {"type": "Text", "text": "x"}}',
    "a message before the session": '{"action": "onMessage", "token": "t", "message": {"type": "Text", "text": "x"}}',
    "a comma too many": '{"action": "echo", "token": "t", "message": {"type": "Text", "text": "x"},}',
    "no deployment": '{"action": "configureSession", "token": "t"}',
    "another deployment": json.dumps({"action": "configureSession", "token": "t", "deploymentId": NOBODY}),
    "an endless token": json.dumps({"action": "configureSession", "token": "x" * 5000, "deploymentId": NOBODY}),
}


@pytest.mark.parametrize("text", GUEST_FRAMES.values(), ids=GUEST_FRAMES.keys())
def test_guest_requests_that_make_no_sense(server, text):
    """An error frame, and the connection serves on."""
    with Guest(server) as guest:
        guest.send(text)
        frame = guest.wait(lambda one: True)
        assert frame["code"] >= 400 and {"type", "class", "body"} <= set(frame), frame
        guest.configure()
        guest.say("still here")


GUEST_MESSAGES = [
    ({"type": "Text", "text": "x" * 4097}, 4011), ({"type": "Text", "text": "縁" * 1366}, 4011),
    ({"type": "Text", "text": ""}, None), ({"type": "Text"}, None), ({"type": "Text", "text": 5}, None),
    ({"type": "Dance", "text": "x"}, None), ({"type": "Event", "events": [{"eventType": "Nap"}]}, None), (None, None),
    ({"type": "Text", "text": "x", "channel": {"metadata": {"customAttributes": {"a": "x" * 2048}}}}, 4013),
    ({"type": "Text", "text": "x", "metadata": {"id": {"deep": "x"}}}, None),
    ({"type": "Text", "text": "x", "content": [{"contentType": "Attachment", "attachment": {"id": NOBODY}}]}, None),
]


@pytest.mark.parametrize("message, code", GUEST_MESSAGES)
def test_guest_messages_that_are_refused(server, message, code):
    with Guest(server) as guest:
        guest.configure()
        frame = guest.request("onMessage", message=message)
        assert frame["code"] == code if code else frame["code"] >= 400, frame
        guest.say("a good one")
        assert [one["text"] for one in guest.history()] == ["a good one"]


# Frames that no client would send, on both sockets

def violations():
    """What is sent, and the code that the server closes with."""
    return {
        "invalid UTF-8": (lambda socket: socket.frame(TEXT, b'{"action":"\xff\xfe"}'), {1007}),
        "half a character": (lambda socket: socket.frame(TEXT, "縁".encode()[:2]), {1007}),
        "a surrogate": (lambda socket: socket.frame(TEXT, b"\xed\xa0\x80"), {1007}),
        "a huge frame": (lambda socket: socket.frame(TEXT, b"", length=1 << 40), {1009}),
        "a large frame": (lambda socket: socket.frame(TEXT, b"x" * (1 << 20)), {1009}),
        "many fragments": (many_fragments, {1009}),
        "an unmasked frame": (lambda socket: socket.frame(TEXT, b"{}", masked=False), {1002}),
        "a reserved bit": (lambda socket: socket.frame(TEXT, b"{}", reserved=4), {1002}),
        "an unknown opcode": (lambda socket: socket.frame(3, b"{}"), {1002}),
        "a binary frame": (lambda socket: socket.frame(BINARY, b"{}"), {1003}),
        "a continuation of nothing": (lambda socket: socket.frame(CONTINUATION, b"{}"), {1002}),
        "a long ping": (lambda socket: socket.frame(PING, b"x" * 126), {1002}),
        "a ping in pieces": (lambda socket: socket.frame(PING, b"x", final=False), {1002}),
    }


def many_fragments(socket):
    socket.frame(TEXT, b"x" * 1024, final=False)
    for _ in range(2048):
        socket.frame(CONTINUATION, b"x" * 1024, final=False)


@pytest.mark.parametrize("kind", ["guest", "notifications"])
@pytest.mark.parametrize("name", violations().keys())
def test_frames_against_the_protocol(server, agents, kind, name):
    send, codes = violations()[name]
    url = server.guest_url if kind == "guest" else agents[0].api.post("/api/v2/notifications/channels")["connectUri"]
    with RawSocket(url) as socket:
        assert socket.status == 101
        send(socket)
        assert socket.close_code() in codes
    assert server.is_alive


HANDSHAKES = [
    {"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": None}, {"Sec-WebSocket-Key": "short"}, {"Upgrade": "h2c"},
    {"Connection": "close"},
]


@pytest.mark.parametrize("fields", HANDSHAKES, ids=str)
def test_handshakes_that_are_none(server, fields):
    with RawSocket(server.guest_url, fields) as socket:
        assert 400 <= socket.status < 500


@pytest.mark.parametrize("id", [NOBODY, "nonsense", "%2e%2e"])
def test_an_unknown_notification_channel(server, id):
    url = server.base_url.replace("http", "ws") + f"/channels/{id}"
    with RawSocket(url) as socket:
        assert socket.status in (400, 401, 403, 404)


def test_text_that_is_no_request_is_ignored_on_the_notification_socket(server):
    """A known client sends the time of day every second (reference H.2)."""
    with Agent(server, server.users("agent")[0]).listen().socket as socket:
        for text in ["12:00:01", "[]", "5", '{"message": 5}', '{"message": "fly"}']:
            socket.send(text)
        socket.send({"message": "ping"})
        pong = socket.wait(lambda frame: frame.get("eventBody", {}).get("message") == "pong")
        assert pong["topicName"] == "channel.metadata"


# HTTP itself

@pytest.mark.parametrize("request_bytes", [
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"NONSENSE\r\n\r\n",
    b"POST /api/v2/routing/queues HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
], ids=["a large field", "a long path", "no HTTP", "a negative length", "two lengths"])
def test_requests_that_are_not_http(server, request_bytes):
    """Refused or cut off; what matters is that others are served."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        try:
            connection.sendall(request_bytes)
            answer = connection.recv(4096)
        except ConnectionResetError:
            answer = b""
        assert answer == b"" or answer.split()[1][:1] == b"4", answer[:200]
    assert Api(server.base_url).request("GET", "/health").status == 200


@pytest.mark.parametrize("path", [
    "/desktop/../Package.swift", "/desktop/..%2f..%2fPackage.swift", "/web/../../etc/passwd",
    "/web/%2e%2e/%2e%2e/etc/passwd", "/web/lib/", "/web/lib", "/demo/.hidden", "/web/i18n/en.json%00",
])
def test_files_that_are_not_ours_to_give(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status in (400, 403, 404), path


def test_nothing_was_changed_and_the_server_lives(server, agents, talk):
    assert agents[0].get(talk) == talk
    assert {queue["name"] for queue in administration(server).get("/api/v2/routing/queues")["entities"]} == set(
        server.demo["queues"])


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_without_the_browser_side_nothing_is_started_or_written(tmp_path, command):
    folder = {"demo": "--data-dir", "serve": "--database"}[command]
    started = subprocess.run(
        [SERVER, command, folder, tmp_path / "data", "--port", "0"], cwd=tmp_path, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=30)
    assert started.returncode != 0
    assert f"there is no browser side in {tmp_path / 'web'}" in started.stderr and "--web-root" in started.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["65536", "99999"])
def test_a_port_that_does_not_exist_stops_the_start_before_anything_is_written(tmp_path, port):
    folder = tmp_path / "data"
    command = [SERVER, "demo", "--data-dir", folder, "--port", port]
    started = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert started.returncode != 0 and f"the port is 0 to 65535, not {port}" in started.stderr
    assert not folder.exists()
