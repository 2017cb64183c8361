"""A power cut in the middle of the load: what was acknowledged is there exactly once, and in order.

ENGAWA_LOAD_SECONDS shortens the load.
"""

import collections
import os
import threading
import time
import uuid

import pytest
import urllib3

from support.agent import Agent, open_message
from support.guest import Guest
from support.http import Api, administration
from support.server import Server
from support.waiting import eventually

LOAD_SECONDS = float(os.environ.get("ENGAWA_LOAD_SECONDS", "30"))
GUESTS = 4
OPEN_CUSTOMERS = 3


class Load:
    """Customers who write as fast as they are answered, and remember what was acknowledged."""

    def __init__(self, server, tokens):
        self.server = server
        self.tokens = tokens
        self.guest_texts = collections.defaultdict(list)
        self.open_texts = collections.defaultdict(list)
        self.problems = []
        self.is_over = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(self.guest, token), daemon=True) for token in tokens
        ] + [
            threading.Thread(target=self.run, args=(self.open_customer, f"open-{number}"), daemon=True)
            for number in range(OPEN_CUSTOMERS)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)

    def run(self, customer, name):
        """A connection that breaks ends a customer; before the power cut it is a fault."""
        try:
            customer(name)
        except Exception as error:  # whatever broke, the list shows it
            if self.server.is_alive:
                self.problems.append((name, repr(error)))

    def guest(self, token):
        with Guest(self.server, token) as guest:
            guest.configure()
            number = 0
            while not self.is_over.is_set():
                text = f"{token[:4]} {number}"
                frame = guest.message(text, id=f"{token}-{number}", seconds=15)
                if frame["code"] == 429:
                    self.is_over.wait(frame["body"]["retryAfter"])
                    continue
                assert frame["code"] == 200, frame
                self.guest_texts[token].append(text)
                number += 1
                guest.frames.clear()

    def open_customer(self, user):
        api = administration(self.server)
        integration = self.server.demo["integrations"]["open"]["id"]
        path = f"/api/v2/conversations/messages/{integration}/inbound/open/message"
        number = 0
        while not self.is_over.is_set():
            text = f"{user} {number}"
            answer = api.request("POST", path, open_message(text, user, id=f"{user}-{number}"))
            if answer.status == 429:
                assert float(answer.headers["Retry-After"]) > 0
                api = administration(self.server)
                continue
            assert answer.status == 200, answer
            self.open_texts[user].append(text)
            number += 1


@pytest.fixture(scope="module")
def survived(tmp_path_factory):
    """A server that was killed under load and started again on the same folder, and the load that it had."""
    server = Server(tmp_path_factory.mktemp("kill-nine")).start()
    agents = [Agent(server, user).go_on_queue() for user in server.users("agent", "Support")[:2]]
    load = Load(server, [str(uuid.uuid4()) for _ in range(GUESTS)]).start()
    # The agents take part: what they accept and say is in the journal as well.
    accepted = threading.Thread(target=accept_what_comes, args=(server, agents, load), daemon=True)
    accepted.start()
    time.sleep(LOAD_SECONDS)
    assert load.problems == []
    server.kill()
    load.end()
    accepted.join(30)
    server.start()
    yield server, load
    assert server.stop() == 0, server.tail()


def accept_what_comes(server, agents, load):
    """Accepts each offer until the power is cut."""
    while not load.is_over.is_set():
        try:
            for agent in agents:
                for conversation in agent.conversations():
                    part = agent.mine(conversation)
                    if part["state"] == "alerting":
                        agent.patch(conversation, {"state": "connected"}, part)
            load.is_over.wait(0.5)
        except (AssertionError, OSError, urllib3.exceptions.HTTPError):
            if not server.is_alive:
                return


def holds_exactly(found, acknowledged):
    """Every acknowledged text once and in order. At most one more may be there: written, not yet acknowledged."""
    assert found[:len(acknowledged)] == acknowledged
    assert len(found) <= len(acknowledged) + 1
    assert len(set(found)) == len(found)


def test_there_was_a_load(survived):
    _, load = survived
    assert len(load.guest_texts) == GUESTS and len(load.open_texts) == OPEN_CUSTOMERS
    for texts in [*load.guest_texts.values(), *load.open_texts.values()]:
        assert len(texts) >= LOAD_SECONDS / 2
    total = sum(map(len, [*load.guest_texts.values(), *load.open_texts.values()]))
    print(f"{total} messages were acknowledged before the cut")


def test_each_guest_finds_its_history(survived):
    server, load = survived
    for token, acknowledged in load.guest_texts.items():
        with Guest(server, token) as guest:
            assert guest.configure()["newSession"] is False
            holds_exactly([one["text"] for one in guest.history()], acknowledged)


def test_a_repeated_message_is_still_known(survived):
    server, load = survived
    token, acknowledged = next(iter(load.guest_texts.items()))
    with Guest(server, token) as guest:
        guest.configure()
        before = guest.history()
        again = guest.say(acknowledged[-1], id=f"{token}-{len(acknowledged) - 1}")
        assert again["id"] == before[len(acknowledged) - 1]["id"]
        assert len(guest.history()) == len(before)
    integration = server.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message?prefetchConversationId=true"
    user, texts = next(iter(load.open_texts.items()))
    body = open_message(texts[-1], user, id=f"{user}-{len(texts) - 1}")
    one, two = [administration(server).post(path, body) for _ in range(2)]
    assert one["id"] == two["id"]


def test_every_open_customer_is_complete_at_the_desk(survived):
    server, load = survived
    integration = server.demo["integrations"]["open"]["id"]
    path = f"/api/v2/conversations/messages/{integration}/inbound/open/message?prefetchConversationId=true"
    supervisor = Agent(server, server.users("supervisor")[0])
    for user, acknowledged in load.open_texts.items():
        last = administration(server).post(path, open_message("after the cut", user))
        conversation = {"id": last["conversationId"]}
        found = supervisor_texts(supervisor, conversation, len(acknowledged) + 1)
        assert found[-1] == "after the cut"
        tail = acknowledged[-900:]
        # The details of a conversation go back a thousand messages.
        start = found.index(tail[0])
        holds_exactly(found[start:-1], tail)


def supervisor_texts(supervisor, conversation, count):
    """The texts of a conversation as the REST interface gives them."""
    def look():
        texts = supervisor.texts(conversation, "inbound")
        return texts if len(texts) >= min(count, 1000) else None
    return eventually(look, "the texts")


def test_the_accepted_conversations_are_still_at_their_agents(survived):
    server, load = survived
    seen = set()
    for user in server.users("agent", "Support")[:2]:
        agent = Agent(server, user)
        for conversation in agent.conversations():
            part = agent.mine(conversation)
            if part["state"] != "connected":
                continue
            texts = agent.texts(conversation, "inbound")
            owner = next(
                one for one in [*load.guest_texts.values(), *load.open_texts.values()] if set(texts) & set(one))
            # What nobody acknowledged may be there too; the details go back a thousand messages.
            found = [text for text in texts if text in set(owner)]
            assert found == owner[-len(found):]
            seen.add(conversation["id"])
    assert seen, "no conversation was accepted under load"


def test_the_house_goes_on(survived):
    server, _ = survived
    assert Api(server.base_url).request("GET", "/health").status == 200
    with Guest(server) as guest:
        guest.configure()
        guest.say("a new customer after the cut")
