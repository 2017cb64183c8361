"""A WebSocket client that keeps every frame it has seen."""

import json
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


class SocketClient:
    """One connection. `wait` looks at the frames after the last one that was waited for, then at new ones."""

    def __init__(self, url, origin=None, headers=None):
        self.socket = connect(
            url, origin=origin, additional_headers=headers, open_timeout=15, close_timeout=5, max_size=1 << 22,
            legacy=True)
        self.frames = []

    def send(self, frame):
        self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def wait(self, matches, what="a frame", seconds=15):
        """The first frame, seen or to come, for which `matches` is true."""
        end = time.monotonic() + seconds
        at = 0
        while True:
            for frame in self.frames[at:]:
                if matches(frame):
                    return frame
            at = len(self.frames)
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what} did not come within {seconds} s; came: {self.frames[-8:]}")
            self.receive(left)

    def receive(self, seconds):
        """Takes one more frame, if one comes in time."""
        try:
            self.frames.append(json.loads(self.socket.recv(timeout=seconds)))
        except TimeoutError:
            return

    def drain(self, seconds=0.3):
        """Takes what comes until nothing comes for a while."""
        count = -1
        while count != len(self.frames):
            count = len(self.frames)
            self.receive(seconds)
        return self.frames

    def wait_closed(self, seconds=15):
        """The code with which the server closes."""
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                try:
                    self.frames.append(json.loads(self.socket.recv(timeout=0.2)))
                except TimeoutError:
                    continue
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
        raise AssertionError(f"the socket is open after {seconds} s; came: {self.frames[-3:]}")

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
