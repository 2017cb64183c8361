"""Links by which files are read: good for a while, for one file, and made anew with each showing."""

import re
import sqlite3
import time

import pytest
from playwright.sync_api import expect

from support.agent import Agent
from support.browser import Desk, Visitor
from support.files import agent_sends, get, send, upload
from support.guest import Guest
from support.picture import square
from support.waiting import eventually

LINK = re.compile(r"http://127\.0\.0\.1:\d+/downloads/[0-9a-f-]{36}/(\d+)/[\w-]{43}$")


def end_of(url):
    """When a link is over, by itself."""
    return int(LINK.match(url).group(1))


@pytest.fixture
def short(limited):
    """A server whose links are good for three seconds."""
    return limited(FILE_LINK_SECONDS="3")


def talk(server):
    """A guest and an agent in one conversation."""
    agent = Agent(server, server.users("agent", "Support")[0]).listen().go_on_queue()
    guest = Guest(server)
    guest.configure()
    guest.say("Here is my cat")
    return guest, agent, agent.accept(agent.offered())


def links(guest, agent, conversation, id):
    """Every link to the guest's file that anybody is shown now."""
    message = agent.message_ids(conversation)[-1]
    path = f"/api/v2/conversations/messages/{conversation['id']}/messages"
    one = agent.api.get(f"{path}/{message}")
    [many] = agent.api.post(f"{path}/bulk", [message])["entities"]
    flat = [part for part in agent.get(conversation)["participants"] if part["purpose"] == "customer"][0]
    [unified] = [
        part for part in agent.api.get(f"/api/v2/conversations/{conversation['id']}")["participants"]
        if part["purpose"] == "customer"]
    return {
        "history": guest.history()[-1]["content"][0]["attachment"]["url"],
        "getAttachment": guest.request("getAttachment", attachmentId=id)["body"]["url"],
        "message": one["normalizedMessage"]["content"][0]["attachment"]["url"],
        "media": one["media"][0]["url"],
        "bulk": many["media"][0]["url"],
        "conversation": flat["messages"][-1]["media"][0]["url"],
        "unified": unified["messages"][0]["messages"][-1]["media"][0]["url"],
    }


def test_every_link_ends_and_each_showing_makes_a_fresh_one(short):
    guest, agent, conversation = talk(short)
    id = upload(guest)
    echo = send(guest, id)["body"]["content"][0]["attachment"]["url"]
    told = agent.notified(
        lambda body: any(m["media"] for p in body["participants"] for m in p["messages"]), "conversations.messages")
    [event] = [m["media"][0]["url"] for p in told["participants"] for m in p["messages"] if m["media"]]
    first = {"echo": echo, "event": event, **links(guest, agent, conversation, id)}
    for place, url in first.items():
        assert 0 < end_of(url) - time.time() <= 3, place
    assert get(echo)[0] == 200
    eventually(lambda: get(max(first.values(), key=end_of))[0] == 403, "the end of the links", 20)
    for place, url in first.items():
        assert get(url)[0] == 403, place
    for place, url in links(guest, agent, conversation, id).items():
        assert url != first[place] and get(url)[0] == 200, place
    guest.close()
    agent.socket.close()


def test_a_link_that_was_changed_opens_nothing(server):
    with Guest(server) as guest:
        guest.configure()
        one, other = (guest.request("getAttachment", attachmentId=upload(guest))["body"] for _ in range(2))
    assert one["headers"] == {} and one["fileSize"] > 0
    base, media, expires, signature = one["url"].rsplit("/", 3)
    stranger = other["url"].rsplit("/", 3)[1]
    for path in (
        f"{media}/{int(expires) + 1}/{signature}", f"{media}/{expires}/{signature[:-2]}xx",
        f"{stranger}/{expires}/{signature}",
        f"{media}/+{expires}/x", f"{media}/{2**63}/{signature}", f"{media}/-1/{signature}", f"{media}/x/{signature}",
        f"x/{expires}/{signature}", f"{media}/{expires}/",
    ):
        assert get(f"{base}/{path}")[0] in (403, 404), path
    assert get(f"{base}/{media}/{signature}")[0] == 404
    status, headers, _ = get(one["url"])
    left = int(re.search(r"max-age=(\d+)", headers["Cache-Control"]).group(1))
    assert status == 200 and 0 < left <= int(expires) - time.time() + 1


def test_a_guest_gets_fresh_links_to_the_agents_files_and_nobody_else_does(server):
    guest, agent, conversation = talk(server)
    agent_sends(agent, conversation)
    [attachment] = [
        item["attachment"] for one in eventually(lambda: guest.history()[1:], "the file") for item in one["content"]]
    fresh = guest.request("getAttachment", attachmentId=attachment["id"])["body"]
    assert (fresh["headers"], fresh["fileName"], get(fresh["url"])[0]) == ({}, "cat.png", 200)
    with Guest(server) as stranger:
        stranger.configure()
        assert stranger.request("getAttachment", attachmentId=attachment["id"])["code"] == 4009
    guest.close()
    agent.leave(conversation)
    agent.socket.close()


def test_stored_messages_hold_no_link(server, request):
    if request.config.getoption("engine") != "sqlite":
        pytest.skip("looks into the file of SQLite")
    with Guest(server) as guest:
        guest.configure()
        assert send(guest, upload(guest))["code"] == 200
    with sqlite3.connect(server.data / "engawa.db") as database:
        bodies = [bytes(body).decode() for (body,) in database.execute("SELECT body FROM message")]
    assert any('"media:' in body for body in bodies)
    assert not any("/downloads/" in body for body in bodies)


# Screens that are open for longer than their links

class Late:
    """Lets no request for a file through before its link is over."""

    def __init__(self, page):
        self.held = []
        self.isOn = True
        page.route("**/downloads/**", self._hold)

    def _hold(self, route):
        if self.isOn and not self.held:
            self.held.append(route)
        else:
            route.continue_()

    def release(self, page):
        def isOver():
            page.wait_for_timeout(100)
            return self.held and end_of(self.held[0].request.url) < time.time()
        eventually(isOver, "a link that is over", 20)
        self.held[0].continue_()


def is_whole(image):
    expect(image).to_be_visible()
    eventually(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"), "the picture", 15)


def test_screens_that_were_open_too_long_read_the_picture_again(browser, short, artifacts):
    visitor = Visitor(browser, short, "en", artifacts)
    agent = Desk(browser, short, "en", artifacts)
    agent.sign_in(short.users("agent", "Support")[0])
    agent.go_on_queue()
    late, slow = Late(visitor.page), Late(agent.page)
    visitor.enter()
    visitor.says("Here is my cat")
    agent.accepts()
    token = visitor.page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).token).find(Boolean)")
    with Guest(short, token) as guest:
        guest.configure()
        assert send(guest, upload(guest, square(), name="cat.png"))["code"] == 200
    late.release(visitor.page)
    is_whole(visitor.log.locator(".picture img"))
    expect(visitor.log.locator(".picture.broken")).to_have_count(0)
    slow.release(agent.page)
    is_whole(agent.bubbles.locator("img"))
    visitor.close()
    agent.close()


def test_a_file_whose_link_is_over_opens_all_the_same(browser, short, artifacts):
    visitor = Visitor(browser, short, "en", artifacts)
    agent = Desk(browser, short, "en", artifacts)
    agent.sign_in(short.users("agent", "Support")[0])
    agent.go_on_queue()
    visitor.enter()
    visitor.says("Here is the receipt")
    agent.accepts()
    token = visitor.page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).token).find(Boolean)")
    with Guest(short, token) as guest:
        guest.configure()
        id = upload(guest, b"%PDF-1.7\n%%EOF\n", name="receipt.pdf", type="application/pdf")
        assert send(guest, id)["code"] == 200
    for screen, place in ((visitor, visitor.log), (agent, agent.bubbles)):
        link = place.get_by_role("link", name=re.compile("receipt.pdf"))
        expect(link).to_be_visible()
        old = link.get_attribute("href")
        screen.page.wait_for_timeout(max(0, end_of(old) - time.time() + 1) * 1000)
        with screen.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "receipt.pdf"
        assert end_of(download.value.url) > end_of(old)
    visitor.close()
    agent.close()
