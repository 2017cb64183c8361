"""An agent takes what waits in a queue of hers at the desktop."""


import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.routing_scene import Lobby, Scene


@pytest.fixture(scope="module")
def lobby(server):
    return Lobby(server)


@pytest.mark.parametrize("language, scheme, names", [
    ("en", "light", ["Mika Tanaka", "Ren Sato"]), ("ja", "dark", ["田中 美香", "佐藤 蓮"]),
])
def test_an_agent_takes_what_waits_and_talks_at_once(server, browser, lobby, artifacts, language, scheme, names):
    scene = Scene(server, lobby, f"Taking {language}")
    scene.queue("Returns", enableManualAssignment=True)
    user = server.users("agent")[0]
    scene.ids["Hana"] = user["id"]
    scene.limit("Hana", 1, {})
    scene.joins("Hana", "Returns")
    for name in names:
        scene.customer(name, queue="Returns", skills=["Furniture"])
    desk = Desk(browser, server, language, artifacts, scheme=scheme)
    desk.sign_in(user)
    waiting = desk.page.get_by_role("region", name=desk.words["waiting.label"])
    rows = waiting.get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(names[0])
    label = desk.words["waiting.takeNamed"].format(name=f"{names[1]} of {scene.name}")
    take = waiting.get_by_role("button", name=label)
    expect(take).to_be_disabled()
    desk.picture(f"{language}-taking-off-queue")
    Agent(server, user).go_on_queue()
    expect(take).to_be_enabled()
    desk.is_accessible()
    desk.picture(f"{language}-taking")
    take.click()
    expect(desk.page.get_by_role("textbox", name=desk.words.pattern("composer.label"))).to_be_visible()
    expect(rows).to_have_count(1)
    desk.picture(f"{language}-taken")
    waiting.get_by_role("button").first.click()
    expect(desk.page.get_by_text(desk.words["waiting.full"])).to_be_visible()
    desk.picture(f"{language}-taking-full")
    assert [one for one in desk.problems if "409" not in one] == []
    desk.close()
    scene.close()
