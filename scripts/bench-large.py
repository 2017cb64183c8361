"""A contact centre of five million messages in a million conversations: how long a start takes, and a page of history
and of search.

The rows are copies of conversations that guests had with the real server, with ids and words of their own, written
straight into the tables; the server then starts on them and is asked over its own API.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "system"))

from large.copies import MESSAGES_EACH  # noqa: E402
from large.postgres import PostgresHouse  # noqa: E402
from large.sqlite import SQLiteHouse  # noqa: E402
from support import server as servers  # noqa: E402
from support.guest import Guest  # noqa: E402
from support.http import Api  # noqa: E402
from support.sign_in import tokens as sign_in  # noqa: E402

HOUSES = {"sqlite": SQLiteHouse, "postgres": PostgresHouse}
PAGES = 100
SEARCHES = (("a word of every twelfth message (返品)", "返品"), ("a frequent word", "babal"),
            ("two frequent words", "babal baden"), ("two frequent words, never together", "返品 babal"),
            ("a rare word", "order"), ("a word of none", "xylophone"))
NEVER = ("返品 babal", "xylophone")


def templates(server):
    """Two guests on the real server: one whose conversation is over, one who still waits."""
    for leaves in (True, False):
        guest = Guest(server)
        guest.configure()
        for number in range(MESSAGES_EACH):
            guest.say(f"template {number}")
        if leaves:
            guest.request("onMessage", message={
                "type": "Event", "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]})
        guest.close()


def timed(count, call):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1_000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99) - 1 if len(times) >= 100 else -1]


def ask(server, counts):
    agent = Api(server.base_url, sign_in(server, server.users("supervisor")[0])["access_token"])
    chance = random.Random(3)
    contacts = [contact for contact, _ in chance.sample(counts["samples"], PAGES)]
    conversations = [conversation for _, conversation in chance.sample(counts["samples"], PAGES)]
    opened, words = [], []

    def customer():
        contact = contacts.pop()
        body = {"conversationFilters": [], "interval": "2020-01-01T00:00:00Z/2040-01-01T00:00:00Z", "segmentFilters": [
            {"type": "and", "predicates": [{"dimension": "externalContactId", "value": contact}]}],
            "paging": {"pageSize": 25, "pageNumber": 1}}
        found = agent.post("/api/v2/analytics/conversations/details/query", body)
        assert len(found["conversations"]) == 1, found

    def conversation():
        opened.append(agent.get(f"/api/v2/conversations/messages/{conversations.pop()}"))

    def messages():
        body = opened.pop()
        ids = [message["messageId"] for one in body["participants"] for message in one.get("messages", [])]
        found = agent.post(f"/api/v2/conversations/messages/{body['id']}/messages/bulk", ids)
        assert len(found["entities"]) == len(ids) >= MESSAGES_EACH, (ids, found)
        words.append(found["entities"][0]["textBody"].split()[-1])

    yield ("a customer's conversations", *timed(PAGES, customer))
    yield ("a conversation with its list of messages", *timed(PAGES, conversation))
    yield ("the messages of a conversation", *timed(PAGES, messages))
    for name, text in SEARCHES:
        def search():
            # A word that one message alone has is another one each time.
            value = words.pop() if text == "order" else text
            found = agent.post("/api/v2/speechandtextanalytics/transcripts/search", {
                "types": ["messages"], "pageSize": 25, "pageNumber": 1,
                "query": [{"type": "PHRASE", "fields": ["transcript"], "value": value}]})
            results = found["results"]
            assert (len(results) == 0) == (text in NEVER) and (len(results) == 1) == (text == "order"), found

        yield (f"search: {name}", *timed(PAGES, search))


def fill(house, folder, arguments):
    """Makes the data once; a folder that has it is used again."""
    if (folder / "filled.json").exists():
        house.start()
        return json.loads((folder / "filled.json").read_text())
    start = time.perf_counter()
    house.start()
    server = servers.Server(folder, *house.options).start()
    templates(server)
    server.stop()
    messages, samples = house.fill(arguments.conversations, arguments.open)
    counts = {"messages": messages, "conversations": arguments.conversations, "open": arguments.open,
              "samples": samples}
    (folder / "filled.json").write_text(json.dumps(counts))
    print(f"filled {house.bytes() / 1e9:.1f} GB in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return counts


def start_times(server, count=3):
    """How long a start takes until the server answers; it stays up after the last."""
    times = []
    for number in range(count):
        if number:
            server.stop()
        start = time.perf_counter()
        server.start()
        times.append((time.perf_counter() - start) * 1_000)
    return times


def measure(server, counts):
    print("| what | median ms | p99 ms |\n|---|---|---|")
    starts = start_times(server)
    try:
        print(f"| start until it answers | {statistics.median(starts):,.0f} | {max(starts):,.0f} (most) |", flush=True)
        for name, middle, tail in ask(server, counts):
            print(f"| {name} | {middle:.1f} | {tail:.1f} |", flush=True)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=servers.BINARY, type=pathlib.Path)
    parser.add_argument("--engine", choices=sorted(HOUSES), default="sqlite", help="the database under the server")
    parser.add_argument("--conversations", default=1_000_000, type=int)
    parser.add_argument("--open", default=20_000, type=int, help="of them with work under way")
    parser.add_argument("--folder", default=servers.ROOT / ".bench", type=pathlib.Path, help="where the data stays")
    arguments = parser.parse_args()
    servers.BINARY = arguments.binary.resolve()
    folder = arguments.folder / arguments.engine
    folder.mkdir(parents=True, exist_ok=True)
    house = HOUSES[arguments.engine](folder)
    try:
        counts = fill(house, folder, arguments)
        print(f"{arguments.engine}: {counts['messages']:,} messages in {counts['conversations']:,} conversations, "
              f"{counts['open']:,} open, load {os.getloadavg()[0]:.1f}\n")
        measure(servers.Server(folder, "--requests-per-minute-max", "100000", *house.options), counts)
    finally:
        house.stop()


if __name__ == "__main__":
    main()
