"""Predictive routing: learnt by the subcommand from a real log, and followed by the server."""

import json
import subprocess
import uuid

import pytest
from playwright.sync_api import expect

from support.agent import Agent, open_message
from support.browser import Desk
from support.http import administration
from support.server import BINARY, ROOT, Server
from support.waiting import eventually

# Enough for the 300 cases that a training needs.
PAST = 312


class Floor:
    """Two agents of the demo's queue Support, and customers who say what it is about."""

    def __init__(self, server):
        self.server = server
        self.admin = administration(server)
        self.agents = [Agent(server, user).go_on_queue() for user in server.users("agent", "Support")[:2]]
        self.integration = server.demo["integrations"]["open"]["id"]
        queues = self.admin.get("/api/v2/routing/queues?name=Attic")["entities"]
        # Nobody works there: what is given on to it stays.
        self.attic = (queues or [self.admin.post("/api/v2/routing/queues", {"name": "Attic"})])[0]["id"]
        code = self.admin.get(f"/api/v2/routing/queues/{server.demo['queues']['Support']}/wrapupcodes")
        self.code = code["entities"][0]["id"]

    def write(self, topic):
        body = open_message("Hello", user=str(uuid.uuid4()), metadata={"customAttributes": {"topic": topic}})
        path = f"/api/v2/conversations/messages/{self.integration}/inbound/open/message?prefetchConversationId=true"
        return self.admin.post(path, body)["conversationId"]

    def taken(self, conversation):
        """Who is alerted, and the participant."""
        def look():
            seen = self.admin.get(f"/api/v2/conversations/messages/{conversation}")
            for agent in self.agents:
                part = agent.mine(seen)
                if part and part["state"] == "alerting":
                    return agent, part
            return None
        return eventually(look, "an offer", every=0.01)

    def serve(self, topic, hands_on):
        """One conversation: taken, and given on or ended; who took it."""
        conversation = self.write(topic)
        agent, part = self.taken(conversation)
        path = f"/api/v2/conversations/messages/{conversation}/participants/{part['id']}"
        agent.api.patch(path, {"state": "connected"})
        if hands_on(agent):
            agent.api.post(f"/api/v2/conversations/{conversation}/participants/{part['id']}/replace/queue", {
                "queueId": self.attic})
        else:
            agent.api.patch(path, {"state": "disconnected"})
        agent.api.patch(path, {"wrapup": {"code": self.code}})
        return conversation, agent


def train(server, *options):
    command = [BINARY, "routing", "train", "--data-dir", server.data, "--queue", "Support", "--goal", "Transfer"]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """A server with a past: the first agent gives on what is about billing, the second what is about the app."""
    server = Server(
        tmp_path_factory.mktemp("predict"), "--requests-per-minute-max", "100000").start()
    try:
        floor = Floor(server)
        for number in range(PAST):
            topic = ("billing", "app")[number // 2 % 2]
            weak = floor.agents[0 if topic == "billing" else 1]
            floor.serve(topic, lambda agent: agent is weak)
        assert server.stop() == 0, server.tail()
        yield server
    finally:
        server.stop()


def used_routing(floor, conversation):
    unified = floor.admin.get(f"/api/v2/conversations/{conversation}")
    contact = next(part["externalContactId"] for part in unified["participants"] if part.get("externalContactId"))
    details = floor.admin.post("/api/v2/analytics/conversations/details/query", {
        "interval": "2020-01-01T00:00:00Z/2100-01-01T00:00:00Z",
        "segmentFilters": [{"type": "and", "predicates": [{"dimension": "externalContactId", "value": contact}]}]})
    sessions = [
        session for one in details["conversations"] for part in one["participants"] if part["purpose"] == "agent"
        for session in part["sessions"]]
    return sessions[-1].get("usedRouting")


def test_learns_from_the_log_and_changes_who_is_asked(taught):
    # Nothing is kept unless it is asked for.
    found = json.loads(train(taught, "--json").stdout)
    assert found["kpi"] == "Transfer" and found["verdict"] == "ranks" and found["cases"] >= 300
    assert 0.3 < found["holdOut"]["base"] < 0.7
    assert found["holdOut"]["predicted"] < 0.2 and found["holdOut"]["upliftLow"] > 0
    assert found["factors"][0]["factor"] == "category" and found["factors"][0]["share"] > 0.9
    assert "too few cases" in train(taught, "--report").stdout
    unknown = train(taught, "--queue", "Nowhere")
    assert unknown.returncode != 0 and "Nowhere" in unknown.stderr

    kept = train(taught, "--save")
    assert kept.returncode == 0, kept.stderr
    assert "verdict: ranks" in kept.stdout and "kept as model" in kept.stdout

    taught.start()
    floor = Floor(taught)
    predictor = floor.admin.get("/api/v2/routing/predictors")["entities"][0]
    assert predictor["state"] == "Active" and predictor["kpi"] == "Transfer"
    assert [one["id"] for one in predictor["queues"]] == [taught.demo["queues"]["Support"]]
    assert predictor["models"][0]["state"] == "Trained"

    # Whom longest idle would ask in turn is asked by topic now; a tenth of conversations is kept out of it.
    ranked = 0
    for number in range(12):
        conversation, agent = floor.serve("billing", lambda agent: False)
        if used_routing(floor, conversation) == "Predictive":
            ranked += 1
            assert agent is floor.agents[1]
    assert ranked >= 6

    model = floor.admin.post(f"/api/v2/routing/predictors/{predictor['id']}/models", {})
    assert model["id"] == "2" and model["training"]["cases"] >= found["cases"]
    features = floor.admin.get(f"/api/v2/routing/predictors/{predictor['id']}/models/2/features")["entities"]
    assert abs(sum(one["percentageImportance"] for one in features) - 100) < 1
    models = floor.admin.get(f"/api/v2/routing/predictors/{predictor['id']}/models")["entities"]
    assert [one["id"] for one in models] == ["2", "1"]
    assert taught.stop() == 0, taught.tail()
    report = train(taught, "--report", "--json")
    arms = json.loads(report.stdout)
    assert arms["predictive"]["cases"] >= ranked and arms["predictive"]["cases"] + arms["base"]["cases"] == 12


def ranked(floor, topic):
    """A conversation whose agent the prediction chose, and its record; a tenth is kept out of it and passed by."""
    for _ in range(20):
        conversation = floor.write(topic)
        agent, part = floor.taken(conversation)
        path = f"/api/v2/routing/conversations/{conversation}/decisions"
        record = eventually(lambda: [
            one for one in floor.admin.get(path)["entities"] if one["outcome"].get("participantId") == part["id"]],
            "the record")[0]
        if record["outcome"]["reason"] == "predictive":
            return conversation, record
        path = f"/api/v2/conversations/messages/{conversation}/participants/{part['id']}"
        agent.api.patch(path, {"state": "connected"})
        agent.api.patch(path, {"state": "disconnected"})
        agent.api.patch(path, {"wrapup": {"code": floor.code}})
    raise AssertionError("no conversation was ranked")


def test_the_desk_says_what_the_prediction_saw(taught, browser, artifacts):
    kept = train(taught, "--save")
    assert kept.returncode == 0, kept.stderr
    taught.start()
    floor = Floor(taught)
    knows_billing = floor.agents[1]
    conversation, record = ranked(floor, "billing")
    assert record["outcome"]["agent"]["id"] == knows_billing.id
    assert record["candidates"][0]["prediction"]["factors"][0]["name"] == "category"
    for language, scheme in ("en", "light"), ("ja", "dark"):
        desk = Desk(browser, taught, language, artifacts, scheme=scheme)
        topic = desk.words["factor.category"].replace("{name}", "billing")

        # Why you, on the card that rings and beside the conversation.
        desk.sign_in(knows_billing.user)
        if language == "en":
            desk.alert.locator("summary").click()
            expect(desk.alert.locator("why-panel")).to_contain_text(topic)
            desk.picture("en-prediction-alert")
            desk.is_accessible()
            desk.accepts()
        desk.opens()
        section = desk.page.locator("why-section")
        expect(section).to_contain_text(desk.words["why.predictive.you"])
        expect(section).to_contain_text(topic)
        section.locator("summary").first.click()
        against = desk.words["prediction.against.they"].split("{parts}")[0]
        expect(section.get_by_role("listitem").filter(has_text=topic).last).to_contain_text(
            against.replace("{name}", floor.agents[0].user["name"]))
        expect(section).to_contain_text(desk.words["prediction.note"])
        desk.picture(f"{language}-prediction-why-you")
        desk.is_accessible()
        desk.is_clean()
        desk.close()
    floor.agents[1].leave(floor.admin.get(f"/api/v2/conversations/messages/{conversation}"))

    # Who waits: the supervisor sees it while it rings, as soon as the line in the attic is gone.
    while given_on := floor.admin.get("/api/v2/routing/conversations?pageSize=100")["entities"]:
        for one in given_on:
            floor.admin.post(f"/api/v2/conversations/{one['id']}/disconnect", {})
    conversation, _ = ranked(floor, "billing")
    desk = Desk(browser, taught, "en", artifacts)
    desk.sign_in(taught.users("supervisor")[0])
    desk.page.get_by_role("button", name=desk.words["waiting.list"]).click()
    dialog = desk.page.get_by_role("dialog", name=desk.words["waiting.list"])
    item = dialog.get_by_role("listitem").filter(has=desk.page.locator(f"[data-conversation-id='{conversation}']"))
    item.locator("summary").first.click()
    expect(item.locator("why-panel")).to_contain_text(
        f"This speaks for {knows_billing.user['name']}: results on the topic “billing”")
    desk.picture("en-prediction-who-waits")
    desk.is_accessible()
    desk.is_clean()
    desk.close()
    assert taught.stop() == 0, taught.tail()


@pytest.mark.parametrize("options, says", [
    (["--goal", "Nonsense"], "no goal"), ([], "no database"), (["--from", "yesterday"], "ISO 8601"),
    (["--return-hours", "0"], "positive"),
    (["--from", "2026-11-02", "--to", "2026-11-01"], "before --to"),
    (["--save", "--report"], "nothing that could be saved")])
def test_refuses_what_means_nothing(server, options, says):
    command = [BINARY, "routing", "train", "--database", server.folder / "other.db", *options]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert answer.returncode != 0 and says in answer.stderr


def test_says_in_words_why_nothing_was_learnt(tmp_path):
    server = Server(tmp_path).start()
    command = [BINARY, "routing", "train", "--data-dir", server.data]

    def answer(*options):
        return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert "another process has the database open, stop it first" in answer().stderr
    assert server.stop() == 0, server.tail()
    assert "there is no queue Nope" in answer("--queue", "Nope").stderr
    kept = answer("--queue", "Support", "--save")
    assert kept.returncode != 0 and "0 of at least 300" in kept.stdout and "nothing was kept" in kept.stderr


def refused(api, status, method, path, body=None):
    answer = api.request(method, path, body)
    assert answer.status == status, answer
    assert answer.json["code"]


def test_predictors_on_the_wire(server):
    admin = administration(server)
    path = "/api/v2/routing/predictors"
    indicators = admin.get(f"{path}/keyperformanceindicators")["entities"]
    assert [one["id"] for one in indicators] == ["HandleTime", "Transfer", "NextContactAvoidance", "SurveyScore"]
    assert admin.get(f"{path}/keyperformanceindicators/HandleTime")["optimizationType"] == "Minimization"
    assert [one["id"] for one in admin.get(f"{path}/keyperformanceindicatortypes")] == [
        "HandleTime", "NextContactAvoidance"]
    refused(admin, 404, "GET", f"{path}/keyperformanceindicators/Nothing")

    queue = server.demo["queues"]["Sales"]
    good = {"queueIds": [queue], "kpi": "HandleTime", "routingTimeoutSeconds": 30}
    for change in [
        {"queueIds": []}, {"queueIds": ["x"]}, {"queueIds": [queue, queue]}, {"kpi": "Nothing"},
        {"routingTimeoutSeconds": 1}, {"comparisonShare": 0}, {"comparisonShare": 1},
        {"schedule": {"scheduleType": "Sometimes"}}, {"workloadBalancingConfig": {"enabled": True}},
    ]:
        refused(admin, 400, "POST", path, good | change)
    assert admin.get(path)["entities"] == []

    made = admin.post(path, good | {"schedule": {"scheduleType": "HourOnHourOff"}})
    assert made["state"] == "Created" and made["comparisonShare"] == 0.1 and made["models"] == []
    assert made["schedule"]["dateStarted"]
    refused(admin, 409, "POST", path, good)
    changed = admin.patch(f"{path}/{made['id']}", {"comparisonShare": 0.5})
    assert changed["comparisonShare"] == 0.5 and changed["routingTimeoutSeconds"] == 30
    assert [one["id"] for one in admin.get(f"{path}?queueId={queue}&kpiId=HandleTime&state=Created")["entities"]] == [
        made["id"]]
    assert admin.get(f"{path}?state=Active")["entities"] == []

    # Nobody has said a word in this queue.
    model = admin.post(f"{path}/{made['id']}/models", {})
    assert model["training"]["verdict"] == "tooFewCases"
    shown = admin.get(f"{path}/{made['id']}")
    assert shown["state"] == "Created" and shown["models"][0]["state"] == "InvalidDataset"
    assert shown["models"][0]["retrainingErrors"][0]["errorCode"] == "NotEnoughData"

    agent = Agent(server, server.users("agent")[0])
    refused(agent.api, 403, "GET", path)
    admin.expect("DELETE", f"{path}/{made['id']}")
    refused(admin, 404, "GET", f"{path}/{made['id']}")
    assert admin.get(path)["entities"] == []
