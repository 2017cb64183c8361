"""How long a session lasts, and which conversation a customer comes back to (reference, B.1 and E.4)."""

import pytest

from support.agent import Agent
from support.deployments import conversations, new_deployment
from support.guest import Guest
from support.http import administration
from support.server import Server
from support.shifted_clock import ShiftedClock

TIMELINE = "/api/v2/conversations/messaging/threadingtimeline"


@pytest.fixture
def clock(tmp_path):
    return ShiftedClock(tmp_path)


@pytest.fixture
def days(tmp_path, database, clock):
    """A server whose time of day is `clock`."""
    server = Server(tmp_path, *database(), environment=clock.environment).start()
    yield server
    assert server.stop() == 0, server.tail()


def window(server, minutes):
    """Sets the organisation's window for web messaging."""
    setting = {"messengerType": "webmessaging", "timeoutInMinutes": minutes}
    return administration(server).request("PUT", TIMELINE, {"settings": [setting], "defaultTimeoutMinutes": 4320})


def served(server, guest, text):
    """The guest writes, an agent answers and leaves: the conversation's id."""
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    guest.say(text)
    conversation = agent.accept(agent.offered())
    agent.say(conversation, f"about {text}")
    guest.hears(f"about {text}")
    agent.leave(conversation)
    agent.presence("AVAILABLE")
    return conversation["id"]


def texts(guest):
    return [message["text"] for message in guest.history()]


def test_inside_the_window_the_conversation_goes_on_and_after_it_a_new_one_begins(days, clock):
    """What the customer sees is one talk all the time."""
    assert window(days, 60).status == 200
    with Guest(days) as guest:
        guest.configure()
        first = served(days, guest, "shoes")
        clock.advance(minutes=50)
        assert served(days, guest, "more shoes") == first
        clock.advance(minutes=70)
        second = served(days, guest, "a hat")
        assert second != first
        spoken = [text for what in ("shoes", "more shoes", "a hat") for text in (what, f"about {what}")]
        assert texts(guest) == spoken
    with Guest(days, guest.token) as again:
        session = again.configure()
        assert session["newSession"] is False and session["readOnly"] is False
        assert texts(again) == spoken


def test_while_an_agent_is_there_no_window_ends_the_conversation(days, clock):
    window(days, 15)
    agent = Agent(days, days.users("agent", "Support")[0]).go_on_queue()
    with Guest(days) as guest:
        guest.configure()
        guest.say("take your time")
        conversation = agent.accept(agent.offered())
        clock.advance(hours=3)
        guest.say("still there?")
        agent = Agent(days, agent.user)
        assert agent.texts(conversation, "inbound") == ["take your time", "still there?"]


def test_a_session_lasts_seventy_two_hours_after_the_last_word(days, clock):
    with Guest(days) as guest:
        ends = guest.configure()["expirationDate"]
        assert abs(ends - clock.now() - 72 * 3600) < 60
        guest.say("one")
    clock.advance(hours=71)
    with Guest(days, guest.token) as guest:
        assert guest.configure()["newSession"] is False
        guest.say("two")
    clock.advance(hours=71)
    with Guest(days, guest.token) as guest:
        assert guest.configure()["newSession"] is False
        assert texts(guest) == ["one", "two"]
        clock.advance(hours=2)
        assert guest.message("three")["code"] == 4006
        assert guest.request("configureSession", deploymentId=guest.deployment)["class"] == "SessionExpiredEvent"
        assert guest.message("four")["code"] == 4006
        assert guest.request("getJwt")["code"] == 4006
    with Guest(days) as other:
        assert other.configure()["newSession"] is True


def test_where_nothing_was_said_nothing_ends(days, clock):
    with Guest(days) as guest:
        guest.configure()
        clock.advance(hours=73)
        guest.say("I had to think")


def test_a_session_that_ends_while_it_is_open_is_told_so(days, clock):
    with Guest(days) as guest:
        guest.configure()
        guest.say("one")
        clock.advance(hours=72, minutes=1)
        frame = guest.wait(lambda frame: frame["class"] == "SessionExpiredEvent", "the end of the session", 60)
        assert (frame["type"], frame["code"]) == ("message", 200)
        assert guest.message("two")["code"] == 4006


def test_a_business_decides_how_long_a_session_lasts(days, clock):
    deployment = new_deployment(days, "short", **conversations(sessionDurationSeconds=900))
    with Guest(days, deployment=deployment) as guest:
        assert guest.configure()["durationSeconds"] == 900
        guest.say("quick")
        clock.advance(minutes=14)
        guest.say("quicker")
        clock.advance(minutes=14)
        assert guest.request("getJwt")["code"] == 200
        clock.advance(minutes=2)
        assert guest.request("getJwt")["code"] == 4006
    deployment = new_deployment(days, "long", **conversations(sessionDurationSeconds=46_656_000))
    with Guest(days, deployment=deployment) as guest:
        guest.configure()
        guest.say("see you next year")
    clock.advance(hours=24 * 530)
    with Guest(days, guest.token, deployment=deployment) as guest:
        assert guest.configure()["newSession"] is False
        guest.say("here I am")


@pytest.mark.parametrize("seconds", [899, 46_656_001, "long"])
def test_durations_that_are_refused(server, seconds):
    body = {"name": "wrong"} | conversations(sessionDurationSeconds=seconds)
    answer = administration(server).request("POST", "/api/v2/webdeployments/configurations", body)
    assert answer.status == 400 and answer.json["code"], answer


def test_a_window_longer_than_the_messengers_memory_is_refused(server):
    before = administration(server).get(TIMELINE)
    answer = window(server, 4321)
    assert answer.status == 400 and "4320" in answer.json["message"], answer
    assert administration(server).get(TIMELINE) == before
    assert window(server, 4320).status == 200
