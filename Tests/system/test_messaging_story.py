"""The main job in two windows: a visitor writes in the messenger, an agent answers at the desktop."""


from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk, Visitor


def test_a_visitor_and_an_agent_talk_part_and_meet_again(server, browser, artifacts):
    user, rival_user = server.users("agent", "Support")[:2]
    desk = Desk(browser, server, "en", artifacts)
    visitor = Visitor(browser, server, "en", artifacts)
    rest = Agent(server, user)

    # The agent signs in and goes on queue.
    desk.page.goto(server.base_url + "/desktop/")
    desk.picture("en-01-entrance")
    desk.sign_in(user)
    desk.picture("en-02-off-queue")
    desk.is_accessible()
    desk.go_on_queue()
    desk.picture("en-03-on-queue")

    # The visitor writes; the agent is offered the conversation and accepts it.
    visitor.page.goto(server.base_url + "/demo/")
    visitor.picture("en-04-demo")
    visitor.enter()
    visitor.picture("en-05-messenger-greets")
    visitor.is_accessible()
    visitor.says("Hello, is the oak table still there?")
    expect(desk.alert).to_be_visible()
    desk.picture("en-06-alerting")
    desk.is_accessible()
    conversation = rest.offered()["id"]
    desk.accepts()
    desk.sees("Hello, is the oak table still there?")

    # Both see each other's messages and typing.
    desk.types("Yes")
    visitor.sees_typing()
    visitor.picture("en-07-agent-types")
    desk.says("Yes, two of them.")
    visitor.sees("Yes, two of them.")
    visitor.types("I take")
    desk.sees_typing()
    desk.picture("en-08-visitor-types")
    visitor.says("I take one.")
    desk.sees("I take one.")
    desk.is_accessible()
    visitor.is_accessible()

    # The agent reloads in the middle and loses nothing.
    rival = Agent(server, rival_user).go_on_queue()
    desk.page.goto("about:blank")
    visitor.says("Can you keep it until Friday?")
    visitor.says("And deliver it?")
    desk.page.goto(server.base_url + "/desktop/")
    desk.opens()
    desk.sees("And deliver it?")
    desk.says("Both, gladly.")
    visitor.sees("Both, gladly.")
    said = [
        "Hello, is the oak table still there?", "Yes, two of them.", "I take one.", "Can you keep it until Friday?",
        "And deliver it?", "Both, gladly.",
    ]
    assert desk.texts(said) == said
    desk.page.reload()
    desk.opens()
    desk.sees("Both, gladly.")
    assert desk.texts(said) == said
    desk.picture("en-09-after-reload")
    visitor.picture("en-10-messenger-talk")

    # The agent disconnects and wraps up.
    desk.ends()
    desk.picture("en-11-wrap-up")
    desk.is_accessible()
    desk.wraps_up("Oak table, delivery on Friday")
    expect(desk.page.locator(f"[data-conversation-id='{conversation}']")).to_have_count(0)
    assert rest.conversations() == []

    # The visitor returns, sees the history, writes: the same conversation, offered to the same agent first.
    visitor.new_page()
    visitor.enter()
    for text in said:
        visitor.sees(text)
    visitor.picture("en-12-messenger-returns")
    visitor.says("It is Friday!")
    expect(desk.alert).to_be_visible()
    offered = rest.offered()
    assert offered["id"] == conversation
    assert rival.mine(offered) is None
    desk.picture("en-13-offered-again")
    desk.accepts()
    desk.sees("It is Friday!")
    assert desk.texts([*said, "It is Friday!"]) == [*said, "It is Friday!"]
    desk.says("On its way.")
    visitor.sees("On its way.")
    desk.picture("en-14-again")
    rival.presence("AVAILABLE")
    desk.ends()
    desk.wraps_up("Delivered")
    desk.is_clean()
    visitor.is_clean()
    desk.close()
    visitor.close()


def test_the_same_in_japanese_and_in_the_dark(server, browser, artifacts):
    user = server.users("agent", "Support")[0]
    Agent(server, user).presence("AVAILABLE")
    desk = Desk(browser, server, "ja", artifacts, scheme="dark")
    visitor = Visitor(browser, server, "ja", artifacts, scheme="dark")
    desk.sign_in(user)
    desk.go_on_queue()
    visitor.enter()
    visitor.picture("ja-01-messenger-greets")
    visitor.is_accessible()
    visitor.says("注文した机はいつ届きますか。")
    expect(desk.alert).to_be_visible()
    desk.picture("ja-02-alerting")
    desk.is_accessible()
    desk.accepts()
    desk.sees("注文した机はいつ届きますか。")
    desk.types("あ")
    visitor.sees_typing()
    desk.says("金曜日の午前中にお届けします。")
    visitor.sees("金曜日の午前中にお届けします。")
    visitor.types("あ")
    desk.sees_typing()
    desk.picture("ja-03-talk")
    visitor.picture("ja-04-messenger-talk")
    desk.is_accessible()
    visitor.is_accessible()
    desk.ends()
    desk.picture("ja-05-wrap-up")
    desk.is_accessible()
    desk.wraps_up("配送日のご案内")
    desk.is_clean()
    visitor.is_clean()
    desk.close()
    visitor.close()


def test_a_phone_shows_the_messenger_in_full(server, browser, artifacts):
    visitor = Visitor(browser, server, "en", artifacts, is_mobile=True, has_touch=True)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.enter()
    box = visitor.page.get_by_role("dialog").bounding_box()
    assert (box["width"], box["height"]) == (390, 844)
    visitor.picture("en-15-phone")
    visitor.is_accessible()
    visitor.close()


def test_the_desktop_says_when_it_is_offline_and_resumes_without_a_gap(server, browser, artifacts):
    user = server.users("agent", "Support")[0]
    Agent(server, user).presence("AVAILABLE")
    desk = Desk(browser, server, "en", artifacts)
    visitor = Visitor(browser, server, "en", artifacts)
    desk.sign_in(user)
    desk.go_on_queue()
    visitor.enter()
    visitor.says("Before the tunnel")
    desk.accepts()
    desk.context.set_offline(True)
    expect(desk.page.locator("connection-banner")).to_contain_text("No connection")
    desk.picture("en-16-offline")
    visitor.says("In the tunnel")
    desk.context.set_offline(False)
    desk.sees("In the tunnel")
    expect(desk.page.locator("connection-banner")).not_to_contain_text("No connection")
    assert desk.texts(["Before the tunnel", "In the tunnel"]) == ["Before the tunnel", "In the tunnel"]
    desk.ends()
    desk.wraps_up("Tunnel")
    desk.close()
    visitor.close()
