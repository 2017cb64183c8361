"""What is done to a rig. Each fault strikes, waits, and heals, in bounded time; its choice and its moment come from a
seed."""

import random
import threading
import time

from .rig import fill

PAIR_SHARE = 0.35


class Fault:
    """One fault at a moment of the round, in seconds after its start."""

    def __init__(self, kind, at, chance):
        self.kind = kind
        self.at = at
        self.chance = chance
        self.struck_at = self.healed_at = None
        self.error = None

    def strike(self, rig):
        self.struck_at = time.monotonic()
        try:
            KINDS[self.kind](rig, self.chance)
        except Exception as error:  # a fault that cannot be carried out is a fault of the torture
            self.error = f"{self.kind}: {error!r}"[:600]
        self.healed_at = time.monotonic()


def kill(rig, chance):
    """kill -9 of a server, and a start on what it left."""
    node = chance.choice(rig.nodes)
    with node.lock:
        node.kill()
        time.sleep(chance.uniform(0, 1.5))
        node.start()


def pause(rig, chance):
    """SIGSTOP of a server, SIGCONT later."""
    chance.choice(rig.nodes).pause(chance.uniform(0.5, 6))


def restart(rig, chance):
    """SIGTERM of a server, as for an upgrade; it must end cleanly."""
    node = chance.choice(rig.nodes)
    with node.lock:
        code = node.stop()
        node.start()
    if code != 0:
        raise RuntimeError(f"exit code {code} after SIGTERM: {node.tail(10)}")


def disk(rig, chance):
    """No room on the disk of the data, for a while."""
    ballast = fill(rig.disk)
    end = time.monotonic() + chance.uniform(1, 4)
    try:
        while time.monotonic() < end:
            # What a checkpoint or a deleted file gives back is taken again.
            time.sleep(0.1)
            fill(rig.disk)
    finally:
        ballast.unlink(missing_ok=True)


def reset(rig, chance):
    """Connections between clients and server are reset, some in the middle of a frame, and refused for a moment."""
    for _ in range(chance.randint(1, 4)):
        rig.door.reset(chance.uniform(0.3, 1), chance)
        rig.door.refuse(chance.choice((0, 0, 0.3)))
        time.sleep(chance.uniform(0.1, 0.8))


def stall(rig, chance):
    """Everything between clients and server is held back while connections stay open."""
    seconds = chance.uniform(1, 5)
    rig.door.stall(seconds)
    time.sleep(seconds)


def slow(rig, chance):
    """Each packet between clients and server is late."""
    rig.door.slow(chance.uniform(0.02, 0.25))
    time.sleep(chance.uniform(1, 4))
    rig.door.slow(0)


KINDS = {one.__name__: one for one in (kill, pause, restart, disk, reset, stall, slow)}


class Deck:
    """Deals kinds of faults so that all of them come before one comes again."""

    def __init__(self, kinds, chance):
        self.kinds = sorted(kinds)
        self.chance = chance
        self.left = []

    def deal(self):
        if not self.left:
            self.left = self.kinds[:]
            self.chance.shuffle(self.left)
        return self.left.pop()

    def round(self, seconds, count):
        """The faults of one round; now and then two at the same moment."""
        moments = sorted(self.chance.uniform(0.12, 0.85) * seconds for _ in range(count))
        faults = []
        for moment in moments:
            faults.append(self._fault(moment))
            if self.chance.random() < PAIR_SHARE:
                faults.append(self._fault(moment + self.chance.uniform(0, 0.5)))
        return faults

    def _fault(self, moment):
        return Fault(self.deal(), moment, random.Random(self.chance.getrandbits(64)))


def carry_out(faults, rig, start):
    """Starts each fault at its moment, on a thread of its own; gives the threads."""
    def run(fault):
        time.sleep(max(0.0, start + fault.at - time.monotonic()))
        fault.strike(rig)
    threads = [threading.Thread(target=run, args=(fault,), daemon=True, name=fault.kind) for fault in faults]
    for thread in threads:
        thread.start()
    return threads
