"""A guest and an agent, each on a socket of their own: messages, typing, and what is there after a bad line."""

import pytest

from support.agent import Agent
from support.guest import Guest
from support.waiting import eventually


@pytest.fixture(scope="module")
def agent(server):
    agent = Agent(server, server.users("agent", "Support")[0]).listen().go_on_queue()
    yield agent
    agent.socket.close()


def test_guest_and_agent_talk_and_see_each_other_type(server, agent):
    with Guest(server) as guest:
        guest.configure()
        guest.say("May I come in?", channel={"metadata": {"customAttributes": {"plan": "gold"}}})
        conversation = agent.offered()
        customer = next(part for part in conversation["participants"] if part["purpose"] == "customer")
        assert customer["attributes"]["plan"] == "gold"
        agent.accept(conversation)
        typing = {"eventType": "Typing", "typing": {"type": "On"}}
        guest.request("onMessage", message={"type": "Event", "events": [typing]})
        agent.notified(lambda body: True, "conversations.inbound.typing.event")
        agent.types(conversation)
        guest.sees_event("Typing", "On")
        agent.say(conversation, "Please do.")
        heard = guest.hears("Please do.")
        assert heard["originatingEntity"] == "Human" and heard["channel"]["type"] == "Private"
        assert [one["text"] for one in guest.history()] == ["May I come in?", "Please do."]
        agent.leave(conversation)


def test_what_the_agent_said_meanwhile_is_there_after_a_reconnection(server, agent):
    guest = Guest(server)
    guest.configure()
    guest.say("My line is bad")
    conversation = agent.offered()
    agent.accept(conversation)
    guest.socket.socket.close()
    agent.say(conversation, "Take your time.")
    with Guest(server, guest.token) as back:
        assert back.configure()["newSession"] is False
        assert [one["text"] for one in back.history()] == ["My line is bad", "Take your time."]
        back.say("Back again")
        eventually(lambda: agent.texts(conversation)[-1] == "Back again")
    agent.leave(conversation)


def test_who_signs_out_leaves_nobody_waiting(server, agent):
    """The conversation goes back to its queue, and to a colleague."""
    colleague = Agent(server, server.users("agent", "Support")[1])
    with Guest(server) as guest:
        guest.configure()
        guest.say("Hello?")
        conversation = agent.offered()
        agent.accept(conversation)
        colleague.go_on_queue()
        second_window = Agent(server, agent.user)
        assert second_window.api.request("DELETE", "/api/v2/tokens/me").status == 200
        assert colleague.offered()["id"] == conversation["id"]
        colleague.accept(conversation)
        colleague.say(conversation, "I am here.")
        guest.hears("I am here.")
        colleague.leave(conversation)
    colleague.presence("AVAILABLE")
