"""What the business shows and asks beside its text: how it reaches guests, their browsers, web hooks and the desktop,
and how answers come back to their question."""

import json

import PureCloudPlatformClientV2 as platform
import pytest
from playwright.sync_api import expect
from PureCloudPlatformClientV2.rest import ApiException

from support.agent import Agent, open_message
from support.browser import Desk
from support.customer import Customer
from support.guest import Guest
from support.http import administration
from support.rich import contents


@pytest.fixture(scope="module")
def agent(server):
    return Agent(server, server.users("agent", "Support")[0]).go_on_queue()


@pytest.fixture(scope="module")
def conversations(server, agent):
    """The platform's SDK with the agent's token."""
    platform.configuration.host = server.base_url
    client = platform.api_client.ApiClient()
    client.access_token = agent.api.token
    return platform.ConversationsApi(client)


@pytest.fixture
def customer(browser, site, artifacts):
    customer = Customer(browser, site, artifacts)
    yield customer
    customer.close()


@pytest.fixture(scope="module")
def rich(site, server):
    return contents("en", site, server)


def taken(agent, customer):
    """The conversation that a customer in a browser begins, at the agent."""
    customer.enter()
    customer.reaches("Hello")
    return agent.accept(agent.offered())


def answer(agent, conversation, asked):
    """The customer's answer to a message: its normalised message."""
    return agent.hears_answer(conversation, asked)["normalizedMessage"]


def test_each_question_reaches_the_guest_and_each_answer_names_it(server, agent, conversations, rich):
    with Guest(server) as guest:
        guest.configure()
        guest.say("What do you have?")
        conversation = agent.accept(agent.offered())
        leg = agent.leg(conversation)

        def shows(*names, **more):
            items = [rich[name] for name in names]
            sent = conversations.post_conversations_message_communication_messages(
                conversation["id"], leg, {"content": items, **more})
            body = guest.sees_message(sent.id)
            assert (body["type"], body["originatingEntity"], body["content"]) == ("Structured", "Human", items)
            types = [one.content_type for one in sent.normalized_message.content]
            assert types == [one["contentType"] for one in items]
            return sent.id

        asked = {
            "QuickReply": shows("small", "large", textBody="What size?"), "Button": shows("card"),
            "DatePicker": shows("date"), "ListPicker": shows("list"), "Form": shows("form"),
        }
        shows("carousel", textBody="All of them")
        for type, id in asked.items():
            response = {"type": type, "text": type, "payload": "p"}
            if type == "Form":
                part = {"contentType": "ButtonResponse", "buttonResponse": response}
                form = {"originatingMessageId": id, "cannedResponseId": "d"}
                form["response"] = [{"id": "n", "component": part}]
                item, metadata = {"contentType": "Form", "form": form}, {}
            elif type == "QuickReply":
                response["originatingMessageId"] = id
                item, metadata = {"contentType": "ButtonResponse", "buttonResponse": response}, {}
            else:
                item, metadata = {"contentType": "ButtonResponse", "buttonResponse": response}, {"parentMessageId": id}
            echo = guest.say(type, type="Structured", content=[item], metadata={"id": f"answer {type}", **metadata})
            assert echo["originatingMessageId"] == id
            assert answer(agent, conversation, id)["content"] == [item]

        history = {one["id"]: one for one in guest.history()}
        assert history[asked["Form"]]["content"] == [rich["form"]]
        assert [one["originatingMessageId"] for one in history.values() if "originatingMessageId" in one] == [
            *asked.values()]
        agent.leave(conversation)


def test_what_cannot_be_shown_is_refused_and_nobody_sees_it(server, agent, conversations, rich):
    with Guest(server) as guest:
        guest.configure()
        guest.say("Show me")
        conversation = agent.accept(agent.offered())
        leg = agent.leg(conversation)
        link = {"type": "Link", "text": "See", "url": "javascript:alert(1)"}
        wrong = [
            ({"content": [{"contentType": "Card", "card": {"title": "Tea", "actions": [link]}}]},
             "content[0].card.actions[0].url"),
            ({"content": [rich["small"]]}, "textBody"),
            ({"content": [{"contentType": "Hologram"}]}, "content[0].contentType"),
            ({"content": [rich["card"]], "mediaIds": ["f3b6a3a2-0000-4000-8000-000000000000"]}, "content"),
        ]
        for body, field in wrong:
            with pytest.raises(ApiException) as error:
                conversations.post_conversations_message_communication_messages(conversation["id"], leg, body)
            assert error.value.status == 400
            assert json.loads(error.value.body)["details"][0]["fieldName"] == field
        agent.say(conversation, "Here")
        guest.hears("Here")
        assert [one["text"] for one in guest.history()] == ["Show me", "Here"]
        agent.leave(conversation)


def test_a_web_hook_gets_the_content_and_its_answer_names_the_question(server, agent, receiver, rich):
    admin = administration(server)
    integration = server.demo["integrations"]["open"]["id"]
    admin.patch(
        f"/api/v2/conversations/messaging/integrations/open/{integration}",
        {"name": "Open", "outboundNotificationWebhookUrl": receiver.url})
    inbound = f"/api/v2/conversations/messages/{integration}/inbound/open"
    admin.post(f"{inbound}/message", open_message("Which size is it?", "sotan"))
    conversation = agent.accept(agent.offered())
    sent = agent.shows(conversation, rich["small"], rich["large"], text="What size?")
    hook = receiver.hears("What size?")
    assert (hook["id"], hook["type"], hook["content"]) == (sent["id"], "Structured", [rich["small"], rich["large"]])
    assert receiver.problems == []
    pressed = {"type": "QuickReply", "text": "40 g", "payload": "small"}
    channel = {key: value for key, value in open_message("", "sotan")["channel"].items()}
    admin.post(f"{inbound}/structured/response", {
        "channel": channel, "originatingMessageId": sent["id"], "buttonResponse": pressed})
    said = answer(agent, conversation, sent["id"])
    [item] = said["content"]
    assert item["buttonResponse"]["payload"] == "small"
    agent.leave(conversation)


def test_choices_and_cards_are_pressed_in_the_browser(customer, agent, rich):
    conversation = taken(agent, customer)
    log, page = customer.log, customer.page
    asked = agent.shows(conversation, rich["small"], rich["large"], text="What size?")["id"]
    page.get_by_role("button", name="100 g").click()
    customer.sees("100 g")
    expect(page.get_by_role("group", name=customer.words["choices.label"])).to_have_count(0)
    said = answer(agent, conversation, asked)
    assert (said["type"], said["text"]) == ("Structured", "100 g")
    assert said["content"][0]["buttonResponse"] == {
        "type": "QuickReply", "text": "100 g", "payload": "large", "originatingMessageId": asked}

    asked = agent.shows(conversation, rich["card"])["id"]
    log.get_by_role("button", name="Take one").press("Enter")
    expect(log.get_by_role("button", name="Take one", pressed=True)).to_be_disabled()
    assert answer(agent, conversation, asked)["content"][0]["buttonResponse"] == {
        "type": "Button", "text": "Take one", "payload": "take Gyokuro", "originatingMessageId": asked}

    agent.shows(conversation, rich["carousel"])
    log.get_by_role("button", name=customer.words["cards.next"]).click()
    expect(log.get_by_role("button", name=customer.words["cards.previous"])).to_be_visible()
    customer.is_accessible()
    customer.is_clean()
    agent.leave(conversation)


def test_pickers_and_forms_are_answered_by_keyboard_once_and_the_desktop_shows_them(
        customer, agent, rich, server, browser, artifacts):
    desk = Desk(browser, server, "en", artifacts)
    desk.sign_in(agent.user)
    conversation = taken(agent, customer)
    page = customer.page
    asked = agent.shows(conversation, rich["list"])["id"]
    page.get_by_role("checkbox", name="Gyokuro").press("Space")
    page.get_by_role("checkbox", name="Sencha").press("Space")
    page.get_by_role("radio", name="Yudachi").press("Space")
    customer.is_accessible()
    customer.button("ask.send").press("Enter")
    expect(page.get_by_role("list", name=customer.words["ask.answered"]).get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert [item["buttonResponse"] for item in answer(agent, conversation, asked)["content"]] == [
        {"type": "ListPicker", "text": text, "payload": payload, "originatingMessageId": asked}
        for text, payload in [("Gyokuro", "g"), ("Sencha", "s"), ("Yudachi", "h")]
    ]

    asked = agent.shows(conversation, rich["date"])["id"]
    customer.button("ask.send").click()
    expect(page.get_by_role("alert")).to_have_text(customer.words["ask.missing"])
    customer.button("ask.moreDays").click()
    page.locator(".time").last.click()
    customer.button("ask.send").press("Enter")
    expect(page.get_by_role("radio")).to_have_count(0)
    [item] = answer(agent, conversation, asked)["content"]
    assert (item["buttonResponse"]["type"], item["buttonResponse"]["payload"]) == (
        "DatePicker", "2030-12-04T02:00:00.000Z")

    asked = agent.shows(conversation, rich["form"])["id"]
    page.get_by_role("button", name="Begin").press("Enter")
    customer.button("ask.next").press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Hana")
    page.get_by_label("Floor").select_option("first")
    customer.is_accessible()
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_text("Hana", exact=True)).to_be_visible()
    customer.button("ask.send").press("Enter")
    expect(customer.composer).to_be_focused()
    [item] = answer(agent, conversation, asked)["content"]
    assert (item["form"]["originatingMessageId"], item["form"]["cannedResponseId"]) == (asked, "delivery")
    given = {one["id"]: one["component"]["buttonResponse"] for one in item["form"]["response"]}
    assert given == {
        "name": {"type": "Form", "text": "Hana", "payload": "Hana"},
        "floor": {"type": "Form", "text": "1F", "payload": "first"},
    }
    expect(customer.log.locator("form")).to_have_count(0)
    customer.is_clean()

    # What was asked stands on the agent's screen as well, and each answer once.
    agent.shows(conversation, rich["carousel"], text="Or one of these?")
    desk.opens()
    bubbles = desk.bubbles
    expect(bubbles.get_by_role("heading", name="Which teas?")).to_be_visible()
    expect(bubbles.get_by_role("heading", name="When shall we come?")).to_be_visible()
    expect(bubbles.get_by_role("heading", name="Delivery")).to_be_visible()
    expect(bubbles.get_by_role("heading", name="Hojicha")).to_have_count(1)
    expect(bubbles.get_by_text("Yudachi")).to_have_count(2)
    desk.is_accessible()
    desk.picture("en-structured-content")
    desk.is_clean()
    desk.close()
    agent.leave(conversation)
