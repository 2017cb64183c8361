"""A supervisor assigns what waits by hand, and changes what it asks for, in the list of who waits."""

import pytest
from playwright.sync_api import expect

from support.browser import Desk, windows
from support.routing_scene import Lobby, Scene
from support.waiting import eventually

PHONE = {"width": 390, "height": 800}


class WaitingDesk(Desk):
    """A supervisor's desktop with the list of who waits."""

    def looks(self):
        self.page.get_by_role("button", name=self.words["waiting.list"]).click()
        return self.dialog

    @property
    def dialog(self):
        return self.page.get_by_role("dialog", name=self.words["waiting.list"])

    def unfolds(self, id):
        self.dialog.locator(f"summary[data-conversation-id='{id}']").click()
        return self.dialog.locator("waiting-tools")

    def chooses(self, field, name):
        """By the keyboard alone."""
        self.dialog.get_by_role("combobox", name=self.words[field], exact=True).fill(name.lower())
        expect(self.page.get_by_role("option", name=name)).to_have_attribute("aria-selected", "true")
        self.page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def lobby(server):
    return Lobby(server)


@pytest.fixture
def supervisor(browser, server, artifacts):
    def enter(language="en", scheme="light"):
        desk = WaitingDesk(browser, server, language, artifacts, scheme=scheme)
        desk.sign_in(server.users("supervisor")[0])
        return desk
    with windows(enter) as opens:
        yield opens


@pytest.mark.parametrize("language, scheme, names", [
    ("en", "light", ["Annika", "Bertil"]), ("ja", "dark", ["青木葵", "馬場翔"]),
])
def test_a_supervisor_gives_what_waits_to_whom_she_wants(server, lobby, supervisor, language, scheme, names):
    scene = Scene(server, lobby, f"By hand {language}")
    scene.queue("Gifts", enableManualAssignment=True)
    # Neither has the skill that it waits for; the first has no room.
    scene.agent(names[0], queue="Gifts", capacity=0)
    scene.agent(names[1], queue="Gifts")
    id = scene.customer("Mika", queue="Gifts", skills=["Wrapping"])
    desk = supervisor(language, scheme)
    desk.looks()
    tools = desk.unfolds(id)
    assign = tools.get_by_role("button", name=desk.words["assign.do"], exact=True)
    agent = tools.get_by_role("combobox", name=desk.words["assign.to"], exact=True)
    assign.click()
    expect(agent).to_be_focused()
    expect(agent).to_have_accessible_description(f"{desk.words['assign.hint']} {desk.words['assign.nobody']}")
    agent.click()
    expect(desk.page.get_by_role("option", name=names[1])).to_contain_text(desk.words["routing.idle"])
    desk.is_accessible()
    desk.picture(f"assign-who-{language}")
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("option")).to_have_count(0)
    expect(desk.dialog).to_be_visible()

    desk.chooses("assign.to", names[0])
    expect(agent).to_have_value(names[0])
    assign.click()
    expect(tools.get_by_text(desk.words["assign.full"].format(name=names[0]))).to_be_visible()
    desk.is_accessible()
    desk.picture(f"assign-full-{language}")
    desk.forgives(409)
    desk.chooses("assign.to", names[1])
    assign.click()
    scene.given_to(id, names[1])
    expect(tools.get_by_role("status").first).to_contain_text(
        desk.words["waiting.offered"].format(name=names[1]))
    expect(assign).to_be_disabled()
    desk.picture(f"assign-done-{language}")
    scene.answers(id)
    expect(desk.dialog.locator(f"summary[data-conversation-id='{id}']")).to_have_count(0)
    assert eventually(lambda: scene.used_routing(id), "how the agent was found") == "Manual"
    scene.close()


@pytest.mark.parametrize("language, scheme, name", [("en", "light", "Annika"), ("ja", "dark", "青木葵")])
def test_a_supervisor_changes_what_one_asks_for_and_it_is_given(server, lobby, supervisor, language, scheme, name):
    scene = Scene(server, lobby, f"Asking {language}")
    scene.queue("Gifts")
    scene.agent(name, queue="Gifts", skills={"Boxes": 4}, languages={"Swedish": 5})
    id = scene.customer("Mika", queue="Gifts", skills=["Wrapping"], language="Swedish")
    desk = supervisor(language, scheme)
    desk.looks()
    tools = desk.unfolds(id)
    expect(tools).to_contain_text(desk.words["assign.notAllowed"].format(queue=f"Gifts of {scene.name}"))
    expect(tools).to_contain_text(desk.words["assign.language"].format(name=f"Swedish {scene.name}"))
    priority = tools.get_by_role("textbox", name=desk.words["assign.priority"])
    priority.fill("soon")
    save = tools.get_by_role("button", name=desk.words["form.save"], exact=True)
    save.click()
    expect(priority).to_be_focused()
    expect(tools.get_by_text(desk.words["assign.priority.bad"])).to_be_visible()
    desk.is_accessible()
    desk.picture(f"change-wrong-{language}")
    priority.fill("7")
    save.click()
    expect(tools.get_by_text(desk.words["assign.changed"])).to_be_visible()
    [waits] = [one for one in scene.raw.get("/api/v2/routing/conversations")["entities"] if one["id"] == id]
    assert (waits["priority"], [one["id"] for one in waits["skills"]]) == (7, [scene.skill("Wrapping")])

    desk.page.set_viewport_size(PHONE)
    desk.chooses("assign.skills.add", f"Boxes {scene.name}")
    tools.get_by_role("button", name=desk.words["assign.skills.drop"].format(name=f"Wrapping {scene.name}")).click()
    desk.is_accessible()
    desk.picture(f"change-phone-{language}")
    save.click()
    scene.given_to(id, name)
    scene.close()


def test_of_many_who_wait_some_are_shown_and_more_on_demand(server, lobby, supervisor):
    scene = Scene(server, lobby, "Many")
    for number in range(52):
        scene.customer(f"Customer {number}", queue=None)
    total = scene.raw.get("/api/v2/routing/conversations")["total"]
    desk = supervisor()
    dialog = desk.looks()
    rows = dialog.locator("summary[data-conversation-id]")
    expect(rows).to_have_count(50)
    expect(dialog.get_by_role("status").first).to_have_text(
        desk.words["waiting.shown"].format(count=total, shown=50))
    more = dialog.get_by_role("button", name=desk.words["people.more"])
    more.scroll_into_view_if_needed()
    desk.is_accessible()
    desk.picture("waiting-many")
    more.click()
    expect(rows).to_have_count(total)
    expect(more).to_have_count(0)
    expect(dialog.get_by_role("status").first).to_have_text(desk.words["waiting.count"].format(count=total))
    scene.close()
