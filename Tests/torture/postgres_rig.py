"""One server process, or three, on PostgreSQL with a synchronous standby."""

import signal
import subprocess
import threading
import time

import urllib3

from .door import Door
from .node import Node
from .postgres import ACCOUNT, Postgres, give_away
from .rig import Rig

QUERY_SECONDS = 20
WATCH_SECONDS = 0.4
NODES = 3


class PostgresRig(Rig):
    """One process; a primary and its standby, each behind a door of its own."""

    engine = "postgres"
    faults = (*Rig.faults, "crash", "immediate", "backend", "freeze", "failover", "cut")
    nodes_count = 1
    # Commits that do not wait for the standby lose messages at a failover: to see that the count notices.
    is_synchronous = True

    def make_nodes(self):
        # Whoever breaks the database holds this; the next waits.
        self.database_lock = threading.RLock()
        self.doors = []
        self.servers = []
        self.disks = [self.folder / "primary", self.folder / "standby"]
        # PostgreSQL's account must get to what is its own in there.
        self.folder.chmod(0o711)
        mounted = [self.mount_disk(disk) for disk in self.disks]
        self.mounted = [disk for disk, is_mounted in zip(self.disks, mounted) if is_mounted]
        if all(mounted):
            self.faults = (*self.faults, "full")
        self.servers = [Postgres(disk, self.caretaker) for disk in self.disks]
        self.primary, self.standby = self.servers
        self.primary.make()
        self.primary.start()
        self.primary.query("CREATE DATABASE engawa", "postgres")
        self.add_standby()
        self.doors = [Door([server.address]) for server in self.servers]
        hosts = ",".join(f"127.0.0.1:{door.port}" for door in self.doors)
        self.url = (
            f"postgres://{ACCOUNT}@{hosts}/engawa?target_session_attrs=read-write&sslmode=disable&gssencmode=disable"
            "&connect_timeout=2")
        self.nodes = [
            Node(self.folder / f"server-{number}", self.caretaker, "--database", self.url)
            for number in range(self.nodes_count)
        ]

    def add_standby(self):
        """Makes the other server the primary's standby, and lets commits wait for it."""
        self.standby.copy(self.primary)
        self.standby.start()
        self.wait_for_standby()

    def wait_for_standby(self, seconds=30):
        names = "*" if self.is_synchronous else ""
        state = "sync" if self.is_synchronous else "async"
        self.primary.query(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "postgres")
        self.primary.query("SELECT pg_reload_conf()", "postgres")
        end = time.monotonic() + seconds
        while not self.primary.query(f"SELECT 1 FROM pg_stat_replication WHERE sync_state = '{state}'", "postgres"):
            if time.monotonic() > end:
                raise RuntimeError(f"the standby does not follow:\n{self.standby.tail()}")
            time.sleep(0.1)

    def fail_over(self):
        """The primary is gone for good; the standby takes over and gets a standby of its own."""
        if not self.is_synchronous:
            self.hold_standby_back(3)
        self.primary.kill()
        self.standby.query("SELECT pg_promote(true, 20)", "postgres")
        self.primary, self.standby = self.standby, self.primary
        self.add_standby()

    def hold_standby_back(self, seconds):
        """The standby hears nothing any more; the primary goes on for a while."""
        self.standby.query("ALTER SYSTEM SET primary_conninfo = ''", "postgres")
        self.standby.query("SELECT pg_reload_conf()", "postgres")
        time.sleep(seconds)

    def heal(self):
        with self.database_lock:
            for door in self.doors:
                door.heal()
            for server in self.servers:
                if not server.is_running:
                    server.start()
            self.wait_for_standby()
        super().heal()

    def close_database(self):
        for door in self.doors:
            door.close()
        for server in self.servers:
            server.stop(signal.SIGQUIT)
        for disk in self.mounted:
            self.unmount_disk(disk)

    def keep_evidence(self):
        """What helps to understand a loss."""
        give_away(self.folder)
        with open(self.folder / "kept.sql", "w") as file:
            port = self.primary.port
            file.write(self.primary.tool("pg_dump", "-h", "127.0.0.1", "-p", port, "-U", ACCOUNT, "engawa"))

    def query(self, sql):
        """Rows of the database, from whoever is the primary now."""
        end = time.monotonic() + QUERY_SECONDS
        while True:
            try:
                return self.primary.query(sql)
            except (RuntimeError, subprocess.TimeoutExpired):
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    @staticmethod
    def hex(column):
        return f"encode({column}, 'hex')"

    @staticmethod
    def text(column):
        return f"convert_from({column}, 'UTF8')"


class ClusterRig(PostgresRig):
    """Three processes on one database, behind a door that takes dead ones out, as a load balancer does."""

    engine = "cluster"
    nodes_count = NODES
    # What happens to one of three is what this is about: it is dealt more often.
    faults = (*PostgresRig.faults, *("kill", "pause", "restart") * 2)

    def open(self):
        super().open()
        self.is_over = threading.Event()
        for node in self.nodes:
            threading.Thread(target=self.watch, args=(node,), daemon=True, name=f"watch {node.port}").start()
        return self

    def watch(self, node):
        """Asks a node whether it is ready; one that is not gets no more connections, and loses those that it has."""
        pool = urllib3.PoolManager(num_pools=1, retries=False, timeout=1)
        was_ready = True
        while not self.is_over.wait(WATCH_SECONDS):
            try:
                is_ready = pool.request("GET", f"http://127.0.0.1:{node.port}/health/ready").status == 200
            except urllib3.exceptions.HTTPError:
                is_ready = False
            self.door.mark(node.upstream, is_ready)
            if was_ready and not is_ready:
                self.door.reset_upstream(node.upstream)
            was_ready = is_ready

    def close(self):
        if self.door:
            self.is_over.set()
        return super().close()
