"""How the load reaches the server: HTTP and WebSockets that give up soon, because what they talk to may be gone."""

import json
import logging
import threading
import time

import urllib3
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from support.http import Answer, Api

ANSWER_SECONDS = 4.0
PING_SECONDS = 2.0


# A connection that breaks is the purpose here; the library would tell of each.
quiet = logging.getLogger("torture.sockets")
quiet.setLevel(logging.CRITICAL + 1)


class Broken(Exception):
    """The connection or the request came to nothing; what became of it is unknown."""


BREAKS = (Broken, WebSocketException, OSError, EOFError, TimeoutError, urllib3.exceptions.HTTPError)


def patiently(ask, attempts=5):
    """Asks again when it breaks: a connection from before the quiet may be a dead one."""
    for left in reversed(range(attempts)):
        try:
            return ask()
        except BREAKS:
            if not left:
                raise
            time.sleep(0.3)


class Line(Api):
    """The API for one token, on connections of its own."""

    def __init__(self, base_url, token=None):
        super().__init__(base_url, token)
        self.pool = urllib3.PoolManager(
            num_pools=1, maxsize=4, retries=False, timeout=urllib3.Timeout(connect=2, read=ANSWER_SECONDS))

    def request(self, method, path, body=None, raw=None, headers=None):
        fields = {"Accept": "application/json"} | (headers or {})
        if self.token:
            fields.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            fields["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        return Answer(self.pool.request(method, self.base_url + path, body=data, headers=fields, redirect=False))

    def expect(self, method, path, body=None):
        """The JSON of a successful answer; 5xx and 429 are a break, anything else is the caller's mistake."""
        answer = self.request(method, path, body)
        if answer.status >= 500 or answer.status == 429:
            raise Broken(f"{method} {path}: {answer.status}")
        assert 200 <= answer.status < 300, f"{method} {path}: {answer}"
        return answer.json if answer.body else None


class Wire:
    """One WebSocket."""

    def __init__(self, url):
        self.socket = connect(
            url, open_timeout=ANSWER_SECONDS, close_timeout=0.3, max_size=1 << 24, max_queue=512, legacy=True,
            ping_interval=PING_SECONDS, ping_timeout=PING_SECONDS, proxy=None, compression=None,
            logger=quiet)

    def send(self, frame):
        self.socket.send(json.dumps(frame))

    def receive(self, seconds):
        """The next frame; nothing if none comes in time."""
        try:
            return json.loads(self.socket.recv(timeout=seconds))
        except TimeoutError:
            return None

    def close(self):
        self.socket.close()


class Worker(threading.Thread):
    """Somebody who connects, works until the connection breaks, and comes back after a while that grows a little."""

    def __init__(self, name, ledger, chance):
        super().__init__(name=name, daemon=True)
        self.ledger = ledger
        self.chance = chance
        # Begins nothing new; finishes what it has begun, and goes on listening.
        self.is_hushed = threading.Event()
        self.is_over = threading.Event()
        self.breaks = 0
        self.last_break = None

    def run(self):
        while not self.is_done:
            try:
                self.work()
            except BREAKS as error:
                self.breaks += 1
                self.last_break = repr(error)[:200]
                self.is_over.wait(self.chance.uniform(0.05, 0.4))
            except Exception as error:  # whatever it was, the round shows it
                self.ledger.problem("load", f"{self.name}: {error!r}"[:600])
                return
            finally:
                self.hang_up()

    @property
    def is_done(self):
        return self.is_over.is_set()

    def work(self):
        """Works until done, or until something breaks."""
        raise NotImplementedError

    def hang_up(self):
        """Lets go of connections."""
