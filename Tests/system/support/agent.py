"""An agent at work, on REST and the notification socket."""

import uuid

from .sign_in import user_api
from .socket_client import SocketClient
from .waiting import eventually

TOPICS = ["conversations", "conversations.messages", "conversations.inbound.typing.event", "presence", "routingStatus"]


class Agent:
    """A signed-in agent."""

    def __init__(self, server, user):
        self.server = server
        self.user = user
        self.id = user["id"]
        self.api = user_api(server, user)
        self.socket = None

    def listen(self):
        """Opens a notification channel with all that concerns the agent."""
        channel = self.api.post("/api/v2/notifications/channels")
        topics = [{"id": f"v2.users.{self.id}.{topic}"} for topic in TOPICS]
        self.api.put(f"/api/v2/notifications/channels/{channel['id']}/subscriptions", topics)
        self.socket = SocketClient(channel["connectUri"])
        return self

    def presence(self, system):
        """Sets the presence by its system name, such as ON_QUEUE."""
        definitions = self.api.get("/api/v2/presence/definitions")["entities"]
        wanted = system.replace("_", "").lower()
        found = next(
            one for one in definitions
            if one["systemPresence"].replace("_", "").replace(" ", "").lower() == wanted)
        path = f"/api/v2/users/{self.id}/presences/purecloud"
        return self.api.patch(path, {"presenceDefinition": {"id": found["id"]}})

    def go_on_queue(self):
        self.presence("ON_QUEUE")
        return self

    def conversations(self):
        """What is open at this agent."""
        return self.api.get("/api/v2/conversations/messages")["entities"]

    def mine(self, conversation):
        """The agent's last part in a conversation."""
        parts = [
            part for part in conversation["participants"]
            if part["purpose"] == "agent" and part.get("user", {}).get("id") == self.id
        ]
        return parts[-1] if parts else None

    def offered(self, matches=lambda conversation: True, seconds=20):
        """Waits for a conversation that alerts at this agent."""
        def look():
            for conversation in self.conversations():
                part = self.mine(conversation)
                if part and part["state"] == "alerting" and matches(conversation):
                    return conversation
            return None
        return eventually(look, f"an offer to {self.user['name']}", seconds)

    def get(self, conversation):
        return self.api.get(f"/api/v2/conversations/messages/{conversation['id']}")

    def patch(self, conversation, body, part=None):
        part = part or self.mine(self.get(conversation))
        self.api.patch(f"/api/v2/conversations/messages/{conversation['id']}/participants/{part['id']}", body)

    def accept(self, conversation):
        self.patch(conversation, {"state": "connected"})
        return eventually(lambda: self._connected(conversation), "the answer")

    def _connected(self, conversation):
        now = self.get(conversation)
        return now if self.mine(now)["state"] == "connected" else None

    def leg(self, conversation):
        """The id of the agent's communication, from the unified view that names it."""
        unified = self.api.get(f"/api/v2/conversations/{conversation['id']}")
        parts = [
            part for part in unified["participants"]
            if part["purpose"] == "agent" and part.get("userId") == self.id and part["messages"]
        ]
        return parts[-1]["messages"][-1]["id"]

    def say(self, conversation, text):
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{self.leg(conversation)}/messages"
        return self.api.post(path, {"textBody": text})

    def shows(self, conversation, *content, text=None):
        """Sends content beside a text, or alone."""
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{self.leg(conversation)}/messages"
        return self.api.post(path, {"content": list(content), **({"textBody": text} if text else {})})

    def hears_answer(self, conversation, asked):
        """Waits for the customer's answer to a message."""
        path = f"/api/v2/conversations/messages/{conversation['id']}/messages/bulk"

        def look():
            found = self.api.post(path, self.message_ids(conversation))["entities"]
            return next((one for one in found if one["normalizedMessage"].get("originatingMessageId") == asked), None)
        return eventually(look, f"an answer to {asked}")

    def types(self, conversation):
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{self.leg(conversation)}/typing"
        self.api.post(path, {"typing": {"type": "On", "duration": 5000}})

    def leave(self, conversation, code=None):
        """Disconnects and wraps up."""
        self.patch(conversation, {"state": "disconnected"})
        wrapup = {"code": code or self.wrapup_codes(conversation)[0]["id"], "notes": "done"}
        self.patch(conversation, {"wrapup": wrapup})

    def wrapup_codes(self, conversation):
        part = self.mine(self.get(conversation))
        path = f"/api/v2/conversations/messages/{conversation['id']}/participants/{part['id']}/wrapupcodes"
        return self.api.get(path)

    def message_ids(self, conversation):
        """The ids of all messages of a conversation, in the order of their times."""
        found = {}
        for part in self.get(conversation)["participants"]:
            for detail in part.get("messages", []):
                found.setdefault(detail["messageId"], (detail["messageTime"], detail["messageId"]))
        return [id for _, id in sorted(found.values())]

    def texts(self, conversation, direction=None):
        """The texts of a conversation, read as the reference says: details, then bodies by ids."""
        ids = self.message_ids(conversation)
        path = f"/api/v2/conversations/messages/{conversation['id']}/messages/bulk"
        bodies = {}
        for start in range(0, len(ids), 500):
            for one in self.api.post(path, ids[start:start + 500])["entities"]:
                bodies[one["id"]] = one
        assert set(bodies) == set(ids)
        return [
            bodies[id]["normalizedMessage"]["text"] for id in ids
            if bodies[id]["normalizedMessage"].get("text") and direction in (None, bodies[id]["direction"])
        ]

    def notified(self, matches, topic="conversations.messages", seconds=15):
        """Waits for a notification on one of the agent's topics: its body."""
        name = f"v2.users.{self.id}.{topic}"
        frame = self.socket.wait(
            lambda one: one["topicName"] == name and matches(one["eventBody"]), f"a notification on {topic}", seconds)
        return frame["eventBody"]


def open_message(text, user="customer-1", id=None, time="2026-01-01T00:00:00.000Z", **channel):
    """The body of an inbound open message."""
    return {
        "channel": {
            "messageId": id or str(uuid.uuid4()), "time": time,
            "from": {"id": user, "idType": "Opaque", "nickname": user}, **channel,
        },
        "text": text,
    }
