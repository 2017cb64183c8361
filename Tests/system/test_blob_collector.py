"""Bytes that no file has any more go, also when the server ends between any two steps; all others stay."""

import hashlib
import threading
import time

import pytest

from support.agent import Agent
from support.files import PICTURE, agent_sends, announce, get, put, send, upload, verdict
from support.guest import Guest
from support.object_store import ObjectStore
from support.server import Server
from support.waiting import eventually

GRACE_SECONDS = 2
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def store():
    store = ObjectStore()
    yield store
    store.close()


@pytest.fixture
def crashing(tmp_path, store, monkeypatch):
    """A server on the store that may be killed and started again."""
    monkeypatch.setenv("ENGAWA_S3_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("ENGAWA_S3_SECRET_ACCESS_KEY", "a-secret-of-the-store")
    monkeypatch.setenv("ENGAWA_BLOB_GRACE_SECONDS", str(GRACE_SECONDS))
    server = Server(tmp_path, "--blobs", store.place).start()
    yield server
    assert server.stop() == 0, server.tail()


def restart(server, store):
    """Ends it at once and starts it again when the time of what nobody needs is over; a start sweeps."""
    server.kill()
    store.heal()
    time.sleep(GRACE_SECONDS + 0.1)
    server.start()


@pytest.mark.parametrize("moment", ["hangs_before", "hangs_after"])
def test_an_upload_that_a_crash_cuts_leaves_nothing_and_may_be_repeated(crashing, store, moment):
    token = None
    with Guest(crashing) as guest:
        guest.configure()
        token = guest.token
        presigned = announce(guest)["body"]
        getattr(store, moment).add("PUT")
        cut = threading.Thread(target=lambda: pytest.raises(OSError, put, presigned, PICTURE), daemon=True)
        cut.start()
        store.hangs("PUT")
        assert (DIGEST in store.objects) == (moment == "hangs_after")
    restart(crashing, store)
    cut.join(20)
    eventually(lambda: not store.objects, "the end of the bytes")
    with Guest(crashing, token) as guest:
        guest.configure()
        assert put(presigned, PICTURE) == 200
        assert get(verdict(guest, presigned["attachmentId"])["downloadUrl"])[2] == PICTURE
        assert send(guest, presigned["attachmentId"])["code"] == 200
    restart(crashing, store)
    with Guest(crashing, token) as guest:
        guest.configure()
        assert get(guest.history()[-1]["content"][0]["attachment"]["url"])[2] == PICTURE


@pytest.mark.parametrize("moment", ["hangs_before", "hangs_after"])
def test_a_removal_that_a_crash_cuts_is_finished(crashing, store, moment):
    with Guest(crashing) as guest:
        guest.configure()
        assert guest.request("deleteAttachment", attachmentId=upload(guest))["code"] == 200
        token = guest.token
    crashing.kill()
    time.sleep(GRACE_SECONDS + 0.1)
    getattr(store, moment).add("DELETE")
    crashing.start()
    store.hangs("DELETE")
    assert (DIGEST in store.objects) == (moment == "hangs_before")
    with Guest(crashing, token) as guest:
        guest.configure()
        # The same bytes are just being removed: nobody is told that they are there.
        presigned = announce(guest)["body"]
        assert put(presigned, PICTURE) == 503
        assert verdict(guest, presigned["attachmentId"])["errorCode"] == 5000
    restart(crashing, store)
    eventually(lambda: not store.objects, "the end of the bytes")
    with Guest(crashing, token) as guest:
        guest.configure()
        id = eventually(lambda: taken(guest), "a store that takes them again", every=0.5)
        assert get(guest.request("getAttachment", attachmentId=id)["body"]["url"])[2] == PICTURE
    assert DIGEST in store.objects


def taken(guest):
    """A file with the same bytes once the removal is over."""
    presigned = announce(guest)["body"]
    return put(presigned, PICTURE) == 200 and presigned["attachmentId"]


def test_bytes_stay_while_anybody_has_them(crashing, store):
    agent = Agent(crashing, crashing.users("agent", "Support")[0]).go_on_queue()
    one, other = Guest(crashing), Guest(crashing)
    for guest in (one, other):
        guest.configure()
    one.say("Hello")
    conversation = agent.accept(agent.offered())
    kept, deleted, agents = upload(one), upload(other), agent_sends(agent, conversation)
    assert send(one, kept)["code"] == 200
    assert other.request("deleteAttachment", attachmentId=deleted)["code"] == 200
    alone = PICTURE + b"nobody else's"
    assert other.request("deleteAttachment", attachmentId=upload(other, alone))["code"] == 200
    assert alone in store.objects.values()
    for guest in (one, other):
        guest.close()
    restart(crashing, store)
    eventually(lambda: alone not in store.objects.values(), "the end of what only one had")
    assert store.objects == {DIGEST: PICTURE}
    with Guest(crashing, one.token) as guest:
        guest.configure()
        shown = [item["attachment"]["url"] for line in guest.history()[1:] for item in line["content"]]
        assert len(shown) == 2 and all(get(url)[2] == PICTURE for url in shown)
    assert agents["media"]


def test_what_nobody_sent_goes_from_the_disk(tmp_path, database, monkeypatch):
    monkeypatch.setenv("ENGAWA_BLOB_GRACE_SECONDS", "1")
    monkeypatch.setenv("ENGAWA_GUEST_UNSENT_FILE_SECONDS", "1")
    monkeypatch.setenv("ENGAWA_UNSENT_FILE_SECONDS", "1")
    server = Server(tmp_path, *database()).start()
    folder = server.data / "blobs"
    files = lambda: {file.name for file in folder.rglob("*") if file.is_file()}
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    with Guest(server) as guest:
        guest.configure()
        guest.say("Hello")
        conversation = agent.accept(agent.offered())
        agent_sends(agent, conversation, PICTURE + b"sent")
        path = f"/api/v2/conversations/messages/{conversation['id']}/communications/{agent.leg(conversation)}"
        media = agent.api.post(path + "/messages/media")
        assert put({"url": media["uploadUrl"], "headers": {"Content-Type": "image/png"}}, PICTURE + b"unsent") == 200
        upload(guest)
        assert len(files()) == 3
    # A start sweeps: first the rows go, later the bytes.
    for _ in range(2):
        time.sleep(1.5)
        assert server.stop() == 0, server.tail()
        server.start()
    eventually(lambda: files() == {hashlib.sha256(PICTURE + b"sent").hexdigest()}, "the end of what was not sent")
    assert server.stop() == 0, server.tail()
