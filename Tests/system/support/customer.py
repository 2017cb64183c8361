"""A customer on somebody else's site, and a business that can say whatever the wire allows."""

import datetime
import json
import urllib.parse
import uuid

from playwright.sync_api import expect

from .browser import Screen, Words
from .identity_provider import challenge, verifier
from .waiting import eventually


class Customer(Screen):
    """A page of a foreign site with the messenger."""

    def __init__(self, browser, site, artifacts, language="en", **options):
        options.setdefault("viewport", {"width": 1024, "height": 768})
        super().__init__(browser, "messenger", language, artifacts, **options)
        self.site = site
        self.is_touch = options.get("has_touch", False)
        self.words = Words(f"messenger/{language}.json")

    def enter(self, path="/"):
        """Opens the page, and the messenger on it by its button."""
        self.page.goto(self.site.url + path)
        expect(self.launcher).to_be_visible()
        if self.launcher.get_attribute("aria-expanded") != "true":
            self.launcher.click()
        expect(self.composer).to_be_visible()

    @property
    def launcher(self):
        return self.page.locator("engawa-messenger .launcher")

    @property
    def composer(self):
        return self.page.get_by_role("textbox", name=self.words["composer.label"])

    @property
    def log(self):
        return self.page.get_by_role("log", name=self.words["log.label"])

    def button(self, key):
        return self.page.get_by_role("button", name=self.words[key], exact=True)

    def says(self, text):
        self.composer.fill(text)
        if self.is_touch:
            self.button("composer.send").click()
        else:
            self.composer.press("Enter")
        self.sees(text)

    def reaches(self, text):
        """Says it, and waits until the server has it: what the business says from now on stands below."""
        self.says(text)
        expect(self.log.get_by_text(self.words["status.sent"], exact=True)).to_be_visible()

    def sees(self, text):
        expect(self.log.get_by_text(text, exact=True)).to_have_count(1)

    def texts(self):
        """The bubbles, oldest first."""
        return self.log.locator(".bubble").all_inner_texts()

    def command(self, *words):
        """What the site's own script would call."""
        return self.page.evaluate("(words) => window.Engawa(...words)", list(words))

    def signs_in(self, provider, person):
        """What the site's own link does: over the provider's page, and back with a code."""
        proof = verifier()
        self.page.evaluate("(proof) => { sessionStorage.verifier = proof; }", proof)
        query = urllib.parse.urlencode({
            "client_id": provider.client.id, "response_type": "code", "redirect_uri": self.site.url + "/account",
            "scope": "openid profile", "code_challenge": challenge(proof), "code_challenge_method": "S256",
        })
        self.page.goto(f"{provider.issuer}/authorize?{query}")
        self.page.get_by_role("button", name=person).click()
        self.page.wait_for_url(self.site.url + "/account*")
        self.until(lambda: self.told("signedIn"), "the sign-in")

    def told(self, name):
        """What the site was told by an event, in order."""
        return [detail for kind, detail in self.page.evaluate("window.told") if kind == name]


def said(text="", *content, person="Aoi", **more):
    """The body of a message of the business."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": uuid.uuid4().hex, "type": "Structured" if content else "Text", "direction": "Outbound", "text": text,
        "content": list(content), "originatingEntity": "Human" if person else "Bot", "metadata": {},
        "channel": {"time": now, "type": "Private", "from": {"nickname": person} if person else {}}, **more,
    }


class Wire:
    """Between the messenger and the server: hears what is sent, and says what no agent has to say for it."""

    def __init__(self, page):
        self.page = page
        self.sent = []
        self.socket = None
        # Whether the session stands: what came before would be wiped with the messenger's beginning.
        self.is_configured = False
        # What answers a frame of the customer instead of the server: a function that gives frames, or nothing.
        self.instead = lambda frame: None
        # What becomes of the server's frames on their way.
        self.changed = lambda frame: frame
        page.route_web_socket("**/v1?deploymentId=*", self._open)

    def _open(self, socket):
        self.socket = socket
        self.is_configured = False
        server = socket.connect_to_server()

        def forward(text):
            frame = json.loads(text)
            self.sent.append(frame)
            answers = self.instead(frame)
            if answers is None:
                server.send(text)
            for answer in answers or []:
                self.push(**answer)

        def back(text):
            frame = json.loads(text)
            socket.send(json.dumps(self.changed(frame)))
            self.is_configured = self.is_configured or frame["class"] == "SessionResponse"

        socket.on_message(forward)
        server.on_message(back)

    def push(self, name, body, trace=None):
        """A frame of the server."""
        frame = {"type": "message", "class": name, "code": 200, "body": body, "tracingId": trace}
        self.socket.send(json.dumps(frame))

    def say(self, text="", *content, person="Aoi", **more):
        """A message of the business, once the session stands: its id."""
        self._until(lambda: self.is_configured, "the beginning of the session")
        body = said(text, *content, person=person, **more)
        self.push("StructuredMessage", body)
        return body["id"]

    def message(self, part):
        """The customer's newest message that holds this text, once it was sent."""
        def found():
            return next((one for one in reversed(self.messages()) if part in json.dumps(one)), None)

        return self._until(found, f"a message with {part!r}")

    def _until(self, check, what):
        return eventually(check, what, pause=lambda seconds: self.page.wait_for_timeout(seconds * 1000))

    def messages(self):
        """What the customer has sent until now, typing and the like left out."""
        sent = [frame["message"] for frame in self.sent if frame["action"] == "onMessage"]
        return [message for message in sent if message["type"] != "Event"]
