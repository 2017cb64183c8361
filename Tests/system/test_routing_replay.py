"""`engawa routing replay` on the database of a server that runs: real traffic, a candidate, and bad input."""

import datetime
import json
import subprocess

import pytest

from support.agent import Agent
from support.guest import Guest
from support.http import administration
from support.server import BINARY, ROOT
from support.waiting import eventually

SECONDS = 60


def replay(*arguments):
    return subprocess.run(
        [BINARY, "routing", "replay", *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=SECONDS)


def moment(offset):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def traffic(server):
    """A few conversations: one answered, one declined first, one customer who leaves. The options that name it."""
    options = list(server.options)
    place = options[options.index("--database") + 1] if "--database" in options else server.data / "engawa.db"
    beginning = moment(-2)
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    with Guest(server) as first, Guest(server) as second:
        first.configure()
        first.say("one")
        conversation = agent.accept(agent.offered())
        second.configure()
        second.say("two")
        other = agent.offered(lambda one: one["id"] != conversation["id"])
        agent.patch(other, {"state": "disconnected"})
        agent.leave(conversation)
    return ["--database", place, "--from", beginning, "--to", moment(60)]


def test_figures_are_side_by_side(traffic, tmp_path):
    candidate = tmp_path / "faster.yaml"
    candidate.write_text(
        "queues:\n  Support:\n    skillEvaluationMethod: BEST\n"
        "    mediaSettings: {message: {alertingTimeoutSeconds: 60}}\n"
        "utilization: {message: {maximumCapacity: 6}}\n")
    answer = replay(*traffic, "--config", candidate, "--calibrate")
    assert answer.returncode == 0, answer
    for words in ("recorded", "unchanged", "faster", "queue Support", "service level", "occupancy, Gini", "error of"):
        assert words in answer.stdout, answer.stdout
    both = json.loads(replay(*traffic, "--config", candidate, "--json").stdout)
    recorded, unchanged, faster = (one["figures"][0] for one in both["variants"])
    assert recorded["all"]["offered"] == unchanged["all"]["offered"] == faster["all"]["offered"] == 2
    assert recorded["all"]["answered"] == unchanged["all"]["answered"] == 1
    assert recorded["all"]["declined"] == unchanged["all"]["declined"] == 1
    assert abs(recorded["all"]["waitMeanMs"] - unchanged["all"]["waitMeanMs"]) < 1_000


def test_other_hours_close_a_queue(traffic, tmp_path):
    candidate = tmp_path / "closed.yaml"
    candidate.write_text(
        "schedules: {Long ago: {start: '2001-01-01T09:00:00', end: '2001-01-01T17:00:00'}}\n"
        "scheduleGroups: {Hours: {timeZone: Asia/Tokyo, openSchedules: [{id: Long ago}]}}\n"
        "queues: {Support: {inQueue: {scheduleGroup: {id: Hours}, closed: {action: DISCONNECT}}}}\n")
    answer = replay(*traffic, "--config", candidate)
    assert answer.returncode == 0 and "queue Support, closed" in answer.stdout, answer
    both = json.loads(replay(*traffic, "--config", candidate, "--json").stdout)
    recorded, unchanged, closed = (one["figures"][0]["all"] for one in both["variants"])
    assert recorded["closed"]["met"] == unchanged["closed"]["met"] == 0
    assert closed["offered"] == closed["closed"]["met"] == closed["closed"]["letGo"] == closed["letGo"] == 2
    assert closed["answered"] == closed["declined"] == 0


@pytest.fixture
def flooded(server):
    """Support is closed by an emergency until the test is over, and lets go whoever comes."""
    admin = administration(server)
    group = admin.post("/api/v2/architect/emergencygroups", {"name": "Flood", "enabled": True})
    path = f"/api/v2/routing/queues/{server.demo['queues']['Support']}"
    before = {key: value for key, value in admin.get(path).items() if key != "inQueue"}
    admin.put(path, before | {"inQueue": {
        "emergencyGroup": {"id": group["id"]},
        "emergency": {"action": "DISCONNECT", "texts": {"en": "We had to leave the building."}}}})
    yield
    admin.put(path, before)
    admin.request("DELETE", f"/api/v2/architect/emergencygroups/{group['id']}")


def test_who_met_a_closed_queue_meets_it_again_and_not_under_other_hours(traffic, flooded, server, tmp_path):
    # The span begins after the traffic of the other tests.
    since = moment(1)
    eventually(lambda: moment(0) > since, "another second", 5)
    with Guest(server) as guest:
        guest.configure()
        guest.say("Is anybody there?")
        guest.sees_event("Presence", "Disconnect")
    candidate = tmp_path / "dry.yaml"
    candidate.write_text("emergencyGroups: {Flood: {enabled: false}}\n")
    place = traffic[:2]
    both = json.loads(replay(*place, "--from", since, "--to", moment(60), "--config", candidate, "--json").stdout)
    recorded, unchanged, dry = (one["figures"][0]["all"] for one in both["variants"])
    assert recorded["closed"]["met"] == recorded["closed"]["letGo"] == 1, recorded
    assert unchanged["closed"] == recorded["closed"] and both["approximatedRows"] == 0, both
    assert dry["closed"]["met"] == dry["letGo"] == 0 and dry["offered"] == 1, dry


def test_nothing_is_changed(traffic, server):
    api = Agent(server, server.users("agent", "Support")[0]).api
    before = api.get("/api/v2/routing/queues")
    assert replay(*traffic).returncode == 0
    assert api.get("/api/v2/routing/queues") == before


@pytest.mark.parametrize("text, words", [
    ("queues: {Nowhere: {skillEvaluationMethod: BEST}}", "there is no queue Nowhere"),
    ("queues: {Support: {skillEvaluationMetod: BEST}}", "queues.Support.skillEvaluationMetod: not known here"),
    ("queues: {Support: {scoringMethod: Fair}}",
     "queues.Support.scoringMethod: Value [Fair] is not valid for field [scoringMethod]. Allowable values are: "
     "TimestampAndPriority, PriorityOnly"),
    ("queues: {Support: {mediaSettings: {message: {alertingTimeoutSeconds: 5}}}}",
     "queues.Support.mediaSettings.message.alertingTimeoutSeconds"),
    ("queues: {Support: {bullseye: {rings: [{expansionCritera: []}]}}}",
     "queues.Support.bullseye.rings[0].expansionCritera: not known here"),
    ("queues: {Support: {bullseye: {rings: [{}, {}, {}, {}, {}, {}, {}]}}}", "queues.Support.bullseye.rings: "),
    ("queues: {Support: {conditionalGroupRouting: {rules: [{metric: Mood}]}}}",
     "queues.Support.conditionalGroupRouting.rules[0].metric"),
    ("queues: {Support: {conditionalGroupRouting: {rules: [{metric: ServiceLevel}]}}}",
     "queues.Support.conditionalGroupRouting.rules[0].operator: Required fields are missing"),
    ("queues: {Support: {acwSettings: {wrapupPrompt: MANDATORY, timeoutMs: 5000}}}",
     "queues.Support.acwSettings.timeoutMs"),
    ("queues: {Support: {inQueue: {overflow: {queue: {id: nowhere}, afterSeconds: 5}}}}",
     "queues.Support.inQueue.overflow.queue.id"),
    ("queues: {Support: {inQueue: {treatment: {}}}}", "queues.Support.inQueue.treatment: not known here"),
    ("queues: {Support: {inQueue: {closed: {action: SLEEP}}}}", "queues.Support.inQueue.closed.action"),
    ("queues: {Support: {inQueue: {scheduleGroup: {id: Never}}}}",
     "queues.Support.inQueue.scheduleGroup.id: there is no scheduleGroup Never"),
    ("schedules: {Late: {start: nine, end: five}}", "schedules.Late: start and end are expected"),
    ("scheduleGroups: {Hours: {openSchedules: [{id: Late}]}}",
     "scheduleGroups.Hours.openSchedules[0].id: there is no schedule Late"),
    ("scheduleGroups: {Hours: {timeZone: Mars}}", "scheduleGroups.Hours.timeZone: Mars is no name"),
    ("emergencyGroups: {Fire: {}}", "emergencyGroups.Fire.enabled: true or false is expected"),
    ("queues: {Support: {predictiveRouting: maybe}}", "queues.Support.predictiveRouting: true or false is expected"),
    ("users: {Nobody: {skills: {}}}", "there is no user Nobody"),
    ("ques: {}", "ques: not known here"),
    ("queues: [", "is not YAML"),
    ("agents: [{name: Zoe}]", "agents[0].like"),
])
def test_a_candidate_that_is_wrong_is_refused_in_words(traffic, tmp_path, text, words):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    answer = replay(*traffic, "--config", file)
    assert answer.returncode != 0 and words in answer.stderr and "wrong.yaml" in answer.stderr, answer


@pytest.mark.parametrize("options, words", [
    (["--from", "yesterday", "--to", "2026-01-01"], "is no date"),
    (["--from", "2026-01-02", "--to", "2026-01-01"], "--from must be before --to"),
    (["--from", "2001-01-01", "--to", "2001-01-02"], "nothing came into a queue"),
    (["--from", "2026-01-01", "--to", "2026-01-02", "--repeat", "0"], "--repeat is from 1"),
])
def test_options_that_are_wrong_are_refused_in_words(traffic, options, words):
    answer = replay(*traffic[:2], *options)
    assert answer.returncode != 0 and words in answer.stderr, answer


def test_a_database_that_is_not_there_is_refused_and_not_made(tmp_path):
    answer = replay("--database", tmp_path / "none.db", "--from", "2026-01-01", "--to", "2026-01-02")
    assert answer.returncode != 0 and "there is no" in answer.stderr, answer
    assert not (tmp_path / "none.db").exists()


def test_help_says_what_it_is_for():
    answer = replay("--help")
    assert answer.returncode == 0 and "changes nothing" in answer.stdout.replace("\n", " "), answer
