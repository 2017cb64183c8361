"""The guest's side of web messaging, spoken by a client that shares nothing with ours (reference, B.1 to B.8)."""

import re
import time
import uuid

import pytest

from support.guest import Guest
from support.http import Api, administration
from support.socket_client import SocketClient

HEALTH_CHECK = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ="


@pytest.fixture
def guest(server):
    with Guest(server) as guest:
        yield guest


def test_every_frame_has_type_class_code_and_body(guest):
    guest.configure()
    guest.say("hello")
    guest.request("echo", message={"type": "Text", "text": "ping"})
    for frame in guest.frames:
        assert {"type", "class", "code", "body"} <= set(frame), frame


def test_the_configuration_is_there_before_a_session(guest, server):
    frame = guest.request("getConfiguration", deploymentId=server.demo["deploymentId"])
    assert (frame["type"], frame["class"], frame["code"]) == ("response", "GetConfigurationResponse", 200)
    body = frame["body"]
    assert body["maxCustomDataBytes"] == 2048
    assert body["messageRoutingEnabled"] is True
    assert "inbound" in body["allowedMedia"]


def test_a_session_is_new_once(server):
    with Guest(server) as first:
        session = first.configure()
        assert session["connected"] is True and session["newSession"] is True
        assert session.get("readOnly", False) is False
        assert session["expirationDate"] > time.time() + 3600
        first.say("I am here")
    with Guest(server, first.token) as again:
        session = again.configure()
        assert session["connected"] is True and session["newSession"] is False


def test_an_echo_is_the_receipt_of_a_message(guest):
    guest.configure()
    frame = guest.message("Is anybody there?", id="m-1")
    assert (frame["type"], frame["class"], frame["code"]) == ("message", "StructuredMessage", 200)
    body = frame["body"]
    assert (body["type"], body["direction"], body["text"]) == ("Text", "Inbound", "Is anybody there?")
    assert re.fullmatch(r"[0-9a-f]{32}", body["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["channel"]["time"])
    assert body["channel"]["messageId"]
    assert body["metadata"]["id"] == "m-1"


@pytest.mark.parametrize("text", ["縁側でお話ししましょう", "👩‍👩‍👧‍👦", "line\nline\ttab \"quoted\" \\ /", "‏עברית‏", "x" * 4096])
def test_text_comes_back_as_it_was(guest, text):
    guest.configure()
    guest.say(text)
    assert guest.history()[-1]["text"] == text


def test_a_message_sent_twice_is_one(guest):
    guest.configure()
    first = guest.say("once", id="same")
    second = guest.say("once", id="same")
    assert second["id"] == first["id"]
    assert [one["text"] for one in guest.history()] == ["once"]


def test_a_repeated_channel_message_id_is_the_same_message(guest):
    guest.configure()
    channel = {"messageId": str(uuid.uuid4())}
    message = {"type": "Text", "text": "once", "channel": channel}
    frames = [guest.request("onMessage", message=message) for _ in range(2)]
    assert frames[0]["body"]["id"] == frames[1]["body"]["id"]
    assert len(guest.history()) == 1


def test_the_health_check_comes_back_with_its_tracing_id(guest):
    guest.configure()
    guest.send({
        "action": "echo", "token": guest.token, "tracingId": HEALTH_CHECK, "message": {"type": "Text", "text": "ping"},
    })
    frame = guest.wait(lambda one: one.get("tracingId") == HEALTH_CHECK)
    assert (frame["type"], frame["class"], frame["code"]) == ("response", "StructuredMessage", 200)
    assert frame["body"]["text"] == "ping" and frame["body"]["direction"] == "Inbound"
    assert guest.history() == []


def test_history_is_newest_first_and_paged(guest, server):
    guest.configure()
    for number in range(5):
        guest.say(f"message {number}")
    api = Api(server.base_url)
    headers = {"Authorization": f"bearer {guest.jwt()}"}
    pages = [
        api.request("GET", f"/api/v2/webmessaging/messages?pageSize=2&pageNumber={page}", headers=headers).json
        for page in (1, 2, 3)
    ]
    texts = [one["text"] for page in pages for one in page["entities"]]
    assert texts == [f"message {number}" for number in (4, 3, 2, 1, 0)]
    assert [(page["pageSize"], page["pageNumber"], page["total"], page["pageCount"]) for page in pages] == [
        (2, 1, 5, 3), (2, 2, 5, 3), (2, 3, 5, 3)]


def test_live_frame_and_history_agree(guest):
    guest.configure()
    live = guest.say("the same", id="m-7")
    stored = guest.history()[-1]
    assert stored["id"] == live["id"]
    assert stored["channel"]["time"] == live["channel"]["time"]
    assert stored["channel"]["messageId"] == live["channel"]["messageId"]
    assert stored["metadata"]["id"] == "m-7"


def test_times_of_a_session_are_unique_and_rise(guest):
    guest.configure()
    times = [guest.say(f"quick {number}")["channel"]["time"] for number in range(5)]
    assert times == sorted(set(times))


def test_history_needs_the_guests_own_token(guest, server):
    guest.configure()
    guest.say("private")
    for token in (None, "nonsense", guest.token, administration(server).token):
        assert Api(server.base_url, token).request("GET", "/api/v2/webmessaging/messages").status in (401, 403)


def test_a_guest_sees_only_its_own_messages(server):
    with Guest(server) as one, Guest(server) as other:
        one.configure()
        other.configure()
        one.say("mine")
        other.say("yours")
        assert [message["text"] for message in one.history()] == ["mine"]
        assert [message["text"] for message in other.history()] == ["yours"]
        assert all(frame["body"].get("text") != "mine" for frame in other.drain())


def test_two_windows_of_one_session_see_the_same(server):
    with Guest(server) as one, Guest(server, None) as other:
        other.token = one.token
        one.configure()
        other.configure()
        sent = one.say("from the first window")
        seen = other.wait(lambda frame: frame["body"].get("text") == "from the first window")
        assert seen["body"]["id"] == sent["id"]


def test_messages_faster_than_allowed_are_refused_and_said_so(guest):
    guest.configure()
    frames = []
    for number in range(40):
        guest.send({
            "action": "onMessage", "token": guest.token, "tracingId": f"t{number}",
            "message": {"type": "Text", "text": f"flood {number}"},
        })
    for number in range(40):
        frames.append(guest.wait(lambda frame, id=f"t{number}": frame.get("tracingId") == id))
    refused = [frame for frame in frames if frame["code"] == 429]
    taken = [frame["body"]["text"] for frame in frames if frame["code"] == 200]
    assert refused and taken
    body = refused[0]["body"]
    assert refused[0]["class"] == "TooManyRequestsErrorMessage"
    assert body["errorCode"] == 4029 and body["retryAfter"] >= 1 and body["errorMessage"]
    stored = [one["text"] for one in Guest.history(guest_after(guest, body["retryAfter"]))]
    assert stored == taken


def guest_after(guest, seconds):
    """The guest, once it may speak again."""
    time.sleep(seconds)
    return guest


def test_the_public_configuration_names_our_own_addresses(server):
    path = f"/webdeployments/v1/deployments/{server.demo['deploymentId']}/config.json"
    answer = Api(server.base_url).request("GET", path, headers={"Origin": "https://shop.example"})
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://shop.example")
    config = answer.json
    keys = {"id", "version", "languages", "defaultLanguage", "messenger", "journeyEvents", "status", "auth"}
    assert keys <= set(config)
    assert config["apiEndpoint"] == server.base_url
    conversations = config["messenger"]["apps"]["conversations"]
    assert server.demo["guestUrl"].startswith(conversations["messagingEndpoint"])
    assert {"enabled", "apps", "styles", "launcherButton", "fileUpload"} <= set(config["messenger"])
    assert "primaryColor" in config["messenger"]["styles"] and "modes" in config["messenger"]["fileUpload"]


def test_an_unknown_deployment_is_refused(server):
    url = f"{server.demo['guestUrl']}?deploymentId={uuid.uuid4()}"
    try:
        with SocketClient(url) as socket:
            socket.send({"action": "configureSession", "deploymentId": str(uuid.uuid4()), "token": str(uuid.uuid4())})
            frame = socket.wait(lambda one: True)
            assert frame["code"] >= 400
    except Exception as refused:
        assert getattr(getattr(refused, "response", None), "status_code", 0) in (400, 403, 404), refused
    path = f"/webdeployments/v1/deployments/{uuid.uuid4()}/config.json"
    assert Api(server.base_url).request("GET", path).status == 404
