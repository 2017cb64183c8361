"""Load from outside on a release build: guests on the guest socket, an agent's notification socket, idle sockets.

The client speaks WebSocket with as little work as it can, since it shares the machine's cores with the server: frames
are built by hand with a mask of zeros, and only what is needed of an answer is read.
"""

import argparse
import asyncio
import json
import os
import pathlib
import resource
import struct
import sys
import tempfile
import time
import urllib.parse
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "system"))

from support import server as servers  # noqa: E402
from support.agent import Agent  # noqa: E402

GUESTS = (1, 20, 100)
IDLE_SOCKETS = 5_000
UPGRADE = (
    "GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")


class Socket(asyncio.Protocol):
    """A WebSocket that hands each text to `heard`."""

    def __init__(self, heard):
        self.heard = heard
        self.buffer = b""
        self.is_open = asyncio.get_running_loop().create_future()
        self.transport = None

    @classmethod
    async def connect(cls, url, heard):
        parts = urllib.parse.urlsplit(url)
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(lambda: cls(heard), parts.hostname, parts.port)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        socket.transport.write(UPGRADE.format(target=target, host=parts.netloc).encode())
        await asyncio.wait_for(socket.is_open, 30)
        return socket

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if not self.is_open.done():
            self.is_open.set_exception(error or ConnectionError("closed before the upgrade"))

    def data_received(self, data):
        self.buffer += data
        if not self.is_open.done():
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.is_open.set_exception(ConnectionError(head.decode()))
                return
            self.buffer = rest
            self.is_open.set_result(None)
        self.read_frames()

    def read_frames(self):
        buffer, at = self.buffer, 0
        while len(buffer) - at >= 2:
            size, head = buffer[at + 1] & 0x7F, 2
            if size == 126:
                size, head = (int.from_bytes(buffer[at + 2:at + 4], "big") if len(buffer) - at >= 4 else 1 << 62), 4
            elif size == 127:
                size, head = (int.from_bytes(buffer[at + 2:at + 10], "big") if len(buffer) - at >= 10 else 1 << 62), 10
            if len(buffer) - at < head + size:
                break
            opcode, payload = buffer[at] & 0x0F, buffer[at + head:at + head + size]
            at += head + size
            if opcode == 1:
                self.heard(payload)
            elif opcode == 9:
                self.send(payload, opcode=10)
        self.buffer = buffer[at:]

    def send(self, payload, opcode=1):
        size = len(payload)
        head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
        self.transport.write(head + b"\0\0\0\0" + payload)


class Guest:
    """Writes the next message when the last one is echoed."""

    def __init__(self, server, book):
        self.server = server
        self.book = book
        self.token = str(uuid.uuid4())
        self.sent_at = 0.0
        self.number = 0
        self.is_ready = asyncio.get_running_loop().create_future()
        self.is_writing = False

    async def open(self):
        self.socket = await Socket.connect(self.server.guest_url, self.heard)
        self.send({"action": "configureSession", "deploymentId": self.server.demo["deploymentId"], "tracingId": "c"})
        await asyncio.wait_for(self.is_ready, 60)
        return self

    def send(self, frame):
        self.socket.send(json.dumps({"token": self.token, **frame}, separators=(",", ":")).encode())

    def write(self):
        self.number += 1
        message = {"type": "Text", "text": f"message {self.number}", "metadata": {"id": f"{self.token}-{self.number}"}}
        self.sent_at = time.perf_counter()
        self.send({"action": "onMessage", "tracingId": f"m{self.number}", "message": message})

    def heard(self, payload):
        frame = json.loads(payload)
        if frame.get("tracingId") == "c":
            self.is_ready.set_result(None)
        elif frame["code"] == 429:
            self.book.refused += 1
            asyncio.get_running_loop().call_later(frame["body"]["retryAfter"], self.write)
        elif frame.get("tracingId") == f"m{self.number}":
            self.book.echoed(frame["body"]["id"], self.sent_at)
            if self.is_writing:
                self.write()


class Book:
    """When each message was sent, echoed, and told to the agent's side."""

    def __init__(self):
        self.sent, self.told = {}, {}
        self.echoes, self.refused = [], 0

    def echoed(self, id, sent_at):
        self.sent[id] = sent_at
        self.echoes.append(time.perf_counter() - sent_at)

    def heard(self, payload):
        """An event of a conversation: its newest inbound message is what it tells of."""
        now = time.perf_counter()
        event = json.loads(payload)
        for part in event.get("eventBody", {}).get("participants", ()):
            if part["purpose"] == "customer":
                for detail in part.get("messages", ()):
                    id = detail.get("messageId") or detail.get("message", {}).get("id")
                    if id:
                        self.told.setdefault(id, now)

    def latencies(self):
        return sorted(self.told[id] - at for id, at in self.sent.items() if id in self.told)


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] * 1000 if values else float("nan")


async def message_way(server, count, seconds):
    """Guests in a closed loop, and the queue's events on one notification socket."""
    book = Book()
    watcher = Agent(server, server.users("supervisor")[0])
    channel = watcher.api.post("/api/v2/notifications/channels")
    topic = {"id": f"v2.routing.queues.{server.demo['queues']['Support']}.conversations.messages"}
    watcher.api.put(f"/api/v2/notifications/channels/{channel['id']}/subscriptions", [topic])
    await Socket.connect(channel["connectUri"], book.heard)
    guests = [await Guest(server, book).open() for _ in range(count)]
    for guest in guests:
        guest.is_writing = True
        guest.write()
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    for guest in guests:
        guest.is_writing = False
    elapsed = time.perf_counter() - start
    await asyncio.sleep(1)
    for guest in guests:
        guest.socket.transport.close()
    found, echoes = book.latencies(), sorted(book.echoes)
    print(
        f"| {count} | {len(book.sent) / elapsed:,.0f} | {percentile(found, 0.5):.1f} | {percentile(found, 0.99):.1f} "
        f"| {percentile(echoes, 0.5):.1f} | {percentile(echoes, 0.99):.1f} | {len(book.sent) - len(found)} "
        f"| {book.refused} |", flush=True)


def resident_kilobytes(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def idle_sockets(server, count):
    """Configured guest sockets that say nothing more."""
    before = resident_kilobytes(server.process)
    book, guests = Book(), []
    for start in range(0, count, 100):
        batch = [Guest(server, book) for _ in range(min(100, count - start))]
        await asyncio.gather(*(guest.open() for guest in batch))
        guests += batch
    await asyncio.sleep(3)
    after = resident_kilobytes(server.process)
    print(f"| {count:,} | {before / 1024:.0f} | {after / 1024:.0f} | {(after - before) / count:.1f} |", flush=True)
    for guest in guests:
        guest.socket.transport.close()


def syncs_per_second(folder, count=500):
    """How often this disk makes a page durable in a second, one after the other: what bounds groups of commits."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        start = time.perf_counter()
        for number in range(count):
            os.pwrite(file.fileno(), b"x" * 4096, number % 64 * 4096)
            os.fdatasync(file.fileno())
        return count / (time.perf_counter() - start)


async def measure(arguments):
    print(f"{syncs_per_second(arguments.folder):,.0f} fdatasync/s before\n")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        server = servers.Server(folder, "--guest-messages-per-second", "100000").start()
        try:
            print("| guests | messages/s | p50 ms to agent | p99 | p50 ms to echo | p99 | not told | refused |")
            print("|---|---|---|---|---|---|---|---|")
            for count in GUESTS:
                await message_way(server, count, arguments.seconds)
            print("\n| idle sockets | resident MB before | after | KB each |")
            print("|---|---|---|---|")
            await idle_sockets(server, arguments.idle)
        finally:
            server.stop()
    print(f"\n{syncs_per_second(arguments.folder):,.0f} fdatasync/s after")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=servers.BINARY, type=pathlib.Path)
    parser.add_argument("--seconds", default=15, type=float, help="of each load")
    parser.add_argument("--idle", default=IDLE_SOCKETS, type=int, help="idle sockets")
    parser.add_argument("--folder", default=servers.ROOT / ".build", help="where the data lies")
    arguments = parser.parse_args()
    servers.BINARY = arguments.binary.resolve()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(measure(arguments))
