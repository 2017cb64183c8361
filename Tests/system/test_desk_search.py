"""An agent finds a message by its words at the desktop."""


import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.guest import Guest
from support.waiting import eventually


@pytest.mark.parametrize("language, scheme, text, word", [
    ("en", "light", "I would like to return the 😀 walnut chair", "walnut"),
    ("ja", "dark", "😀昨日届いた机を返品したいです", "返品"),
])
def test_a_word_leads_to_its_conversation(server, browser, artifacts, language, scheme, text, word):
    user = server.users("agent", "Support")[0]
    agent = Agent(server, user).go_on_queue()
    guest = Guest(server)
    guest.configure()
    guest.say(text)
    agent.accept(agent.offered())
    desk = Desk(browser, server, language, artifacts, scheme=scheme)
    desk.sign_in(user)
    desk.page.get_by_role("button", name=desk.words["search.label"]).click()
    desk.page.keyboard.press("Escape")
    dialog = desk.page.get_by_role("dialog", name=desk.words["search.label"])
    expect(dialog).to_have_count(0)
    # A key that is pressed before the screen listens is lost, as for anybody.
    def is_open():
        desk.page.keyboard.press("/")
        return dialog.count() == 1

    eventually(is_open, "the dialog")
    field = dialog.get_by_role("searchbox")
    hit = dialog.locator("mark").first

    def is_found():
        field.fill("")
        field.fill(word)
        expect(dialog.get_by_role("status")).not_to_have_text(desk.words["search.loading"])
        return hit.is_visible()

    eventually(is_found, "the message", 20)
    expect(hit).to_have_text(word)
    desk.picture(f"{language}-search")
    desk.is_accessible()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.picture(f"{language}-search-phone")
    desk.page.set_viewport_size({"width": 1440, "height": 900})
    dialog.locator("button.result").first.click()
    expect(dialog).to_have_count(0)
    desk.sees(text)
    desk.is_clean()
    desk.close()
    guest.close()
