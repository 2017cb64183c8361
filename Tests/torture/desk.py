"""Agents at work: they know what the notification socket tells them, and read again after a reconnection."""

import time
import uuid

from .lines import Broken, Line, PING_SECONDS, Wire, Worker

TOPICS = ["conversations.messages", "routingStatus"]
CAPACITY_DEFAULT = 4


class Chain:
    """What one connection of an agent saw of one assignment: message ids in the order in which they appeared."""

    def __init__(self, agent, conversation, part):
        self.agent = agent
        self.conversation = conversation
        self.part = part
        # The newest message when it began.
        self.base = None
        self.seen = {}

    def take(self, ids):
        if not self.seen and ids:
            self.base = ids[-1]
        for id in ids:
            self.seen.setdefault(id, len(self.seen))


def message_ids(conversation):
    """The ids of the messages that a conversation shows, in the order of their times."""
    found = {
        detail["messageId"]: detail["messageTime"]
        for part in conversation["participants"] for detail in part.get("messages", [])
    }
    return sorted(found, key=lambda id: (found[id], id))


class AgentAtWork(Worker):
    """An agent: accepts what alerts, answers, hands over, wraps up."""

    def __init__(self, place, user, token, ledger, chance, name):
        super().__init__(name, ledger, chance)
        self.place = place
        self.user = user
        self.id = user["id"]
        self.line = Line(place.base_url, token)
        self.is_closing = False
        self.wire = None
        self.views = {}
        self.legs = {}
        self.series = {}
        self.pending = {}
        self.answered = {}
        self.chains = []
        self.heard_at = 0.0
        self.codes = None
        self.accepted = self.ended = self.notified = 0

    # One connection

    def work(self):
        self.connect()
        while not self.is_done:
            self.listen(0.05)
            for id in list(self.views):
                self.attend(id)

    def hang_up(self):
        if self.wire:
            self.wire.close()
            self.wire = None

    def connect(self):
        """A new channel, its topics, its socket; once that surely listens, everything is read again."""
        channel = self.line.post("/api/v2/notifications/channels")
        topics = [{"id": f"v2.users.{self.id}.{topic}"} for topic in TOPICS]
        self.line.put(f"/api/v2/notifications/channels/{channel['id']}/subscriptions", topics)
        self.wire = Wire(self.place.through_door(channel["connectUri"]))
        self.wire.send({"message": "ping"})
        frame = self.wire.receive(PING_SECONDS)
        if frame is None:
            raise Broken("the notification socket says nothing")
        self.open_chains = {}
        early = [frame]
        self.reread()
        for one in early:
            self.hear(one)

    def reread(self):
        status = self.line.get(f"/api/v2/users/{self.id}/routingstatus")["status"]
        self.respond(status)
        found = self.line.get("/api/v2/conversations/messages")["entities"]
        self.views = {one["id"]: one for one in found}
        for one in found:
            self.follow(one)

    def respond(self, status):
        """Whoever let an alert pass says that he is there again."""
        if status == "NOT_RESPONDING":
            self.line.put(f"/api/v2/users/{self.id}/routingstatus", {"status": "IDLE"})

    def listen(self, seconds):
        frame = self.wire.receive(seconds)
        while frame is not None:
            self.hear(frame)
            frame = self.wire.receive(0)

    def hear(self, frame):
        topic, body = frame.get("topicName", ""), frame.get("eventBody")
        if topic.endswith(".routingStatus"):
            self.respond(body["routingStatus"]["status"])
        elif topic.endswith(".conversations.messages"):
            self.notified += 1
            self.heard_at = time.monotonic()
            self.views[body["id"]] = body
            self.follow(body)

    def follow(self, conversation):
        """Keeps what this connection saw of an assignment, from its first sight on."""
        part = self.part(conversation)
        if part is None:
            return
        chain = self.open_chains.get(conversation["id"])
        if chain is None or chain.part != part["id"]:
            chain = Chain(self, conversation["id"], part["id"])
            self.open_chains[conversation["id"]] = chain
            self.chains.append(chain)
        chain.take(message_ids(conversation))
        if part["state"] == "disconnected":
            # From here on he is told only by courtesy.
            del self.open_chains[conversation["id"]]

    def parts(self, conversation):
        return [
            one for one in conversation["participants"]
            if one["purpose"] == "agent" and one.get("user", {}).get("id") == self.id
        ]

    def part(self, conversation):
        """His last part in a conversation."""
        parts = self.parts(conversation)
        return parts[-1] if parts else None

    # What there is to do in a conversation

    def attend(self, id):
        view = self.views[id]
        part = self.part(view)
        # A customer may be back before the part before is summed up.
        owed = [one for one in self.parts(view) if "startAcwTime" in one and "endAcwTime" not in one]
        if owed:
            self.sum_up(id, owed[0])
        elif part is None or part["state"] == "disconnected":
            self.forget(id)
        elif part["state"] == "alerting":
            if self.change(id, part, {"state": "connected"}):
                self.accepted += 1
        elif id in self.pending:
            self.say(id)
        else:
            self.converse(id, view, part)

    def converse(self, id, view, part):
        leg = self.leg(id, part)
        if leg is None:
            return
        ids = message_ids(view)
        done = self.answered.setdefault(leg, [0, None, self.chance.randint(6, 30)])
        if self.is_closing or done[0] >= done[2]:
            return self.end(id, part)
        if ids and ids[-1] != done[1]:
            done[1] = ids[-1]
            if self.chance.random() < 0.4:
                done[0] += 1
                self.pending[id] = (leg, self.series[leg].next(str(uuid.UUID(int=self.chance.getrandbits(128)))))
                self.say(id)

    def leg(self, id, part):
        """The id of his communication, from the view that names it; kept for the assignment."""
        if part["id"] not in self.legs:
            unified = self.line.get(f"/api/v2/conversations/{id}")
            found = next((one for one in unified["participants"] if one["id"] == part["id"]), None)
            if not found or not found["messages"]:
                return None
            leg = self.legs[part["id"]] = found["messages"][-1]["id"]
            self.series[leg] = self.ledger.new_series(f"{self.name} {leg[-12:]}", "agent", id)
        return self.legs[part["id"]]

    def say(self, id):
        """Sends what is to be said under its own key until it is acknowledged."""
        leg, said = self.pending[id]
        said.attempts += 1
        path = f"/api/v2/conversations/messages/{id}/communications/{leg}/messages"
        answer = self.line.request("POST", path, {"textBody": said.text}, headers={"Idempotency-Key": said.key})
        if answer.status == 202:
            self.ledger.acknowledge(said, answer.json["id"])
        elif answer.status >= 500 or answer.status == 429:
            raise Broken(f"say: {answer.status}")
        elif answer.status != 409:
            self.ledger.problem("load", f"{said.text}: {answer}"[:400])
        # 409: his part is over, and nobody waits for this any more.
        del self.pending[id]

    def end(self, id, part):
        """Leaves, or sends the conversation back into the queue."""
        if not self.is_closing and self.chance.random() < 0.15:
            path = f"/api/v2/conversations/messages/{id}/participants/{part['id']}/replace/queue"
            answer = self.line.request("POST", path, {"queueId": self.place.queue})
            self.judge(id, answer)
        elif self.change(id, part, {"state": "disconnected"}):
            self.ended += 1

    def sum_up(self, id, part):
        if self.codes is None:
            path = f"/api/v2/conversations/messages/{id}/participants/{part['id']}/wrapupcodes"
            self.codes = self.line.get(path)
        self.change(id, part, {"wrapup": {"code": self.codes[0]["id"], "notes": "done"}})

    def change(self, id, part, body):
        path = f"/api/v2/conversations/messages/{id}/participants/{part['id']}"
        return self.judge(id, self.line.request("PATCH", path, body))

    def judge(self, id, answer):
        """Whatever the answer, the view is old now: what is there is read, and what comes next is heard."""
        if answer.status >= 500 or answer.status == 429:
            raise Broken(f"{answer.status}")
        if answer.status not in (202, 400, 404, 409):
            self.ledger.problem("load", f"{self.name}: {answer}"[:400])
        now = self.line.request("GET", f"/api/v2/conversations/messages/{id}")
        if now.status >= 500 or now.status == 429:
            raise Broken(f"{now.status}")
        if now.status == 404:
            self.forget(id)
        elif now.status == 200:
            self.views[id] = now.json
        return answer.status == 202

    def forget(self, id):
        self.views.pop(id, None)
        self.pending.pop(id, None)

    @property
    def is_free(self):
        """Whether nothing is in hand."""
        return not self.views
