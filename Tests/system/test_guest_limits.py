"""Every limit of the guest protocol (reference, B.12) is configuration: what fits goes through, one more does not."""

import random
import uuid

import pytest
from websockets.exceptions import InvalidStatus

from support.agent import Agent
from support.files import put
from support.guest import Guest
from support.hostile_files import archive
from support.http import Api
from support.server import Server
from support.shifted_clock import ShiftedClock
from test_guest_files import announce

PING = {"type": "Text", "text": "ping"}


@pytest.fixture
def limited(tmp_path, database):
    """Starts a server with limits of its own."""
    servers = []

    def start(**settings):
        environment = {f"ENGAWA_GUEST_{name}": str(value) for name, value in settings.items()}
        environment |= {name: value for name, value in settings.items() if name in ("LD_PRELOAD", "SHIFTED_CLOCK_FILE")}
        servers.append(Server(tmp_path, *database(), environment=environment).start())
        return servers[0]

    yield start
    for server in servers:
        assert server.stop() == 0, server.tail()


def is_too_fast(frame):
    assert (frame["class"], frame["code"], frame["body"]["errorCode"]) == ("TooManyRequestsErrorMessage", 429, 4029)
    assert frame["body"]["retryAfter"] >= 1
    return True


def test_messages_of_a_session(limited):
    """On all its connections together; typing and health checks are no messages."""
    server = limited(MESSAGES_PER_SECOND=0.1, REQUESTS_PER_MINUTE=60)
    with Guest(server) as one, Guest(server) as other:
        other.token = one.token
        one.configure()
        other.configure()
        frames = [guest.message(f"{number}") for number, guest in enumerate((one, other, one, other))]
        taken = [frame for frame in frames if frame["code"] == 200]
        assert len(taken) == 1 and all(is_too_fast(frame) for frame in frames[1:])
        assert one.request("echo", message=PING)["code"] == 200
        assert [message["text"] for message in one.history()] == ["0"]


def test_a_guest_who_comes_back_may_not_say_more(limited):
    server = limited(MESSAGES_PER_SECOND=0.01)
    with Guest(server) as guest:
        guest.configure()
        guest.say("0")
    with Guest(server, guest.token) as guest:
        guest.configure()
        assert is_too_fast(guest.message("1"))


def test_requests_of_a_connection(limited):
    server = limited(REQUESTS_PER_MINUTE=3)
    with Guest(server) as guest:
        guest.configure()
        frames = [guest.request("echo", message=PING) for _ in range(3)]
        assert [frame["code"] for frame in frames[:2]] == [200, 200] and is_too_fast(frames[2])
    with Guest(server, guest.token) as guest:
        guest.configure()


def test_health_checks_of_a_connection(limited):
    server = limited(HEALTH_CHECKS_PER_MINUTE=2)
    with Guest(server) as guest:
        guest.configure()
        frames = [guest.request("echo", message=PING) for _ in range(3)]
        assert [frame["code"] for frame in frames[:2]] == [200, 200] and is_too_fast(frames[2])
        guest.say("a message is none")


def test_configurations_of_a_session_on_whichever_connection(limited):
    server = limited(CONFIGURES_PER_MINUTE=3)
    token = str(uuid.uuid4())
    for _ in range(3):
        with Guest(server, token) as guest:
            guest.configure()
    with Guest(server, token) as guest:
        assert is_too_fast(guest.request("configureSession", deploymentId=guest.deployment))
    with Guest(server) as other:
        other.configure()


def test_connections_to_a_deployment(limited):
    server = limited(CONNECTIONS_PER_MINUTE=2)
    for _ in range(2):
        Guest(server).close()
    with pytest.raises(InvalidStatus) as refused:
        Guest(server)
    answer = refused.value.response
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1


def test_connections_of_a_session(limited):
    server = limited(CONNECTIONS_MAX=2)
    with Guest(server) as first, Guest(server, first.token) as second, Guest(server, first.token) as third:
        for guest in (first, second, third):
            guest.configure()
        assert first.wait(lambda frame: frame["class"] == "ConnectionClosedEvent")["code"] == 200
        first.wait_closed()
        said = third.say("we are two")
        assert second.wait(lambda frame: frame["body"].get("id") == said["id"])


def test_three_connections_of_a_session_unless_configured(server):
    with Guest(server) as first:
        others = [Guest(server, first.token) for _ in range(3)]
        for guest in (first, *others):
            guest.configure()
        first.wait(lambda frame: frame["class"] == "ConnectionClosedEvent")
        first.wait_closed()
        said = others[0].say("to everybody")
        for guest in others:
            guest.wait(lambda frame: frame["body"].get("id") == said["id"])
            guest.close()


def test_pages_of_history(limited):
    server = limited(HISTORY_PER_MINUTE=2)
    with Guest(server) as guest:
        guest.configure()
        api = Api(server.base_url, guest.jwt())
        answers = [api.request("GET", "/api/v2/webmessaging/messages?pageSize=25&pageNumber=1") for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert int(answers[2].headers["Retry-After"]) >= 1 and answers[2].json["code"] == "too.many.requests"


def test_days_of_history(limited, tmp_path):
    """A session that lasts for a month shows no more than the last days to somebody whom nobody knows."""
    clock = ShiftedClock(tmp_path)
    server = limited(HISTORY_DAYS=2, **clock.environment)
    with Guest(server) as guest:
        guest.configure()
        guest.say("on Monday")
        clock.advance(hours=47)
        guest.say("on Wednesday")
        assert [message["text"] for message in guest.history()] == ["on Monday", "on Wednesday"]
        clock.advance(hours=2)
        assert [message["text"] for message in guest.history()] == ["on Wednesday"]


def test_bytes_of_a_text(limited):
    server = limited(TEXT_BYTES_MAX=9)
    with Guest(server) as guest:
        guest.configure()
        guest.say("縁側だ")
        frame = guest.message("縁側だ!")
        assert (frame["code"], frame["body"]) == (4011, "Message length 10 is larger than 9")


def test_bytes_of_custom_attributes(limited):
    server = limited(ATTRIBUTE_BYTES_MAX=10)
    with Guest(server) as guest:
        assert guest.configure()["maxCustomDataBytes"] == 10
        for value, code in (("123456", 200), ("1234567", 4013)):
            channel = {"metadata": {"customAttributes": {"size": value}}}
            assert guest.message("x", channel=channel)["code"] == code


def test_size_and_name_of_a_file(limited):
    server = limited(FILE_KILOBYTES_MAX=1, FILE_NAME_LENGTH_MAX=8)
    with Guest(server) as guest:
        assert guest.configure()["allowedMedia"]["inbound"]["maxFileSizeKB"] == 1
        assert announce(guest, b"x" * 1024, name="1234.png")["code"] == 200
        assert announce(guest, b"x" * 1025, name="1234.png")["code"] == 4002
        assert announce(guest, b"x", name="12345.png")["code"] == 4005


def test_what_an_archive_unpacks_to(limited):
    server = limited(UNPACKED_MEGABYTES_MAX=1, UNPACKED_TIMES_MAX=2)
    with Guest(server) as guest:
        guest.configure()
        for megabytes, status in ((1, 200), (2, 400)):
            content = archive(("zeros.txt", bytes(megabytes << 20)))
            presigned = announce(guest, content, name="zeros.zip", type="application/zip")["body"]
            assert put(presigned, content) == status
        # As much as there is of it, packed or not.
        noise = archive(("noise.bin", random.Random(1).randbytes(3 << 20)))
        presigned = announce(guest, noise, name="noise.zip", type="application/zip")["body"]
        assert put(presigned, noise) == 200


def test_characters_of_an_agents_text_and_its_typing(server):
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    with Guest(server) as guest:
        guest.configure()
        guest.say("tell me everything")
        conversation = agent.accept(agent.offered())
        agent.say(conversation, "x" * 4000)
        leg = agent.leg(conversation)
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{leg}"
        answer = agent.api.request("POST", f"{path}/messages", {"textBody": "x" * 4001})
        assert answer.status == 400 and answer.json["code"] == "invalid.value", answer
        typing = {"typing": {"type": "On", "duration": 5000}}
        answers = [agent.api.request("POST", f"{path}/typing", typing) for _ in range(13)]
        assert {answer.status for answer in answers[:12]} <= {200, 202, 204} and answers[12].status == 429
        agent.leave(conversation)
    agent.presence("AVAILABLE")


@pytest.mark.parametrize("name, value", [
    ("TEXT_BYTES_MAX", 0), ("HEALTH_CHECKS_PER_MINUTE", -1), ("FILE_KILOBYTES_MAX", 0),
    ("UNPACKED_MEGABYTES_MAX", 0), ("UNPACKED_TIMES_MAX", 0),
])
def test_a_limit_of_nothing_stops_the_start(tmp_path, name, value):
    server = Server(tmp_path, environment={f"ENGAWA_GUEST_{name}": str(value)})
    with pytest.raises(RuntimeError, match="must be more than 0"):
        server.start()
