"""The administration's pages about those who answer: skills and languages, people, capacity."""

import pytest
from playwright.sync_api import expect

from support.admin import AdminDesk
from support.browser import windows
from support.http import administration
from support.routing_scene import Lobby, Scene
from support.waiting import eventually

PHONE = {"width": 390, "height": 844}


class PeopleDesk(AdminDesk):
    """The sections about people."""

    def kind(self, kind):
        """Skills or languages on their page."""
        return self.page.get_by_role("region", name=self.words[f"skills.{kind}"])

    def adds(self, kind, name):
        self.field(kind).fill(name)
        self.field(kind).press("Enter")
        expect(self.kind(kind).get_by_role("status")).to_contain_text(name)
        expect(self.field(kind)).to_be_focused()

    def level(self, name, level):
        """How good a person is in something."""
        return self.page.get_by_role("radio", name=self.words["person.level"].format(name=name, level=level))

    def gives(self, what, name):
        """Finds something by a part of its name, by the keyboard alone, and gives it."""
        text = name[2:].lower()
        field = self.page.get_by_role("combobox", name=self.words[f"person.give.{what}"])
        field.fill(text)
        expect(self.page.get_by_role("option", name=name)).to_have_attribute("aria-selected", "true")
        field.press("Enter")
        expect(field).to_have_value("")
        expect(self.part(what).get_by_text(name, exact=True)).to_be_visible()

    def part(self, what):
        return self.page.locator(f".person-rows[data-part={what}]")

    def saves(self):
        self.button("form.save").click()
        self.sees_state("form.saved")

    def fits(self):
        """Nothing is wider than the screen."""
        assert self.page.evaluate("document.querySelector('.admin-main').scrollWidth <= innerWidth")


@pytest.fixture
def people(browser, server, artifacts):
    def enter(language, section, **options):
        desk = PeopleDesk(browser, server, language, artifacts, **options)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.enter(section)
        return desk
    with windows(enter) as opens:
        yield opens


@pytest.mark.parametrize("language, scheme, skill", [
    ("en", "light", "Gift wrapping"), ("ja", "dark", "ギフト包装"),
])
def test_skills_are_added_counted_and_deleted_unless_they_are_used(server, people, language, scheme, skill):
    admin = administration(server)
    desk = people(language, "skills", scheme=scheme)
    expect(desk.kind("skills")).to_be_visible()
    desk.is_accessible()
    desk.picture(f"skills-before-{language}")

    # One after the other, by the keyboard alone.
    desk.adds("skills", skill)
    desk.adds("skills", f"{skill} 2")
    desk.adds("languages", f"Français {language}")
    made = {one["name"]: one["id"] for one in admin.get("/api/v2/routing/skills?pageSize=100")["entities"]}
    assert {skill, f"{skill} 2"} <= set(made)
    desk.field("skills").fill(skill)
    desk.field("skills").press("Enter")
    expect(desk.field("skills")).to_have_accessible_description(desk.words["form.taken"])
    expect(desk.field("skills")).to_have_value(skill)
    desk.is_accessible()
    desk.picture(f"skills-taken-{language}")
    desk.forgives(409)

    # Who has it, and what stands in the way of its end.
    hana = server.users("agent")[0]
    admin.post(f"/api/v2/users/{hana['id']}/routingskills", {"id": made[skill], "proficiency": 4})
    asks = {"routingSkill": made[f"{skill} 2"], "comparator": "GreaterThan", "proficiency": 0}
    both = {"routingSkillConditions": [asks], "languageSkillConditions": [], "operation": "And"}
    group = admin.post("/api/v2/routing/skillgroups", {"name": f"Gold {language}", "skillConditions": [both]})
    desk.page.get_by_role("tab", name=desk.words["admin.queues"]).click()
    desk.page.get_by_role("tab", name=desk.words["admin.skills"]).click()
    row = desk.kind("skills").get_by_role("listitem").filter(has_text=skill)
    expect(row.first).to_contain_text("1")
    expect(row.last).to_contain_text(desk.words["skills.nobody"])
    desk.button("skills.delete", name=f"{skill} 2").click()
    expect(row.last.get_by_role("alert")).to_contain_text(f"Gold {language}")
    desk.is_accessible()
    desk.picture(f"skills-used-{language}")
    desk.forgives(409)
    desk.page.set_viewport_size(PHONE)
    expect(row.last.get_by_role("alert")).to_be_visible()
    desk.fits()
    desk.is_accessible()
    desk.picture(f"skills-phone-{language}")
    admin.request("DELETE", f"/api/v2/routing/skillgroups/{group['id']}")

    desk.page.get_by_role("searchbox").fill(skill)
    expect(row).to_have_count(2)
    desk.button("skills.delete", name=f"{skill} 2").click()
    expect(row).to_have_count(1)
    desk.button("skills.delete", name=skill).click()
    expect(row).to_have_count(0)
    left = admin.get(f"/api/v2/users/{hana['id']}/routingskills")["entities"]
    assert made[skill] not in [one["id"] for one in left]


def found_nobody(scene, id):
    """Why nobody was found the last time."""
    [record, *_] = scene.raw.get(f"/api/v2/routing/conversations/{id}/decisions")["entities"]
    return record["outcome"].get("reason") if record["queue"]["id"] == scene.queues["Gifts"] else None


@pytest.fixture(scope="module")
def lobby(server):
    return Lobby(server)


@pytest.mark.parametrize("language, scheme, name", [("en", "light", "Annika"), ("ja", "dark", "青木葵")])
def test_a_person_who_gets_a_skill_is_given_what_waited_for_it(server, people, lobby, language, scheme, name):
    scene = Scene(server, lobby, f"People {language}")
    scene.queue("Gifts")
    skill = f"Wrapping {scene.name}"
    scene.agent("Ben", queue="Gifts")
    scene.agent(name, queue=None, skills={"Returns": 2})
    id = scene.customer("Mika", queue="Gifts", skills=["Wrapping"])
    path = f"/api/v2/users/{scene.ids[name]}"
    reason = eventually(lambda: found_nobody(scene, id), "the record that nobody was found")
    assert reason == "lackSkills", "Ben waits beside it"

    desk = people(language, "people", scheme=scheme)
    desk.page.get_by_role("searchbox").fill(name[1:])
    desk.page.locator("people-list").get_by_role("button", name=name).click()
    expect(desk.page.locator("#editor-title")).to_be_focused()
    expect(desk.level(f"Returns {scene.name}", 2)).to_be_checked()
    expect(desk.page.get_by_text(desk.words["person.queues.none"])).to_be_visible()
    desk.is_accessible()
    desk.picture(f"person-before-{language}")

    desk.gives("skills", skill)
    expect(desk.level(skill, 3)).to_be_checked()
    desk.level(skill, 3).press("ArrowRight")
    expect(desk.level(skill, 4)).to_be_checked()
    desk.button("person.take", name=f"Returns {scene.name}").click()
    desk.gives("queues", f"Gifts of {scene.name}")
    desk.saves()
    levels = {one["name"]: one["proficiency"] for one in scene.raw.get(f"{path}/routingskills")["entities"]}
    assert levels == {skill: 4}
    assert [one["name"] for one in scene.raw.get(f"{path}/queues")["entities"]] == [f"Gifts of {scene.name}"]
    scene.given_to(id, name)
    desk.is_accessible()
    desk.picture(f"person-after-{language}")
    desk.page.set_viewport_size(PHONE)
    desk.page.get_by_role("combobox", name=desk.words["person.give.queues"]).click()
    offered = desk.page.locator("pick-one[data-part=queues] [role=listbox]")
    expect(offered).to_be_visible()
    desk.fits()
    desk.is_accessible()
    desk.picture(f"person-phone-{language}")
    desk.page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    scene.close()


def test_a_person_has_a_capacity_of_her_own_and_gives_it_back(server, people, lobby):
    scene = Scene(server, lobby, "Own capacity")
    scene.agent("Cleo", queue=None, on=False, languages={"Finnish": 5})
    path = f"/api/v2/routing/users/{scene.ids['Cleo']}/utilization"
    desk = people("en", "people")
    desk.page.get_by_role("searchbox").fill("Cleo")
    desk.page.locator("people-list").get_by_role("button", name="Cleo").click()
    expect(desk.field("capacity.isOwn")).to_have_value("organization")
    desk.field("capacity.isOwn").select_option("agent")
    maximum = desk.field("capacity.media.message.maximum")
    maximum.fill("26")
    desk.button("form.save").click()
    expect(maximum).to_be_focused()
    expect(maximum).to_have_accessible_description(
        f"{desk.words['capacity.maximum.hint']} {desk.words['capacity.maximum.bad']}")
    desk.is_accessible()
    desk.picture("person-capacity")
    maximum.fill("2")
    desk.field("capacity.media.message.interrupts.email").check()
    desk.saves()
    own = scene.raw.get(path)
    assert (own["level"], own["utilization"]["message"]["maximumCapacity"]) == ("Agent", 2)
    assert own["utilization"]["message"]["interruptableMediaTypes"] == ["email"]
    desk.field("capacity.isOwn").select_option("organization")
    desk.button("person.take", name=f"Finnish {scene.name}").click()
    desk.saves()
    assert scene.raw.get(path)["level"] == "Organization"
    assert scene.raw.get(f"/api/v2/users/{scene.ids['Cleo']}/routinglanguages")["entities"] == []
    scene.close()


def test_of_many_people_some_are_shown_and_more_on_demand(server, people):
    admin = administration(server)
    home = admin.get("/api/v2/authorization/divisions/home")["id"]
    for number in range(60):
        name = f"Zoe {number:02}"
        body = {"name": name, "email": f"zoe{number}@example.org", "divisionId": home, "state": "active"}
        admin.post("/api/v2/users", body)
    desk = people("en", "people")
    rows = desk.page.locator("people-list").get_by_role("listitem")
    expect(rows).to_have_count(50)
    state = desk.page.locator("people-list").get_by_role("status")
    expect(state).to_contain_text("50 of ")
    desk.is_accessible()
    desk.picture("people-many")
    desk.button("people.more").click()
    eventually(lambda: rows.count() > 60, "the next page")
    expect(desk.button("people.more")).to_have_count(0)
    desk.page.get_by_role("searchbox").fill("zoe 5")
    expect(rows).to_have_count(10)
    expect(state).to_have_text("10 people")
    desk.page.get_by_role("searchbox").fill("nobody at all")
    expect(state).to_have_text(desk.words["people.noneFound"])
    desk.page.set_viewport_size(PHONE)
    desk.is_accessible()
    desk.picture("people-phone")


@pytest.mark.parametrize("language, scheme, names", [
    ("en", "light", ["Complaint", "Order"]), ("ja", "dark", ["苦情", "注文"]),
])
def test_the_organisation_s_capacity_and_labels_hold_for_who_has_none_of_her_own(
        server, people, lobby, language, scheme, names):
    scene = Scene(server, lobby, f"Capacity {language}")
    scene.queue()
    before = scene.raw.get("/api/v2/routing/utilization")
    desk = people(language, "capacity", scheme=scheme)
    desk.page.locator("capacity-list").get_by_role("button", name=desk.words["capacity.everybody"]).click()
    expect(desk.page.locator("#editor-title")).to_be_focused()
    maximum = desk.field("media.message.maximum")
    maximum.fill("many")
    desk.button("form.save").click()
    expect(maximum).to_be_focused()
    maximum.fill("1")
    desk.field("media.message.interrupts.call").check()
    desk.page.locator(".capacity-others > summary").click()
    desk.saves()
    message = scene.raw.get("/api/v2/routing/utilization")["utilization"]["message"]
    assert (message["maximumCapacity"], message["interruptableMediaTypes"]) == (1, ["call"])
    desk.is_accessible()
    desk.picture(f"capacity-{language}")
    desk.page.locator(".capacity-others > summary").click()

    # One at once: the second customer waits until the first is served.
    scene.agent("Dora")
    first = scene.customer("Mika")
    scene.given_to(first, "Dora")
    second = scene.customer("Ren")
    maximum.fill("2")
    desk.saves()
    scene.answers(first)
    scene.given_to(second, "Dora")

    for name in names:
        desk.button("label.new").click()
        expect(desk.field("name")).to_be_focused()
        desk.field("name").fill(name)
        desk.field("isLimited").check()
        desk.button("entry.create").click()
        desk.sees_state("form.saved")
    row = desk.page.locator("capacity-list").get_by_role("button", name=names[1])
    expect(row).to_contain_text("1")
    labels = {one["name"]: one["id"] for one in scene.raw.get("/api/v2/routing/utilization/labels")["entities"]}
    desk.field(f"interrupting.{labels[names[0]]}").check()
    desk.field("maximum").fill("3")
    desk.saves()
    limits = scene.raw.get("/api/v2/routing/utilization")["labelUtilizations"]
    assert limits[labels[names[1]]]["maximumCapacity"] == 3
    assert limits[labels[names[1]]]["interruptingLabelIds"] == [labels[names[0]]]
    assert limits[labels[names[0]]]["maximumCapacity"] == 1
    desk.is_accessible()
    desk.picture(f"capacity-label-{language}")
    desk.page.set_viewport_size(PHONE)
    desk.fits()
    desk.is_accessible()
    desk.picture(f"capacity-phone-label-{language}")
    desk.page.locator(".admin-back").click()
    desk.is_accessible()
    desk.picture(f"capacity-phone-{language}")
    for name in names:
        desk.page.locator("capacity-list").get_by_role("button", name=name).click()
        desk.button("form.remove").click()
        # On a phone the list is hidden while something is edited.
        expect(desk.page.locator("capacity-list").get_by_role("button").first).to_be_visible()
        expect(desk.page.locator("capacity-list").get_by_role("button", name=name)).to_have_count(0)
    assert scene.raw.get("/api/v2/routing/utilization")["labelUtilizations"] == {}
    scene.raw.put("/api/v2/routing/utilization", before)
    scene.close()


def test_a_supervisor_has_what_is_hers_of_the_administration(browser, server, artifacts):
    desk = PeopleDesk(browser, server, "en", artifacts)
    desk.sign_in(server.users("supervisor")[0])
    desk.page.get_by_role("button", name=desk.words["admin.label"]).click()
    expect(desk.page.get_by_role("tab")).to_have_text([desk.words["admin.people"], desk.words["admin.capacity"]])
    hana = server.users("agent")[0]["name"]
    desk.page.locator("people-list").get_by_role("button", name=hana).click()
    expect(desk.page.get_by_role("combobox", name=desk.words["person.give.skills"])).to_be_visible()
    expect(desk.button("person.leave", name="Support")).to_be_visible()
    desk.is_accessible()
    desk.is_clean()
    desk.close()
