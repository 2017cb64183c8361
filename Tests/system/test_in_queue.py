"""What customers live through who wait in a queue: told their place, passed on, let go, met by closed doors."""

import datetime
import uuid
import zoneinfo

import PureCloudPlatformClientV2 as platform
import pytest

from support.agent import Agent, open_message
from support.guest import Guest
from support.http import administration
from support.receiver import Receiver
from support.server import Server
from support.shifted_clock import ShiftedClock
from support.waiting import eventually

TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return ShiftedClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, database, clock):
    server = Server(tmp_path_factory.mktemp("engawa"), *database(), environment=clock.environment).start()
    yield server
    assert server.is_alive, f"the server ended by itself:\n{server.tail()}"
    assert server.stop() == 0, server.tail()


@pytest.fixture(scope="module")
def admin(server):
    return administration(server)


@pytest.fixture
def settle(server, admin):
    """Gives a queue of the demo its settings for those who wait, until the test is over."""
    def settle(name="Support", **settings):
        path = f"/api/v2/routing/queues/{server.demo['queues'][name]}"
        body = {key: value for key, value in admin.get(path).items() if key != "inQueue"}
        admin.put(path, body | ({"inQueue": settings} if settings else {}))
        touched.add(name)
    touched = set()
    yield settle
    for name in list(touched):
        settle(name)


def guest_of(server, language=None):
    guest = Guest(server)
    guest.configure()
    attributes = {"language": language} if language else {}
    guest.say("Hello", channel={"metadata": {"customAttributes": attributes}})
    return guest


def leave(guest):
    clear = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Clear"}}]}
    guest.request("onMessage", message=clear)


def sent(guest):
    """What the business said, oldest first."""
    return [one["text"] for one in guest.history() if one["direction"] == "Outbound" and one.get("text")]


def test_everybody_is_told_in_time_in_place_and_in_their_language(server, admin, settle):
    secret = server.demo["integrations"]["open"]["outboundNotificationWebhookSignatureSecretToken"]
    receiver = Receiver(secret)
    open_id = server.demo["integrations"]["open"]["id"]
    admin.patch(
        f"/api/v2/conversations/messaging/integrations/open/{open_id}",
        {"name": "Shop", "outboundNotificationWebhookUrl": receiver.url})
    texts = {"en": "You are number {position} in line.", "ja": "ただいま{position}番目にお待ちです。"}
    settle(treatment={"delaySeconds": 1, "intervalSeconds": 5, "timesMax": 2, "texts": texts})
    mika, tom = guest_of(server, "ja-JP"), guest_of(server)
    admin.post(
        f"/api/v2/conversations/messages/{open_id}/inbound/open/message", open_message("Hello", user=str(uuid.uuid4())))
    mika.hears("ただいま1番目にお待ちです。")
    message = tom.hears("You are number 2 in line.")
    assert message["originatingEntity"] == "Bot"
    eventually(lambda: len(receiver.calls) == 2, "both texts at the customer's system", 20)
    assert {call["text"] for _, call in receiver.calls} == {"You are number 3 in line."}
    assert not receiver.problems
    eventually(lambda: len(sent(mika)) == 2, "the second text")
    assert len(sent(tom)) == 2
    leave(mika)
    leave(tom)
    receiver.close()


def test_who_waits_too_long_is_passed_on_and_at_last_let_go(server, admin, settle):
    sales = server.demo["queues"]["Sales"]
    settle(overflow={"queue": {"id": sales}, "afterSeconds": 1, "texts": {"en": "A colleague takes over."}})
    settle("Sales", maximumWait={"seconds": 2, "action": "DISCONNECT", "texts": {"en": "Nobody is here. Sorry."}})
    guest = guest_of(server)
    guest.hears("A colleague takes over.")
    guest.hears("Nobody is here. Sorry.")
    guest.sees_event("Presence", "Disconnect")
    assert sent(guest) == ["A colleague takes over.", "Nobody is here. Sorry."]


def test_closed_doors_by_a_schedule_made_with_the_sdk(server, admin, clock, settle):
    platform.configuration.host = server.base_url
    client = server.demo["oauthClient"]
    api = platform.ArchitectApi(
        platform.api_client.ApiClient().get_client_credentials_token(client["id"], client["secret"]))
    opens = datetime.datetime.fromtimestamp(clock.now() + 1_800, TOKYO).replace(tzinfo=None, microsecond=0)
    schedule = platform.Schedule()
    schedule.name, schedule.rrule = "From half an hour on", "FREQ=DAILY;COUNT=2"
    schedule.start, schedule.end = opens, opens + datetime.timedelta(hours=2)
    schedule = api.post_architect_schedules(schedule)
    assert schedule.start.replace(tzinfo=None) == opens and schedule.version == 1
    group = platform.ScheduleGroup()
    group.name, group.time_zone = "Hours", "Asia/Tokyo"
    group.open_schedules = [platform.DomainEntityRef()]
    group.open_schedules[0].id = schedule.id
    group = api.post_architect_schedulegroups(group)
    assert api.get_architect_schedulegroups().entities[0].open_schedules[0].name == schedule.name
    evaluation = admin.get(f"/api/v2/architect/schedulegroups/{group.id}/evaluation")
    assert evaluation["state"] == "closed"
    emergency = platform.EmergencyGroup()
    emergency.name, emergency.enabled = "Fire", False
    emergency = api.post_architect_emergencygroups(emergency)
    settle(
        scheduleGroup={"id": group.id}, emergencyGroup={"id": emergency.id},
        closed={"action": "WAIT", "texts": {"en": "We are closed.", "ja": "営業時間外です。"}},
        emergency={"action": "DISCONNECT", "texts": {"en": "We had to leave the building."}})
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    guest = guest_of(server, "ja")
    guest.hears("営業時間外です。")
    assert agent.conversations() == []
    clock.advance(minutes=31)
    offered = agent.offered(seconds=30)
    assert sent(guest) == ["営業時間外です。"]
    agent.accept(offered)
    agent.leave(offered)
    agent.presence("AVAILABLE")

    waiting = guest_of(server)
    emergency.enabled = True
    api.put_architect_emergencygroup(emergency.id, emergency)
    waiting.hears("We had to leave the building.")
    waiting.sees_event("Presence", "Disconnect")


def test_who_leaves_while_waiting_has_abandoned(server, admin, settle):
    settle(shortAbandonSeconds=60)
    agent = Agent(server, server.users("agent", "Support")[0])
    guest = guest_of(server)
    agent.go_on_queue()
    conversation = agent.offered()
    contact = next(
        part["externalContact"]["id"] for part in conversation["participants"] if part["purpose"] == "customer")
    leave(guest)
    query = {
        "interval": "2020-01-01T00:00:00Z/2100-01-01T00:00:00Z",
        "segmentFilters": [
            {"type": "and", "predicates": [{"dimension": "externalContactId", "value": contact}]}]}

    def visit():
        found = admin.post("/api/v2/analytics/conversations/details/query", query)["conversations"][-1]
        acd = next(part for part in found["participants"] if part["purpose"] == "acd")
        return acd["sessions"][0] if acd["sessions"][0].get("metrics") else None

    session = eventually(visit, "the end of the wait")
    assert session["segments"][-1]["disconnectType"] == "peer"
    names = {metric["name"] for metric in session["metrics"]}
    assert {"nOffered", "tWait", "tAbandon", "tShortAbandon"} <= names and "tAnswered" not in names
    agent.presence("AVAILABLE")
