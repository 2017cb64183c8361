"""Files that agents send from the desktop: chosen, dropped and pasted, to a real guest."""

import base64

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.clamd import Clamd
from support.customer import Customer
from support.files import EICAR, get
from support.guest import Guest
from support.hostile_files import PAGE
from support.picture import hills, square
from support.waiting import eventually

RECEIPT = b"%PDF-1.7\n" + b"% receipt\n" * 12_000 + b"%%EOF\n"
# What a hand does that drags a file from a folder or pastes a picture: the browser makes the same events.
GIVE = """(element, {type, name, kind, content, texts}) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, {type: kind}));
    for (const each of texts) data.items.add(name, each);
    const Event = type === "paste" ? ClipboardEvent : DragEvent;
    const given = type === "paste" ? {clipboardData: data} : {dataTransfer: data};
    return element.dispatchEvent(new Event(type, {bubbles: true, cancelable: true, ...given}));
}"""


def gives(place, type, content, name="cat.png", kind="image/png", texts=()):
    """Whether the browser would do what it does by itself."""
    return place.evaluate(GIVE, {
        "type": type, "name": name, "kind": kind, "texts": texts, "content": base64.b64encode(content).decode()})


def chooses(desk, *files):
    with desk.page.expect_file_chooser() as chooser:
        button = desk.page.get_by_role("button", name=desk.words["attach.label"])
        button.focus()
        button.press("Enter")
    chooser.value.set_files([{"name": name, "mimeType": type, "buffer": content} for name, type, content in files])


def begins(desk, server):
    user = server.users("agent", "Support")[0]
    Agent(server, user).presence("AVAILABLE")
    desk.sign_in(user)
    desk.go_on_queue()


def files_of(guest, count):
    """What the guest got, by name."""
    def look():
        found = [
            item["attachment"] for one in guest.history() if one["direction"] == "Outbound"
            for item in one.get("content", [])]
        return found if len(found) >= count else None
    return {one["filename"]: one for one in eventually(look, "the files")}


@pytest.mark.parametrize("language, scheme, text", [
    ("en", "light", "Here is your receipt, and how the hills look from there."),
    ("ja", "dark", "領収書と、そこから見える景色の写真をお送りします。"),
])
def test_an_agent_sends_files_and_the_guest_has_them(server, browser, artifacts, language, scheme, text):
    desk = Desk(browser, server, language, artifacts, scheme=scheme)
    begins(desk, server)
    guest = Guest(server)
    guest.configure()
    guest.say("Can I have the receipt?")
    desk.accepts()
    waiting = desk.page.get_by_role("list", name=desk.words["attach.list"])
    send = desk.page.locator("message-composer").get_by_role("button", name=desk.words["composer.send"], exact=True)

    desk.composer.fill(text)
    held = []
    desk.page.route("**/uploads/**", lambda route: held.append(route))
    chooses(desk, ("receipt.pdf", "application/pdf", RECEIPT))
    expect(waiting.get_by_role("progressbar", name="receipt.pdf")).to_be_visible()
    expect(desk.composer).to_be_focused()
    expect(send).to_be_disabled()
    desk.composer.press("Enter")
    expect(desk.composer).to_have_value(text)
    chooses(desk, ("setup.exe", "application/x-msdownload", b"MZ"), ("empty.txt", "text/plain", b""))
    for key, name in ("type", "setup.exe"), ("empty", "empty.txt"):
        said = desk.words[f"attach.{key}"].replace("{name}", name)
        expect(waiting.get_by_text(said)).to_be_visible()
    desk.until(lambda: held, "the upload")
    desk.is_accessible()
    desk.picture(f"{language}-desk-files-trouble")
    for name in "setup.exe", "empty.txt":
        waiting.get_by_role("button", name=desk.words["attach.close"].replace("{name}", name)).click()

    assert not gives(desk.transcript, "dragover", square())
    expect(desk.page.get_by_text(desk.words["attach.drop"])).to_be_visible()
    desk.picture(f"{language}-desk-files-drop")
    gives(desk.transcript, "drop", hills(640, 400), "hills.png")
    expect(desk.page.get_by_text(desk.words["attach.drop"])).to_have_count(0)
    assert not gives(desk.composer, "paste", square(), "image.png", texts=["text/plain"])
    # Cells of a spreadsheet come as a picture too, and are meant as text.
    assert gives(desk.composer, "paste", square(), "cells.png", texts=["text/plain", "text/html"])
    assert gives(desk.page.locator("desk-rail"), "drop", square(), "missed.png") is False
    gives(desk.transcript, "drop", square(), "second-thoughts.png")
    waiting.get_by_role(
        "button", name=desk.words["attach.remove"].replace("{name}", "second-thoughts.png")).click()
    expect(waiting.get_by_role("listitem")).to_have_count(3)
    # The last one was given up.
    for route in desk.until(lambda: held[:3] if len(held) >= 3 else None, "the uploads"):
        route.continue_()
    expect(waiting.get_by_role("progressbar")).to_have_count(0)
    expect(send).to_be_enabled()
    expect(desk.composer).to_be_focused()
    desk.is_accessible()
    desk.picture(f"{language}-desk-files-ready")
    desk.composer.press("Enter")
    expect(waiting).to_have_count(0)
    desk.sees(text)
    expect(desk.bubbles.get_by_role("link", name="receipt.pdf")).to_contain_text("117 KB")
    shown = desk.bubbles.get_by_role("img", name="hills.png")
    desk.until(lambda: shown.evaluate("image => image.complete && image.naturalWidth") == 640, "the picture")
    desk.picture(f"{language}-desk-files-sent")

    got = files_of(guest, 3)
    assert sorted(got) == ["hills.png", "image.png", "receipt.pdf"]
    assert got["hills.png"]["mediaType"] == "Image"
    assert get(got["receipt.pdf"]["url"])[2] == RECEIPT
    desk.ends()
    desk.wraps_up("Files")
    desk.is_clean()
    desk.close()
    guest.close()


def test_an_upload_that_fails_is_tried_again_and_the_messenger_shows_the_picture(server, browser, artifacts, site):
    customer = Customer(browser, site, artifacts)
    desk = Desk(browser, server, "en", artifacts)
    begins(desk, server)
    customer.enter()
    customer.says("How does it look?")
    desk.accepts()
    desk.page.route("**/uploads/**", lambda route: route.abort())
    chooses(desk, ("hills.png", "image/png", hills(640, 400)))
    waiting = desk.page.get_by_role("list", name=desk.words["attach.list"])
    expect(waiting).to_contain_text("hills.png could not be uploaded.")
    desk.page.unroute("**/uploads/**")
    waiting.get_by_role("button", name="Try hills.png again").click()
    expect(waiting.get_by_role("progressbar")).to_have_count(0)
    desk.page.locator("message-composer").get_by_role("button", name=desk.words["composer.send"], exact=True).click()
    picture = customer.log.get_by_role("button", name="hills.png")
    expect(picture).to_be_visible()
    customer.until(lambda: picture.locator("img").evaluate("image => image.naturalWidth") == 640, "the picture")
    customer.picture("desk-files-messenger")
    customer.is_clean()
    # What the browser says of the upload that was made to fail is all that went wrong.
    assert all("ERR_FAILED" in problem for problem in desk.problems), desk.problems
    desk.ends()
    desk.wraps_up("Look")
    desk.close()
    customer.close()


@pytest.fixture
def daemon():
    daemon = Clamd().start()
    yield daemon
    daemon.close()


# What the server refuses, by the key of its words.
REFUSED = [
    ("content", ("hills.png", "image/png", PAGE)), ("infected", ("invoice.txt", "text/plain", EICAR)),
    ("name", ("README", "", b"Read me")), ("kind", ("page.txt", "text/html", PAGE)),
]


def test_what_the_server_refuses_is_said_in_words_and_what_it_took_survives_a_reload(
        limited, daemon, browser, artifacts):
    server = limited(CLAMD=daemon.places[0])
    for language in "en", "ja":
        desk = Desk(browser, server, language, artifacts)
        begins(desk, server)
        guest = Guest(server)
        guest.configure()
        guest.say("May I see it?")
        desk.accepts()
        waiting = desk.page.get_by_role("list", name=desk.words["attach.list"])

        def says(key, name):
            said = desk.words[f"attach.{key}"].replace("{name}", name)
            expect(waiting.get_by_text(said)).to_be_visible()

        chooses(desk, *[file for _, file in REFUSED], ("receipt.pdf", "application/pdf", RECEIPT))
        for key, (name, _, _) in REFUSED:
            says(key, name)
        expect(waiting.get_by_role("progressbar")).to_have_count(0)
        desk.is_accessible()
        desk.picture(f"{language}-desk-files-refused")
        # What nobody could look at may be tried again.
        daemon.stop()
        chooses(desk, ("oak.png", "image/png", square()))
        says("unscanned", "oak.png")
        daemon.start()
        waiting.get_by_role("button", name=desk.words["attach.retry"].replace("{name}", "oak.png")).click()
        expect(waiting.locator(".ready")).to_have_count(2)

        desk.page.reload()
        expect(waiting.get_by_role("listitem")).to_have_count(2)
        expect(waiting).to_contain_text("receipt.pdf")
        desk.page.locator("message-composer").get_by_role(
            "button", name=desk.words["composer.send"], exact=True).click()
        expect(waiting).to_have_count(0)
        got = files_of(guest, 2)
        assert sorted(got) == ["oak.png", "receipt.pdf"] and get(got["receipt.pdf"]["url"])[2] == RECEIPT
        desk.page.reload()
        desk.sees("May I see it?")
        expect(waiting).to_have_count(0)
        # The browser tells of each answer that is an error, and of nothing else.
        assert all("status of 4" in problem or "status of 503" in problem for problem in desk.problems), desk.problems
        desk.ends()
        desk.wraps_up("Refused")
        desk.close()
        guest.close()
