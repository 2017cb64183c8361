"""One process of the server: started, stopped, paused and killed by its number."""

import json
import os
import signal
import subprocess
import threading
import time

import urllib3

from support.server import BINARY, ROOT, Server

START_SECONDS = 60
STOP_SECONDS = 40
OPTIONS = ("--requests-per-minute-max", "10000000", "--guest-messages-per-second", "100", "--log-level", "notice")


class Node(Server):
    """`engawa demo` on a folder and a port that stay the same over all its lives."""

    def __init__(self, folder, caretaker, *options):
        super().__init__(folder, *OPTIONS, *options)
        self.caretaker = caretaker
        # Whoever does something to the process holds this, so that two faults meet one after the other.
        self.lock = threading.RLock()
        self.is_wanted = False
        self.starts = 0

    @property
    def upstream(self):
        return "127.0.0.1", self.port

    def start(self, seconds=START_SECONDS):
        """Starts, again if need be while something else is still broken; returns once the server answers."""
        end = time.monotonic() + seconds
        with self.lock:
            self.is_wanted = True
            while not self._start_once(end):
                if time.monotonic() > end:
                    raise RuntimeError(f"the server does not start:\n{self.tail()}")
                time.sleep(0.3)
            # A later start may not be able to write it: the disk may be full.
            self.demo = self.demo or json.loads((self.data / "demo.json").read_text())
            return self

    def _start_once(self, end):
        command = [BINARY, "demo", "--data-dir", self.data, "--port", str(self.port), *self.options]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.starts += 1
        self.caretaker.keep("process", self.process.pid)
        while self.process.poll() is None:
            if self.answers():
                return True
            if time.monotonic() > end:
                self.kill()
                return False
            time.sleep(0.05)
        self._gone()
        return False

    def answers(self, seconds=1.0):
        """Whether it says that it is ready."""
        try:
            url = f"http://127.0.0.1:{self.port}/health/ready"
            return urllib3.request("GET", url, timeout=seconds, retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _gone(self):
        self.caretaker.release("process", self.process.pid)

    def must_live(self):
        """Before something is done to it: that it ended by itself must not go unnoticed."""
        if self.died_by_itself:
            raise RuntimeError(f"the server ended by itself with {self.process.returncode}:\n{self.tail(15)}")

    def kill(self):
        with self.lock:
            self.is_wanted = False
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            self._gone()

    def stop(self):
        """Asks it to end, and gives its exit code; -9 if it had to be killed."""
        with self.lock:
            self.is_wanted = False
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                return -9
            finally:
                self._gone()

    def pause(self, seconds):
        with self.lock:
            self.must_live()
            os.kill(self.process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(self.process.pid, signal.SIGCONT)

    @property
    def died_by_itself(self):
        return self.is_wanted and self.process.poll() is not None
