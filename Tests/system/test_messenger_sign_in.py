"""Signing in to the messenger on somebody else's site, as the customer and the agent see it."""

import pytest
from playwright.sync_api import expect

from support.browser import Desk
from support.customer import Customer
from support.identity_provider import IdentityProvider
from support.signing_in import set_up


@pytest.fixture(scope="module")
def provider(server):
    provider = IdentityProvider()
    set_up(server, provider)
    yield provider
    provider.close()


def told(customer, name, times=1):
    customer.until(lambda: len(customer.told(name)) == times, f"{name}, {times} times")


def test_a_customer_signs_in_and_out(browser, server, site, provider, artifacts):
    desk = Desk(browser, server, "en", artifacts)
    desk.sign_in(server.users("agent", "Support")[0])
    desk.go_on_queue()
    customer = Customer(browser, site, artifacts)
    customer.enter()
    customer.says("Where is my tea?")
    desk.accepts()
    expect(desk.page.locator("conversation-header .signed-in")).to_have_count(0)

    customer.signs_in(provider, "Hanako Sato")
    told(customer, "signedIn")
    # The conversation went on, on the page that the customer came back to.
    customer.sees("Where is my tea?")
    customer.says("It is me, Hanako")
    expect(desk.page.locator("conversation-header .signed-in")).to_be_visible()
    expect(desk.page.locator("conversation-header h1")).to_have_text("Hanako Sato")
    expect(desk.page.get_by_text("The customer has signed in.")).to_be_visible()
    desk.picture("desktop-signed-in")
    desk.is_accessible()
    customer.picture("messenger-signed-in")

    # On another device of the same customer.
    phone = Customer(browser, site, artifacts, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    phone.page.goto(site.url)
    phone.signs_in(provider, "Hanako Sato")
    told(phone, "signedIn")
    phone.command("open")
    phone.sees("It is me, Hanako")
    phone.says("and from my phone")
    customer.sees("and from my phone")

    # A proof that the server does not take any more is renewed without a word.
    customer.page.evaluate("""() => {
      const key = Object.keys(localStorage).find((key) => /^engawa\\.messenger\\.[^.]+$/.test(key));
      const kept = JSON.parse(localStorage[key]);
      kept.proof.jwt = "too old";
      localStorage[key] = JSON.stringify(kept);
    }""")
    customer.page.reload()
    told(customer, "signedIn")
    customer.sees("and from my phone")

    # Signing out on one device ends it on both, and leaves nothing behind.
    customer.command("signOut")
    for screen in (customer, phone):
        told(screen, "signedOut")
        expect(screen.log.get_by_text("It is me, Hanako")).to_have_count(0)
        screen.says("Who am I?")
    assert customer.texts() == ["Who am I?"]
    stored = customer.page.evaluate("JSON.stringify(localStorage)")
    assert "refreshToken" not in stored and "Hanako" not in stored
    told(customer, "error", 0)
    customer.is_clean()
    desk.close()
    phone.close()
    customer.close()
