"""What is copied, and under which ids and words: the same on both engines."""

import dataclasses
import hashlib
import itertools
import json
import random
import uuid

MESSAGES_EACH = 5
SAMPLES = 1_000
JAPANESE = ["返品したいです", "領収書をお願いします", "配送はいつですか"]


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
    """The tokens of the texts above, as the server makes them, each once."""
    found = []
    for word in text.split():
        if word[0] < "\u3000":
            found.append(word)
        else:
            found += list(word) + [a + b for a, b in zip(word, word[1:])]
    return dict.fromkeys(found)


class Template:
    """The rows of one conversation, to be copied under other ids.

    `rows` gives the rows of a table in which a column has a value, in order of another, each with its columns' names.
    """

    def __init__(self, rows, identity):
        self.identity = rows("identity", "id", identity, "id")[0]
        key = self.identity["conversation"]
        self.stream = rows("stream", "key", key, "kind")[0]
        self.is_open = self.stream["is_open"]
        messages = rows("message", "conversation", key, "position")
        self.messages = [message for message in messages if json.loads(message["body"]).get("text")]
        events = rows("event", "stream_key", key, "version")
        positions = {message["position"] for message in self.messages}
        # The snapshot says all up to its version; what came after it is copied, too, and the last in any case.
        tail = [event for event in events if event["version"] > self.stream["version"]] + events[-1:]
        others = {event["version"]: event for event in tail if event["position"] not in positions}
        #: The events that are copied, each with its message if it has one.
        self.steps = list(zip((event for event in events if event["position"] in positions), self.messages))
        self.steps += [(event, None) for event in others.values()]
        #: The ids that copies have others for, in the order of `Copy.ids`; the platform's name of the user comes last.
        self.ids = [uuid_text(raw) for raw in (
            key, self.identity["id"], self.identity["contact"], self.messages[0]["communication"])]
        self.names = [text.encode() for text in (*self.ids, self.identity["platform_user"])]


def uuid_text(raw):
    return str(uuid.UUID(bytes=bytes(raw)))


def new_id(at, chance):
    """An id as the server makes them: the millisecond in front, then chance."""
    return at.to_bytes(6, "big") + bytes([0x70 | chance.randrange(16)]) + chance.randbytes(9)


@dataclasses.dataclass
class Copy:
    """A conversation to be written."""

    template: Template
    #: Conversation, identity, contact and communication.
    ids: list
    user: str
    #: How many events were copied before.
    number: int
    texts: list

    def message_id(self, place):
        """Of the message of an event, counted from one; PostgreSQL makes the same of the same."""
        digest = hashlib.md5(f"{uuid_text(self.ids[0])}{place}".encode()).digest()
        return self.ids[0][:10] + digest[:6]


class Copies:
    """All that are to be written, one in so many of them open, in the order of their beginning."""

    def __init__(self, closed, opened, conversations, open_count):
        self.closed, self.opened = closed, opened
        self.conversations = conversations
        self.open_each = max(conversations // max(open_count, 1), 1)
        self.sample_each = max(conversations // SAMPLES, 1)
        #: Contact and conversation of some, from all over.
        self.samples = []

    def __iter__(self):
        chance, words = random.Random(11), Words(7)
        done = 0
        for number in range(self.conversations):
            template = self.closed if number % self.open_each else self.opened
            ids = [new_id(template.stream["started_at"] + done, chance) for _ in range(4)]
            texts = [words.text(done + index + 1) for index in range(len(template.messages))]
            if number % self.sample_each == self.sample_each // 2:
                self.samples.append((uuid_text(ids[2]), uuid_text(ids[0])))
            yield Copy(template, ids, chance.randbytes(32).hex(), done, texts)
            done += len(template.steps)
