"""The real binary, started on a data folder of its own."""

import json
import os
import pathlib
import signal
import socket
import subprocess

from .waiting import eventually

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("ENGAWA_BINARY", ROOT / ".build" / "debug" / "engawa"))
START_SECONDS = 60
STOP_SECONDS = 20


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`engawa demo`. The same folder can be started again after `stop` or `kill`."""

    def __init__(self, folder, *options, port=None, environment=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.options = options
        self.environment = environment or {}
        self.process = None
        self.demo = None

    @property
    def data(self):
        return self.folder / "data"

    @property
    def log(self):
        return self.folder / "server.log"

    def start(self):
        """Starts, and returns once the server answers."""
        found = self.data / "demo.json"
        found.unlink(missing_ok=True)
        command = [BINARY, "demo", "--data-dir", self.data, "--port", str(self.port), *self.options]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | self.environment)
        eventually(lambda: self._ready(found), "the server's start", START_SECONDS)
        self.demo = json.loads(found.read_text())
        return self

    def _ready(self, found):
        if self.process.poll() is not None:
            raise RuntimeError(f"engawa ended with {self.process.returncode}:\n{self.tail()}")
        return found.exists() and found.read_text().rstrip().endswith("}")

    def stop(self):
        """Asks it to end as an operator would, and gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self):
        """Ends it at once, as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    @property
    def is_alive(self):
        return self.process.poll() is None

    def tail(self, lines=40):
        """The end of what the server said."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # What demo.json tells

    @property
    def base_url(self):
        return self.demo["baseUrl"].rstrip("/")

    @property
    def guest_url(self):
        return f"{self.demo['guestUrl']}?deploymentId={self.demo['deploymentId']}"

    def users(self, role, queue=None):
        """The users who have a role and belong to a queue."""
        return [
            user for user in self.demo["users"]
            if role in user["roles"] and (queue is None or queue in user.get("queues", []))
        ]
