"""Files in a store that speaks S3: an agent uploads one, it is in the bucket, and everybody with the link reads it."""

import hashlib
import http.client
import subprocess
import sys
import time
import urllib.parse

import pytest

from support.agent import Agent
from support.files import PICTURE, send, upload
from support.guest import Guest
from support.server import Server, free_port
from support.waiting import eventually


class Store:
    """moto's server with one bucket."""

    bucket = "engawa-files"

    def __init__(self, folder):
        self.port = free_port()
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.log = open(folder / "moto.log", "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        eventually(self._made, "a bucket", 60)

    def _made(self):
        try:
            return self.call("PUT", f"/{self.bucket}")[0] == 200
        except OSError:
            return False

    def call(self, method, path):
        # moto asks who somebody is, and does not look whether it is true.
        somebody = {"Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/s3/aws4_request"}
        return call(method, f"http://127.0.0.1:{self.port}{path}", headers=somebody)

    def stop(self):
        self.process.kill()
        self.process.wait(20)
        self.log.close()


def call(method, url, body=None, headers=None):
    """Status, headers and body, without following a redirect."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.stop()


@pytest.mark.parametrize("redirect", [False, True])
def test_an_agents_file_is_in_the_bucket_and_can_be_read_by_its_link(tmp_path, store, monkeypatch, redirect):
    monkeypatch.setenv("ENGAWA_S3_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("ENGAWA_S3_SECRET_ACCESS_KEY", "a-secret-of-the-store")
    place = f"s3://{store.bucket}/files?endpoint=http://127.0.0.1:{store.port}&region=us-east-1"
    place += "&redirect=true" if redirect else ""
    server = Server(tmp_path / "engawa", "--blobs", place, "--log-level", "debug").start()
    try:
        agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
        guest = Guest(server)
        guest.configure()
        guest.say("May I see it?")
        conversation = agent.accept(agent.offered())
        leg = agent.leg(conversation)
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{leg}/messages/media"
        media = agent.api.post(path)
        status, _, _ = call("PUT", media["uploadUrl"], PICTURE, {"Content-Type": "image/png"})
        assert status == 200
        key = hashlib.sha256(PICTURE).hexdigest()
        assert store.call("GET", f"/{store.bucket}/files/{key}")[2] == PICTURE
        link = agent.api.get(f"{path}/{media['id']}")["url"]
        status, headers, body = call("GET", link)
        if redirect:
            assert status == 302 and headers["Location"].startswith(f"http://127.0.0.1:{store.port}/")
            status, headers, body = call("GET", headers["Location"])
        assert status == 200 and body == PICTURE
        assert headers["Content-Type"] == "image/png"
        assert headers["Content-Disposition"].startswith("inline")
        guest.close()
    finally:
        assert server.stop() == 0, server.tail()
    assert "a-secret-of-the-store" not in server.log.read_text(errors="replace")


@pytest.mark.parametrize("redirect", [False, True])
def test_a_guests_file_is_in_the_bucket_until_nobody_has_it(tmp_path, store, monkeypatch, redirect):
    monkeypatch.setenv("ENGAWA_S3_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("ENGAWA_S3_SECRET_ACCESS_KEY", "a-secret-of-the-store")
    monkeypatch.setenv("ENGAWA_BLOB_GRACE_SECONDS", "2")
    place = f"s3://{store.bucket}/files?endpoint=http://127.0.0.1:{store.port}&region=us-east-1"
    place += "&redirect=true" if redirect else ""
    server = Server(tmp_path / "engawa", "--blobs", place).start()
    page = PICTURE + b"deleted"

    def held():
        _, _, listing = store.call("GET", f"/{store.bucket}?list-type=2")
        return {key for key in (sha(PICTURE), sha(page)) if f"files/{key}".encode() in listing}

    try:
        agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
        with Guest(server) as guest:
            guest.configure()
            guest.say("Here they are")
            conversation = agent.accept(agent.offered())
            id = upload(guest)
            assert send(guest, id)["code"] == 200
            deleted = upload(guest, page)
            assert held() == {sha(PICTURE), sha(page)}
            told = [
                guest.history()[-1]["content"][0]["attachment"]["url"],
                guest.request("getAttachment", attachmentId=id)["body"]["url"],
                agent.api.get(
                    f"/api/v2/conversations/messages/{conversation['id']}/messages/"
                    + agent.message_ids(conversation)[-1])["media"][0]["url"],
            ]
            for url in told:
                status, headers, body = call("GET", url)
                if redirect:
                    assert status == 302 and headers["Referrer-Policy"] == "no-referrer"
                    status, headers, body = call("GET", headers["Location"])
                assert (status, body, headers["Content-Type"]) == (200, PICTURE, "image/png")
                assert headers["Content-Disposition"].startswith("inline")
            assert guest.request("deleteAttachment", attachmentId=deleted)["code"] == 200
        time.sleep(2.1)
        assert server.stop() == 0, server.tail()
        server.start()
        eventually(lambda: held() == {sha(PICTURE)}, "the end of what was deleted")
    finally:
        assert server.stop() == 0, server.tail()


def sha(content):
    return hashlib.sha256(content).hexdigest()
