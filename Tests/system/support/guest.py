"""A visitor of a web site, on the guest socket as the reference describes it (sections B.1 to B.8)."""

import uuid

from .http import Api
from .socket_client import SocketClient


class Guest(SocketClient):
    """One connection of a guest's session."""

    def __init__(self, server, token=None, origin=None, deployment=None):
        self.deployment = deployment or server.demo["deploymentId"]
        address, _, _ = server.guest_url.partition("?")
        super().__init__(f"{address}?deploymentId={self.deployment}", origin)
        self.server = server
        self.token = token or str(uuid.uuid4())

    def request(self, action, seconds=15, **fields):
        """Sends a request and gives the frame that answers it."""
        trace = str(uuid.uuid4())
        self.send({"action": action, "token": self.token, "tracingId": trace, **fields})
        return self.wait(lambda frame: frame.get("tracingId") == trace, f"the answer to {action}", seconds)

    def configure(self, **fields):
        """Opens the session: the body of the SessionResponse."""
        journey = {
            "customer": {"id": self.token, "idType": "cookie"}, "customerSession": {"id": "", "type": "web"},
        }
        frame = self.request("configureSession", deploymentId=self.deployment, journeyContext=journey, **fields)
        assert (frame["class"], frame["code"]) == ("SessionResponse", 200), frame
        return frame["body"]

    def message(self, text, id=None, **fields):
        """Sends a text: the frame that answers."""
        message = {"type": "Text", "text": text, "metadata": {"id": id or str(uuid.uuid4())}, **fields}
        return self.request("onMessage", message=message)

    def say(self, text, id=None, **fields):
        """Sends a text and expects its echo: the echo's body."""
        frame = self.message(text, id, **fields)
        assert (frame["class"], frame["code"]) == ("StructuredMessage", 200), frame
        assert frame["body"]["direction"] == "Inbound" and frame["body"]["text"] == text, frame
        return frame["body"]

    def hears(self, text, seconds=15):
        """Waits for a text of the business: the message."""
        def matches(frame):
            body = frame.get("body")
            return isinstance(body, dict) and body.get("direction") == "Outbound" and body.get("text") == text
        return self.wait(matches, f"the message {text!r}", seconds)["body"]

    def sees_message(self, id, seconds=15):
        """Waits for a message of the business by its id."""
        def matches(frame):
            body = frame.get("body")
            return frame.get("class") == "StructuredMessage" and isinstance(body, dict) and body.get("id") == id
        return self.wait(matches, f"the message {id}", seconds)["body"]

    def sees_event(self, kind, type, seconds=15):
        """Waits for an event of the business, such as Typing On."""
        def matches(frame):
            body = frame.get("body")
            events = body.get("events", []) if isinstance(body, dict) and body.get("direction") == "Outbound" else []
            return any(event["eventType"] == kind and event[kind.lower()]["type"] == type for event in events)
        return self.wait(matches, f"{kind} {type}", seconds)["body"]

    def jwt(self):
        """A token for the history."""
        frame = self.request("getJwt")
        assert (frame["class"], frame["code"]) == ("JwtResponse", 200), frame
        return frame["body"]["jwt"]

    def history(self, size=100):
        """The whole history, oldest first."""
        api = Api(self.server.base_url, self.jwt())
        found, page = [], 1
        while True:
            answer = api.get(f"/api/v2/webmessaging/messages?pageSize={size}&pageNumber={page}")
            found += answer["entities"]
            if page >= answer["pageCount"]:
                return found[::-1]
            page += 1
