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

LOAD_SECONDS = float(os.environ.get("ENGAWA_LOAD_SECONDS", "30"))
GUESTS = 4
OPEN_WRITERS = 3
# A conversation shows its last thousand messages: a writer goes on as somebody else well before.
MESSAGES_MAX = 400


class Load:
    """Customers who write as fast as they are answered, and remember what was acknowledged."""

    def __init__(self, server, tokens):
        self.server = server
        self.tokens = tokens
        self.guest_texts = collections.defaultdict(list)
        self.open_texts = collections.defaultdict(list)
        self.open_conversations = {}
        self.problems = []
        self.is_over = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(self.guest, token), daemon=True) for token in tokens
        ] + [
            threading.Thread(target=self.run, args=(self.open_writer, f"open-{number}"), daemon=True)
            for number in range(OPEN_WRITERS)
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

    def open_writer(self, name):
        api = administration(self.server)
        path = inbound_path(self.server)
        total = 0
        while not self.is_over.is_set():
            user, number = f"{name}-{total // MESSAGES_MAX}", total % MESSAGES_MAX
            text = f"{user} {number}"
            answer = api.request("POST", path, open_message(text, user, id=f"{user}-{number}"))
            if answer.status == 429:
                assert float(answer.headers["Retry-After"]) > 0
                api = administration(self.server)
                continue
            assert answer.status == 200, answer
            self.open_texts[user].append(text)
            conversation = answer.json["conversationId"]
            assert self.open_conversations.setdefault(user, conversation) == conversation
            total += 1


def inbound_path(server):
    integration = server.demo["integrations"]["open"]["id"]
    return f"/api/v2/conversations/messages/{integration}/inbound/open/message?prefetchConversationId=true"


@pytest.fixture(scope="module")
def survived(tmp_path_factory, database):
    """A server that was killed under load and started again on the same folder, and the load that it had."""
    server = Server(tmp_path_factory.mktemp("kill-nine"), *database()).start()
    agents = [Agent(server, user).go_on_queue() for user in server.users("agent", "Support")[:2]]
    load = Load(server, [str(uuid.uuid4()) for _ in range(GUESTS)]).start()
    # The agents take part: what they accept and say is in the journal as well.
    accepted = threading.Thread(target=accept_what_comes, args=(server, agents, load), daemon=True)
    accepted.start()
    time.sleep(LOAD_SECONDS)
    problems = list(load.problems)
    server.kill()
    load.end()
    accepted.join(30)
    assert problems == []
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
    assert len(load.guest_texts) == GUESTS and len(load.open_texts) >= OPEN_WRITERS
    for texts in load.guest_texts.values():
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
    path = inbound_path(server)
    user, texts = next(iter(load.open_texts.items()))
    body = open_message(texts[-1], user, id=f"{user}-{len(texts) - 1}")
    one, two = [administration(server).post(path, body) for _ in range(2)]
    assert one["id"] == two["id"]


def test_every_open_customer_is_complete_in_the_supervisors_view(survived):
    server, load = survived
    supervisor = Agent(server, server.users("supervisor")[0])
    for user, acknowledged in load.open_texts.items():
        holds_exactly(supervisor.texts({"id": load.open_conversations[user]}, "inbound"), acknowledged)


def test_a_customer_goes_on_where_the_power_was_cut(survived):
    server, load = survived
    user, acknowledged = list(load.open_texts.items())[-1]
    taken = administration(server).post(inbound_path(server), open_message("after the cut", user))
    assert taken["conversationId"] == load.open_conversations[user]
    supervisor = Agent(server, server.users("supervisor")[0])
    texts = supervisor.texts({"id": taken["conversationId"]}, "inbound")
    assert texts[-1] == "after the cut"
    holds_exactly(texts[:-1], acknowledged)


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
