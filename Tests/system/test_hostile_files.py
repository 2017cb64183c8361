"""Files that want to be something else, uploads that want to be endless, links that were not made for them."""

import hashlib
import http.client
import http.server
import re
import socket
import threading
import time
import urllib.parse
import uuid

import pytest

from support.files import PICTURE, announce, get, is_tame, kept, put, send, upload, verdict
from support.guest import Guest
from support.hostile import Trap
from support.hostile_files import BOMBS, HARMLESS, NAMES, ODD, TWOFOLD

@pytest.fixture
def guest(server):
    with Guest(server) as guest:
        guest.configure()
        yield guest


# Two things in one

@pytest.mark.parametrize(
    "content, type, name", [case[1:] for case in TWOFOLD + BOMBS], ids=[case[0] for case in TWOFOLD + BOMBS])
def test_what_is_two_things_or_far_too_much_is_refused_and_leaves_nothing(server, guest, content, type, name):
    before = kept(server)
    presigned = announce(guest, content, name, type)["body"]
    assert put(presigned, content) == 400
    assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4003
    assert send(guest, presigned["attachmentId"])["code"] == 4010
    assert kept(server) == before


class Embedder:
    """A page of somebody else without any rules, which would run whatever it is given."""

    def __init__(self):
        page = self
        self.url_of_file = ""

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                url = page.url_of_file
                self.wfile.write((
                    f"<!doctype html><script src='{url}'></script><script type=module src='{url}'></script>"
                    f"<link rel=stylesheet href='{url}'><iframe src='{url}'></iframe><object data='{url}'></object>"
                    f"<embed src='{url}'><img src='{url}'><p>done").encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Page:
    """A window without a page of ours, for the trap."""

    def __init__(self, browser):
        self.context = browser.new_context(accept_downloads=True)
        self.page = self.context.new_page()


@pytest.mark.parametrize(
    "content, type, name, shown", [case[1:] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_what_is_taken_comes_back_as_it_was_and_runs_nowhere(server, guest, browser, content, type, name, shown):
    id = upload(guest, content, name=name, type=type)
    assert send(guest, id)["code"] == 200
    url = guest.request("getAttachment", attachmentId=id)["body"]["url"]
    status, headers, body = get(url)
    assert (status, body) == (200, content)
    # The bytes are kept as they came.
    assert hashlib.sha256(content).hexdigest() in kept(server)[0]
    is_tame(headers, type if shown else "application/octet-stream", "inline" if shown else "attachment")
    embedder, window = Embedder(), Page(browser)
    trap = Trap(window)
    embedder.url_of_file = url
    window.page.goto(embedder.url)
    window.page.get_by_text("done").wait_for()
    window.page.wait_for_load_state("networkidle")
    for page in window.context.pages:
        hits = [hit for frame in page.frames for hit in frame.evaluate("window.__hits ?? []") if "ran" in hit]
        assert hits + trap.seen == []
    try:
        window.page.goto(url)
        assert shown
    except Exception as error:
        assert "Download is starting" in str(error) and not shown
    assert [hit for hit in window.page.evaluate("window.__hits ?? []") if "ran" in hit] + trap.seen == []
    window.context.close()
    embedder.close()


# Names

@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_that_are_tricks_are_refused(server, guest, name):
    before = kept(server)
    assert announce(guest, name=name)["code"] in (4001, 4004, 4005)
    assert kept(server) == before


@pytest.mark.parametrize("name", ODD)
def test_names_that_are_odd_are_taken_and_told_safely(guest, name):
    answer = announce(guest, name=name)
    if answer["code"] != 200:
        assert answer["code"] == 4004
        return
    presigned = answer["body"]
    assert put(presigned, PICTURE) == 200
    headers = get(verdict(guest, presigned["attachmentId"])["downloadUrl"])[1]
    encoded = headers["Content-Disposition"].split("''")[1]
    assert re.fullmatch(r"[\w%]+", encoded) and urllib.parse.unquote(encoded) == name


# Uploads that lie

def connect(presigned, head, path=None):
    parts = urllib.parse.urlsplit(presigned["url"])
    stream = socket.create_connection((parts.hostname, parts.port), timeout=90)
    fields = {"Host": parts.netloc, **presigned["headers"], **head}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    stream.sendall(f"PUT {path or parts.path} HTTP/1.1\r\n{lines}\r\n".encode())
    return stream


def ends(stream, seconds, send=b""):
    """Goes on sending until the server has had enough: the status that it gave, and whether that came in time."""
    end = time.monotonic() + seconds
    stream.settimeout(0.05 if send else seconds)
    told = b""
    while time.monotonic() < end:
        try:
            if send:
                stream.sendall(send)
        except TimeoutError:
            pass
        except OSError:
            return told[:12]
        try:
            piece = stream.recv(4_096)
            if not piece:
                return told[:12]
            told += piece
        except TimeoutError:
            pass
        except OSError:
            return told[:12]
    raise AssertionError(f"the server listens on after {told[:100]}")


def test_five_gigabytes_are_not_listened_to(server, guest):
    before = kept(server)
    presigned = announce(guest)["body"]
    with connect(presigned, {"Content-Length": str(5 << 30)}) as stream:
        assert ends(stream, 30, b"\x89" * 65_536) == b"HTTP/1.1 413"
    assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4002
    assert kept(server) == before


@pytest.mark.parametrize("link", ["its own", "a wrong one"])
def test_pieces_without_end_are_not_listened_to(server, guest, link):
    before = kept(server)
    presigned = announce(guest)["body"]
    path = None if link == "its own" else urllib.parse.urlsplit(presigned["url"]).path[:-2] + "xx"
    with connect(presigned, {"Transfer-Encoding": "chunked"}, path) as stream:
        told = ends(stream, 30, b"1000\r\n" + b"\x89" * 4_096 + b"\r\n")
        assert told in (b"HTTP/1.1 413", b"HTTP/1.1 403", b"")
    if link == "its own":
        assert verdict(guest, presigned["attachmentId"])["errorCode"] == 4002
    assert kept(server) == before


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "0x10", "99999999999999999999", f"{len(PICTURE)}, 5", ""])
def test_lengths_that_are_none_are_refused(server, guest, length):
    before = kept(server)
    presigned = announce(guest)["body"]
    with connect(presigned, {"Content-Length": length}) as stream:
        stream.sendall(PICTURE)
        stream.shutdown(socket.SHUT_WR)
        assert ends(stream, 30)[9:10] in (b"4", b"")
    assert kept(server) == before


def test_two_lengths_are_one_too_many(server, guest):
    before = kept(server)
    presigned = announce(guest)["body"]
    with connect(presigned, {"Content-Length": str(len(PICTURE)), "Transfer-Encoding": "chunked"}) as stream:
        stream.sendall(PICTURE)
        assert ends(stream, 30)[9:10] in (b"4", b"")
    assert kept(server) == before


def test_an_upload_that_passes_its_end_is_told_so(limited):
    server = limited(GUEST_UPLOAD_SECONDS="3")
    with Guest(server) as guest:
        guest.configure()
        presigned = announce(guest)["body"]
        before = kept(server)
        with connect(presigned, {"Content-Length": str(len(PICTURE))}) as stream:
            # As slow as it can be without being silent.
            assert ends(stream, 30, PICTURE[:1]) == b"HTTP/1.1 408"
        failure = verdict(guest, presigned["attachmentId"])
        assert (failure["errorCode"], failure["errorMessage"]) == (4008, "Attachment has expired")
        assert send(guest, presigned["attachmentId"])["code"] in (4008, 4010)
        assert kept(server) == before


def test_who_falls_silent_in_an_upload_is_hung_up_on(server, guest):
    before = kept(server)
    presigned = announce(guest)["body"]
    with connect(presigned, {"Content-Length": str(len(PICTURE))}) as stream:
        stream.sendall(PICTURE[:100])
        assert ends(stream, 80) == b""
    assert kept(server) == before
    # It may begin again while its link lasts.
    assert put(presigned, PICTURE) == 200


# Links of uploads

def call(method, url, content=PICTURE, headers=None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request(method, parts.path, content, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_a_link_serves_for_nothing_else(server, guest):
    mine, other = announce(guest)["body"], announce(guest, name="other.png")["body"]
    before = kept(server)
    base, media, expires, signature = mine["url"].rsplit("/", 3)
    _, others, _, theirs = other["url"].rsplit("/", 3)
    with Guest(server) as stranger:
        stranger.configure()
        foreign = announce(stranger)["body"]
    headers = mine["headers"]
    for path in (
        f"{media}/{int(expires) + 1}/{signature}", f"{media}/{int(expires) - 1}/{signature}", f"{media}/0/{signature}",
        f"{media}/{2**62}/{signature}", f"{media}/+{expires}/{signature}x", f"{others}/{expires}/{signature}",
        f"{media}/{expires}/{theirs}", f"{media}/{expires}/{signature.swapcase()}",
        f"{media}/{expires}/{signature[:-1]}",
        f"{media}/{expires}/{signature}A", f"{media}/{expires}/", f"{uuid.uuid4()}/{expires}/{signature}",
        f"{media}/{signature}", f"%2e%2e/{media}/{expires}/{signature}", f"{media}%00/{expires}/{signature}",
    ):
        assert call("PUT", f"{base}/{path}", headers=headers) in (400, 403, 404), path
    for changed in (
        {}, {**headers, "x-engawa-upload": ""}, {**headers, "x-engawa-upload": foreign["headers"]["x-engawa-upload"]},
        {**headers, "x-engawa-upload": other["headers"]["x-engawa-upload"]},
        {**headers, "x-engawa-upload": signature}, {**headers, "Content-Type": "text/html"},
    ):
        assert call("PUT", mine["url"], headers=changed) in (400, 403), changed
    for method in ("GET", "POST", "DELETE", "PATCH", "HEAD"):
        assert call(method, mine["url"], headers=headers) in (404, 405), method
    # A link for writing reads nothing, and one for reading writes nothing.
    reading = mine["url"].replace("/uploads/", "/downloads/")
    assert call("GET", reading, None) in (403, 404)
    assert kept(server) == before
    assert put(mine, PICTURE) == 200
    url = verdict(guest, mine["attachmentId"])["downloadUrl"]
    after = kept(server)
    for method in ("PUT", "POST", "DELETE"):
        assert call(method, url, b"changed", headers) in (404, 405), method
        assert call(method, url.replace("/downloads/", "/uploads/"), b"changed", headers) in (403, 404, 405), method
    # Once.
    assert put(mine, PICTURE) == 409
    assert put(mine, PICTURE + b"x") in (400, 409, 413)
    assert kept(server) == after
    assert get(guest.request("getAttachment", attachmentId=mine["attachmentId"])["body"]["url"])[2] == PICTURE


def test_a_link_that_is_over_or_was_given_up_stores_nothing(limited):
    server = limited(GUEST_UPLOAD_SECONDS="2")
    with Guest(server) as guest:
        guest.configure()
        given_up, replaced, over = (announce(guest)["body"] for _ in range(3))
        assert guest.request("deleteAttachment", attachmentId=given_up["attachmentId"])["code"] == 200
        anew = announce(guest, attachmentId=replaced["attachmentId"])["body"]
        before = kept(server)
        assert put(given_up, PICTURE) == 403
        assert put(replaced, PICTURE) == 403
        end = int(over["url"].rsplit("/", 2)[1])
        time.sleep(max(0, end - time.time() + 0.1))
        assert put(over, PICTURE) in (403, 409)
        assert put(anew, PICTURE) in (403, 409)
        assert kept(server) == before
