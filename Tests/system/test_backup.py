"""A backup that is taken under load holds everything that was acknowledged before it began, and a server runs on it."""

import collections
import json
import shutil
import subprocess
import threading
import uuid

import pytest

from support.agent import Agent
from support.guest import Guest
from support.http import Api
from support.server import BINARY, ROOT, Server
from support.waiting import eventually

GUESTS = 3
SECONDS = 60


def engawa(*arguments):
    return subprocess.run(
        [BINARY, *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS)


def place(server):
    """The database of a server, as `--database` has it."""
    options = list(server.options)
    return options[options.index("--database") + 1] if "--database" in options else server.data / "engawa.db"


class Load:
    """Guests who write as fast as they are answered; remembers what was acknowledged."""

    def __init__(self, server):
        self.server = server
        self.texts = collections.defaultdict(list)
        self.problems = []
        self.is_over = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(str(uuid.uuid4()),), daemon=True) for _ in range(GUESTS)]
        for thread in self.threads:
            thread.start()

    def run(self, token):
        try:
            with Guest(self.server, token) as guest:
                guest.configure()
                number = 0
                while not self.is_over.is_set():
                    frame = guest.message(f"{token[:4]} {number}")
                    if frame["code"] == 429:
                        self.is_over.wait(frame["body"]["retryAfter"])
                        continue
                    assert frame["code"] == 200, frame
                    self.texts[token].append(frame["body"]["text"])
                    number += 1
                    guest.frames.clear()
        except Exception as error:  # whatever broke, the list shows it
            self.problems.append(repr(error))

    @property
    def acknowledged(self):
        return {token: list(texts) for token, texts in self.texts.items()}

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)


@pytest.fixture(scope="module")
def backup(tmp_path_factory, database):
    """A server, what was acknowledged before a backup under load began, and the backup's folder."""
    folder = tmp_path_factory.mktemp("backup")
    server = Server(folder / "first", *database(), "--guest-messages-per-second", "1000").start()
    Agent(server, server.users("agent", "Support")[0]).go_on_queue()
    load = Load(server)
    eventually(lambda: sum(map(len, load.acknowledged.values())) > 60, "some load")
    before = load.acknowledged
    answer = engawa("backup", "--database", place(server), "--blobs", server.data / "blobs", "--to", folder / "archive")
    assert answer.returncode == 0, answer
    after = load.acknowledged
    load.end()
    assert load.problems == []
    assert sum(map(len, after.values())) > sum(map(len, before.values())), "the load stood still meanwhile"
    yield server, before, folder / "archive"
    assert server.stop() == 0, server.tail()


def restored(backup, tmp_path, options=()):
    """A server on a restored backup."""
    first, _, archive = backup
    server = Server(tmp_path / "second", *options)
    server.data.mkdir(parents=True)
    # What people know by heart: the demo's ids and passwords.
    (server.data / "seed.json").write_text(json.dumps(first.demo))
    answer = engawa("restore", "--from", archive, "--database", place(server), "--blobs", server.data / "blobs")
    assert answer.returncode == 0, answer
    return server.start()


def holds_all(server, before):
    for token, texts in before.items():
        with Guest(server, token) as guest:
            assert guest.configure()["newSession"] is False
            found = [one["text"] for one in guest.history()]
            assert found[:len(texts)] == texts
            assert len(set(found)) == len(found)
            guest.say("after the restore")


def test_what_was_acknowledged_before_is_in_the_restored_server(backup, database, tmp_path):
    server = restored(backup, tmp_path, database())
    try:
        holds_all(server, backup[1])
        assert Api(server.base_url).request("GET", "/health/ready").status == 200
        agent = Agent(server, server.users("agent", "Support")[0])
        assert agent.conversations(), "the agent's alerts are gone"
    finally:
        assert server.stop() == 0, server.tail()


def test_an_archive_of_either_engine_is_restored_to_sqlite(backup, tmp_path):
    server = restored(backup, tmp_path)
    try:
        holds_all(server, backup[1])
    finally:
        assert server.stop() == 0, server.tail()


def test_the_manifest_says_what_is_there(backup):
    manifest = json.loads((backup[2] / "manifest.json").read_text())
    assert manifest["counts"]["message"] >= sum(map(len, backup[1].values()))
    assert manifest["head"] >= manifest["counts"]["event"] > 0
    assert {"schemaVersion", "version", "beganAt", "finishedAt", "databaseDigest"} <= set(manifest)
    assert (backup[2].stat().st_mode & 0o077) == 0


def test_nothing_is_overwritten(backup, tmp_path):
    first, _, archive = backup
    for target in [place(first), tmp_path / "new.db"]:
        answer = engawa("restore", "--from", archive, "--database", target, "--blobs", tmp_path / "blobs")
        assert (answer.returncode == 0) == (target == tmp_path / "new.db"), answer
        shutil.rmtree(tmp_path / "blobs", ignore_errors=True)
    assert "never overwrites" in engawa(
        "restore", "--from", archive, "--database", tmp_path / "new.db", "--blobs", tmp_path / "blobs").stderr
    answer = engawa("backup", "--database", place(first), "--blobs", first.data / "blobs", "--to", archive)
    assert answer.returncode != 0 and "never overwrites" in answer.stderr


@pytest.mark.parametrize("damage", ["database", "manifest", "truncated", "list"])
def test_an_archive_that_is_not_whole_is_refused(backup, tmp_path, damage):
    archive = tmp_path / "archive"
    shutil.copytree(backup[2], archive)
    file = archive / "database.sqlite"
    if damage == "database":
        with open(file, "r+b") as opened:
            opened.seek(file.stat().st_size // 2)
            opened.write(b"\xa5" * 64)
    elif damage == "truncated":
        with open(file, "r+b") as opened:
            opened.truncate(file.stat().st_size // 2)
    elif damage == "list":
        (archive / "blobs.txt").write_text("0" * 64 + "\n")
    else:
        (archive / "manifest.json").unlink()
    answer = engawa("restore", "--from", archive, "--database", tmp_path / "new.db", "--blobs", tmp_path / "blobs")
    assert answer.returncode != 0, answer
    assert not (tmp_path / "new.db").exists()
