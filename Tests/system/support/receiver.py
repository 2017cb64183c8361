"""A customer's system: a small web server that takes the web hooks of an open integration and checks each signature."""

import base64
import hashlib
import hmac
import http.server
import json
import threading

from .waiting import eventually


def signature(body, secret):
    """The value of X-Hub-Signature-256: base64 of the HMAC over the bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def compact(value):
    """What JSON.stringify gives: no blanks, no escapes that JavaScript would not write."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Receiver:
    """Keeps what came. `answers` holds statuses to give first; then every call is answered with 200."""

    def __init__(self, secret):
        self.secret = secret
        self.calls = []
        self.answers = []
        self.problems = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        sent = {name.lower(): value for name, value in headers.items()}.get("x-hub-signature-256")
        message = json.loads(body)
        if sent != signature(body, self.secret):
            self.problems.append(("signature over the bytes", sent, body))
        if sent != signature(compact(message), self.secret):
            self.problems.append(("signature over JSON.stringify", sent, body))
        self.calls.append((headers, message))
        return self.answers.pop(0) if self.answers else 200

    @property
    def messages(self):
        return [message for _, message in self.calls]

    def hears(self, text, seconds=20):
        """Waits for a text of the business."""
        return eventually(
            lambda: next((one for one in self.messages if one.get("text") == text), None), f"web hook {text!r}",
            seconds)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
