"""What is tortured: server processes, their database, and the door through which everybody reaches them."""

import os
import pathlib
import sqlite3
import subprocess
import tempfile

from .caretaker import Caretaker, unmount
from .door import Door
from .node import Node

DISK_BYTES = 384 << 20


class Rig:
    """The common part. `faults` names what can be done to it; see `faults.py`."""

    engine = ""
    faults = ("kill", "pause", "restart", "reset", "stall", "slow")

    def __init__(self):
        self.caretaker = Caretaker()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="engawa-torture-"))
        self.notes = []
        self.nodes = []
        self.door = None

    def open(self):
        """Starts everything; whoever opens also closes."""
        self.make_nodes()
        for node in self.nodes:
            node.start()
        self.door = Door([node.upstream for node in self.nodes])
        return self

    def make_nodes(self):
        raise NotImplementedError

    def close(self):
        """Ends everything in the order in which it hurts least; gives the exit codes of the servers."""
        codes = [node.stop() for node in self.nodes if node.process]
        if self.door:
            self.door.close()
        self.close_database()
        self.caretaker.close()
        return codes

    def close_database(self):
        """Ends what holds the data."""

    def keep_evidence(self):
        """Copies what helps to understand a loss to where it stays."""

    def heal(self):
        """Ends every fault that is still there, and brings back what is wanted and not running."""
        self.door.heal()
        for node in self.nodes:
            if node.process.poll() is not None:
                node.start()

    def mount_disk(self, folder):
        """A small file system of its own, so that it can be full; says whether that is allowed here."""
        folder.mkdir(parents=True, exist_ok=True)
        prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
        options = f"size={DISK_BYTES},mode=0755,uid={os.geteuid()}"
        answer = subprocess.run(
            [*prefix, "mount", "-t", "tmpfs", "-o", options, "engawa-torture", folder], capture_output=True, text=True)
        if answer.returncode:
            self.notes.append(f"no full disk: mounting is not allowed ({answer.stderr.strip()})")
            return False
        self.caretaker.keep("mount", folder)
        return True

    def unmount_disk(self, folder):
        if unmount(folder):
            self.caretaker.release("mount", folder)


def fill(folder):
    """Takes all the room that a file system has left; gives the file that holds it."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"\0" * size):
                    continue
            except OSError:
                continue
    return ballast


class SQLiteRig(Rig):
    """One process on its own file."""

    engine = "sqlite"

    def make_nodes(self):
        self.disk = self.folder / "server" / "data"
        self.has_disk = self.mount_disk(self.disk)
        if self.has_disk:
            self.faults = (*self.faults, "disk")
        self.nodes = [Node(self.folder / "server", self.caretaker)]

    def close_database(self):
        if self.has_disk:
            self.unmount_disk(self.disk)

    def keep_evidence(self):
        subprocess.run(["cp", "-r", self.disk, self.folder / "kept"], capture_output=True)

    def query(self, sql):
        """Rows of the database, read beside the server."""
        connection = sqlite3.connect(f"file:{self.disk / 'engawa.db'}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    @staticmethod
    def hex(column):
        return f"lower(hex({column}))"

    @staticmethod
    def text(column):
        return f"cast({column} as text)"
