"""Customers: guests of the web messenger, and people behind a company's own system on the open messaging API."""

import concurrent.futures
import time
import uuid

from support.agent import open_message

from .lines import ANSWER_SECONDS, Broken, Line, Wire, Worker

# A conversation shows its last thousand messages; with the answers of the agents this stays well below.
MESSAGES_MAX = 350
HISTORY_PAGE = 100
# Between two messages of one customer.
PAUSE_SECONDS = (0.01, 0.1)


class Refused(Exception):
    """The server does not want a message that there is nothing wrong with."""


class Listening:
    """What one connection of a guest heard, to be compared with the transcript."""

    def __init__(self, customer):
        self.customer = customer
        # The newest message of the history that was read after the session was open.
        self.base = None
        self.has_base = False
        # (message id, whether its own, whether it was sent more than once)
        self.heard = []


class GuestCustomer(Worker):
    """A guest: each message is sent under its own id until its echo comes, over as many connections as that takes."""

    def __init__(self, place, name, ledger, chance, token=None):
        super().__init__(name, ledger, chance)
        self.place = place
        self.token = token or str(uuid.UUID(int=chance.getrandbits(128), version=4))
        self.series = ledger.new_series(name, "guest")
        self.pending = None
        self.by_key = {}
        self.listenings = []
        self.wire = None

    @property
    def is_done(self):
        return self.is_over.is_set() and self.pending is None

    def work(self):
        self.wire = Wire(self.place.guest_url)
        self.listening = Listening(self)
        self.listenings.append(self.listening)
        self.configure()
        self.reread()
        while not self.is_done:
            self.speak()
            # Who has nothing more to say goes on listening.
            self.listen_until(time.monotonic() + self.chance.uniform(*PAUSE_SECONDS))

    def hang_up(self):
        if self.wire:
            self.wire.close()
            self.wire = None

    def configure(self):
        journey = {
            "customer": {"id": self.token, "idType": "cookie"}, "customerSession": {"id": "", "type": "web"},
        }
        frame = self.ask("configureSession", deploymentId=self.place.deployment, journeyContext=journey)
        if frame["code"] != 200:
            raise Broken(f"configureSession: {frame}")

    def ask(self, action, **fields):
        """Sends a request and waits for what answers it; everything else that comes is heard."""
        trace = str(uuid.uuid4())
        self.wire.send({"action": action, "token": self.token, "tracingId": trace, **fields})
        end = time.monotonic() + ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0:
            frame = self.wire.receive(left)
            if frame and frame.get("tracingId") == trace:
                return frame
            self.hear(frame)
        raise Broken(f"no answer to {action}")

    def reread(self):
        """What was said while nobody listened. What was acknowledged before must be in it."""
        acknowledged = [one for one in self.series.said if one.is_acknowledged]
        frame = self.ask("getJwt")
        if frame["code"] != 200:
            raise Broken(f"getJwt: {frame}")
        line = Line(self.place.base_url, frame["body"]["jwt"])
        page = line.get(f"/api/v2/webmessaging/messages?pageSize={HISTORY_PAGE}&pageNumber=1")["entities"]
        self.listening.base = page[0]["id"] if page else None
        self.listening.has_base = True
        if acknowledged and not acknowledged[-1].ids & {one["id"] for one in page}:
            self.ledger.problem("lost", f"{acknowledged[-1].text} is not in the history after a reconnection")

    def speak(self):
        if self.pending is None:
            if self.is_hushed.is_set() or len(self.series.said) >= MESSAGES_MAX:
                return
            self.pending = self.series.next()
            self.by_key[self.pending.key] = self.pending
        said = self.pending
        said.attempts += 1
        message = {"type": "Text", "text": said.text, "metadata": {"id": said.key}}
        frame = self.ask("onMessage", message=message)
        if frame["code"] == 200:
            return self.hear(frame)
        # Refused: nothing was taken, or it is not known. The same again, a little later.
        wait = 0.3 if frame["code"] != 4029 else 1
        self.listen_until(time.monotonic() + wait)
        if frame["code"] not in (4029, 5000):
            raise Broken(f"onMessage: {frame}")

    def listen_until(self, end):
        while (left := end - time.monotonic()) > 0:
            frame = self.wire.receive(left)
            if frame is None:
                return
            self.hear(frame)

    def hear(self, frame):
        """An echo of one's own message acknowledges it, whichever connection it was sent on."""
        if not frame or frame.get("class") != "StructuredMessage" or frame["type"] != "message":
            return
        body = frame["body"]
        if body.get("type") != "Text":
            return
        own = self.by_key.get(body.get("metadata", {}).get("id")) if body["direction"] == "Inbound" else None
        self.listening.heard.append((body["id"], own is not None, own is not None and own.attempts > 1))
        if own:
            self.ledger.acknowledge(own, body["id"])
            if own is self.pending:
                self.pending = None

    def history(self):
        """The whole history, oldest first, on a connection of its own."""
        self.wire = Wire(self.place.guest_url)
        self.listening = Listening(self)
        try:
            self.configure()
            line = Line(self.place.base_url, self.ask("getJwt")["body"]["jwt"])
            found, page = [], 1
            while True:
                answer = line.get(f"/api/v2/webmessaging/messages?pageSize={HISTORY_PAGE}&pageNumber={page}")
                found += answer["entities"]
                if page >= answer["pageCount"]:
                    return found[::-1]
                page += 1
        finally:
            self.hang_up()


class OpenCustomer(Worker):
    """Somebody behind a company's own system, which repeats messages, sometimes several at once."""

    REPEATED = 0.15
    TOGETHER = 0.15

    def __init__(self, place, name, ledger, chance, address=None):
        super().__init__(name, ledger, chance)
        self.place = place
        # The name under which the platform knows this customer.
        self.address = address or name
        self.series = ledger.new_series(name, "open")
        self.lines = [Line(place.base_url, place.token) for _ in range(3)]
        self.pool = concurrent.futures.ThreadPoolExecutor(3)

    def work(self):
        while not self.is_hushed.is_set() and len(self.series.said) < MESSAGES_MAX:
            self.say(self.series.next())
            if self.chance.random() < self.REPEATED:
                self.repeat()
            self.is_hushed.wait(self.chance.uniform(*PAUSE_SECONDS))
        self.is_over.set()

    def hang_up(self):
        if self.is_done:
            self.pool.shutdown(wait=False)

    def say(self, said):
        """Posts until it is taken, whatever that takes."""
        while not said.is_acknowledged:
            copies = self.chance.choice((2, 3)) if self.chance.random() < self.TOGETHER else 1
            for one in [self.pool.submit(self.post, said, self.lines[index]) for index in range(copies)]:
                one.result()
            if not said.is_acknowledged:
                time.sleep(self.chance.uniform(0.1, 0.4))

    def repeat(self):
        """The platform sends an earlier message once more."""
        known = [one for one in self.series.said if one.is_acknowledged]
        if known:
            self.post(self.chance.choice(known[-10:]), self.lines[0])

    def post(self, said, line):
        said.attempts += 1
        try:
            answer = line.request("POST", self.place.inbound_path, open_message(said.text, self.address, id=said.key))
        except Exception as error:  # reset, refused, timed out: it is posted again
            self.breaks += 1
            self.last_break = repr(error)[:200]
            return
        if answer.status == 200:
            taken = answer.json
            self.ledger.acknowledge(said, taken["id"])
        elif answer.status < 500 and answer.status != 429:
            self.ledger.problem("load", f"{said.text}: {answer}"[:400])
            # It would be refused for ever.
            self.is_hushed.set()
            raise Refused(said.text)
