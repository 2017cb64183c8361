"""A small TCP proxy of our own: the network between two processes, with what networks do to connections."""

import asyncio
import socket
import struct
import threading
import time

CHUNK_BYTES = 1 << 16
CONNECT_SECONDS = 1.0
# What waits for a slow end at most; then the other end is not read any more.
BUFFER_BYTES = 1 << 18


class Passage:
    """One connection through the door: two streams, and what is going to happen to them."""

    def __init__(self, upstream, writers):
        self.upstream = upstream
        self.writers = writers
        self.is_cut_next = False

    def reset(self):
        """Both ends see a connection that was reset, not closed."""
        for writer in self.writers:
            found = writer.transport.get_extra_info("socket")
            try:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except (AttributeError, OSError):
                pass
            writer.transport.abort()


class Door:
    """Listens on a port of its own and passes connections on to the first upstream in turn that takes them."""

    def __init__(self, upstreams):
        self.upstreams = list(upstreams)
        self.down = set()
        self.turn = 0
        self.passages = set()
        self.refuse_until = 0.0
        self.stall_until = 0.0
        self.delay = 0.0
        self.resets = 0
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True, name="door")
        self.thread.start()
        if not started.wait(5):
            raise RuntimeError("the door did not open")

    # What the network does; callable from any thread

    def reset(self, share, chance):
        """Resets a share of the connections, at once or in the middle of their next chunk."""
        def strike():
            for passage in list(self.passages):
                if chance.random() < share:
                    self.resets += 1
                    if chance.random() < 0.5:
                        passage.reset()
                    else:
                        passage.is_cut_next = True
        self.loop.call_soon_threadsafe(strike)

    def reset_upstream(self, upstream):
        """Resets the connections to one upstream, as a load balancer does that finds it dead."""
        self.loop.call_soon_threadsafe(
            lambda: [one.reset() for one in list(self.passages) if one.upstream == upstream])

    def refuse(self, seconds):
        """Refuses new connections for a while."""
        self.refuse_until = time.monotonic() + seconds

    def stall(self, seconds):
        """Holds everything back for a while, with the connections open."""
        self.stall_until = time.monotonic() + seconds

    def slow(self, delay):
        """Delays each chunk; 0 ends it."""
        self.delay = delay

    def heal(self):
        self.refuse_until = self.stall_until = self.delay = 0.0
        for passage in list(self.passages):
            passage.is_cut_next = False

    def mark(self, upstream, is_up):
        """Says whether an upstream may be tried."""
        (self.down.discard if is_up else self.down.add)(upstream)

    def close(self):
        def end():
            self.server.close()
            for passage in list(self.passages):
                passage.reset()
            self.loop.call_later(0.1, self.loop.stop)
        self.loop.call_soon_threadsafe(end)
        self.thread.join(3)

    # The work, on the loop's thread

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self._pass, "127.0.0.1", 0, limit=CHUNK_BYTES, backlog=512))
        self.port = self.server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    async def _pass(self, reader, writer):
        near = writer
        if time.monotonic() < self.refuse_until:
            return Passage(None, [near]).reset()
        found = await self._connect()
        if found is None:
            return Passage(None, [near]).reset()
        upstream, far_reader, far = found
        passage = Passage(upstream, [near, far])
        self.passages.add(passage)
        for one in (near, far):
            one.transport.set_write_buffer_limits(BUFFER_BYTES)
        try:
            await asyncio.gather(
                self._pump(reader, far, passage), self._pump(far_reader, near, passage), return_exceptions=True)
        finally:
            self.passages.discard(passage)
            for one in (near, far):
                one.close()

    async def _connect(self):
        self.turn += 1
        count = len(self.upstreams)
        order = [self.upstreams[(self.turn + step) % count] for step in range(count)]
        for upstream in [one for one in order if one not in self.down] or order:
            try:
                reader, writer = await asyncio.wait_for(
                    asyncio.open_connection(*upstream, limit=CHUNK_BYTES), CONNECT_SECONDS)
                return upstream, reader, writer
            except (OSError, asyncio.TimeoutError):
                continue
        return None

    async def _pump(self, reader, writer, passage):
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                if self.delay:
                    await asyncio.sleep(self.delay)
                while (left := self.stall_until - time.monotonic()) > 0:
                    await asyncio.sleep(min(left, 0.1))
                if passage.is_cut_next:
                    writer.write(chunk[:len(chunk) // 2])
                    # Half of it arrives before the end does.
                    await asyncio.sleep(0.01)
                    return passage.reset()
                writer.write(chunk)
                await writer.drain()
            writer.close()
        except (ConnectionError, OSError):
            passage.reset()
