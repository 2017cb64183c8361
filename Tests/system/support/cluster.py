"""Several processes on one PostgreSQL database, and customers who go on at another one when theirs is gone."""

import itertools
import re
import signal
import threading
import time
import uuid

import urllib3
from websockets.exceptions import WebSocketException

from .guest import Guest
from .server import Server

BROKEN = (AssertionError, OSError, urllib3.exceptions.HTTPError, WebSocketException, RuntimeError)


class Cluster:
    """Nodes that are started together on an empty database."""

    def __init__(self, postgres, folder, count=3):
        self.postgres = postgres
        self.url = postgres.new_database()
        self.nodes = [
            Server(
                folder / f"node-{number}", "--database", self.url, "--log-level", "info",
                "--guest-messages-per-second", "200", "--requests-per-minute-max", "100000")
            for number in range(count)
        ]
        in_parallel([node.start for node in self.nodes])

    def query(self, sql):
        return self.postgres.query(sql, self.url)

    @property
    def alive(self):
        return [node for node in self.nodes if node.is_alive and not getattr(node, "is_paused", False)]

    def leases(self):
        """The owner of each lease that somebody has now."""
        sql = "SELECT name, owner FROM lease WHERE expires_at > extract(epoch FROM clock_timestamp()) * 1000"
        return dict(self.query(sql))

    def router(self):
        """The node that has the right to route; nothing while nobody has."""
        owner = self.leases().get("routing")
        return next((node for node in self.nodes if owner and owner == self.name(node)), None)

    @staticmethod
    def name(node):
        """What a node calls itself, by its log."""
        lines = [line for line in node.log.read_text(errors="replace").splitlines() if "joins the cluster" in line]
        return re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", lines[-1]).group() if lines else None

    def pause(self, node):
        node.is_paused = True
        node.process.send_signal(signal.SIGSTOP)

    def resume(self, node):
        node.process.send_signal(signal.SIGCONT)
        node.is_paused = False

    def stop(self):
        for node in self.nodes:
            if getattr(node, "is_paused", False):
                self.resume(node)
        in_parallel([node.stop for node in self.nodes if node.process])


def in_parallel(calls):
    """Calls all at once; the first failure is raised."""
    failures = []

    def run(call):
        try:
            call()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Visitor(threading.Thread):
    """A guest who writes one message after the other, and sends again at another node what nobody acknowledged."""

    def __init__(self, cluster, number, every=0.02):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.token = str(uuid.uuid4())
        self.number = number
        self.every = every
        self.acknowledged = []
        self.longest_pause = 0.0
        self.moves = 0
        self.is_over = threading.Event()

    def run(self):
        node = self.cluster.nodes[self.number % len(self.cluster.nodes)]
        while not self.is_over.is_set():
            try:
                with Guest(node, self.token) as guest:
                    guest.configure()
                    self.write(guest)
            except BROKEN:
                self.moves += 1
                others = [one for one in self.cluster.alive if one is not node]
                node = others[self.number % len(others)] if others else node
                self.is_over.wait(0.05)

    def write(self, guest):
        for number in itertools.count(len(self.acknowledged)):
            if self.is_over.is_set():
                return
            text = f"{self.token[:4]} {number}"
            began = time.monotonic()
            frame = guest.message(text, id=f"{self.token}-{number}")
            assert frame["code"] == 200, frame
            now = time.monotonic()
            self.longest_pause = max(self.longest_pause, now - getattr(self, "last", began))
            self.last = now
            self.acknowledged.append(text)
            guest.frames.clear()
            self.is_over.wait(self.every)

    def end(self):
        self.is_over.set()
        self.join(30)
        assert not self.is_alive()


def check(visitors, node):
    """Every acknowledged message is there once and in order; at most one more, which nobody acknowledged."""
    for visitor in visitors:
        with Guest(node, visitor.token) as guest:
            guest.configure()
            found = [one["text"] for one in guest.history()]
        acknowledged = visitor.acknowledged
        assert found[:len(acknowledged)] == acknowledged, (visitor.number, len(found), len(acknowledged))
        assert len(found) <= len(acknowledged) + 1 and len(set(found)) == len(found)
