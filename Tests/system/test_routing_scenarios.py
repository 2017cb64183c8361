"""Every way of finding an agent, through the wire with the platform's own SDK: a scenario's name, what is configured,
what comes in, which agent gets it by which routing, and the reason in the record of the decision."""

import concurrent.futures
import dataclasses
import json
import typing

import PureCloudPlatformClientV2 as platform
import pytest
from PureCloudPlatformClientV2.rest import ApiException

from support.routing_scene import Lobby, Scene
from support.server import Server
from support.shifted_clock import ShiftedClock
from support.sign_in import tokens
from support.waiting import eventually


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return ShiftedClock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, database, clock):
    """A server that sees the shifted clock."""
    server = Server(tmp_path_factory.mktemp("engawa"), *database(), environment=clock.environment).start()
    yield server
    assert server.stop() == 0, server.tail()


@pytest.fixture(scope="module")
def lobby(server):
    return Lobby(server)


@pytest.fixture
def scene(server, lobby, request):
    scene = Scene(server, lobby, request.node.callspec.id if hasattr(request.node, "callspec") else request.node.name)
    yield scene
    scene.close()


@dataclasses.dataclass
class Scenario:
    """One scenario: its story takes the scene and gives the conversation that counts."""

    name: str
    gets: str
    routing: str
    reason: str
    agents: dict = dataclasses.field(default_factory=dict)
    queue: dict = dataclasses.field(default_factory=dict)
    asks: dict = dataclasses.field(default_factory=dict)
    story: typing.Callable = None

    def play(self, scene, clock):
        scene.queue(**self.queue(scene) if callable(self.queue) else self.queue)
        for name, options in self.agents.items():
            scene.agent(name, **options)
        if self.story is None:
            return scene.customer(**self.asks)
        return self.story(scene, clock)


# Stories

def second_turn(scene, clock):
    """Aoi has had one; Ben has been idle for less time, and has had none."""
    scene.serves(scene.customer(), "Aoi")
    scene.goes("Ben", "available")
    scene.goes("Ben", "onqueue")
    return scene.customer()


def one_each(scene, clock):
    """Aoi and Ben have one each, which fills more of Aoi."""
    for name in ["Aoi", "Ben"]:
        id = scene.customer()
        scene.given_to(id, name)
        scene.answers(id)
    return scene.customer()


def old_and_new(minutes, priority, first):
    """One has waited for minutes, another comes with priority; there is room for one."""
    def story(scene, clock):
        found = {"old": scene.customer()}
        clock.advance(minutes=minutes)
        found["new"] = scene.customer(priority=priority)
        scene.goes("Aoi", "onqueue")
        return found[first]
    return story


def returns(**asks):
    """A customer whom Ben has served comes back."""
    def story(scene, clock):
        first = scene.customer("returning", queue=None)
        scene.directs(first, "Ben")
        scene.serves(first, "Ben")
        if asks.get("busy"):
            other = scene.customer(queue=None)
            scene.directs(other, "Ben")
            scene.given_to(other, "Ben")
        return scene.customer("returning")
    return story


def directed(scene, clock):
    """It waits in the queue, and somebody sends it to Ben."""
    id = scene.customer()
    scene.directs(id, "Ben")
    return id


def directed_with_own_backup(scene, clock):
    """Ben says himself where what is sent to him waits, and that nobody waits long."""
    queue = scene.queue("Own")
    scene.agent("Dai", queue="Own")
    settings = {"queueId": queue, "waitForAgent": True, "agentWaitSeconds": 1}
    made = scene.routing.put_routing_user_directroutingbackup_settings(scene.ids["Ben"], settings)
    assert (made.queue_id, made.agent_wait_seconds) == (queue, 1)
    return directed(scene, clock)


def labelled(second):
    """Aoi has one with the label vip, which is all that may be; another comes."""
    def story(scene, clock):
        scene.given_to(scene.customer(label="vip"), "Aoi")
        return scene.customer(label=second)
    return story


def changed(why, change, **asks):
    """It waits, because nobody is there who could take it; then something changes."""
    def story(scene, clock):
        id = scene.customer(**asks)
        scene.waits(id, why)
        change(scene, id)
        return id
    return story


def to_other_queue(scene, id):
    scene.queue("Other")
    scene.joins("Ben", "Other")
    scene.moves(id, "Other")


def moved_while_asked(scene, clock):
    """Aoi is asked for it, and again in the other queue: she has missed nothing."""
    id = scene.customer()
    scene.given_to(id, "Aoi")
    scene.queue("Other")
    scene.joins("Aoi", "Other")
    scene.moves(id, "Other")
    return id


AOI = {"Aoi": {}}
TWO = {"Aoi": {}, "Ben": {}}


def skilled(aoi, ben, **more):
    return {"Aoi": {"skills": aoi, **more}, "Ben": {"skills": ben, **more}}


def rings(*seconds, removing=()):
    """Bullseye: rings by their seconds; the first takes these skills away."""
    def settings(scene):
        return {"bullseye": {"rings": [
            {"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": one}],
             "actions": {"skillsToRemove": [{"id": scene.skill(name)} for name in removing] if number == 0 else []}}
            for number, one in enumerate(seconds)]}}
    return settings


def with_backup(seconds):
    """Direct routing that waits, with a backup queue in which Chie is."""
    def settings(scene):
        backup = scene.queue("Backup")
        scene.agent("Chie", queue="Backup")
        return {"directRouting": {"waitForAgent": seconds > 0, "agentWaitSeconds": seconds, "backupQueueId": backup}}
    return settings


def let_in(comparison, value):
    """A group of helpers who are let in while so many of the queue's agents are idle."""
    def settings(scene):
        condition = {"simpleMetric": {"metric": "IdleAgentCount"}, "operator": comparison, "value": value}
        return {"conditionalGroupActivation": {"rules": [
            {"conditions": [condition], "conditionExpression": "C1", "groups": [scene.group("helping")]}]}}
    return settings


def chosen_ring(scene):
    """The queue's own members first, a team from the second ring on."""
    return {"bullseye": {"rings": [
        {"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 1}]},
        {"memberGroups": [scene.people("Team", "TEAM")]}]}}


def joins_team(scene, clock):
    """Ben is put into the team of the second ring, and somebody comes."""
    scene.chooses("Ben", "Team")
    return scene.customer()


PREFERRED = {"routingRules": [
    {"operator": "MEETS_THRESHOLD", "threshold": 80, "waitSeconds": 1}, {"operator": "ANY", "waitSeconds": 0}]}

SCENARIOS = [
    Scenario("standard: longest idle", "Aoi", "Standard", "longestIdle", TWO),
    Scenario("longest idle after a turn", "Aoi", "Standard", "longestIdle", TWO, story=second_turn),
    Scenario(
        "round robin after a turn", "Ben", "Standard", "roundRobin", TWO,
        {"agentSelectionMethod": "RoundRobin"}, story=second_turn),
    Scenario(
        "least occupied", "Ben", "Standard", "leastOccupied", {"Aoi": {"capacity": 2}, "Ben": {"capacity": 4}},
        {"agentSelectionMethod": "LeastOccupied"}, story=one_each),
    Scenario(
        "ALL asks only who has the skills", "Ben", "Standard", "longestIdle",
        skilled({"billing": 5}, {"billing": 1, "returns": 1}), {"skillEvaluationMethod": "ALL"},
        {"skills": ["billing", "returns"]}),
    Scenario(
        "BEST asks the best first", "Ben", "Standard", "bestSkills",
        skilled({"billing": 5}, {"billing": 3, "returns": 3}), {"skillEvaluationMethod": "BEST"},
        {"skills": ["billing", "returns"]}),
    Scenario(
        "NONE asks anybody", "Aoi", "Standard", "longestIdle", skilled({}, {"billing": 5}),
        {"skillEvaluationMethod": "NONE"}, {"skills": ["billing"]}),
    Scenario(
        "a language is asked for like a skill", "Ben", "Standard", "longestIdle",
        {"Aoi": {"skills": {"billing": 5}}, "Ben": {"skills": {"billing": 1}, "languages": {"Japanese": 4}}},
        asks={"skills": ["billing"], "language": "Japanese"}),
    Scenario(
        "two minutes of waiting beat a priority of 1", "Aoi", "Standard", "longestIdle",
        {"Aoi": {"capacity": 1, "on": False}}, story=old_and_new(2, 1, "old")),
    Scenario(
        "a priority of 3 beats two minutes of waiting", "Aoi", "Standard", "longestIdle",
        {"Aoi": {"capacity": 1, "on": False}}, story=old_and_new(2, 3, "new")),
    Scenario(
        "PriorityOnly: a priority of 1 beats any wait", "Aoi", "Standard", "longestIdle",
        {"Aoi": {"capacity": 1, "on": False}}, {"scoringMethod": "PriorityOnly"}, story=old_and_new(2, 1, "new")),
    Scenario(
        "bullseye: the first ring first", "Ben", "Bullseye", "longestIdle", {"Aoi": {"ring": 2}, "Ben": {"ring": 1}},
        rings(60, 60)),
    Scenario(
        "bullseye: the second ring after a second", "Aoi", "Bullseye", "longestIdle",
        {"Aoi": {"ring": 2, "skills": {"billing": 3}}, "Ben": {"ring": 1}}, rings(1, 60), {"skills": ["billing"]}),
    Scenario(
        "bullseye: a skill is not asked for any more", "Ben", "Bullseye", "longestIdle", {"Ben": {"ring": 1}},
        rings(1, 60, removing=["billing"]), {"skills": ["billing"]}),
    Scenario(
        "preferred: the best score that is high enough", "Ben", "Preferred", "preferredAgent", TWO | {"Chie": {}},
        PREFERRED, {"scores": {"Aoi": 50, "Ben": 95, "Chie": 85}}),
    Scenario(
        "preferred: anybody when the time is over", "Aoi", "Standard", "longestIdle", AOI | {"Ben": {"on": False}},
        PREFERRED, {"scores": {"Ben": 95}}),
    Scenario(
        "conditional: a group while its condition holds", "Ben", "Conditional", "longestIdle",
        {"Ben": {"queue": None, "skills": {"helping": 3}}}, let_in("LessThan", 1)),
    Scenario(
        "conditional: no group while it does not", "Aoi", "Conditional", "longestIdle",
        {"Ben": {"queue": None, "skills": {"helping": 3}}, "Aoi": {}}, let_in("GreaterThan", 5)),
    Scenario("last agent: a member of the queue", "Ben", "Last", "lastAgent", TWO, story=returns()),
    Scenario(
        "last agent: not who is none", "Aoi", "Standard", "longestIdle", AOI | {"Ben": {"queue": None}},
        {"lastAgentRoutingMode": "QueueMembersOnly"}, story=returns()),
    Scenario(
        "last agent: any agent", "Ben", "Last", "lastAgent", AOI | {"Ben": {"queue": None}},
        {"lastAgentRoutingMode": "AnyAgent"}, story=returns()),
    Scenario(
        "last agent: disabled", "Aoi", "Standard", "longestIdle", TWO, {"lastAgentRoutingMode": "Disabled"},
        story=returns()),
    Scenario(
        "last agent: busy, and not waited for", "Aoi", "Standard", "longestIdle", AOI | {"Ben": {"capacity": 1}},
        story=returns(busy=True)),
    Scenario(
        "last agent: waited for, for a second", "Aoi", "Standard", "longestIdle", AOI | {"Ben": {"capacity": 1}},
        {"lastAgentWaitSeconds": 1}, story=returns(busy=True)),
    Scenario(
        "direct: the agent", "Ben", "Direct", "directAgent", {"Ben": {"queue": None}}, with_backup(60),
        story=directed),
    Scenario(
        "direct: the backup queue when the wait is over", "Chie", "Standard", "longestIdle", {"Ben": {"on": False}},
        with_backup(1), story=directed),
    Scenario(
        "direct: the backup queue without a wait", "Chie", "Standard", "longestIdle", {"Ben": {"on": False}},
        with_backup(0), story=directed),
    Scenario(
        "direct: the agent's own backup before the queue's", "Dai", "Standard", "longestIdle", {"Ben": {"on": False}},
        with_backup(60), story=directed_with_own_backup),
    Scenario(
        "label: as many as may be", "Ben", "Standard", "longestIdle", {"Aoi": {"labels": {"vip": [1]}}, "Ben": {}},
        story=labelled("vip")),
    Scenario(
        "label: another one does not interrupt", "Ben", "Standard", "longestIdle",
        {"Aoi": {"labels": {"vip": [1]}}, "Ben": {}}, story=labelled("normal")),
    Scenario(
        "label: one that may interrupt", "Aoi", "Standard", "longestIdle",
        {"Aoi": {"labels": {"vip": [1, "urgent"]}}, "Ben": {"on": False}}, story=labelled("urgent")),
    Scenario(
        "a skill less is asked for while it waits", "Aoi", "Standard", "longestIdle", AOI,
        story=changed("lackSkills", lambda scene, id: scene.asks(id, skills=[]), skills=["billing"])),
    Scenario(
        "an agent learns the skill while it waits", "Aoi", "Standard", "longestIdle", AOI,
        story=changed("lackSkills", lambda scene, id: scene.learns("Aoi", "billing", 1), skills=["billing"])),
    Scenario(
        "the queue's evaluation changes while it waits", "Aoi", "Standard", "longestIdle", AOI,
        story=changed(
            "lackSkills", lambda scene, id: scene.change_queue(skillEvaluationMethod="NONE"), skills=["billing"])),
    Scenario(
        "it moves to another queue while it waits", "Ben", "Standard", "longestIdle", {"Ben": {"queue": None}},
        story=changed("noMembers", to_other_queue)),
    Scenario(
        "it moves to another queue while an agent is asked", "Aoi", "Standard", "longestIdle", AOI,
        story=moved_while_asked),
    Scenario(
        "an agent becomes a member while it waits", "Aoi", "Standard", "longestIdle", {"Aoi": {"queue": None}},
        story=changed("noMembers", lambda scene, id: scene.joins("Aoi"))),
    Scenario(
        "an agent is put into a group of the queue while it waits", "Aoi", "Standard", "longestIdle",
        {"Aoi": {"queue": None}}, lambda scene: {"memberGroups": [scene.people("Helpers")]},
        story=changed("noMembers", lambda scene, id: scene.chooses("Aoi", "Helpers"))),
    Scenario(
        "bullseye: a team in the second ring", "Ben", "Bullseye", "longestIdle", {"Ben": {"queue": None}}, chosen_ring,
        story=joins_team),
    Scenario(
        "an agent goes on queue while it waits", "Aoi", "Standard", "longestIdle", {"Aoi": {"on": False}},
        story=changed("notOnQueue", lambda scene, id: scene.goes("Aoi", "onqueue"))),
    Scenario(
        "an agent gets more capacity while it waits", "Aoi", "Standard", "longestIdle", {"Aoi": {"capacity": 0}},
        story=changed("atCapacity", lambda scene, id: scene.limit("Aoi", 1, {}))),
    Scenario(
        "by hand, to one who lacks the skill", "Ben", "Manual", "directAgent", TWO, {"enableManualAssignment": True},
        story=changed("lackSkills", lambda scene, id: scene.assigns(id, "Ben"), skills=["billing"])),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_scenario(scene, clock, scenario):
    id = scenario.play(scene, clock)
    scene.given_to(id, scenario.gets)
    assert scene.used_routing(id) == scenario.routing
    outcome = eventually(lambda: scene.decision(id), "the record", every=0.05)["outcome"]
    assert (outcome["agent"]["id"], outcome["reason"]) == (scene.ids[scenario.gets], scenario.reason)


# By hand

@pytest.fixture
def by_hand(scene):
    """A queue of the demo's agent Hana, who signs in, and of Ben; interactions may be assigned by hand."""
    scene.queue(enableManualAssignment=True)
    user = scene.server.users("agent")[0]
    scene.ids["Hana"] = user["id"]
    scene.limit("Hana", 1, {})
    client = platform.api_client.ApiClient()
    client.access_token = tokens(scene.server, user)["access_token"]
    scene.own = platform.ConversationsApi(client)
    scene.own_routing = platform.RoutingApi(client)
    scene.own_raw = type(scene.raw)(scene.server.base_url, client.access_token)
    return scene


def refused(status, code, call, *values):
    """A call that must be refused in this way."""
    with pytest.raises(ApiException) as error:
        call(*values)
    assert (error.value.status, json.loads(error.value.body)["code"]) == (status, code)


def test_an_agent_takes_what_waits_in_her_queue(by_hand):
    scene = by_hand
    old, new = scene.customer(skills=["billing"]), scene.customer(skills=["billing"])
    waiting = f"/api/v2/routing/queues/{scene.queues['Queue']}/waiting"
    assert scene.own_raw.request("GET", waiting).status == 404
    refused(404, "not.found", scene.assigns, new, "Hana", scene.own)
    scene.joins("Hana")
    assert [one["id"] for one in scene.own_raw.get(waiting)["entities"]] == [old, new]
    refused(400, "agent.not.on.queue", scene.assigns, new, "Hana", scene.own)
    scene.goes("Hana", "onqueue")
    assert scene.taker(new) is None
    scene.assigns(new, "Hana", scene.own)
    scene.given_to(new, "Hana")
    assert scene.used_routing(new) == "Manual"
    refused(409, "agent.at.capacity", scene.assigns, old, "Hana", scene.own)
    refused(409, "conversation.not.waiting", scene.assigns, new, "Hana")
    scene.answers(new)
    assert [one["id"] for one in scene.own_raw.get(waiting)["entities"]] == [old]


def test_what_an_agent_declined_can_be_given_to_her_again(by_hand):
    scene = by_hand
    scene.joins("Hana")
    scene.goes("Hana", "onqueue")
    id = scene.customer()
    scene.given_to(id, "Hana")
    scene.ends(id)
    assert scene.taker(id) is None
    scene.assigns(id, "Hana")
    scene.given_to(id, "Hana")


def test_two_hands_and_the_router_never_give_more_than_there_is_room_for(by_hand):
    """Two interactions are given to Hana at once while the router may give her a third: one of them gets through."""
    scene = by_hand
    scene.joins("Hana")
    waiting = [scene.customer(skills=["billing"]) for _ in range(2)]
    third = scene.customer(queue=None)
    scene.goes("Hana", "onqueue")

    def give(id):
        try:
            scene.assigns(id, "Hana")
        except ApiException as error:
            assert error.status == 409, error
    deeds = [lambda: give(waiting[0]), lambda: give(waiting[1]), lambda: scene.moves(third, "Queue")]
    with concurrent.futures.ThreadPoolExecutor(len(deeds)) as pool:
        for deed in [pool.submit(deed) for deed in deeds]:
            deed.result()

    def asked():
        return [id for id in [*waiting, third] if scene.taker(id)]
    [first] = eventually(asked, "an offer to Hana")
    scene.answers(first)
    assert asked() == [first]
    others = [id for id in [*waiting, third] if id != first]
    assert all(scene.present(id).purpose == "acd" for id in others)


def test_who_may_give_what_to_whom(by_hand):
    scene = by_hand
    scene.agent("Ben", capacity=1)
    scene.joins("Hana")
    first = scene.customer()
    scene.given_to(first, "Ben")
    second = scene.customer()
    refused(403, "missing.any.permissions", scene.assigns, second, "Ben", scene.own)
    refused(409, "agent.at.capacity", scene.assigns, second, "Ben")
    scene.change_queue(enableManualAssignment=False)
    refused(400, "manual.assignment.disabled", scene.assigns, second, "Ben")
    refused(400, "invalid.value", scene.conversations.post_conversation_assign, second, {"id": "nobody"})
    refused(400, "required.fields.missing", scene.conversations.post_conversation_assign, second, {"id": None})
    refused(403, "missing.any.permissions", scene.own_routing.patch_routing_conversation, second, {"priority": 1})


# What an interaction asks for

def test_what_an_interaction_asks_for_is_shown_and_checked(scene):
    scene.queue()
    scene.agent("Aoi", on=False)
    id = scene.customer()
    answer = scene.asks(id, skills=["billing"], language="Japanese", priority=3, scores={"Aoi": 70})
    assert ([one.id for one in answer.skills], answer.language.id) == (
        [scene.skills["billing"]], scene.languages["Japanese"])
    assert (answer.priority, answer.scored_agents[0].agent.id, answer.scored_agents[0].score) == (
        3, scene.ids["Aoi"], 70)
    scene.asks(id, priority=4)
    data = scene.present(id).conversation_routing_data
    assert (data.queue.id, data.priority, data.language.id) == (
        scene.queues["Queue"], 4, scene.languages["Japanese"])
    assert [one.id for one in data.skills] == [scene.skills["billing"]]
    assert [(one.agent.id, one.score) for one in data.scored_agents] == [(scene.ids["Aoi"], 70)]
    unknown = "00000000-0000-4000-8000-000000000000"
    twice = [{"id": scene.ids["Aoi"], "score": 1}] * 2
    for wrong in [
            {"skillIds": [unknown]}, {"skillIds": ["x"]}, {"languageId": scene.skills["billing"]}, {"labelId": unknown},
            {"priority": 10**7}, {"skillExpression": "a"}, {"requestScoredAgents": twice},
            {"requestScoredAgents": [{"id": scene.ids["Aoi"], "score": 101}]},
            {"requestScoredAgents": [{"id": unknown, "score": 1}]}]:
        refused(400, "invalid.value", scene.routing.patch_routing_conversation, id, wrong)
    refused(404, "not.found", scene.routing.patch_routing_conversation, unknown, {"priority": 1})
    assert scene.present(id).conversation_routing_data.priority == 4


def test_a_transfer_may_name_the_queue_or_the_agent(scene):
    scene.queue()
    scene.agent("Ben", on=False)
    first = scene.customer(queue=None)
    part = scene.present(first)
    scene.conversations.post_conversation_participant_replace_queue(
        first, part.id, {"queueName": f"Queue of {scene.name}"})
    assert scene.present(first).queue_id == scene.queues["Queue"]
    part = scene.present(first)
    email = scene.users.get_user(scene.ids["Ben"]).email
    scene.conversations.post_conversation_participant_replace_agent(first, part.id, {"userName": email})
    scene.given_to(first, "Ben")
