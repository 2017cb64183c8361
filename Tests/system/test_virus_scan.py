"""Files of guests and ClamAV's own daemon: what it knows is refused, and so is everything while it does not answer."""

import io
import time
import zipfile

import pytest

from support.clamd import Clamd
from support.files import EICAR, PICTURE, announce, get, put, send, upload, verdict
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
