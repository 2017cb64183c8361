"""A customer with an app: the Swift library, driven by the package's `customer` over JSON lines."""

import json
import shutil
import subprocess
import threading

from .identity_provider import verifier
from .server import ROOT
from .waiting import eventually

BINARY = ROOT / ".build" / "debug" / "customer"


class Refused(Exception):
    """A step that could not be done, and the code if the server said so."""

    def __init__(self, event):
        super().__init__(event["error"])
        self.code = event["code"]


class AppCustomer:
    """One device of a customer. What it shows is what the library's sequences gave it."""

    kind = "app"

    def __init__(self, place, name="app"):
        self.place = place
        self.folder = place.folder / name
        self.process = None
        self.said = {}

    # The app and its life

    def comes(self, page_size=None):
        self._start()
        self._open(page_size)
        self.is_ready()

    def _start(self):
        self.events, self.number, self.seen = [], 0, 0
        self.process = subprocess.Popen([BINARY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout, self.events), daemon=True)
        self.reader.start()

    def _open(self, page_size=None):
        self.does(
            "come", server=self.place.server.base_url, deployment=self.place.deployment, store=str(self.folder),
            origin=self.place.origin, index=page_size)

    @staticmethod
    def _read(lines, events):
        for line in lines:
            events.append(json.loads(line))

    def does(self, what, **members):
        """One step of the app: what it answers."""
        self.number += 1
        number = self.number
        members = {name: value for name, value in members.items() if value is not None}
        self.process.stdin.write(json.dumps({"does": what, "number": number, **members}) + "\n")
        self.process.stdin.flush()
        answer = eventually(
            lambda: next((one for one in list(self.events) if one.get("number") == number), None), what, every=0.02)
        if answer["event"] == "refused":
            raise Refused(answer)
        return answer["answer"]

    def another(self, name):
        """A second device of the same person."""
        other = AppCustomer(self.place, name)
        shutil.copytree(self.folder, other.folder)
        return other

    def goes(self):
        """The app ends; what it keeps stays."""
        if self.process and self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(20)
        if self.process:
            self.reader.join(5)
            self.process.stdout.close()

    def restarts(self, page_size=None):
        self.goes()
        self.comes(page_size)

    def ends_and_returns(self):
        """The app is ended without a word, and comes again where there is a connection."""
        self.closes()
        self.comes()

    def closes(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
            self.reader.join(5)
            self.process.stdin.close()
            self.process.stdout.close()

    # What is shown

    def of(self, kind):
        return [one for one in list(self.events) if one["event"] == kind]

    @property
    def state(self):
        states = self.of("state")
        return states[-1] if states else {"state": "idle"}

    def is_ready(self):
        eventually(lambda: self.state["state"] == "ready", "the connection", 30, every=0.05)

    def waits(self):
        eventually(lambda: self.state["state"] in ("waiting", "connecting"), "the loss of the connection", every=0.02)

    @property
    def lines(self):
        """The conversation as an app would show it: what was said, then what waits."""
        shown, waiting = [], {}
        for one in list(self.events):
            if one["event"] in ("cleared", "gap"):
                shown = []
            elif one["event"] == "message":
                shown.append(one)
                waiting.pop(one["clientId"], None)
            elif one["event"] == "earlier":
                shown.insert(0, one)
            elif one["event"] == "done" and isinstance(one["answer"], str):
                waiting.setdefault(one["answer"], one["answer"])
            elif one["event"] == "failed":
                waiting.pop(one["id"], None)
        known = {one.get("clientId") for one in shown}
        return shown + [{"text": self.said.get(id), "files": []} for id in waiting if id not in known]

    def texts(self):
        return [one["text"] for one in self.lines if one["text"]]

    def reads(self, texts):
        eventually(lambda: self.texts() == texts, f"reading {texts}", 30, every=0.1)

    def sees(self, text):
        eventually(lambda: self.texts().count(text) == 1, f"seeing {text!r} once", every=0.05)

    def gets(self, id):
        """What is answered must be there."""
        eventually(lambda: id in [one["id"] for one in self.of("message")], "what is shown", every=0.05)

    def sees_typing(self):
        eventually(lambda: self.of("typing"), "the business's typing", every=0.05)

    def sees_file(self, name):
        def look():
            files = [file for one in self.lines for file in one.get("files", []) if file["name"] == name]
            assert len(files) <= 1
            return files and files[0]["url"].startswith("http")
        eventually(look, f"the file {name}", 30, every=0.1)

    def sees_the_end(self):
        eventually(lambda: any(one["isReadOnly"] for one in self.of("businessLeft")), "the end", every=0.05)

    def has_sent_everything(self):
        def look():
            count = {kind: len(self.of(kind)) for kind in ("queued", "delivered", "failed")}
            return count["queued"] <= count["delivered"] + count["failed"]
        eventually(look, "everything on its way to arrive", 40, every=0.1)

    def is_told(self, code):
        eventually(lambda: code in [one["code"] for one in self.of("failed")], f"being told {code}", every=0.05)

    def is_kept_out(self, code):
        self._start()
        self._open()
        eventually(lambda: self.state["state"] == "closed", "the end of the connection", every=0.05)
        assert self.state["reason"] == f"refused(EngawaMessenger.MessengerError.upgradeRefused(status: {code}))"

    def was_slowed(self):
        assert self.does("tellPatience") > 0

    def reads_back(self, texts):
        for _ in range(20):
            if self.texts() == texts:
                break
            self.does("loadEarlier")
        self.reads(texts)

    # What is said

    def says(self, text):
        self.said[self.does("say", text=text)] = text
        self.sees(text)

    def says_many(self, texts):
        for text in texts:
            self.said[self.does("say", text=text)] = text

    def says_too_much(self, text):
        self.does("say", text=text)

    def types(self):
        self.does("type")

    def sets_attributes(self, values):
        self.does("setAttributes", values=values)

    def replies(self, text):
        self.does("reply", text=text)

    def presses(self, text):
        self.does("press", text=text)

    def picks_time(self, index):
        self.does("pickTime", index=index)

    def picks_items(self, texts):
        self.does("pickItems", texts=texts)

    def fills_form(self, values):
        self.does("fillForm", values=values)

    def sends_file(self, name, type, content):
        path = self.folder.parent / name
        path.write_bytes(content)
        self.does("sendFile", path=str(path), type=type)

    def is_refused_file(self, name, code):
        refusals = eventually(
            lambda: [one for one in self.of("fileFailed") if one["path"].endswith(name)], f"the refusal of {name}")
        assert [one["code"] for one in refusals] == [code], refusals

    def goes_offline(self):
        self.does("cutLine")
        self.waits()

    def comes_back(self):
        self.does("mendLine")
        self.is_ready()

    def clears(self):
        self.does("clear")

    def may_not_clear(self):
        try:
            self.does("clear")
        except Refused as refused:
            assert refused.code == 403
        else:
            raise AssertionError("it was cleared")

    def starts_anew(self):
        self.does("startNew")

    def signs_in(self, person):
        proof = verifier()
        code = self.place.provider.code(person, proof)
        self.does("signIn", values={"code": code, "redirectURI": "http://localhost/back", "verifier": proof})
        self.is_ready()

    def signs_out(self):
        """The app goes on as nobody's."""
        self.does("signOut")
        eventually(lambda: self.state.get("reason") == "signedOut", "the sign-out", every=0.05)
        self.does("mendLine")
        self.is_ready()

    def is_clean(self):
        assert self.of("unreadable") == []
