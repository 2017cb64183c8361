"""Why this agent, and why it waits: the records of routing in the API and on the screen (docs/routing.md, "Why")."""

import re

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.guest import Guest
from support.http import administration
from support.waiting import eventually


def decisions(api, conversation, query=""):
    return api.get(f"/api/v2/routing/conversations/{conversation}/decisions{query}")


def off_queue(server):
    """Everybody of Support but who is asked for."""
    agents = [Agent(server, user) for user in server.users("agent", "Support")]
    for agent in agents:
        agent.presence("AVAILABLE")
    return agents


def write(server, text):
    """A new customer writes; the guest and the conversation."""
    guest = Guest(server)
    guest.configure()
    guest.say(text)
    supervisor = Agent(server, server.users("supervisor")[0])
    return guest, supervisor


def test_each_step_of_a_conversation_says_why(server):
    hana, kenji = off_queue(server)
    guest, supervisor = write(server, "Where is my parcel?")
    hana.go_on_queue()
    offered = hana.offered()
    id = offered["id"]
    mine = hana.mine(offered)["id"]

    def is_recorded():
        first = decisions(hana.api, id)["entities"][0]
        return first if first["outcome"]["type"] == "assigned" else None

    record = eventually(is_recorded, "the record of the offer")
    assert record["outcome"]["reason"] == "longestIdle" and record["outcome"]["offer"]["state"] == "alerting"
    assert [one["agent"]["name"] for one in record["candidates"]] == [hana.user["name"]]
    assert record["memberCount"] == 2 and record["excluded"]["notOnQueue"] == 1
    assert [(one["agent"]["id"], one["reason"]) for one in record["excludedAgents"]] == [(kenji.id, "notOnQueue")]

    hana.patch(offered, {"state": "disconnected"})

    def waits():
        answer = decisions(supervisor.api, id)
        return answer if answer["entities"][0]["outcome"].get("reason") == "paused" else None

    answer = eventually(waits, "the record that nobody was found")
    now = answer["waiting"]
    assert now["live"] and now["decision"]["excluded"]["paused"] == 1
    assert now["decision"]["nextChange"]["type"] == "pauseEnds"
    declined = [one for one in answer["entities"] if one["outcome"].get("participantId") == mine]
    assert declined[0]["outcome"]["offer"]["state"] == "declined"
    assert kenji.api.request("GET", f"/api/v2/routing/conversations/{id}/decisions").status == 404

    kenji.go_on_queue()
    kenji.accept(kenji.offered(lambda conversation: conversation["id"] == id))
    first = eventually(lambda: took(supervisor.api, id, kenji), "the record of the answer")
    assert first["excluded"]["paused"] == 1
    page = decisions(supervisor.api, id, "?pageSize=1")
    assert len(page["entities"]) == 1 and "waiting" not in page
    assert page["entities"][0]["id"] == first["id"]
    following = supervisor.api.get(page["nextUri"])["entities"]
    assert following[0]["id"] < first["id"]
    metrics = administration(server).request("GET", "/metrics").body.decode()
    assert re.search(r'engawa_routing_decisions_total\{outcome="assigned"\} [1-9]', metrics)
    kenji.leave({"id": id})
    guest.close()


def took(api, conversation, agent):
    first = decisions(api, conversation)["entities"][0]
    outcome = first["outcome"]
    is_answered = outcome.get("offer", {}).get("state") == "answered"
    return first if is_answered and outcome["agent"]["id"] == agent.id else None


@pytest.mark.parametrize("language, scheme, text", [
    ("en", "light", "Is the oak table still there?"), ("ja", "dark", "注文した机はいつ届きますか。"),
])
def test_the_desk_says_why_you(server, browser, artifacts, language, scheme, text):
    hana, kenji = off_queue(server)
    desk = Desk(browser, server, language, artifacts, scheme=scheme)
    desk.sign_in(hana.user)
    desk.go_on_queue()
    guest, supervisor = write(server, text)
    expect(desk.alert).to_contain_text(desk.words["why.longestIdle.you"])
    summary = desk.alert.locator("summary")
    summary.focus()
    # The key opens the reasons and does not accept.
    summary.press("Enter")
    off = desk.words.words["waiting.notOnQueue"]
    expect(desk.alert.locator("why-panel")).to_contain_text((off.get("one") or off["other"]).replace("{count}", "1"))
    desk.picture(f"{language}-why-alert")
    desk.is_accessible()
    desk.accepts()
    section = desk.page.locator("why-section")
    expect(section.get_by_role("heading", name=desk.words["why.title.you"])).to_be_visible()
    section.locator("summary").nth(0).click()
    section.locator("summary").nth(1).click()
    expect(section.get_by_role("table", name=desk.words["candidates.caption"])).to_contain_text(hana.user["name"])
    expect(section.get_by_role("table", name=desk.words["excluded.caption"])).to_contain_text(kenji.user["name"])
    expect(section).to_contain_text(desk.words["obstacle.notOnQueue"])
    section.scroll_into_view_if_needed()
    desk.picture(f"{language}-why-you")
    desk.is_accessible()
    desk.ends()
    desk.wraps_up("Table")
    desk.is_clean()
    desk.close()
    guest.close()


@pytest.mark.parametrize("language, scheme, text", [("en", "light", "Anybody there?"), ("ja", "dark", "どなたかいますか。")])
def test_a_supervisor_sees_who_waits_and_why(server, browser, artifacts, language, scheme, text):
    hana, _ = off_queue(server)
    guest, supervisor = write(server, text)
    desk = Desk(browser, server, language, artifacts, scheme=scheme)
    desk.sign_in(supervisor.user)
    desk.page.get_by_role("button", name=desk.words["waiting.list"]).click()
    dialog = desk.page.get_by_role("dialog", name=desk.words["waiting.list"])
    item = dialog.locator("summary").last
    item.click()
    why = dialog.locator("why-panel").last
    expect(why).to_contain_text(desk.words["waiting.members"].replace("{count}", "2"))
    expect(why).to_contain_text(desk.words["waiting.notOnQueue"].replace("{count}", "2"))
    expect(why).to_contain_text(desk.words["waiting.next.none"])
    why.locator("summary").click()
    expect(why.get_by_role("table", name=desk.words["excluded.caption"])).to_contain_text(hana.user["name"])
    desk.picture(f"{language}-who-waits")
    desk.is_accessible()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.picture(f"{language}-who-waits-phone")

    # An agent comes and takes it: it is gone from the list by itself.
    hana.go_on_queue()
    hana.accept(hana.offered())
    expect(dialog.get_by_role("status").first).to_have_text(desk.words["waiting.nobody"])
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    hana.leave(hana.conversations()[0])
    desk.is_clean()
    desk.close()
    guest.close()
