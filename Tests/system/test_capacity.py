"""What an agent has in hand: auto-answer, alerts that pass, desktops that are gone, deactivation, parking."""

import contextlib

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.guest import Guest
from support.http import administration
from support.server import Server
from support.waiting import eventually

LOST_SECONDS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    environment = {"ENGAWA_DESK_LOST_SECONDS": str(LOST_SECONDS), "ENGAWA_DESK_HAND_BACK_SECONDS": "1"}
    server = Server(tmp_path_factory.mktemp("engawa"), *database(), environment=environment).start()
    yield server
    assert server.stop() == 0, server.tail()


@pytest.fixture(scope="module")
def api(server):
    return administration(server)


@pytest.fixture
def queue(server, api):
    """Support, which is as before afterwards."""
    path = f"/api/v2/routing/queues/{server.demo['queues']['Support']}"
    before = api.get(path)

    def change(message=None, **members):
        body = {**before, **members}
        body["mediaSettings"] = {**before["mediaSettings"]}
        body["mediaSettings"]["message"] = {**before["mediaSettings"]["message"], **(message or {})}
        return api.put(path, body)

    yield change
    api.put(path, before)


@pytest.fixture
def hana(server, api):
    yield from at_work(server, api, 0)


@pytest.fixture
def kenji(server, api):
    yield from at_work(server, api, 1)


def at_work(server, api, number):
    agent = Agent(server, server.users("agent", "Support")[number]).listen()
    yield agent
    agent.presence("AVAILABLE")
    for conversation in agent.conversations():
        api.request("POST", f"/api/v2/conversations/{conversation['id']}/disconnect")
        part = part_of(agent, conversation)
        if part.get("startAcwTime") and not part.get("endAcwTime"):
            agent.patch(conversation, {"wrapup": {"code": agent.wrapup_codes(conversation)[0]["id"]}}, part)
    agent.socket.close()


@contextlib.contextmanager
def visitor(server):
    """A guest who leaves in the end, so that nobody waits for the next test's agents."""
    with Guest(server) as guest:
        guest.configure()
        yield guest
        goodbye = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]}
        guest.request("onMessage", message=goodbye)


@pytest.fixture
def guest(server):
    with visitor(server) as guest:
        yield guest


def routing_status(agent):
    return agent.api.get(f"/api/v2/users/{agent.id}/routingstatus")["status"]


def has_status(agent, status, seconds=15):
    eventually(lambda: routing_status(agent) == status, f"{agent.user['name']} {status}", seconds)


def part_of(agent, conversation):
    return agent.mine(agent.get(conversation))


def connected(agent, conversation=None):
    """Waits for a conversation that is connected at an agent."""
    def look():
        for one in agent.conversations():
            if agent.mine(one)["state"] == "connected" and (conversation is None or one["id"] == conversation["id"]):
                return one
        return None
    return eventually(look, f"a conversation at {agent.user['name']}")


def test_a_queue_answers_one_kind_of_message_by_itself(queue, guest, hana):
    queue(message={"subTypeSettings": {"webmessaging": {"enableAutoAnswer": True}}})
    hana.go_on_queue()
    guest.say("Hello")
    conversation = connected(hana)
    states = [
        hana.mine(frame["eventBody"])["state"] for frame in hana.socket.drain()
        if frame.get("topicName", "").endswith("conversations.messages") and hana.mine(frame["eventBody"])
    ]
    assert states and "alerting" not in states
    hana.say(conversation, "Good day")
    guest.hears("Good day")


def test_an_alert_that_passes_leaves_its_agent_not_responding(queue, guest, hana):
    queue(message={"alertingTimeoutSeconds": 7})
    hana.go_on_queue()
    guest.say("Hello")
    hana.offered()
    has_status(hana, "NOT_RESPONDING", seconds=20)
    hana.api.put(f"/api/v2/users/{hana.id}/routingstatus", {"status": "IDLE"})
    has_status(hana, "IDLE")


def test_who_declines_does_not_respond_where_the_queue_has_it_so(queue, guest, hana):
    assert queue(messageHandling={"declineAction": "NOT_RESPONDING"})["messageHandling"] == {
        "declineAction": "NOT_RESPONDING"}
    hana.go_on_queue()
    guest.say("Hello")
    hana.patch(hana.offered(), {"state": "disconnected"})
    has_status(hana, "NOT_RESPONDING")


def test_policies_that_are_none_are_refused(queue, api, server):
    path = f"/api/v2/routing/queues/{server.demo['queues']['Support']}"
    for wrong in ({"declineAction": "SULK"}, {"parkAfterSeconds": 1}, {"returnWaitSeconds": -1}):
        answer = api.request("PUT", path, {**api.get(path), "messageHandling": wrong})
        assert answer.status == 400, wrong


def test_after_call_work_that_an_agent_asked_for_ends_by_itself(queue, guest, hana):
    queue(acwSettings={"wrapupPrompt": "AGENT_REQUESTED", "timeoutMs": 1000})
    hana.go_on_queue()
    guest.say("Hello")
    conversation = hana.accept(hana.offered())
    part = hana.mine(conversation)
    assert (part["wrapupPrompt"], part["wrapupRequired"]) == ("agentRequested", False)
    path = f"/api/v2/conversations/aftercallwork/{conversation['id']}/participants/{part['id']}/communications"
    leg = f"{path}/{hana.leg(conversation)}"
    assert hana.api.request("PATCH", leg, {}).status == 400
    assert hana.api.patch(leg, {"afterCallWorkRequired": True}) == {"afterCallWorkRequired": True}
    hana.patch(conversation, {"state": "disconnected"}, part)
    eventually(lambda: part_of(hana, conversation).get("endAcwTime"), "the end of after-call work")
    done = part_of(hana, conversation)
    assert done["wrapup"]["name"] == "ININ-WRAP-UP-TIMEOUT" and done["startAcwTime"] < done["endAcwTime"]
    has_status(hana, "IDLE")


def test_an_agent_without_a_desktop_goes_off_queue_and_gives_back_what_was_in_hand(guest, hana, kenji, server):
    hana.go_on_queue()
    guest.say("Hello")
    conversation = hana.accept(hana.offered())
    with visitor(server) as other:
        other.say("Hello, too")
        hana.offered(lambda one: one["id"] != conversation["id"])
        kenji.go_on_queue()
        hana.socket.socket.close()
        has_status(hana, "OFF_QUEUE", seconds=LOST_SECONDS + 15)
        both = {kenji.offered(lambda one: one["id"] != conversation["id"])["id"], kenji.offered(
            lambda one: one["id"] == conversation["id"])["id"]}
        assert conversation["id"] in both
        assert routing_status(kenji) == "IDLE"


def test_who_is_deactivated_gives_back_what_was_in_hand(guest, hana, kenji, api):
    hana.go_on_queue()
    guest.say("Hello")
    conversation = hana.accept(hana.offered())
    kenji.go_on_queue()
    path = f"/api/v2/users/{hana.id}"
    api.patch(path, {"state": "inactive", "version": api.get(path)["version"]})
    try:
        assert kenji.offered()["id"] == conversation["id"]
        assert api.get(path + "/routingstatus")["status"] == "OFF_QUEUE"
    finally:
        api.patch(path, {"state": "active", "version": api.get(path)["version"]})
        hana.api = Agent(hana.server, hana.user).api


def test_what_is_parked_comes_back_to_its_agent_within_the_capacity(guest, hana, server, api):
    utilization = f"/api/v2/routing/users/{hana.id}/utilization"
    api.put(utilization, {"utilization": {"message": {"maximumCapacity": 1, "interruptableMediaTypes": []}}})
    try:
        hana.go_on_queue()
        guest.say("Hello")
        first = hana.accept(hana.offered())
        part = hana.mine(first)
        path = f"/api/v2/conversations/messages/{first['id']}/participants/{part['id']}/parkingstate"
        assert hana.api.request("PATCH", path, {"state": "parked"}).status == 409
        hana.say(first, "Which colour?")
        guest.hears("Which colour?")
        assert hana.api.request("PATCH", path, {"state": "parked"}).status == 202
        eventually(lambda: part_of(hana, first)["state"] == "parked", "the parking")
        has_status(hana, "IDLE")
        with visitor(server) as other:
            other.say("Hello, too")
            second = hana.accept(hana.offered())
            guest.say("Blue")
            assert part_of(hana, first)["state"] == "parked"
            hana.leave(second)
        back = connected(hana, first)
        assert hana.mine(back)["id"] == part["id"]
        assert hana.texts(first)[-1] == "Blue"
        hana.say(first, "Blue it is.")
        guest.hears("Blue it is.")
        assert not [frame for frame in guest.drain() if "presence" in str(frame.get("body")).lower()]
    finally:
        api.request("DELETE", utilization)


def test_an_agent_parks_and_takes_back_at_the_desktop(server, browser, guest, artifacts):
    desk = Desk(browser, server, "ja", artifacts)
    desk.sign_in(server.users("agent", "Support")[1])
    desk.go_on_queue()
    guest.say("Do you have this in blue?")
    desk.accepts()
    bar = desk.page.get_by_role("toolbar", name=desk.words["conversation.actions"])
    park = bar.get_by_role("button", name=desk.words["action.park"])
    expect(park).to_have_count(0)
    desk.says("Which size?")
    park.click()
    parked = desk.page.locator("[data-stage=parked]")
    expect(parked).to_have_count(1)
    expect(desk.page.get_by_role("heading", name=desk.words["work.parked"])).to_be_visible()
    parked.click()
    desk.is_accessible()
    desk.picture("desk-parked")
    desk.page.locator(".notice-strip").get_by_role("button", name=desk.words["action.resume"]).click()
    expect(desk.composer).to_be_visible()
    park.click()
    guest.say("The large one")
    expect(parked).to_have_count(0)
    desk.opens()
    desk.sees("The large one")
    desk.is_clean()
    desk.close()
