"""A company's system behind the open integration, which fails, is slow, and takes things without saying so."""

import collections
import http.server
import json
import socket
import struct
import threading
import time

from support.receiver import signature

# Longer than the server waits for an answer.
TIMEOUT_SECONDS = 11
# A message fails after five more tries; it must not, so no message meets more faults than this.
FAULTS_MAX = 2
SLOW_SECONDS = (0.3, 1.5)
# How often which fault, among calls.
SHARES = (("refuses", 0.01), ("drops", 0.01), ("is slow", 0.03))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A caller that goes away, which killed servers do, is nothing to talk about."""


class Hook:
    """Takes web hooks, and remembers what came in which order. Misbehaves by chance unless it is well."""

    def __init__(self, secret, chance):
        self.secret = secret
        self.chance = chance
        self.lock = threading.Lock()
        self.is_well = True
        self.may_time_out = False
        # By customer: (message id, text) in the order in which they came, repetitions included.
        self.taken = collections.defaultdict(list)
        self.faults = collections.Counter()
        self.kinds = collections.Counter()
        self.problems = []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                hook.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                return

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True, name="hook").start()

    def answer(self, request, body):
        message = json.loads(body)
        with self.lock:
            if request.headers.get("X-Hub-Signature-256") != signature(body, self.secret):
                self.problems.append(f"a wrong signature on {message['id']}")
            self.taken[message["channel"]["to"]["id"]].append((message["id"], message.get("text")))
            fault = self.choose(message["id"])
        if fault == "drops":
            linger = struct.pack("ii", 1, 0)
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.close_connection = True
            request.connection.close()
            return
        if fault == "times out":
            time.sleep(TIMEOUT_SECONDS)
        elif fault == "is slow":
            time.sleep(self.chance.uniform(*SLOW_SECONDS))
        request.send_response(503 if fault == "refuses" else 200)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def choose(self, id):
        """How it misbehaves this time."""
        if self.is_well or self.faults[id] >= FAULTS_MAX:
            return None
        fault = next((kind for kind, share in SHARES if self.chance.random() < share), None)
        if self.may_time_out:
            self.may_time_out = False
            fault = "times out"
        if fault:
            self.faults[id] += 1
            self.kinds[fault] += 1
        return fault

    @property
    def deliveries(self):
        with self.lock:
            return sum(map(len, self.taken.values()))

    def close(self):
        self.server.shutdown()
        self.server.server_close()
