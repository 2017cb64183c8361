"""Files from the messenger to the server, to the agent, and back, each of them the real one."""


import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk
from support.clamd import Clamd
from support.customer import Customer
from support.files import EICAR, agent_sends
from support.foreign_site import ForeignSite
from support.picture import hills
from support.server import Server
from support.waiting import eventually

RECEIPT = b"%PDF-1.7\n" + b"% receipt\n" * 12_000 + b"%%EOF\n"


@pytest.fixture
def customer(browser, site, artifacts):
    customer = Customer(browser, site, artifacts)
    yield customer
    customer.close()


def chooses(customer, name, type, content):
    """What the customer does to send a file."""
    field = customer.page.get_by_label(customer.words["upload.label"])
    field.set_input_files({"name": name, "mimeType": type, "buffer": content})


def slow_line(customer, bytes_per_second):
    """From now on nothing is sent faster; the call that it returns makes the line fast again."""
    tools = customer.page.context.new_cdp_session(customer.page)
    tools.send("Network.enable")

    def set_speed(speed):
        tools.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed})

    set_speed(bytes_per_second)
    return lambda: set_speed(-1)


def blobs(server):
    return [file for file in (server.data / "blobs").rglob("*") if file.is_file()]


def says(customer, key, name):
    """A note about a file, by the key of its words."""
    return customer.page.get_by_text(customer.words[key].replace("{name}", name))


def test_a_picture_and_a_document_reach_the_agent_who_answers_with_one(browser, customer, server, artifacts):
    desk = Desk(browser, server, "en", artifacts)
    desk.sign_in(server.users("agent", "Support")[0])
    desk.go_on_queue()
    customer.enter()
    customer.says("I have a picture and a receipt.")
    desk.accepts()
    fast = slow_line(customer, 300_000)
    chooses(customer, "hills.png", "image/png", hills(bytes=900_000))
    bar = customer.page.get_by_role("progressbar", name="hills.png")
    expect(bar).to_be_visible()
    steps = set()
    eventually(lambda: steps.add(bar.evaluate("bar => bar.value")) or len([s for s in steps if 0 < s < 1]) >= 3,
               "progress", every=0.1)
    customer.picture("messenger-files-progress")
    customer.is_accessible()
    fast()
    picture = customer.log.get_by_role("button", name="hills.png")
    expect(picture).to_be_visible()
    expect(bar).to_have_count(0)
    chooses(customer, "receipt.pdf", "application/pdf", RECEIPT)
    expect(customer.log.get_by_role("link", name="receipt.pdf")).to_be_visible()

    # The agent has both, with name and size.
    shown = desk.bubbles.get_by_role("img", name="hills.png")
    expect(shown).to_be_visible()
    eventually(lambda: shown.evaluate("image => image.complete && image.naturalWidth") == 960, "the picture")
    expect(desk.bubbles.get_by_role("link", name="receipt.pdf")).to_contain_text("117 KB")
    desk.is_accessible()
    desk.picture("desktop-files")

    # And answers.
    agent = Agent(server, server.users("agent", "Support")[0])
    [conversation] = [one for one in agent.conversations() if agent.mine(one)["state"] == "connected"]
    agent_sends(agent, conversation, hills(640, 400), "another-view.png", "image/png")
    answer = customer.log.get_by_role("button", name="another-view.png")
    expect(answer).to_be_visible()
    eventually(lambda: answer.locator("img").evaluate("image => image.naturalWidth") == 640, "the answer")
    customer.picture("messenger-files")
    customer.is_accessible()
    answer.click()
    box = customer.page.get_by_role("dialog", name="another-view.png")
    expect(box.get_by_role("img", name="another-view.png")).to_be_visible()
    customer.is_accessible()
    customer.picture("messenger-files-lightbox")
    customer.page.keyboard.press("Escape")
    expect(answer).to_be_focused()
    customer.page.reload()
    expect(customer.log.get_by_role("button", name="hills.png")).to_be_visible()
    customer.is_clean()
    desk.is_clean()
    agent.leave(conversation)
    desk.close()


def test_who_thinks_better_of_it_sends_nothing(customer, server):
    customer.enter()
    customer.says("Wait")
    before = blobs(server)
    slow_line(customer, 100_000)
    chooses(customer, "hills.png", "image/png", hills(200, 100, bytes=900_000))
    bar = customer.page.get_by_role("progressbar", name="hills.png")
    eventually(lambda: bar.evaluate("bar => bar.value") > 0, "progress")
    customer.page.get_by_role("button", name=customer.words["upload.cancel"].replace("{name}", "hills.png")).click()
    expect(bar).to_have_count(0)
    customer.says("I have no picture after all")
    assert customer.texts() == ["Wait", "I have no picture after all"]
    assert customer.log.get_by_role("button", name="hills.png").count() == 0
    assert blobs(server) == before


REFUSED = [
    ("nothing", "empty.png", "image/png", b"", "upload.empty"),
    ("too much", "large.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(10_240 << 10), "upload.large"),
    ("a page", "page.html", "text/html", b"<script>1</script>", "upload.type"),
    ("a program", "tool.exe", "application/octet-stream", b"MZ", "upload.type"),
    ("a page that says it is a picture", "page.png", "image/png", b"<!doctype html><script>1</script>", "upload.type"),
]


@pytest.mark.parametrize("name, type, content, note", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_refused_is_said_in_words(customer, server, name, type, content, note):
    customer.enter()
    customer.says("Hello")
    before = blobs(server)
    chooses(customer, name, type, content)
    expect(says(customer, note, name)).to_be_visible()
    customer.is_accessible()
    customer.picture(f"messenger-files-{name.replace('.', '-')}")
    customer.page.get_by_role("button", name=customer.words["upload.close"].replace("{name}", name)).click()
    expect(says(customer, note, name)).to_have_count(0)
    customer.says("Well then")
    assert blobs(server) == before


def test_a_virus_is_refused(browser, limited, artifacts):
    daemon = Clamd().start()
    server = limited(CLAMD=daemon.places[0])
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    try:
        customer.enter()
        customer.says("Hello")
        chooses(customer, "eicar.txt", "text/plain", EICAR)
        expect(says(customer, "upload.type", "eicar.txt")).to_be_visible()
        chooses(customer, "hills.png", "image/png", hills(200, 100))
        expect(customer.log.get_by_role("button", name="hills.png")).to_be_visible()
        assert len(blobs(server)) == 1
        daemon.stop()
        chooses(customer, "later.png", "image/png", hills(100, 100))
        expect(says(customer, "upload.failed", "later.png")).to_be_visible()
    finally:
        customer.close()
        site.close()
        daemon.close()


def test_a_server_that_is_killed_in_an_upload_has_the_file_when_it_is_back(browser, tmp_path, artifacts):
    server = Server(tmp_path).start()
    site = ForeignSite(server)
    customer = Customer(browser, site, artifacts)
    try:
        customer.enter()
        customer.says("Before the crash")
        fast = slow_line(customer, 100_000)
        chooses(customer, "hills.png", "image/png", hills(200, 100, bytes=900_000))
        bar = customer.page.get_by_role("progressbar", name="hills.png")
        eventually(lambda: bar.evaluate("bar => bar.value") > 0, "progress")
        server.kill()
        waiting = customer.page.locator(".uploads").get_by_text(customer.words["status.waiting"])
        expect(waiting).to_be_visible()
        customer.picture("messenger-files-killed")
        customer.is_accessible()
        assert blobs(server) == []
        fast()
        server.start()
        customer.page.evaluate("dispatchEvent(new Event('online'))")
        expect(customer.log.get_by_role("button", name="hills.png")).to_be_visible()
        expect(waiting).to_have_count(0)
        expect(customer.log.get_by_text(customer.words["status.sent"], exact=True)).to_be_visible()
        assert len(blobs(server)) == 1
    finally:
        customer.close()
        site.close()
        server.stop()


# What is put into the window otherwise than by the button: a file of the real clipboard would need a desktop.
HAND_OVER = """(target, [name, types]) => {
    const dataTransfer = new DataTransfer();
    for (const type of types)
      if (type === "Files") dataTransfer.items.add(new File([document.title], "notes.txt", { type: "text/plain" }));
      else dataTransfer.setData(type, "words");
    const clipboardData = dataTransfer;
    const made = name === "paste" ? new ClipboardEvent(name, { clipboardData, bubbles: true, cancelable: true })
      : new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
    return !target.dispatchEvent(made);
}"""


def test_a_file_is_pasted_or_dropped_and_waits_without_a_connection(customer, server):
    customer.enter()
    customer.reaches("Hello")
    panel, files = customer.page.locator("engawa-panel"), customer.log.get_by_role("link", name="notes.txt")

    def hands_over(target, name, *types):
        return target.evaluate(HAND_OVER, [name, types])

    assert not hands_over(customer.composer, "paste", "text/plain", "text/html", "Files")
    assert hands_over(customer.composer, "paste", "Files")
    expect(files).to_have_count(1)
    assert not hands_over(panel, "dragover", "text/plain")
    assert hands_over(panel, "dragover", "Files")
    customer.picture("messenger-files-drop")
    customer.context.set_offline(True)
    expect(customer.page.get_by_text(customer.words["notice.offline"])).to_be_visible()
    assert hands_over(panel, "drop", "Files")
    expect(customer.page.locator(".uploads").get_by_text(customer.words["status.waiting"])).to_be_visible()
    customer.picture("messenger-files-waiting")
    customer.is_accessible()
    customer.context.set_offline(False)
    expect(files).to_have_count(2)
    customer.is_clean()
