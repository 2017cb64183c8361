"""Files of guests: announced on the socket, put by a link, sent in a message (reference, B.2, B.3, B.5, B.7, B.12)."""

import base64
import hashlib
import socket
import struct
import threading
import urllib.parse
import uuid

import pytest

from support.agent import Agent
from support.files import EICAR, PICTURE, announce, get, put, send, upload, verdict
from support.guest import Guest
from support.hostile_files import DISGUISED, archive
from support.waiting import eventually


@pytest.fixture
def guest(server):
    with Guest(server) as guest:
        guest.configure()
        yield guest


# What is announced

def test_the_session_tells_what_may_be_sent(server):
    with Guest(server) as guest:
        configuration = guest.request("getConfiguration", deploymentId=guest.deployment)["body"]
        session = guest.configure()
    for body in (configuration, session):
        assert body["allowedMedia"]["inbound"] == {"fileTypes": [{"type": "*/*"}], "maxFileSizeKB": 10240}
        assert {".exe", ".html", ".svg", ".js"} <= set(body["blockedExtensions"])


REFUSED = [
    ("no name", {"fileName": None}, 4020),
    ("no type", {"fileType": None}, 4020),
    ("no size", {"fileSize": None}, 4020),
    ("a size in words", {"fileSize": "many"}, 400),
    ("no bytes", {"fileSize": 0}, 4102),
    ("less than no bytes", {"fileSize": -1}, 4002),
    ("one byte too many", {"fileSize": (10240 << 10) + 1}, 4002),
    ("five gigabytes", {"fileSize": 5 << 30}, 4002),
    ("a number beyond all", {"fileSize": 2**63 - 1}, 4002),
    ("no type at all", {"fileType": "picture"}, 4001),
    ("a page", {"fileType": "text/html"}, 4001),
    ("a drawing that runs", {"fileType": "image/svg+xml; charset=utf-8"}, 4001),
    ("a header in the type", {"fileType": "image/png\r\nX: y"}, 4001),
    ("a program", {"fileName": "cat.png.exe"}, 4001),
    ("a program behind another extension", {"fileName": "cat.EXE.png"}, 4001),
    ("a page by name", {"fileName": "cat.html"}, 4001),
    ("no extension", {"fileName": "cat"}, 4004),
    ("an empty extension", {"fileName": "cat."}, 4004),
    ("an extension only", {"fileName": ".png"}, 4004),
    ("an empty name", {"fileName": ""}, 4004),
    ("a path", {"fileName": "../../etc/passwd.png"}, 4004),
    ("a path of another system", {"fileName": "..\\cat.png"}, 4004),
    ("a stream", {"fileName": "cat.png:cat.png"}, 4004),
    ("a null", {"fileName": "cat.exe\0.png"}, 4004),
    ("a line", {"fileName": "cat\n.png"}, 4004),
    ("a name that turns round", {"fileName": "cat\u202egnp.png"}, 4004),
    ("a name of 1,024 characters", {"fileName": "x" * 1020 + ".png"}, 4005),
    ("a sum that is none", {"fileMd5": "1234"}, 400),
    ("an id that is a path", {"attachmentId": "../x"}, 400),
]


@pytest.mark.parametrize("fields, code", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_wrong_is_refused_when_it_is_announced(guest, fields, code):
    frame = announce(guest, **fields)
    assert (frame["type"], frame["class"], frame["code"]) == ("response", "string", code)
    assert isinstance(frame["body"], str) and frame["body"]
    frame = announce(guest, **fields, errorsAsJson=True)
    assert (frame["class"], frame["code"], frame["body"]["errorCode"]) == ("GenerateUrlError", code, code), frame


def test_an_error_is_an_object_when_that_is_asked(guest):
    frame = announce(guest, name="cat", attachmentId="a-1", errorsAsJson=True)
    assert (frame["class"], frame["code"]) == ("GenerateUrlError", 4004)
    assert frame["body"]["attachmentId"] == "a-1" and frame["body"]["errorCode"] == 4004
    assert frame["body"]["errorMessage"] == frame["body"]["message"]


def test_without_a_session_nothing_is_announced(server):
    with Guest(server) as guest:
        assert announce(guest)["code"] == 4007


def test_the_longest_name_is_taken(guest):
    assert announce(guest, name="猫" * 1019 + ".png")["class"] == "PresignedUrlResponse"


def test_a_session_may_not_announce_without_end(guest):
    codes = [announce(guest)["code"] for _ in range(21)]
    assert codes == [200] * 20 + [400]


# A file's way

def test_a_file_is_put_told_of_sent_and_stays(guest):
    presigned = announce(guest, fileMd5=hashlib.md5(PICTURE).hexdigest())["body"]
    id = presigned["attachmentId"]
    assert (presigned["fileName"], presigned["fileType"]) == ("cat.png", "image/png")
    assert presigned["fileSize"] == len(PICTURE)
    assert presigned["headers"]
    assert put(presigned, PICTURE) == 200
    assert get(verdict(guest, id)["downloadUrl"])[2] == PICTURE
    frame = send(guest, id)
    assert (frame["class"], frame["code"]) == ("StructuredMessage", 200), frame
    body = frame["body"]
    assert (body["type"], body["direction"]) == ("Text", "Inbound")
    attachment = body["content"][0]["attachment"]
    assert attachment["id"] == id and attachment["mediaType"] == "Image" and attachment["mime"] == "image/png"
    assert attachment["filename"] == "cat.png" and attachment["fileSize"] == len(PICTURE)
    assert attachment["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    status, headers, content = get(attachment["url"])
    assert (status, content) == (200, PICTURE)
    assert headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]
    assert guest.history()[-1]["content"] == body["content"]
    again = guest.request("getAttachment", attachmentId=id)["body"]
    assert again["headers"] == {} and again["fileSize"] == len(PICTURE) and get(again["url"])[2] == PICTURE
    assert guest.request("deleteAttachment", attachmentId=id)["code"] == 400


def test_an_agent_reads_the_file_in_the_message(server, guest):
    agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    guest.say("Here is my cat")
    conversation = agent.accept(agent.offered())
    assert send(guest, upload(guest))["code"] == 200
    message = agent.api.get(
        f"/api/v2/conversations/messages/{conversation['id']}/messages/{agent.message_ids(conversation)[-1]}")
    attachment = message["normalizedMessage"]["content"][0]["attachment"]
    assert (attachment["filename"], attachment["mime"]) == ("cat.png", "image/png")
    assert get(attachment["url"])[2] == PICTURE
    assert message["media"][0]["url"] == attachment["url"]


def test_the_sum_may_be_in_base64_and_must_fit(guest):
    right = base64.b64encode(hashlib.md5(PICTURE).digest()).decode()
    upload(guest, fileMd5=right)
    presigned = announce(guest, fileMd5="0" * 32)["body"]
    assert put(presigned, PICTURE) == 400
    assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4003


def test_every_connection_of_the_session_is_told(server, guest):
    with Guest(server, guest.token) as other:
        other.configure()
        id = upload(guest)
        assert verdict(other, id)["downloadUrl"]


def test_a_file_that_was_deleted_is_gone(guest):
    id = upload(guest)
    url = guest.request("getAttachment", attachmentId=id)["body"]["url"]
    frame = guest.request("deleteAttachment", attachmentId=id)
    assert (frame["class"], frame["body"]) == ("AttachmentDeletedResponse", {"attachmentId": id})
    assert get(url)[0] == 404
    assert guest.request("getAttachment", attachmentId=id)["code"] == 4009
    assert guest.request("deleteAttachment", attachmentId=id)["code"] == 4009
    assert send(guest, id)["code"] == 4009


def test_what_was_not_uploaded_cannot_be_sent(guest):
    presigned = announce(guest)["body"]
    assert send(guest, presigned["attachmentId"])["code"] == 4010
    assert guest.request("getAttachment", attachmentId=presigned["attachmentId"])["code"] == 4010
    assert send(guest, str(uuid.uuid4()))["code"] == 4009


# What is put

@pytest.mark.parametrize("content, type, name", [case[1:] for case in DISGUISED], ids=[case[0] for case in DISGUISED])
def test_what_is_not_what_it_says_is_refused(guest, content, type, name):
    presigned = announce(guest, content, name, type)["body"]
    assert put(presigned, content) == 400
    failure = verdict(guest, presigned["attachmentId"])
    assert failure["errorCode"] == 4003 and failure["errorMessage"]
    assert send(guest, presigned["attachmentId"])["code"] == 4010
    assert put(presigned, content) == 409


def test_an_archive_is_kept_as_it_is_and_offered_for_saving(guest):
    content = archive(("tea.txt", b"tea" * 1_000))
    id = upload(guest, content, name="tea.zip", type="application/zip")
    status, headers, body = get(guest.request("getAttachment", attachmentId=id)["body"]["url"])
    assert (status, body) == (200, content)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")


def test_other_sizes_than_announced_are_refused(guest):
    for content in (PICTURE + b"x", PICTURE[:-1], b""):
        presigned = announce(guest)["body"]
        assert put(presigned, content) in (400, 413)
        assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4002
        assert send(guest, presigned["attachmentId"])["code"] == 4010


def open_put(presigned, length):
    parts = urllib.parse.urlsplit(presigned["url"])
    stream = socket.create_connection((parts.hostname, parts.port), timeout=20)
    fields = {"Host": parts.netloc, **length, **presigned["headers"]}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    stream.sendall(f"PUT {parts.path} HTTP/1.1\r\n{head}\r\n".encode())
    return stream


def test_a_length_of_five_gigabytes_is_refused_before_its_bytes(guest):
    presigned = announce(guest)["body"]
    with open_put(presigned, {"Content-Length": str(5 << 30)}) as stream:
        assert stream.recv(100).startswith(b"HTTP/1.1 413")
    assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4002


def test_bytes_without_end_are_cut(guest):
    presigned = announce(guest)["body"]
    with open_put(presigned, {"Transfer-Encoding": "chunked"}) as stream:
        piece = b"1000\r\n" + b"\x89" * 4096 + b"\r\n"
        try:
            for _ in range(100):
                stream.sendall(piece)
        except OSError:
            pass
    assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4002


def test_a_put_that_was_cut_leaves_nothing_and_may_be_repeated(guest):
    presigned = announce(guest)["body"]
    with open_put(presigned, {"Content-Length": str(len(PICTURE))}) as stream:
        stream.sendall(PICTURE[:1000])
    assert send(guest, presigned["attachmentId"])["code"] == 4010
    assert put(presigned, PICTURE) == 200
    assert verdict(guest, presigned["attachmentId"])["downloadUrl"]


def test_a_file_is_put_once(guest):
    presigned = announce(guest)["body"]
    assert put(presigned, PICTURE) == 200
    assert put(presigned, PICTURE) == 409
    presigned = announce(guest)["body"]
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(put(presigned, PICTURE))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [200] + [409] * 4


# Links

def test_a_link_holds_for_what_it_was_made_for_only(server, guest):
    mine, other = announce(guest)["body"], announce(guest)["body"]
    path, expires, signature = mine["url"].rsplit("/", 2)
    later = str(int(expires) + 3600)
    for url in (
        f"{path}/{later}/{signature}", f"{path}/{expires}/{signature[:-2]}xx", f"{path}/{expires}/x",
        f"{path}/x/{signature}", other["url"].rsplit("/", 2)[0] + f"/{expires}/{signature}",
    ):
        assert put(mine, PICTURE, url=url) == 403, url
    assert put(mine, PICTURE, headers={"Content-Type": "image/png"}) == 403
    assert put(mine, PICTURE, headers={**mine["headers"], "Content-Type": "text/html"}) == 400
    # Another session has neither the header nor the file.
    with Guest(server) as stranger:
        stranger.configure()
        theirs = announce(stranger)["body"]
        assert put(theirs, PICTURE, url=mine["url"]) == 403
        assert send(stranger, mine["attachmentId"])["code"] == 4009
        assert stranger.request("getAttachment", attachmentId=mine["attachmentId"])["code"] == 4009
        assert stranger.request("deleteAttachment", attachmentId=mine["attachmentId"])["code"] == 4009
    assert put(mine, PICTURE) == 200


def test_links_and_files_that_were_not_sent_expire(limited):
    server = limited(GUEST_UPLOAD_SECONDS="3", GUEST_UNSENT_FILE_SECONDS="1")
    with Guest(server) as guest:
        guest.configure()
        presigned = announce(guest)["body"]
        id = upload(guest)
        for one in (id, presigned["attachmentId"]):
            eventually(lambda: guest.request("getAttachment", attachmentId=one)["code"] == 4008, "its end", 20)
            assert send(guest, one)["code"] == 4008
        assert put(presigned, PICTURE) in (403, 409)
        assert guest.history() == []


# Viruses

class Scanner:
    """Speaks INSTREAM as clamd does, and knows one signature."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.scanned = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack(">I", stream.read(4))[0]:
                    content += stream.read(length)
                self.scanned.append(content)
                connection.sendall(b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0")

    def close(self):
        # A thread in accept() keeps the port unless it is woken.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def test_files_are_scanned_and_what_cannot_be_scanned_is_refused(limited):
    scanner = Scanner()
    server = limited(CLAMD=f"127.0.0.1:{scanner.port}")
    with Guest(server) as guest:
        guest.configure()
        upload(guest)
        assert scanner.scanned == [PICTURE]
        presigned = announce(guest, EICAR, "eicar.txt", "text/plain")["body"]
        assert put(presigned, EICAR) == 400
        assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4003
        scanner.close()
        presigned = announce(guest)["body"]
        assert put(presigned, PICTURE) >= 500
        assert verdict(guest, presigned["attachmentId"])["errorCode"] == 5000
        assert send(guest, presigned["attachmentId"])["code"] == 4010
