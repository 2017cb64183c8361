"""A small client of the HTTP interface that shows everything of an answer."""

import base64
import json
import urllib.parse

import urllib3

pool = urllib3.PoolManager(num_pools=8, maxsize=16, retries=False, timeout=30)


class Answer:
    """Status, header fields and body of an answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.data

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Api:
    """The platform API for one token."""

    def __init__(self, base_url, token=None):
        self.base_url = base_url
        self.token = token

    def request(self, method, path, body=None, raw=None, headers=None):
        """Sends JSON, or `raw` bytes as they are."""
        fields = {"Accept": "application/json"}
        if self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        if body is not None or raw is not None:
            fields["Content-Type"] = "application/json"
        fields |= headers or {}
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        url = self.base_url + path
        return Answer(pool.request(method, url, body=data, headers=fields, redirect=False, preload_content=True))

    def get(self, path):
        return self.expect("GET", path)

    def post(self, path, body=None):
        return self.expect("POST", path, body)

    def put(self, path, body=None):
        return self.expect("PUT", path, body)

    def patch(self, path, body=None):
        return self.expect("PATCH", path, body)

    def expect(self, method, path, body=None):
        """The JSON of a successful answer; nothing when it is empty."""
        answer = self.request(method, path, body)
        assert 200 <= answer.status < 300, f"{method} {path}: {answer}"
        return answer.json if answer.body else None


def form(base_url, path, fields, headers=None):
    """Posts a form, without following where it leads."""
    fields = urllib.parse.urlencode(fields).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})
    return Answer(pool.request("POST", base_url + path, body=fields, headers=headers, redirect=False))


def basic(client):
    """The header of a confidential OAuth client."""
    secret = base64.b64encode(f"{client['id']}:{client['secret']}".encode()).decode()
    return {"Authorization": f"Basic {secret}"}


def administration(server):
    """The API with a new token of the demo's client: requests are counted by token."""
    client = server.demo["oauthClient"]
    answer = form(server.base_url, "/oauth/token", {"grant_type": "client_credentials"}, basic(client))
    assert answer.status == 200, answer
    return Api(server.base_url, answer.json["access_token"])
