"""The guest protocol as one table: every action by every error (reference, B.2 and B.7), over real sockets, from a
client that shares nothing with the server. What a cell says is either how the error comes about, or why it cannot."""

import contextlib
import json
import sqlite3
import uuid

import pytest

from support.deployments import conversations, new_deployment
from support.guest import Guest
from support.http import administration
from support.server import Server
from support.shifted_clock import ShiftedClock
from support.waiting import eventually
from test_guest_files import PICTURE, announce, put, send, upload, verdict

NOBODY = "00000000-0000-4000-8000-000000000000"

# What each action needs besides token and tracing id, right in every member.
ACTIONS = {
    "configureSession": {"deploymentId": None, "startNew": False},
    "configureAuthenticatedSession": {"deploymentId": None, "data": {"code": "x"}},
    "getConfiguration": {"deploymentId": None},
    "onMessage": {"message": {"type": "Text", "text": "hello"}},
    "echo": {"message": {"type": "Text", "text": "ping"}},
    "getJwt": {},
    "resumeToken": {},
    "onAttachment": {"fileName": "cat.png", "fileType": "image/png", "fileSize": len(PICTURE)},
    "getAttachment": {"attachmentId": NOBODY},
    "deleteAttachment": {"attachmentId": NOBODY},
    "closeSession": {"closeAllConnections": False},
    "disconnectCustomer": {},
}
IN_SESSION = set(ACTIONS) - {"configureSession", "configureAuthenticatedSession", "getConfiguration", "echo"}
WRITING = {"onMessage", "onAttachment", "deleteAttachment", "disconnectCustomer"}
ERRORS = {
    400, 401, 403, 404, 408, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4013, 4017, 4020,
    4029, 4102, 5000,
}

# Why a cell is empty, by error; and where other tests hold what is not in this table.
NEVER = {
    401: "only a sign-in can be unauthenticated: the tests of sign-in hold it",
    404: "what is not there has its own code: deployment 400, session 4007, attachment 4009",
    408: "a request has no time of its own: storage that does not answer in time is 5000",
    4017: "only a token that has signed in can go back: the tests of sign-in hold it",
}
FILE_ONLY = "only a file has it"
SESSION_ONLY = "needs no session"
BOUND = {4000: {"onAttachment", "onMessage"}, 4010: {"getAttachment", "onMessage"}, 4011: {"onMessage"},
         4013: {"onMessage"}, 4006: IN_SESSION, 4007: IN_SESSION, 5000: WRITING,
         403: {"configureSession", "configureAuthenticatedSession", "onMessage", "onAttachment"},
         4008: {"getAttachment", "deleteAttachment", "onMessage"},
         4009: {"getAttachment", "deleteAttachment", "onMessage"},
         **dict.fromkeys((4001, 4002, 4003, 4004, 4005, 4102), {"onAttachment"})}


def possible(action, code):
    return code not in NEVER and action in BOUND.get(code, ACTIONS)


CELLS = sorted((action, code) for action in ACTIONS for code in ERRORS if possible(action, code))


# Servers and deployments in the state that a case needs

@pytest.fixture(scope="module")
def world(server, tmp_path_factory):
    world = World(server, tmp_path_factory)
    yield world
    world.close()


class World:
    """The places where errors come about, each made when a case first needs it."""

    def __init__(self, server, folders):
        self.server = server
        self.folders = folders
        self.servers = {}
        self.deployments = {}

    def close(self):
        for server in self.servers.values():
            assert server.stop() == 0, server.tail()

    def own(self, name, **environment):
        """A server with settings of its own."""
        if name not in self.servers:
            folder = self.folders.mktemp(name)
            self.servers[name] = Server(folder, environment=environment).start()
        return self.servers[name]

    def deployment(self, name, **settings):
        if name not in self.deployments:
            self.deployments[name] = new_deployment(self.server, name, **settings)
        return self.deployments[name]

    def closed(self):
        """A deployment where nothing is allowed that can be forbidden."""
        off = conversations(
            showUserTypingIndicator=False, conversationClear={"enabled": False}, autoStart={"enabled": False})
        off["messenger"]["fileUpload"] = {"enableAttachments": False, "modes": []}
        return self.deployment("closed", **off)

    def aged(self):
        """A server whose days pass at will."""
        if "aged" not in self.servers:
            self.clock = ShiftedClock(self.folders.mktemp("clock"))
        return self.own("aged", **self.clock.environment)


def fields_of(action, guest):
    fields = dict(ACTIONS[action])
    if "deploymentId" in fields:
        fields["deploymentId"] = guest.deployment
    return fields


@contextlib.contextmanager
def session(server, **fields):
    with Guest(server, **fields) as guest:
        guest.configure()
        yield guest


def asks(guest, action, **changes):
    return guest.request(action, **(fields_of(action, guest) | changes))


# How each error comes about: the frame that tells it

def bad_request(world, action):
    with session(world.server) as guest:
        frame = asks(guest, action, attachmentId=5, message=[], deploymentId=[], startNew="no", tracing={})
        assert guest.request("getJwt")["code"] == 200
        return frame


def missing(world, action):
    with session(world.server) as guest:
        if action == "getConfiguration":
            return asks(guest, action, deploymentId=None)
        return asks(guest, action, token=None)


def forbidden(world, action):
    if action == "configureSession":
        with session(world.server) as mine, Guest(world.server) as other:
            token = mine.request("resumeToken")["body"]["resumeToken"]
            return asks(other, action, resumeToken=token)
    if action == "configureAuthenticatedSession":
        with Guest(world.server) as guest:
            return asks(guest, action)
    if action == "onMessage":
        with session(world.server, deployment=world.closed()) as guest:
            return asks(guest, action, message=typing())
    with read_only(world) as guest:
        return asks(guest, action)


def typing(type="On"):
    return {"type": "Event", "events": [{"eventType": "Typing", "typing": {"type": type}}]}


def presence(type):
    return {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": type}}]}


def answers(*texts, **changes):
    """Choices of a customer, as both clients send them."""
    content = [
        {"contentType": "ButtonResponse", "buttonResponse": {"type": "ListPicker", "text": text, "payload": text} |
            changes} for text in texts]
    return {"type": "Structured", "text": "mine", "content": content}


def item(kind, body):
    return {"type": "Structured", "text": "mine", "content": [{"contentType": kind[0].upper() + kind[1:], kind: body}]}


@contextlib.contextmanager
def read_only(world):
    """A session whose conversation the business has ended for good."""
    deployment = world.deployment(
        "read-only", **conversations(conversationDisconnect={"enabled": True, "type": "ReadOnly"}))
    with session(world.server, deployment=deployment) as guest:
        guest.say("goodbye")
        api = administration(world.server)
        customer = eventually(lambda: customer_of(api, guest), "the conversation")
        path = f"/api/v2/conversations/messages/{customer['conversation']}/participants/{customer['id']}"
        api.patch(path, {"state": "disconnected"})
        guest.sees_event("Presence", "Disconnect")
        yield guest


def customer_of(api, guest):
    """The customer's participant of the guest's conversation, by the one message that was said."""
    id = guest.history()[-1]["id"]
    details = api.request("GET", f"/api/v2/conversations/messages/{id}/details")
    conversation = details.json.get("conversationId") if details.status == 200 else None
    if conversation is None:
        return None
    parts = api.get(f"/api/v2/conversations/messages/{conversation}")["participants"]
    return next(part for part in parts if part["purpose"] == "customer") | {"conversation": conversation}


def too_fast(world, action):
    server = world.own("slow", ENGAWA_GUEST_REQUESTS_PER_MINUTE="3")
    with Guest(server) as guest:
        for _ in range(3):
            guest.request("echo", message={"type": "Text", "text": "ping"})
        frame = asks(guest, action)
        body = frame["body"]
        assert (frame["class"], frame["code"], body["errorCode"]) == ("TooManyRequestsErrorMessage", 429, 4029), frame
        assert body["retryAfter"] >= 1 and body["errorMessage"] == body["message"]
        return frame | {"code": 4029}


def expired(world, action):
    server = world.aged()
    with session(server) as guest:
        guest.say("long ago")
        world.clock.advance(hours=72, minutes=1)
        return asks(guest, action)


def no_session(world, action):
    with session(world.server) as guest:
        guest.token = str(uuid.uuid4())
        return asks(guest, action)


def no_files(world, action):
    with session(world.server, deployment=world.closed()) as guest:
        return send(guest, NOBODY) if action == "onMessage" else asks(guest, action)


def wrong_file(**changes):
    def case(world, action):
        with session(world.server) as guest:
            return asks(guest, action, **changes)
    return case


def wrong_content(world, action):
    """What the bytes are is only known when they have come."""
    with session(world.server) as guest:
        presigned = announce(guest, b"<html>" * 9)["body"]
        assert put(presigned, b"<html>" * 9) == 400
        return {"code": verdict(guest, presigned["attachmentId"])["errorCode"], "body": "told by an event"}


def file_expired(world, action):
    server = world.own("hasty", ENGAWA_GUEST_UPLOAD_SECONDS="2", ENGAWA_GUEST_UNSENT_FILE_SECONDS="1")
    with session(server) as guest:
        id = upload(guest)
        eventually(lambda: guest.request("getAttachment", attachmentId=id)["code"] == 4008, "its end")
        return send(guest, id) if action == "onMessage" else asks(guest, action, attachmentId=id)


def no_file(world, action):
    with session(world.server) as guest:
        return send(guest, NOBODY) if action == "onMessage" else asks(guest, action)


def not_uploaded(world, action):
    with session(world.server) as guest:
        id = announce(guest)["body"]["attachmentId"]
        return send(guest, id) if action == "onMessage" else asks(guest, action, attachmentId=id)


def too_long(world, action):
    return refused_message(world, {"type": "Text", "text": "縁" * 1366})


def too_many_attributes(world, action):
    custom = {"a": "x" * 2048}
    return refused_message(world, {"type": "Text", "text": "x", "channel": {"metadata": {"customAttributes": custom}}})


def refused_message(world, message):
    with session(world.server) as guest:
        frame = guest.request("onMessage", message=message)
        assert guest.history() == []
        guest.say("and on it goes")
        return frame


def storage_fails(world, action):
    """Another program holds the database's lock for longer than the server waits."""
    server = world.own("stuck")
    with session(server) as guest:
        guest.say("before")
        id = upload(guest)
        with contextlib.closing(sqlite3.connect(server.data / "engawa.db", isolation_level=None)) as thief:
            thief.execute("BEGIN IMMEDIATE")
            changes = {"attachmentId": id} if action == "deleteAttachment" else {}
            frame = guest.request(action, seconds=40, **(fields_of(action, guest) | changes))
            thief.execute("ROLLBACK")
        guest.say("after")
        assert [one["text"] for one in guest.history()] == ["before", "after"]
        return frame


# What a message may be refused for beside the table, by what it says.
MESSAGES = {
    "Join where nothing begins by itself": (presence("Join"), 403),
    "Clear where it is not allowed": (presence("Clear"), 403),
    "a presence of the business": (presence("SignIn"), 400),
    "typing of no kind": (typing(None), 400),
    "typing of an unknown kind": (typing("Sideways"), 400),
    "an answer of no kind": (answers("a", type=None), 4020),
    "an answer of an unknown kind": (answers("a", type="Poem"), 400),
    "an answer without words": (answers(None, payload="p"), 4020),
    "an answer without a payload": (answers("a", payload=None), 4020),
    "an answer of too many bytes": (answers("縁" * 1366), 4011),
    "a payload of too many bytes": (answers("a", payload="縁" * 1366), 4011),
    "answers of too many bytes together": (answers(*["x" * 500] * 9), 4011),
    "a quick reply, which is the business's": (item("quickReply", {"text": "a", "payload": "a"}), 400),
    "a card": (item("card", {"title": "a", "actions": []}), 400),
    "a place": (item("location", {"latitude": 1, "longitude": 2}), 400),
    "a form that asks": (item("form", {"introduction": {"title": "a", "buttonText": "b"}, "response": []}), 400),
    "a form that is not filled in": (item("form", {"cannedResponseId": "a"}), 4020),
    "a message with an event": (presence("SignIn") | {"type": "Text", "text": "hello"}, 400),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_guests_do_not_send(world, name):
    """Refused, and nothing of it is kept."""
    message, code = MESSAGES[name]
    deployment = world.closed() if code == 403 else None
    with session(world.server, deployment=deployment) as guest:
        frame = guest.request("onMessage", message=message)
        assert frame["code"] == code and frame["body"], frame
        guest.say("and on it goes")
        assert [one["text"] for one in guest.history()] == ["and on it goes"]


def test_a_message_that_guests_do_send(world):
    with session(world.server) as guest:
        for message in (answers("x" * 4096), answers(*["x" * 80] * 50), typing(), typing("Off")):
            frame = guest.request("onMessage", message=message)
            assert (frame["class"], frame["code"]) == ("StructuredMessage", 200), frame


def test_every_connection_hears_once_that_the_guest_left(world):
    deployment = world.deployment(
        "read-only", **conversations(conversationDisconnect={"enabled": True, "type": "ReadOnly"}))
    with session(world.server, deployment=deployment) as one, Guest(world.server, one.token, None, deployment) as other:
        one.say("I am going")
        other.configure()
        frame = asks(one, "disconnectCustomer")
        assert frame["body"]["metadata"]["readOnly"] == "true"
        heard = other.wait(is_disconnect, "that the guest left")
        assert heard["body"] == frame["body"]
        for guest in (one, other):
            assert guest.message("still here?")["code"] == 403
            assert len([frame for frame in guest.frames if is_disconnect(frame)]) == 1


def is_disconnect(frame):
    return "Disconnect" in json.dumps(frame["body"])


CASES = {
    400: bad_request, 403: forbidden, 4000: no_files, 4001: wrong_file(fileType="text/html"),
    4002: wrong_file(fileSize=5 << 30), 4003: wrong_content, 4004: wrong_file(fileName="../cat.png"),
    4005: wrong_file(fileName="x" * 1020 + ".png"), 4006: expired, 4007: no_session, 4008: file_expired, 4009: no_file,
    4010: not_uploaded, 4011: too_long, 4013: too_many_attributes, 4020: missing, 4029: too_fast,
    4102: wrong_file(fileSize=0), 5000: storage_fails,
}


def test_the_table_is_whole():
    """Every error has a way to come about, or a reason why it cannot."""
    assert set(CASES) | set(NEVER) == ERRORS
    assert not set(CASES) & set(NEVER)
    assert all(actions <= set(ACTIONS) for actions in BOUND.values())


@pytest.mark.parametrize("action, code", CELLS)
def test_an_error_of_an_action(world, action, code):
    frame = CASES[code](world, action)
    assert frame["code"] == code, frame
    assert frame["body"], frame


def test_every_action_works_where_nothing_is_wrong(server):
    """The other side of the table: the same requests, right."""
    answers = {
        "configureSession": "SessionResponse", "getConfiguration": "GetConfigurationResponse",
        "onMessage": "StructuredMessage", "echo": "StructuredMessage", "getJwt": "JwtResponse",
        "resumeToken": "ResumeTokenResponse", "onAttachment": "PresignedUrlResponse",
        "getAttachment": "PresignedUrlResponse", "deleteAttachment": "AttachmentDeletedResponse",
        "disconnectCustomer": "StructuredMessage", "closeSession": "ConnectionClosedEvent",
    }
    with session(server) as guest:
        for action, name in answers.items():
            changes = {"attachmentId": upload(guest)} if action in ("getAttachment", "deleteAttachment") else {}
            frame = asks(guest, action, **changes)
            assert (frame["class"], frame["code"]) == (name, 200), frame
        assert guest.wait_closed() == 1000


def test_a_resume_token_opens_its_own_session_and_no_other(server):
    with session(server) as guest:
        guest.say("here I was")
        answer = guest.request("resumeToken")["body"]
        assert answer["exp"] > 0
        token = answer["resumeToken"]
    with Guest(server, guest.token) as again:
        assert again.configure(resumeToken=token)["newSession"] is False
        assert [one["text"] for one in again.history()] == ["here I was"]
        jwt = again.jwt()
        assert asks(again, "configureSession", resumeToken=jwt)["code"] == 403
    with Guest(server) as stranger:
        frame = asks(stranger, "configureSession", resumeToken=token)
        assert frame["code"] == 403 and frame["body"].startswith("Session authentication failed")
