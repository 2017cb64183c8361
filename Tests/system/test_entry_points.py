"""Links, buttons and QR codes: from a poster to the agent who sees where the customer came from."""

import urllib.parse
import uuid

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk, Screen, Words
from support.customer import Customer, Wire
from support.deployments import conversations, new_deployment
from support.entry import EntryPoints, scan
from support.foreign_site import ForeignSite
from support.guest import Guest
from support.http import Api
from support.waiting import eventually
from test_journey import page_view, path

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def entry_points(server):
    return EntryPoints(server)


@pytest.fixture(scope="module")
def agent(server):
    return Agent(server, server.users("agent", "Support")[0]).go_on_queue()


def attributes_of(agent, conversation):
    customer = [part for part in agent.get(conversation)["participants"] if part["purpose"] == "customer"][-1]
    return customer["attributes"]


def came_by(entry_point, source, **more):
    """What an agent sees of a customer who came by an entry point."""
    seen = {"referral.entryPoint": entry_point["id"], "referral.name": entry_point["name"], "referral.source": source}
    return seen | more


def arrives(guest, entry_point, custom=None, **referral):
    """A message that says how the guest came; it is taken when this returns."""
    metadata = {"referral": {"entryPoint": entry_point["id"], **referral}, "customAttributes": custom or {}}
    guest.say("Here I am", channel={"metadata": metadata})


def customer_path(agent, conversation):
    customer = [part for part in agent.get(conversation)["participants"] if part["purpose"] == "customer"][-1]
    return f"/api/v2/conversations/messages/{conversation['id']}/participants/{customer['id']}"


# What a code says


def test_another_decoder_reads_what_our_codes_say(browser, entry_points, server):
    long = "玉露について教えてください。" * 14
    cases = {
        "web": ({}, None),
        "page": ({"ref": "poster_1=a-b"}, {"type": "facebook", "address": "amadare.tea"}),
        "number": ({"text": long}, {"type": "whatsapp", "address": "+81 90 1234 5678"}),
    }
    for name, (fields, channel) in cases.items():
        made = entry_points.make(f"Code {name}", channel, **fields)
        read = scan(browser, entry_points.svg(made), side=900)
        assert read == (made["link"] + "?via=qr" if name == "web" else made["link"])
        if name == "number":
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(read).query)
            assert query == {"text": [long]}


# A plain client


def test_an_agent_sees_where_a_guest_came_from(server, entry_points, agent):
    made = entry_points.make("Flyer", ref="flyer-7", attributes={"season": "autumn", "utm_medium": "paper"})
    with Guest(server) as guest:
        guest.configure()
        referral = {
            "entryPoint": made["id"], "source": "qr", "utm_source": "station", "utm_medium": "forged",
            "utm_other": "x", "season": "forged", "referral.name": "forged",
        }
        custom = {"plan": "gold", "season": "forged", "referral.ref": "forged", "referral.clickId": "forged"}
        guest.say("I have your flyer", channel={"metadata": {"referral": referral, "customAttributes": custom}})
        conversation = agent.offered()
        expected = came_by(made, "qr", **{
            "referral.ref": "flyer-7", "season": "autumn", "utm_medium": "paper", "utm_source": "station",
            "plan": "gold",
        })
        assert attributes_of(agent, conversation) == expected
        guest.say("Hello?", channel={"metadata": {"customAttributes": {"referral.source": "forged"}}})
        assert attributes_of(agent, conversation) == expected
        agent.accept(conversation)
        agent.leave(conversation)


def test_a_second_visit_takes_the_place_of_the_first(server, entry_points, agent):
    first = entry_points.make(
        "Station", ref="station-1", attributes={"season": "autumn", "shop": "Kyoto", "kept": "no"})
    second = entry_points.make("Letter", attributes={"shop": "Uji"})
    with Guest(server) as guest:
        guest.configure()
        arrives(guest, first, source="qr", utm_source="station", custom={"plan": "gold"})
        conversation = agent.offered()
        agent.accept(conversation)
        agent.api.patch(customer_path(agent, conversation) + "/attributes", {"attributes": {"kept": "yes"}})
        # The poster was taken down meanwhile.
        entry_points.api.expect("PUT", first["selfUri"], {**first, "status": "Inactive"})
        arrives(guest, second, utm_campaign="spring")
        expected = came_by(second, "link", utm_campaign="spring", shop="Uji", plan="gold", kept="yes")
        eventually(lambda: attributes_of(agent, conversation) == expected, "the second way alone")
        agent.leave(conversation)


def test_an_entry_point_is_a_step_of_the_journey(server, entry_points, agent):
    customer = str(uuid.uuid4())
    context = {"customer": {"id": customer, "idType": "cookie"}, "customerSession": {"id": "", "type": "web"}}
    deployment = new_deployment(server, "with journeys", journeyEvents={"enabled": True})
    made = entry_points.make("Shop window", {"type": "webmessaging", "deployment": {"id": deployment}}, ref="window-2")
    page = path(server, deployment=deployment)
    visit = Api(server.base_url).post(page, page_view(customer))["session"]["id"]
    with Guest(server, deployment=deployment) as guest:
        guest.request("configureSession", deploymentId=deployment, journeyContext=context)
        channel = {"metadata": {"referral": {"entryPoint": made["id"], "source": "qr", "utm_campaign": "spring"}}}
        for _ in range(2):
            guest.say("I saw you", id="first", channel=channel)
        conversation = agent.offered()
        events = agent.api.get(f"/api/v2/journey/sessions/{visit}/events")["entities"]
        [event] = [one["webEvent"] for one in events if one["webEvent"]["eventName"] == "entry_point_used"]
        assert event["mktCampaign"] == {"name": "spring", "source": "Shop window", "medium": "qr"}
        assert event["attributes"]["referral.entryPoint"] == {"dataType": "string", "value": made["id"]}
        assert event["attributes"]["referral.ref"]["value"] == "window-2"
        agent.accept(conversation)
        agent.leave(conversation)


def test_a_visit_that_begins_with_join_tells_it_with_that(server, entry_points, agent):
    deployment = new_deployment(server, "Join", **conversations(autoStart={"enabled": True}))
    made = entry_points.make("Join", deployment=deployment)
    with Guest(server, deployment=deployment) as guest:
        guest.configure()
        join = {
            "type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Join"}}],
            "channel": {"metadata": {"referral": {"entryPoint": made["id"], "ref": "table-4"}}},
        }
        guest.request("onMessage", message=join)
        conversation = agent.offered()
        expected = came_by(made, "link", **{"referral.ref": "table-4"})
        eventually(lambda: attributes_of(agent, conversation) == expected, "the attributes")
        agent.accept(conversation)
        agent.leave(conversation)


def test_what_is_no_entry_point_of_this_place_says_nothing(server, entry_points, agent):
    page = entry_points.make("Page", {"type": "facebook", "address": "amadare"})
    off = entry_points.make("Off", status="Inactive")
    gone = entry_points.make("Gone")
    entry_points.api.expect("DELETE", gone["selfUri"])
    with Guest(server) as guest:
        guest.configure()
        for one in (page["id"], off["id"], gone["id"], "x", ""):
            guest.say(f"By {one}", channel={"metadata": {"referral": {"entryPoint": one, "utm_source": "forged"}}})
        for bad in ("text", 7, []):
            frame = guest.message("Hello", channel={"metadata": {"referral": bad}})
            assert frame["code"] == 400, frame
        conversation = agent.offered()
        assert attributes_of(agent, conversation) == {}
        agent.accept(conversation)
        agent.leave(conversation)


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("ja", "dark")])
def test_the_desktop_says_it_in_words(browser, server, entry_points, agent, artifacts, language, scheme):
    made = entry_points.make(f"<b>Shelf</b> {language}", ref="tea-2", attributes={"shop": "Kyoto"})
    with Guest(server) as guest:
        guest.configure()
        guest.say("Which one?", channel={"metadata": {"referral": {"entryPoint": made["id"], "source": "qr"}}})
        conversation = agent.offered()
        agent.accept(conversation)
        desk = Desk(browser, server, language, artifacts, scheme=scheme)
        desk.sign_in(agent.user)
        desk.opens()
        panel = desk.page.locator("customer-panel")
        for text in (made["name"], desk.words["referral.qr"], "tea-2", "Kyoto"):
            expect(panel.get_by_text(text, exact=True)).to_be_visible()
        expect(panel.get_by_text(made["id"])).to_have_count(0)
        desk.is_accessible()
        desk.picture(f"entry-agent-{language}-{scheme}")
        desk.is_clean()
        desk.close()
        agent.leave(conversation)


# A person with a phone, and one at a desk


def test_scan_open_write_and_the_agent_knows(browser, server, entry_points, agent, artifacts):
    made = entry_points.make("Window", ref="window", text="I stand before your shop", attributes={"shop": "Kyoto"})
    address = scan(browser, entry_points.svg(made))
    phone = Screen(browser, "entry", "en", artifacts, **PHONE)
    words = Words("messenger/en.json")
    phone.page.goto(address + "&utm_campaign=rain")
    composer = phone.page.get_by_role("textbox", name=words["composer.label"])
    expect(composer).to_have_value("I stand before your shop")
    box = phone.page.get_by_role("dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    phone.is_accessible()
    phone.picture("entry-phone")
    phone.page.get_by_role("button", name=words["composer.send"], exact=True).click()
    expect(phone.page.get_by_role("log").get_by_text("I stand before your shop")).to_have_count(1)
    conversation = agent.offered()
    assert attributes_of(agent, conversation) == came_by(made, "qr", **{
        "referral.ref": "window", "shop": "Kyoto", "utm_campaign": "rain"})
    phone.page.reload()
    expect(composer).to_have_value("")
    expect(phone.page.get_by_role("log").get_by_text("I stand before your shop")).to_have_count(1)
    agent.accept(conversation)
    agent.leave(conversation)
    phone.is_clean()
    phone.close()


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("ja", "dark")])
def test_the_page_of_a_link_is_the_messenger(browser, server, entry_points, artifacts, language, scheme):
    made = entry_points.make(f"Desk {language}", text="Hello")
    desk = Screen(browser, "entry", language, artifacts, scheme, viewport={"width": 1280, "height": 800})
    words = Words(f"messenger/{language}.json")
    desk.page.goto(made["link"])
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}
    expect(desk.page.get_by_role("textbox", name=words["composer.label"])).to_be_focused()
    desk.is_accessible()
    desk.picture(f"entry-desk-{language}-{scheme}")
    desk.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    desk.is_accessible()
    desk.picture(f"entry-closed-{language}-{scheme}")
    desk.page.locator("#open").click()
    expect(dialog).to_be_visible()
    gone = desk.page.goto(server.base_url + "/m/unknown")
    assert gone.status == 404
    desk.is_accessible()
    desk.picture(f"entry-unknown-{language}-{scheme}")
    assert [one for one in desk.problems if "404" not in one] == []
    desk.close()


def test_a_page_of_the_site_does_the_same_and_keeps_it_for_the_visit(browser, server, entry_points, artifacts, agent):
    made = entry_points.make("Newsletter", text="About the newsletter", attributes={"list": "spring"})
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    wire = Wire(customer.page)
    customer.page.goto(f"{site.url}/?{made['siteQuery']}.issue-9&utm_source=mail")
    expect(customer.composer).to_have_value("About the newsletter")
    expect(customer.composer).not_to_be_focused()
    customer.composer.fill("")
    # The other page of the site says nothing of an entry point any more.
    customer.page.get_by_role("link", name="The other page").click()
    customer.page.wait_for_url("**/two")
    expect(customer.composer).to_be_visible()
    customer.says("From the newsletter")
    customer.says("Once more")
    wire.message("Once more")
    referrals = [message.get("channel", {}).get("metadata", {}).get("referral") for message in wire.messages()]
    assert referrals == [
        {"entryPoint": made["id"], "ref": "issue-9", "source": "site", "utm_source": "mail"}, None]
    conversation = agent.offered()
    assert attributes_of(agent, conversation) == came_by(made, "site", **{
        "referral.ref": "issue-9", "list": "spring", "utm_source": "mail"})
    agent.accept(conversation)
    agent.leave(conversation)
    customer.is_clean()
    customer.close()
    site.close()


def test_an_unknown_entry_point_leaves_the_site_as_it_is(browser, server, artifacts):
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    customer.page.goto(f"{site.url}/?engawa_ref=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(customer.launcher).to_be_visible()
    eventually(lambda: customer.told("ready") == [None], "ready")
    expect(customer.composer).to_be_hidden()
    customer.is_clean()
    customer.close()
    site.close()
