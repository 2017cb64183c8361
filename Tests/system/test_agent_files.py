"""Files that agents upload with the API: held to the same judgement as those of guests."""

import base64
import hashlib

import pytest

from support.agent import Agent
from support.files import (
    PICTURE, agent_announces, agent_puts, agent_sends, agent_uploads, announce, get, is_tame, kept, messages_path)
from support.guest import Guest
from support.honest_files import archives, pictures
from support.hostile_files import BOMBS, DISGUISED, HARMLESS, NAMES, ODD, PAGE, TWOFOLD
from support.http import Answer, pool


class Talk:
    """An agent in conversation with a guest."""

    def __init__(self, server):
        self.server = server
        self.guest = Guest(server)
        self.guest.configure()
        self.agent = Agent(server, server.users("agent", "Support")[0]).go_on_queue()
        self.guest.say("Send me something")
        self.conversation = self.agent.accept(self.agent.offered())
        self.path = messages_path(self.agent, self.conversation)

    def announces(self, *args, **fields):
        return agent_announces(self.agent, self.conversation, *args, **fields)

    def limits(self):
        return self.agent.api.get(self.path + "/media/limits")

    def is_refused(self, media, url):
        """It can neither be sent nor read, and the link serves for nothing more."""
        told = self.agent.api.get(f"{self.path}/media/{media}")
        assert told["status"] == "invalid" and "url" not in told
        assert self.agent.api.request("POST", self.path, {"mediaIds": [media]}).status == 400
        again = agent_puts(url)
        assert (again.status, again.json["code"]) == (409, "general.conflict")

    def close(self):
        self.agent.leave(self.conversation)
        self.guest.close()


@pytest.fixture(scope="module")
def talk(server):
    talk = Talk(server)
    yield talk
    talk.close()


def is_error(answer, status, code):
    body = answer.json
    assert (answer.status, body["status"], body["code"]) == (status, status, code), answer
    assert body["message"] and body["contextId"] and body["errors"] == []


def test_a_client_is_told_what_it_may_send(talk):
    limits = talk.limits()
    assert limits["allowedMedia"] == {"outbound": {"fileTypes": [{"type": "*/*"}], "maxFileSizeKB": 10240}}
    told = talk.guest.request("getConfiguration", deploymentId=talk.guest.deployment)["body"]
    assert limits["blockedExtensions"] == told["blockedExtensions"]
    assert (limits["maxFilesPerMessage"], limits["maxFileNameLength"]) == (10, 1023)


def test_names_that_are_tricks_are_refused(server, talk):
    before = kept(server)
    for name in NAMES:
        answer = talk.announces(name=name)
        assert answer.status == 400 and answer.json["code"] in (
            "file.name.invalid", "file.name.too.long", "file.type.not.allowed"), (name, answer)
    assert kept(server) == before
    for name in ODD:
        answer = talk.announces(name=name)
        if answer.status == 200:
            assert answer.json["name"] == name
        else:
            is_error(answer, 400, "file.name.invalid")
    # A form brings a name of its own.
    begun = talk.agent.api.post(talk.path + "/media")
    body = {"file": ("../../cat.png", PICTURE, "image/png")}
    is_error(Answer(pool.request("POST", begun["uploadUrl"], fields=body)), 400, "file.name.invalid")
    talk.is_refused(begun["id"], begun["uploadUrl"])


@pytest.mark.parametrize("cases", [DISGUISED, TWOFOLD, BOMBS], ids=["disguised", "twofold", "bombs"])
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(server, talk, cases):
    blobs, _ = kept(server)
    sent = talk.agent.message_ids(talk.conversation)
    for label, content, type, name in cases:
        begun = talk.announces(content, name).json
        answer = agent_puts(begun["uploadUrl"], content, type)
        assert (answer.status, answer.json["code"]) == (400, "file.content.mismatch"), label
        talk.is_refused(begun["id"], begun["uploadUrl"])
    assert kept(server)[0] == blobs
    assert talk.agent.message_ids(talk.conversation) == sent


@pytest.mark.parametrize("type", [
    "text/html", "image/svg+xml", "text/javascript", "text/html; charset=utf-7", "application/x-msdownload", "picture",
    "image/", "*/*", "image/png/x"])
def test_types_that_would_run_or_are_none_are_refused(talk, type):
    begun = talk.announces(PAGE, "page.txt").json
    is_error(agent_puts(begun["uploadUrl"], PAGE, type), 400, "file.type.not.allowed")
    talk.is_refused(begun["id"], begun["uploadUrl"])


def test_what_is_taken_reaches_the_guest_as_it_was(talk):
    for _, content, type, name, shown in HARMLESS:
        url = agent_sends(talk.agent, talk.conversation, content, name, type)["media"][0]["url"]
        status, headers, body = get(url)
        assert (status, body) == (200, content)
        is_tame(headers, type if shown else "application/octet-stream", "inline" if shown else "attachment")
    assert get(talk.guest.history()[-1]["content"][0]["attachment"]["url"])[2] == HARMLESS[-1][1]


@pytest.mark.parametrize("cases", [pictures, archives])
def test_what_other_programs_write_is_taken(talk, cases):
    for number, (type, name, content) in enumerate(cases()):
        begun = talk.announces(content, name).json
        told = agent_puts(begun["uploadUrl"], content, type)
        assert told.status == 200, f"{name}, number {number}: {told}"


def test_sizes_are_held_to_what_was_announced_and_to_the_limit(talk):
    is_error(talk.announces(contentLengthBytes=0), 400, "file.empty")
    for bytes in (-1, (10240 << 10) + 1, 5 << 30, 2**63 - 1):
        is_error(talk.announces(contentLengthBytes=bytes), 413, "file.too.large")
    assert talk.announces(contentLengthBytes="many").status == 400
    for content in (PICTURE + b"x", PICTURE[:-1]):
        begun = talk.announces().json
        is_error(agent_puts(begun["uploadUrl"], content), 400, "file.length.mismatch")
        talk.is_refused(begun["id"], begun["uploadUrl"])
    begun = talk.agent.api.post(talk.path + "/media")
    is_error(agent_puts(begun["uploadUrl"], b""), 400, "file.empty")
    begun = talk.agent.api.post(talk.path + "/media")
    assert agent_puts(begun["uploadUrl"], PICTURE + b"\0" * (10240 << 10)).status == 413


def test_a_sum_that_was_announced_must_come_with_the_bytes_and_fit(talk):
    digest = hashlib.md5(PICTURE)
    for right in (digest.hexdigest(), base64.b64encode(digest.digest()).decode()):
        begun = talk.announces(contentMd5=right).json
        assert begun["uploadHeaders"]["Content-MD5"] == right
        assert agent_puts(begun["uploadUrl"]).status == 404
        assert agent_puts(begun["uploadUrl"], **{"Content-MD5": "0" * 32}).status == 404
        assert agent_puts(begun["uploadUrl"], **begun["uploadHeaders"]).status == 200
    wrong = talk.announces(contentMd5="0" * 32).json
    is_error(agent_puts(wrong["uploadUrl"], **wrong["uploadHeaders"]), 400, "file.checksum.mismatch")
    assert talk.announces(contentMd5="1234").status == 400
    begun = talk.announces().json
    is_error(agent_puts(begun["uploadUrl"], **{"Content-MD5": "0" * 32}), 400, "file.checksum.mismatch")


def test_a_link_for_one_file_serves_for_no_other(talk):
    one, other = talk.announces().json["uploadUrl"], talk.announces().json["uploadUrl"]
    mixed = one.rsplit("/", 1)[0] + "/" + other.rsplit("/", 1)[1]
    assert agent_puts(mixed).status == 404
    assert agent_puts(one.replace("/uploads/", "/downloads/")).status in (404, 405)


def test_a_business_may_take_less_from_its_agents(limited):
    server = limited(
        AGENT_FILE_KILOBYTES_MAX="20", AGENT_FILE_TYPES="image/*, application/pdf", AGENT_BLOCKED_EXTENSIONS="gif,.exe")
    talk = Talk(server)
    limits = talk.limits()
    assert limits["allowedMedia"]["outbound"] == {
        "fileTypes": [{"type": "image/*"}, {"type": "application/pdf"}], "maxFileSizeKB": 20}
    assert limits["blockedExtensions"] == [".exe", ".gif"]
    is_error(talk.announces(contentLengthBytes=(20 << 10) + 1), 413, "file.too.large")
    is_error(talk.announces(name="a.txt"), 400, "file.type.not.allowed")
    is_error(talk.announces(name="a.gif"), 400, "file.type.not.allowed")
    begun = talk.announces(b"text", "a.unknown").json
    is_error(agent_puts(begun["uploadUrl"], b"text", "text/plain"), 400, "file.type.not.allowed")
    agent_uploads(talk.agent, talk.conversation)
    # Guests keep theirs.
    assert announce(talk.guest, name="a.txt", type="text/plain", content=b"a" * (21 << 10))["code"] == 200
    assert announce(talk.guest, name="a.exe", type="text/plain")["code"] == 4001
    assert announce(talk.guest, name="a.gif", type="image/gif")["code"] == 200
    talk.close()
