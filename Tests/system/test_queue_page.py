"""The administration's page of a queue: who works in it, how the agent is found and asked."""

import contextlib
import re

import pytest
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.agent import Agent
from support.browser import windows
from support.guest import Guest
from support.http import administration
from support.waiting import eventually

QUEUES = "/api/v2/routing/queues"
SEVERAL = [("en", "light"), ("ja", "dark")]
CLEAR = {"type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Clear"}}]}


class QueueDesk(AdminDesk):
    """The section of queues."""

    def opens_part(self, name):
        part = self.page.locator(f"#fold-{name}")
        part.locator("summary").click()
        expect(part).to_have_attribute("open", "")

    def picks(self, opener, *names):
        """Opens the sheet, finds each by its name, and takes them."""
        self.page.locator(opener).click()
        sheet = self.page.locator("pick-dialog dialog")
        for name in names:
            sheet.get_by_role("searchbox").fill(name)
            sheet.get_by_role("checkbox", name=name).check()
        sheet.locator(".primary").click()
        expect(sheet).to_be_hidden()
        expect(self.page.locator(opener)).to_be_focused()

    def member(self, name):
        return self.page.locator(".member").filter(has_text=name)

    def saves(self, key="form.save"):
        self.button(key).click()
        self.sees_state("form.saved")

    @property
    def story(self):
        return self.page.locator("queue-story li")


@pytest.fixture
def queues(browser, server, artifacts):
    def enter(language, **options):
        desk = QueueDesk(browser, server, language, artifacts, **options)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.enter("queues")
        return desk
    with windows(enter) as opens:
        yield opens


def named(admin, name):
    [queue] = [one for one in admin.get(QUEUES)["entities"] if one["name"] == name]
    return queue


@pytest.mark.parametrize("language, scheme", SEVERAL)
def test_a_queue_with_two_rings_is_made_and_a_conversation_is_routed_by_it(server, queues, language, scheme):
    """Ring 1 has somebody who is away, so that it takes ring 2 to find the agent."""
    admin = administration(server)
    [away, there] = server.users("agent", "Support")[:2]
    team = admin.post("/api/v2/groups", {"name": f"Evening {language}"})
    skill = admin.post("/api/v2/routing/skills", {"name": f"Returns {language}"})
    name = {"en": "Returns desk", "ja": "返品窓口"}[language]
    desk = queues(language, scheme=scheme)

    desk.button("admin.queues.new").click()
    expect(desk.field("name")).to_be_focused()
    desk.page.keyboard.type(name)
    desk.is_accessible()
    desk.opens_part("members")
    desk.picks("#add-people", away["name"], there["name"])
    desk.picks("#add-groups", team["name"])
    desk.opens_part("finding")
    desk.field("hasRings").check()
    desk.field("rings.0.timeout").fill("2")
    desk.picks("#field-rings-0-removed", skill["name"])
    desk.picks("#fill-ring-2", there["name"])
    expect(desk.member(there["name"]).get_by_role("combobox")).to_have_value("2")
    desk.member(team["name"]).get_by_role("combobox").select_option("2")
    desk.field("selection").select_option("RoundRobin")
    desk.field("byHand").check()
    expect(desk.story).to_have_count(2)
    expect(desk.story.nth(1)).to_contain_text(team["name"])
    expect(desk.story.nth(1)).to_contain_text(skill["name"])
    desk.opens_part("asking")
    desk.field("percentage").fill("90")
    desk.field("levelSeconds").fill("60")
    desk.field("alert").fill("45")
    desk.field("wrapup").select_option("MANDATORY_FORCED_TIMEOUT")
    desk.field("wrapupSeconds").fill("30")
    desk.is_accessible()
    desk.picture(f"queue-new-{language}")
    desk.saves("entry.create")
    expect(desk.page.locator("#editor-title")).to_have_text(name)
    desk.is_accessible()
    for part in ("members", "finding", "asking"):
        desk.page.locator(f"#fold-{part}").scroll_into_view_if_needed()
        desk.picture(f"queue-{part}-{language}")

    made = named(admin, name)
    [first, second] = made["bullseye"]["rings"]
    assert first["expansionCriteria"] == [{"type": "TIMEOUT_SECONDS", "threshold": 2}]
    assert [one["id"] for one in first["actions"]["skillsToRemove"]] == [skill["id"]]
    assert [one["id"] for one in second["memberGroups"]] == [team["id"]]
    assert made["mediaSettings"]["message"]["serviceLevel"] == {"percentage": 0.9, "durationMs": 60000}
    assert made["mediaSettings"]["message"]["alertingTimeoutSeconds"] == 45
    assert made["acwSettings"] == {"wrapupPrompt": "MANDATORY_FORCED_TIMEOUT", "timeoutMs": 30000}
    assert (made["agentSelectionMethod"], made["enableManualAssignment"]) == ("RoundRobin", True)
    members = admin.get(f"{QUEUES}/{made['id']}/members")["entities"]
    assert {one["id"]: one["ringNumber"] for one in members} == {away["id"]: 1, there["id"]: 2}

    agent = Agent(server, there).go_on_queue()
    with served_by(admin, server, made["id"]):
        guest = Guest(server)
        guest.configure()
        guest.say("I would like to send this back")
        found = agent.offered(lambda conversation: queue_of(conversation) == made["id"])
    record = eventually(lambda: assignment(admin, found["id"]), "the record of the offer")
    assert (record["stage"], record["stageCount"]) == (2, 2)
    agent.accept(found)
    agent.patch(found, {"state": "disconnected"})
    agent.presence("AVAILABLE")


@contextlib.contextmanager
def served_by(admin, server, queue):
    """Whoever writes to the demo's deployment comes to this queue."""
    path = f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}"
    before = admin.get(path)
    admin.put(path, {**before, "defaultQueue": {"id": queue}})
    yield
    admin.put(path, before)


def queue_of(conversation):
    [part] = [one for one in conversation["participants"] if one["purpose"] == "acd"]
    return part["queueId"] if "queueId" in part else part["queue"]["id"]


def assignment(admin, conversation):
    records = admin.get(f"/api/v2/routing/conversations/{conversation}/decisions")["entities"]
    return next((one for one in records if one["outcome"]["type"] == "assigned"), None)


def test_a_save_keeps_what_the_page_does_not_show(server, queues):
    admin = administration(server)
    group = admin.post("/api/v2/groups", {"name": "Reserve"})
    reserve = [{"id": group["id"], "type": "GROUP"}]
    made = admin.post(QUEUES, {
        "name": "Rich",
        "routingRules": [{"operator": "MEETS_THRESHOLD", "threshold": 80, "waitSeconds": 30}],
        "conditionalGroupRouting": {"rules": [{
            "metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": 60, "waitSeconds": 10,
            "groups": reserve}]},
        "mediaSettings": {"message": {
            "alertingTimeoutSeconds": 20, "enableInactivityTimeout": True,
            "subTypeSettings": {"whatsapp": {"enableAutoAnswer": True}}}},
        "cannedResponseLibraries": {"mode": "None"}, "enableTranscription": True, "defaultMediaLanguage": "ja-JP",
        "directRouting": {"messageMediaSettings": {"useAgentAddressOutbound": True}, "waitForAgent": True}})
    desk = queues("en")
    desk.chooses("Rich")
    desk.opens_part("members")
    expect(desk.page.locator("queue-groups .form-note")).to_contain_text("Reserve")
    desk.opens_part("asking")
    expect(desk.page.locator("queue-asking .form-note")).to_contain_text("WhatsApp")
    desk.is_accessible()
    desk.picture("queue-kept")
    desk.field("description").fill("Everything else stays")
    desk.field("description").press("Control+s")
    desk.sees_state("form.saved")
    saved = admin.get(f"{QUEUES}/{made['id']}")
    changing = {"description", "dateModified", "modifiedBy"}
    rest = [{key: value for key, value in one.items() if key not in changing} for one in (made, saved)]
    assert rest[0] == rest[1]
    assert saved["description"] == "Everything else stays"


def test_what_is_wrong_is_said_at_its_field_and_who_was_faster_loses_nothing(server, queues):
    admin = administration(server)
    made = admin.post(QUEUES, {"name": "Orders"})
    path = f"{QUEUES}/{made['id']}"
    desk = queues("en")
    desk.chooses("Orders")
    desk.opens_part("asking")
    desk.field("alert").fill("3")
    desk.page.locator("#fold-asking > summary").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#fold-asking summary")).to_contain_text(desk.words["form.wrongInside"])
    desk.is_accessible()
    desk.picture("queue-wrong")
    desk.field("name").press("Control+s")
    expect(desk.field("alert")).to_be_focused()
    expect(desk.field("alert")).to_have_accessible_description(re.compile(re.escape(desk.words["queue.alert.bad"])))
    desk.field("alert").fill("60")

    # A name that is taken, and somebody who was faster.
    desk.field("name").fill("Support")
    desk.button("form.save").click()
    expect(desk.field("name")).to_be_focused()
    expect(desk.field("name")).to_have_accessible_description(desk.words["form.taken"])
    desk.field("name").fill("Orders")
    admin.put(path, {**admin.get(path), "description": "Theirs"})
    desk.button("form.save").click()
    failure = desk.page.locator(".form-failure")
    expect(failure).to_contain_text(desk.words["form.stale"])
    expect(desk.field("alert")).to_have_value("60")
    assert admin.get(path)["description"] == "Theirs"
    desk.button("form.showLatest").click()
    expect(desk.field("description")).to_have_value("Theirs")
    desk.forgives(409)


def test_people_leave_and_a_queue_in_which_somebody_waits_is_not_deleted(server, queues):
    admin = administration(server)
    made = admin.post(QUEUES, {"name": "Last things"})
    path = f"{QUEUES}/{made['id']}"
    [one, other] = server.users("agent", "Support")[:2]
    admin.post(f"{path}/members", [{"id": one["id"]}, {"id": other["id"]}])
    desk = queues("en", has_touch=True)
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.chooses("Last things")
    desk.opens_part("members")
    desk.member(one["name"]).get_by_role("button").click()
    expect(desk.member(one["name"])).to_contain_text(desk.words["queue.person.removed"])
    desk.member(other["name"]).get_by_role("checkbox").uncheck()
    assert desk.page.evaluate("document.querySelector('.admin-main').scrollWidth") <= 390
    desk.is_accessible()
    desk.picture("queue-phone")
    desk.saves()
    expect(desk.member(one["name"])).to_have_count(0)
    [left] = admin.get(f"{path}/members")["entities"]
    assert (left["id"], left["joined"]) == (other["id"], False)

    with served_by(admin, server, made["id"]):
        guest = Guest(server)
        guest.configure()
        guest.say("Hello")
        eventually(lambda: admin.get(f"{path}/waiting")["entities"], "the customer who waits")
        desk.button("form.remove").click()
        expect(desk.page.locator(".form-failure")).to_contain_text(desk.words["queue.failed.remove"])
        assert admin.get(path)["name"] == "Last things"
        guest.request("onMessage", message=CLEAR)
    eventually(lambda: not admin.get(f"{path}/waiting")["entities"], "the customer's leaving")
    desk.button("form.remove").click()
    expect(desk.page.locator(".admin-list")).to_be_visible()
    expect(desk.page.locator(".admin-list").get_by_role("button", name="Support")).to_be_visible()
    expect(desk.page.locator(".admin-list").get_by_role("button", name="Last things")).to_have_count(0)
    assert admin.request("GET", path).status == 404
    desk.forgives(409)
