"""What is done to a rig. Each fault strikes, waits, and heals, in bounded time; its choice and its moment come from a
seed."""

import os
import random
import signal
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
        node.must_live()
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
        node.must_live()
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


# What happens to PostgreSQL


def crash(rig, chance):
    """kill -9 of the postmaster, and a start."""
    with rig.database_lock:
        rig.primary.kill()
        time.sleep(chance.uniform(0, 1))
        rig.primary.start()


def immediate(rig, chance):
    """`pg_ctl stop -m immediate` of the primary or the standby, and a start."""
    with rig.database_lock:
        server = chance.choice((rig.primary, rig.primary, rig.standby))
        server.stop(signal.SIGQUIT)
        time.sleep(chance.uniform(0, 1))
        server.start()


def backend(rig, chance):
    """kill -9 of one process of PostgreSQL that serves us, which makes it end all others; or a polite end of one."""
    with rig.database_lock:
        found = rig.primary.processes("application_name LIKE 'engawa%'")
        if not found:
            return
        pid = chance.choice(found)
        if chance.random() < 0.5:
            os.kill(pid, signal.SIGKILL)
        else:
            rig.primary.query(f"SELECT pg_terminate_backend({pid})", "postgres")
        time.sleep(0.5)


def freeze(rig, chance):
    """SIGSTOP of a process of PostgreSQL: the postmaster, the one that writes the log, one that serves us, or the one
    that feeds the standby."""
    who = chance.choice((None, "walwriter", "client backend", "client backend", "walsender"))
    with rig.database_lock:
        found = [rig.primary.process.pid]
        if who:
            ours = " AND application_name LIKE 'engawa%'" if who == "client backend" else ""
            found = rig.primary.processes(f"backend_type = '{who}'{ours}") or found
        pid = chance.choice(found)
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(chance.uniform(0.5, 5))
        finally:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass


def failover(rig, chance):
    """The primary dies for good, and its synchronous standby takes over."""
    with rig.database_lock:
        rig.fail_over()


def full(rig, chance):
    """No room on the disk of the primary, for a while. It may end over that, and is started when there is room."""
    with rig.database_lock:
        server = rig.primary
        ballast = fill(server.folder)
        end = time.monotonic() + chance.uniform(1, 4)
        try:
            while time.monotonic() < end:
                time.sleep(0.1)
                fill(server.folder)
        finally:
            ballast.unlink(missing_ok=True)
        # Whether it goes on, recovers by itself, or ends: that shows in a moment.
        time.sleep(1)
        if not server.is_running:
            server.start()


def cut(rig, chance):
    """The connections between server and database are reset, held back or slow."""
    door = rig.doors[rig.servers.index(rig.primary)]
    what = chance.choice(("reset", "reset", "stall", "slow", "refuse"))
    if what == "reset":
        for _ in range(chance.randint(1, 4)):
            door.reset(chance.uniform(0.3, 1), chance)
            time.sleep(chance.uniform(0.1, 0.8))
    elif what == "stall":
        seconds = chance.uniform(1, 5)
        door.stall(seconds)
        time.sleep(seconds)
    elif what == "slow":
        door.slow(chance.uniform(0.01, 0.1))
        time.sleep(chance.uniform(1, 4))
        door.slow(0)
    else:
        door.refuse(1.5)
        door.reset(1, chance)
        time.sleep(1.5)


KINDS = {
    one.__name__: one for one in (
        kill, pause, restart, disk, reset, stall, slow, crash, immediate, backend, freeze, failover, full, cut)
}


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
