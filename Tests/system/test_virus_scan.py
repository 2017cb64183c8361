"""Files of guests and ClamAV's own daemon: what it knows is refused, and so is everything while it does not answer."""

import io
import time
import zipfile

import pytest

from support.agent import Agent
from support.clamd import Clamd
from support.files import (
    EICAR, PICTURE, agent_announces, agent_puts, agent_sends, announce, get, messages_path, put, send, upload, verdict)
from support.guest import Guest

ANSWER_SECONDS = 3


@pytest.fixture(scope="module")
def daemon():
    daemon = Clamd().start()
    yield daemon
    daemon.close()


@pytest.fixture(params=["socket", "port"])
def guest(request, daemon, limited):
    place = daemon.places[["socket", "port"].index(request.param)]
    server = limited(CLAMD=place, CLAMD_SECONDS=str(ANSWER_SECONDS))
    with Guest(server) as guest:
        guest.configure()
        yield guest
    if not daemon.process or daemon.process.poll() is not None:
        daemon.start()


def stored(guest):
    """The names of the files in the blob store."""
    return [file.name for file in (guest.server.data / "blobs").rglob("*") if file.is_file()]


def refused(guest, content, name, type, status, code):
    """Puts a file that must not be taken: the words of the refusal."""
    presigned = announce(guest, content, name, type)["body"]
    assert put(presigned, content) == status
    failure = verdict(guest, presigned["attachmentId"])
    assert failure["errorCode"] == code
    assert send(guest, presigned["attachmentId"])["code"] == 4010
    assert guest.request("getAttachment", attachmentId=presigned["attachmentId"])["code"] == 4010
    assert stored(guest) == []
    return failure["errorMessage"]


def test_what_the_daemon_knows_is_refused_and_what_is_clean_is_taken(guest):
    refused(guest, EICAR, "eicar.txt", "text/plain", 400, 4003)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("holiday/eicar.com", EICAR)
    refused(guest, archive.getvalue(), "holiday.zip", "application/zip", 400, 4003)
    refused(guest, EICAR, "eicar.bin", "application/octet-stream", 400, 4003)
    id = upload(guest)
    assert get(guest.request("getAttachment", attachmentId=id)["body"]["url"])[2] == PICTURE
    assert send(guest, id)["code"] == 200


def test_what_the_daemon_does_not_take_whole_is_refused(guest):
    message = refused(guest, b"a" * (2 << 20), "long.txt", "text/plain", 503, 5000)
    assert "checked" in message


def test_while_the_daemon_is_down_nothing_is_taken(guest, daemon):
    daemon.stop()
    message = refused(guest, PICTURE, "cat.png", "image/png", 503, 5000)
    assert "checked" in message
    daemon.start()
    assert send(guest, upload(guest))["code"] == 200


def test_a_daemon_that_says_nothing_is_not_waited_for_without_end(guest, daemon):
    daemon.pause()
    began = time.monotonic()
    try:
        refused(guest, PICTURE, "cat.png", "image/png", 503, 5000)
    finally:
        daemon.stop()
    assert ANSWER_SECONDS <= time.monotonic() - began < ANSWER_SECONDS + 15


def test_files_of_agents_are_scanned_like_those_of_guests(limited, daemon):
    guest = Guest(limited(CLAMD=daemon.places[0]))
    guest.configure()
    agent = Agent(guest.server, guest.server.users("agent", "Support")[0]).go_on_queue()
    guest.say("Send me something")
    conversation = agent.accept(agent.offered())
    path = messages_path(agent, conversation)

    def announces(content, name):
        return agent_announces(agent, conversation, content, name).json

    infected = announces(EICAR, "eicar.txt")
    answer = agent_puts(infected["uploadUrl"], EICAR, "text/plain")
    assert (answer.status, answer.json["code"]) == (400, "file.infected")
    assert agent.api.get(f"{path}/media/{infected['id']}")["status"] == "invalid"
    assert agent.api.request("POST", path, {"mediaIds": [infected["id"]]}).status == 400
    assert stored(guest) == []
    sent = agent_sends(agent, conversation)
    assert get(sent["normalizedMessage"]["content"][0]["attachment"]["url"])[2] == PICTURE

    daemon.stop()
    again = announces(PICTURE + b"again", "again.png")
    answer = agent_puts(again["uploadUrl"], PICTURE + b"again")
    assert (answer.status, answer.json["code"]) == (503, "file.unscanned") and answer.headers["Retry-After"]
    assert agent.api.request("POST", path, {"mediaIds": [again["id"]]}).status == 400
    assert len(stored(guest)) == 1
    # Nobody has said that anything is wrong with it: the same link takes it later.
    daemon.start()
    assert agent_puts(again["uploadUrl"], PICTURE + b"again").status == 200
    guest.close()
