"""A contact centre of five million messages in a million conversations: how long a start takes, and a page of history
and of search.

The rows are copies of conversations that guests had with the real server, with ids and words of their own, written
straight into the tables; the server then starts on them and is asked over its own API.
"""

import argparse
import itertools
import json
import pathlib
import random
import sqlite3
import statistics
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "system"))

from support import server as servers  # noqa: E402
from support.guest import Guest  # noqa: E402
from support.http import Api  # noqa: E402
from support.sign_in import tokens as sign_in  # noqa: E402

MESSAGES_EACH = 5
JAPANESE = ["返品したいです", "領収書をお願いします", "配送はいつですか"]
NAMED = ["stream", "event", "message", "identity", "message_search"]


class Words:
    """Words as customers use them: few often, many seldom."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        ends = "bal den fir gon kel lam mir nos pan rim sol tur vek wan zim lo ra si ta ko".split()
        self.words = [a + b + c for a in "bdfgkmprst" for b in "aeiou" for c in ends]
        self.weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(self.words))))

    def text(self, number):
        words = self.chance.choices(self.words, cum_weights=self.weights, k=7)
        if number % 4 == 0:
            return f"{JAPANESE[number // 4 % len(JAPANESE)]} order{number}"
        return f"{' '.join(words)} order{number}"


def search_tokens(text):
    """The tokens of the texts above, as the server makes them."""
    found = []
    for word in text.split():
        if word[0] < "\u3000":
            found.append(word)
        else:
            found += list(word) + [a + b for a, b in zip(word, word[1:])]
    return " ".join(dict.fromkeys(found))


class Template:
    """The rows of one conversation, to be copied under other ids."""

    def __init__(self, database, identity):
        one = database.execute("SELECT * FROM identity WHERE id = ?", (identity,))
        self.identity = dict(zip([column[0] for column in one.description], one.fetchone()))
        key = self.identity["conversation"]
        rows = database.execute("SELECT * FROM stream WHERE key = ?", (key,))
        self.stream = dict(zip([column[0] for column in rows.description], rows.fetchone()))
        rows = database.execute("SELECT * FROM message WHERE conversation = ? ORDER BY position", (key,))
        names = [column[0] for column in rows.description]
        self.messages = [dict(zip(names, row)) for row in rows if json.loads(row[-1]).get("text")]
        rows = database.execute("SELECT * FROM event WHERE stream_key = ? ORDER BY version", (key,))
        names = [column[0] for column in rows.description]
        events = [dict(zip(names, row)) for row in rows]
        positions = {message["position"] for message in self.messages}
        self.events = [event for event in events if event["position"] in positions]
        self.last = events[-1]
        # The snapshot says all up to its version; what came after it is copied, too.
        self.tail = [event for event in events if event["version"] > self.stream["version"]]


def uuid_text(raw):
    return str(uuid.UUID(bytes=bytes(raw))).encode()


class Seeder:
    """Copies of templates, table by table."""

    def __init__(self, database, closed, opened):
        self.database = database
        self.closed, self.opened = closed, opened
        self.position = database.execute("SELECT max(position) FROM event").fetchone()[0]
        self.words = Words(7)
        self.number = 0
        self.rows = {name: [] for name in NAMED}

    def copy(self, template, chance):
        conversation, identity, contact, leg = (chance.randbytes(16) for _ in range(4))
        user = chance.randbytes(32).hex()
        original = template.messages[0]
        swaps = [
            (uuid_text(template.stream["key"]), uuid_text(conversation)),
            (uuid_text(template.identity["id"]), uuid_text(identity)),
            (uuid_text(template.identity["contact"]), uuid_text(contact)),
            (uuid_text(original["communication"]), uuid_text(leg)),
            (template.identity["platform_user"].encode(), user.encode()),
        ]

        def swapped(body):
            body = bytes(body)
            for old, new in swaps:
                body = body.replace(old, new)
            return body

        self.rows["identity"].append((identity, contact, template.identity["integration"], user, conversation,
                                      template.identity["profile"]))
        stream = template.stream
        self.rows["stream"].append((stream["kind"], conversation, stream["version"], stream["is_open"], contact,
                                    stream["started_at"] + self.number, swapped(stream["snapshot"])))
        kept = {event["version"] for event in template.events}
        others = [event for event in template.tail + [template.last] if event["version"] not in kept]
        others = {event["version"]: event for event in others}.values()
        for event, message in itertools.chain(zip(template.events, template.messages),
                                              ((event, None) for event in others)):
            self.position += 1
            self.number += 1
            body = swapped(event["body"])
            if message:
                mid = chance.randbytes(16)
                body = body.replace(uuid_text(message["id"]), uuid_text(mid))
                text = self.words.text(self.number)
                content = json.loads(message["body"])
                content["text"] = text
                self.rows["message"].append((
                    self.position, mid, identity, conversation, leg, message["integration"],
                    f"{user}\n{self.number}", message["is_inbound"], message["status"],
                    message["occurred_at"] + self.number, json.dumps(content, ensure_ascii=False).encode()))
                self.rows["message_search"].append((self.position, search_tokens(text)))
            self.rows["event"].append((self.position, event["stream_kind"], conversation, event["version"],
                                       event["type"], event["occurred_at"] + self.number, body))

    def flush(self):
        columns = {"stream": 7, "event": 7, "message": 11, "identity": 6}
        for name, count in columns.items():
            places = ", ".join("?" * count)
            self.database.executemany(f"INSERT INTO {name} VALUES ({places})", self.rows[name])
        self.database.executemany(
            "INSERT INTO message_search (rowid, tokens) VALUES (?, ?)", self.rows["message_search"])
        self.database.execute("INSERT INTO checkpoint VALUES ('search', ?) ON CONFLICT (follower) DO UPDATE SET "
                              "position = excluded.position", (self.position,))
        self.database.commit()
        for rows in self.rows.values():
            rows.clear()

    def fill(self, conversations, open_count):
        chance = random.Random(11)
        every = max(conversations // max(open_count, 1), 1)
        for number in range(conversations):
            self.copy(self.opened if number % every == 0 else self.closed, chance)
            if number % 20_000 == 19_999:
                self.flush()
        self.flush()


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


def ask(server, identities):
    agent = Api(server.base_url, sign_in(server, server.users("supervisor")[0])["access_token"])
    rows = []
    chance = random.Random(3)
    contacts = chance.sample(identities, 100)

    def history():
        contact = contacts.pop()
        body = {"conversationFilters": [], "interval": "2020-01-01T00:00:00Z/2040-01-01T00:00:00Z", "segmentFilters": [
            {"type": "and", "predicates": [{"dimension": "externalContactId", "value": contact}]}],
            "paging": {"pageSize": 25, "pageNumber": 1}}
        agent.post("/api/v2/analytics/conversations/details/query", body)

    rows.append(("a customer's conversations", *timed(100, history)))
    for name, text in (("a word of a quarter of the messages", "返品"), ("a frequent word", "babal"),
                       ("two words", "babal baden"), ("a rare word", "order1234567"), ("a word of none", "xylophone")):
        def search():
            agent.post("/api/v2/speechandtextanalytics/transcripts/search", {
                "types": ["messages"], "pageSize": 25, "pageNumber": 1,
                "query": [{"type": "PHRASE", "fields": ["transcript"], "value": text}]})
        rows.append((f"search: {name}", *timed(30, search)))
    return rows


def fill(folder, conversations, open_count):
    """Makes the data once; a folder that has it is used again."""
    if (folder / "filled.json").exists():
        return json.loads((folder / "filled.json").read_text())
    server = servers.Server(folder).start()
    templates(server)
    server.stop()
    path = folder / "data" / "engawa.db"
    database = sqlite3.connect(path)
    for pragma in ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -800000"):
        database.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    closed, opened = (Template(database, identity) for identity in template_identities(database))
    Seeder(database, closed, opened).fill(conversations, open_count)
    counts = {
        "messages": database.execute("SELECT count(*) FROM message").fetchone()[0], "conversations": conversations,
        "open": open_count, "contacts": [str(uuid.UUID(bytes=row[0])) for row in database.execute(
            "SELECT contact FROM identity ORDER BY id LIMIT 1000")]}
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    (folder / "filled.json").write_text(json.dumps(counts))
    print(f"filled {path.stat().st_size / 1e9:.1f} GB in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return counts


def template_identities(database):
    """The guest whose conversation is over, and the one who still waits."""
    database.execute(
        "UPDATE identity SET conversation = (SELECT conversation FROM message WHERE message.identity = identity.id)")
    for is_open in (0, 1):
        yield database.execute(
            "SELECT identity.id FROM identity JOIN stream ON stream.key = identity.conversation WHERE is_open = ?",
            (is_open,)).fetchone()[0]


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=servers.BINARY, type=pathlib.Path)
    parser.add_argument("--conversations", default=1_000_000, type=int)
    parser.add_argument("--open", default=20_000, type=int, help="of them with work under way")
    parser.add_argument("--folder", default=servers.ROOT / ".bench", type=pathlib.Path, help="where the data stays")
    arguments = parser.parse_args()
    servers.BINARY = arguments.binary.resolve()
    counts = fill(arguments.folder, arguments.conversations, arguments.open)
    print(f"{counts['messages']:,} messages in {counts['conversations']:,} conversations, {counts['open']:,} open\n")
    print("| what | median ms | p99 ms |\n|---|---|---|")
    server = servers.Server(arguments.folder, "--requests-per-minute-max", "100000")
    starts = start_times(server)
    try:
        print(f"| start until it answers | {statistics.median(starts):,.0f} | {max(starts):,.0f} (most) |", flush=True)
        for name, middle, tail in ask(server, counts["contacts"]):
            print(f"| {name} | {middle:.1f} | {tail:.1f} |", flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
