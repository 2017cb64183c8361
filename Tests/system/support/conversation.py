"""A conversation that is written down as data, and held between a customer with any client and a real agent.

A file has a name, what its deployment is configured to, and steps. A step names who acts, what they do, and with what:
`{"customer": "says", "text": "Hello"}`. Whoever `customer` is has a method for each deed (`page_customer.py`,
`app_customer.py`); the deeds of the others are here. With `"signs_in": true` there is an identity provider to sign in
at.
"""

import json
import pathlib
import urllib.parse

from .agent import Agent
from .deployments import laid_over, new_deployment
from .files import PICTURE
from .http import administration, pool
from .identity_provider import IdentityProvider
from .rich import contents
from .signing_in import set_up
from .waiting import eventually

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "conversations"
FILES = {
    "picture": PICTURE, "program": b"MZ" + bytes(200), "guide": b"%PDF-1.4\n" + bytes(range(256)) * 2_000,
    "page": b"<!doctype html><html><script>alert(1)</script></html>\n" * 20,
}


def conversations():
    """All that are written down, by file name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


class Place:
    """What a customer needs to know of where it talks."""

    def __init__(self, server, script, folder, deployment, browser=None, artifacts=None, provider=None):
        self.server = server
        self.folder = folder
        self.deployment = deployment
        self.browser = browser
        self.artifacts = artifacts
        self.origin = script.get("origin")
        self.provider = provider


class Conversation:
    """One conversation: a deployment, a queue and an agent of its own, so that none disturbs another."""

    def __init__(self, server, script, folder, client, **more):
        self.server = server
        self.script = script
        self.api = administration(server)
        self.user = server.users("agent", "Support")[0]
        self.queue = self.api.post("/api/v2/routing/queues", {"name": f"{script['name']} {folder.name}"})["id"]
        self.members = f"/api/v2/routing/queues/{self.queue}/members"
        self.api.post(self.members, [{"id": self.user["id"]}])
        self.agent = None
        self.conversation = None
        self.asked = None
        deployment = self._deployment(f"{script['name']} {folder.name}")
        self.site = type("Site", (), {"url": server.base_url})
        self.provider = IdentityProvider() if script.get("signs_in") else None
        if self.provider:
            set_up(server, self.provider, deployment=deployment)
            more["provider"] = self.provider
        self.customers = {"first": client(Place(server, script, folder, deployment, **more))}

    def _deployment(self, name):
        settings = self.script.get("deployment", {})
        made = new_deployment(self.server, name, **settings.get("configuration", {}))
        path = f"/api/v2/webdeployments/deployments/{made}"
        own = {"defaultQueue": {"id": self.queue}, **settings.get("members", {})}
        self.api.put(path, laid_over(self.api.get(path), own))
        return made

    def hold(self):
        """Takes all steps; says at which one it went wrong."""
        for number, step in enumerate(self.script["steps"], 1):
            try:
                self.take(dict(step))
            except Exception as error:
                error.add_note(f"at step {number}: {json.dumps(step)}")
                raise

    def take(self, step):
        device = step.pop("on", "first")
        who = next(iter(step))
        deed = step.pop(who).replace(" ", "_")
        if who == "customer":
            if device not in self.customers:
                self.customers[device] = self.customers["first"].another(device)
            if isinstance(step.get("content"), str):
                step["content"] = FILES[step["content"]]
            getattr(self.customers[device], deed)(**{name: spread(value) for name, value in step.items()})
        else:
            getattr(self, f"{who}_{deed}")(**{name: spread(value) for name, value in step.items()})

    def close(self):
        """Ends everybody's part, so that the next conversation finds the agent free."""
        for customer in reversed(self.customers.values()):
            customer.closes()
        if self.provider:
            self.provider.close()
        if not self.server.is_alive:
            self.server.start()
        if self.agent:
            self.agent.socket.close()
            self.agent.presence("AVAILABLE")
            for one in self.agent.conversations():
                if self.agent.mine(one) and self.agent.mine(one)["state"] == "connected":
                    self.agent.leave(one)
        self.api.post(f"{self.members}?delete=true", [{"id": self.user["id"]}])

    # The agent

    def agent_comes(self):
        self.agent = Agent(self.server, self.user).listen().go_on_queue()

    def agent_accepts(self):
        def is_ours(one):
            return any(part.get("queue", {}).get("id") == self.queue for part in one["participants"])
        self.conversation = self.agent.accept(self.agent.offered(is_ours))

    def agent_says(self, text):
        for one in [text] if isinstance(text, str) else text:
            self.agent.say(self.conversation, one)

    def agent_types(self):
        self.agent.types(self.conversation)

    def agent_sees_typing(self):
        self.agent.notified(lambda body: True, "conversations.inbound.typing.event")

    def agent_reads(self, texts):
        eventually(lambda: self.agent.texts(self.conversation) == texts, f"the agent reading {texts}", 30, every=0.3)

    def agent_leaves(self):
        self.agent.leave(self.conversation)
        self.agent.go_on_queue()

    def agent_sees_attributes(self, values):
        def look():
            parts = self.agent.get(self.conversation)["participants"]
            [customer] = [part for part in parts if part["purpose"] == "customer"][-1:]
            return values.items() <= customer["attributes"].items()
        eventually(look, f"attributes {values}")

    def agent_sends_file(self, name, content):
        leg = self.agent.leg(self.conversation)
        path = f"/api/v2/conversations/messages/{self.conversation['id']}/communications/{leg}/messages"
        body = {"fileName": name, "contentLengthBytes": len(FILES[content])}
        media = self.agent.api.post(path + "/media/uploads", body)
        url = self.server.base_url + urllib.parse.urlsplit(media["uploadUrl"]).path
        answer = pool.request("PUT", url, body=FILES[content], headers=media["uploadHeaders"])
        assert answer.status == 200, answer.data
        self.agent.api.post(path, {"mediaIds": [media["id"]]})

    def _last_of_customer(self):
        ids = self.agent.message_ids(self.conversation)
        path = f"/api/v2/conversations/messages/{self.conversation['id']}/messages/bulk"
        bodies = {one["id"]: one for one in self.agent.api.post(path, ids)["entities"]}
        return [bodies[id]["normalizedMessage"] for id in ids if bodies[id]["direction"] == "inbound"][-1]

    def agent_reads_answer(self, responses, text=None):
        """The customer's last message answers with these, and names what it answers where the wire wants it."""
        def look():
            message = self._last_of_customer()
            found = [
                {"type": one["type"], "payload": one["payload"]}
                for item in message.get("content", []) for one in answers(item)
            ]
            assert found == responses and (text is None or message.get("text") == text), message
            assert message["metadata"]["parentMessageId"] == self.asked, message
            return True
        eventually(look, f"the answer {responses}", every=0.3)

    def agent_reads_file(self, name, content):
        def look():
            for item in self._last_of_customer().get("content", []):
                file = item.get("attachment", {})
                if file.get("filename") == name and file.get("url"):
                    parts = urllib.parse.urlsplit(file["url"])
                    return pool.request("GET", f"{self.server.base_url}{parts.path}").data == FILES[content]
            return False
        eventually(look, f"the file {name}", every=0.5)

    def agent_shows(self, content, text=None):
        rich = contents("en", self.site, self.server)
        self.asked = self.agent.shows(self.conversation, *[rich[name] for name in content], text=text)["id"]
        self.customers["first"].gets(self.asked)

    # The server

    def server_is_killed(self):
        self.server.kill()

    def server_starts(self):
        self.server.start()


def answers(item):
    """The button responses of a content item."""
    if "buttonResponse" in item:
        return [item["buttonResponse"]]
    return [one["component"]["buttonResponse"] for one in item.get("form", {}).get("response", [])]


def is_many(value):
    """Whether a value stands for several."""
    return isinstance(value, dict) and "repeat" in value


def spread(value):
    """`{"repeat": "Number {n}", "times": 3}` is a list, `{"long": "x", "times": 5000}` a text, in a step."""
    if isinstance(value, list):
        return [one for part in value for one in (spread(part) if is_many(part) else [part])]
    if not isinstance(value, dict):
        return value
    if is_many(value):
        first = value.get("first", 1)
        return [value["repeat"].replace("{n}", str(n)) for n in range(first, first + value["times"])]
    if "long" in value:
        return value["long"] * value["times"]
    return {name: spread(one) for name, one in value.items()}
