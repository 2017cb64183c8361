"""What a customer thought of a conversation: asked when it has ended, once, and seen by the agents."""


import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.customer import Customer
from support.foreign_site import ForeignSite
from support.guest import Guest
from support.http import Api

PATH = "/api/v2/webmessaging/survey"


@pytest.fixture(scope="module")
def agent(server):
    return Agent(server, server.users("agent", "Support")[0]).go_on_queue()


def attributes(agent, conversation):
    """What stands with the customer of the conversation."""
    parts = [part for part in agent.get(conversation)["participants"] if part["purpose"] == "customer"]
    return {name: value for name, value in parts[-1]["attributes"].items() if name.startswith("survey.")}


def test_the_answer_is_taken_once_after_the_end_and_wakes_nobody(server, agent):
    guest = Guest(server)
    guest.configure()
    api = Api(server.base_url, guest.jwt())

    def answer(body, api=api):
        return api.request("POST", PATH, body).status

    assert answer({"score": 5}, Api(server.base_url)) == 401
    assert answer({"score": 5}) == 409
    guest.say("Hello")
    conversation = agent.accept(agent.offered())
    assert answer({"score": 5}) == 409
    agent.leave(conversation)
    guest.sees_event("Presence", "Disconnect")
    long = {"score": 4, "comment": "x" * 4_097}
    for wrong in [{"score": 0}, {"score": 6}, {"score": "5"}, {"score": 2.5}, {}, [], long]:
        assert answer(wrong) == 400, wrong
    assert attributes(agent, conversation) == {}
    assert answer({"score": 4, "comment": "とても<b>親切</b>"}) == 204
    assert answer({"score": 1}) == 409
    assert attributes(agent, conversation) == {"survey.score": "4", "survey.comment": "とても<b>親切</b>"}
    states = [part["state"] for part in agent.get(conversation)["participants"]]
    assert set(states) <= {"disconnected", "terminated"}, states
    statuses = [answer({"score": 1}) for _ in range(20)]
    assert 429 in statuses


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_messenger_asks_and_the_site_hears(server, browser, agent, artifacts, language):
    site = ForeignSite(server, language)
    customer = Customer(browser, site, artifacts, language)
    page = customer.page
    customer.enter()
    page.evaluate("""() => { window.answers = []; Engawa("survey", { onAnswer: (answer) => answers.push(answer) });
        Engawa("subscribe", "conversationEnded", (detail) => told.push(["conversationEnded", detail]));
        Engawa("subscribe", "surveyAnswered", (detail) => told.push(["surveyAnswered", detail])); }""")
    customer.says("Hello")
    conversation = agent.accept(agent.offered())
    agent.say(conversation, "Good day")
    customer.sees("Good day")
    expect(page.locator("engawa-survey")).to_have_count(0)
    agent.leave(conversation)
    group = page.get_by_role("group", name=customer.words["survey.question"])
    expect(group.get_by_role("radio")).to_have_count(5)
    assert len(customer.told("conversationEnded")) == 1
    expect(customer.button("survey.send")).to_have_count(0)
    customer.is_accessible()
    customer.picture(f"messenger-survey-{language}")

    # By keyboard alone: the arrows choose, what was chosen can be sent.
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name=customer.words["survey.4"], exact=True)).to_be_checked()
    page.get_by_label(customer.words["survey.comment"]).fill("Kind & quick")
    customer.is_accessible()
    customer.picture(f"messenger-survey-chosen-{language}")
    customer.button("survey.send").press("Enter")
    expect(page.get_by_text(customer.words["survey.thanks"])).to_be_visible()
    expect(customer.composer).to_be_focused()
    assert attributes(agent, conversation) == {"survey.score": "4", "survey.comment": "Kind & quick"}
    assert page.evaluate("answers") == [{"score": 4, "comment": "Kind & quick", "isSkipped": False}]
    assert customer.told("surveyAnswered") == [{"score": 4, "comment": "Kind & quick"}]
    page.reload()
    expect(customer.composer).to_be_visible()
    page.evaluate("Engawa('survey')")
    customer.sees("Good day")
    expect(page.locator("engawa-survey")).to_have_count(0)
    customer.is_clean()
    customer.close()
    site.close()


def test_who_would_rather_not_is_left_alone(server, browser, agent, artifacts):
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    page = customer.page

    def wanted(route):
        response = route.fetch()
        config = response.json()
        config["messenger"]["survey"] = {"enabled": True}
        route.fulfill(response=response, json=config)

    page.route("**/config.json", wanted)
    customer.enter()
    customer.says("Hello")
    conversation = agent.accept(agent.offered())
    agent.leave(conversation)
    customer.button("survey.skip").click()
    expect(page.locator("engawa-survey")).to_have_count(0)
    page.reload()
    expect(customer.composer).to_be_visible()
    customer.sees("Hello")
    expect(page.locator("engawa-survey")).to_have_count(0)
    assert attributes(agent, conversation) == {}
    customer.is_clean()
    customer.close()
    site.close()


def test_the_agent_sees_it_with_the_conversation(server, browser, agent, artifacts):
    agent.presence("AVAILABLE")
    user = server.users("agent", "Support")[1]
    desk = Desk(browser, server, "en", artifacts)
    desk.sign_in(user)
    desk.go_on_queue()
    guest = Guest(server)
    guest.configure()
    guest.say("Where is my tea?")
    expect(desk.alert).to_be_visible()
    desk.accepts()
    desk.ends()
    guest.sees_event("Presence", "Disconnect")
    api = Api(server.base_url, guest.jwt())
    assert api.request("POST", PATH, {"score": 5, "comment": "<img src=x onerror=hacked=1>"}).status == 204
    panel = desk.page.locator("customer-panel")
    expect(panel.get_by_text("5 of 5, very good")).to_be_visible()
    expect(panel.get_by_text("<img src=x onerror=hacked=1>")).to_be_visible()
    desk.picture("desktop-survey")
    desk.is_accessible()
    desk.close()
