"""Stand-ins for APNs and FCM on loopback, which look at every signature as the services would."""

import collections
import http.server
import json
import secrets
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from .waiting import eventually

TEAM, KEY, TOPIC = "TEAM123456", "KEY1234567", "org.example.shop"
PROJECT, EMAIL, SCOPE = "shop-1", "push@shop-1.example", "https://www.googleapis.com/auth/firebase.messaging"
APNS_ID, FCM_ID = "5b0e8a52-7f0c-4d0e-9d3b-000000000001", "5b0e8a52-7f0c-4d0e-9d3b-000000000002"


def pem(key, public=False):
    if public:
        return key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class PushServices:
    """Keeps what it took, by device. `answers[device]` holds (status, body, headers) to give first."""

    def __init__(self):
        self.apple, self.google = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
        self.taken = collections.defaultdict(list)
        self.attempts = collections.defaultdict(list)
        self.answers = collections.defaultdict(list)
        self.is_down = False
        self.access_tokens = {}
        self.problems = []
        self.lock = threading.Lock()
        services = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with services.lock:
                    try:
                        status, answer, headers = services.serve(self.path, self.headers, body)
                    except Exception as error:  # whatever a service would refuse, the list shows it
                        services.problems.append((self.path, repr(error)))
                        status, answer, headers = 400, {}, {}
                data = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def write(self, folder, apple_url=None):
        """The file for ENGAWA_PUSH, with the keys beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "AuthKey.p8").write_bytes(pem(self.apple))
        account = {
            "type": "service_account", "project_id": PROJECT, "private_key_id": "google-1",
            "private_key": pem(self.google).decode(), "client_email": EMAIL, "token_uri": self.url + "/token",
        }
        (folder / "service-account.json").write_text(json.dumps(account))
        integrations = [
            {"id": APNS_ID, "provider": "APNS", "teamId": TEAM, "keyId": KEY, "topic": TOPIC, "keyFile": "AuthKey.p8",
             "baseUrl": apple_url or self.url},
            {"id": FCM_ID, "provider": "FCM", "serviceAccountFile": "service-account.json", "baseUrl": self.url},
        ]
        path = folder / "push.json"
        path.write_text(json.dumps({"integrations": integrations}))
        return path

    # What the services do

    def serve(self, path, headers, body):
        if path == "/token":
            return self.exchange(body)
        if path.startswith("/3/device/"):
            return self.apns(urllib.parse.unquote(path.removeprefix("/3/device/")), headers, json.loads(body))
        if path == f"/v1/projects/{PROJECT}/messages:send":
            return self.fcm(headers, json.loads(body)["message"])
        self.problems.append(("path", path))
        return 404, {}, {}

    def check(self, what, found, expected):
        if found != expected:
            self.problems.append((what, found, expected))

    def apns(self, device, headers, body):
        scheme, _, token = headers["authorization"].partition(" ")
        signed = jwt.decode(token, ECKey.import_key(pem(self.apple, public=True)), algorithms=["ES256"])
        self.check("scheme", scheme, "bearer")
        self.check("key id", signed.header.get("kid"), KEY)
        self.check("issuer", signed.claims["iss"], TEAM)
        if not time.time() - 3600 < signed.claims["iat"] <= time.time() + 1:
            self.problems.append(("issued at", signed.claims["iat"]))
        self.check("topic", headers["apns-topic"], TOPIC)
        self.check("type", headers["apns-push-type"], "alert")
        self.check("collapse", headers["apns-collapse-id"], body["aps"]["thread-id"])
        one = {
            "id": headers["apns-id"], "thread": body["aps"]["thread-id"], "title": body["aps"]["alert"]["title"],
            "body": body["aps"]["alert"]["body"], "message": body["messageId"], "expires": headers["apns-expiration"],
        }
        return self.answer(device, one, (503, {"reason": "ServiceUnavailable"}, {}))

    def exchange(self, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        self.check("grant", form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer")
        signed = jwt.decode(form["assertion"], RSAKey.import_key(pem(self.google, public=True)), algorithms=["RS256"])
        self.check("issuer", signed.claims["iss"], EMAIL)
        self.check("audience", signed.claims["aud"], self.url + "/token")
        self.check("scope", signed.claims["scope"], SCOPE)
        self.check("key id", signed.header.get("kid"), "google-1")
        token = secrets.token_urlsafe(16)
        self.access_tokens[token] = True
        return 200, {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}, {}

    def fcm(self, headers, message):
        token = headers["authorization"].removeprefix("Bearer ")
        if not self.access_tokens.get(token):
            return 401, {"error": {"status": "UNAUTHENTICATED"}}, {}
        android = message["android"]
        self.check("collapse", android["collapse_key"], android["notification"]["tag"])
        one = {
            "id": message["data"]["notificationId"], "thread": android["collapse_key"],
            "title": message["notification"]["title"], "body": message["notification"]["body"],
            "message": message["data"]["messageId"], "ttl": android["ttl"],
        }
        return self.answer(message["token"], one, (503, {"error": {"status": "UNAVAILABLE"}}, {}))

    def answer(self, device, one, down):
        self.attempts[device].append(one)
        if self.is_down:
            return down
        if self.answers[device]:
            return self.answers[device].pop(0)
        self.taken[device].append(one)
        return 200, {}, {}

    # What a test asks

    def bodies(self, device):
        return [one["body"] for one in self.taken[device]]

    def tells(self, device, body, seconds=20):
        """Waits for a notification at a device."""
        return eventually(
            lambda: next((one for one in self.taken[device] if one["body"] == body), None),
            f"a notification {body!r} at {device}", seconds, every=0.05)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
