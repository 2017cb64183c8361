"""A PostgreSQL server of the tests: made, started, stopped, killed, copied and promoted by its numbers."""

import csv
import io
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

from support.server import free_port

START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1", "fsync": "on", "synchronous_commit": "on", "wal_level": "replica",
    "hot_standby": "on", "max_connections": "200", "shared_buffers": "64MB", "max_wal_size": "96MB",
    "min_wal_size": "32MB", "wal_keep_size": "32MB", "checkpoint_timeout": "30s", "wal_receiver_timeout": "3s",
    "wal_sender_timeout": "3s", "wal_retrieve_retry_interval": "200ms", "log_min_messages": "warning",
}
# PostgreSQL does not run as root; its package makes this account.
ACCOUNT = "postgres"


def binaries():
    """The folder of the newest server that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run `make setup`")
    return found[-1].parent


def unprivileged(command):
    """A command as the account of PostgreSQL, if need be; the process stays the same one."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups", *command]


def give_away(path):
    """Lets the account of PostgreSQL write there."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(path, account.pw_uid, account.pw_gid)


def children(pid):
    """The numbers of a process's children."""
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


class Postgres:
    """One server on a data folder and a port that stay the same."""

    def __init__(self, folder, caretaker):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        give_away(self.folder)
        self.data = self.folder / "data"
        # Sockets and log are not on the disk that gets full.
        self.around = self.folder.with_name(self.folder.name + "-around")
        self.around.mkdir(exist_ok=True)
        give_away(self.around)
        self.caretaker = caretaker
        self.port = free_port()
        self.process = None

    @property
    def address(self):
        return "127.0.0.1", self.port

    def tool(self, name, *arguments, seconds=60):
        command = unprivileged([binaries() / name, *map(str, arguments)])
        answer = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=seconds)
        if answer.returncode:
            raise RuntimeError(f"{name}: {answer.stderr.strip()[-400:]}")
        return answer.stdout

    def make(self):
        """A new, empty cluster of databases."""
        self.tool(
            "initdb", "-D", self.data, "-U", ACCOUNT, "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        with open(self.data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())

    def copy(self, source):
        """A standby of another server, instead of whatever was here."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.tool(
            "pg_basebackup", "-h", "127.0.0.1", "-p", source.port, "-U", ACCOUNT, "-D", self.data, "-R", "-X", "stream",
            "-c", "fast", "--no-sync")
        # Once promoted it does not wait for a standby that is not there yet.
        with open(self.data / "postgresql.auto.conf", "a") as file:
            file.write("synchronous_standby_names = ''\n")

    def start(self, seconds=START_SECONDS):
        """Starts, again if need be: the processes of the life before may take a moment to go."""
        end = time.monotonic() + seconds
        while not self._start_once(end):
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL does not start:\n{self.tail()}")
            time.sleep(0.3)

    def _start_once(self, end):
        command = unprivileged([
            binaries() / "postgres", "-D", str(self.data), "-k", str(self.around), "-p", str(self.port)])
        with open(self.around / "log", "ab") as log:
            self.process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.caretaker.keep("process", self.process.pid)
        ready = [binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while self.process.poll() is None:
            if subprocess.run(ready).returncode == 0:
                return True
            if time.monotonic() > end:
                self.kill()
                return False
            time.sleep(0.1)
        self.caretaker.release("process", self.process.pid)
        return False

    def stop(self, sign=signal.SIGQUIT):
        """SIGQUIT ends at once and needs a recovery, SIGINT is the orderly way."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.process:
            self.caretaker.release("process", self.process.pid)

    def kill(self):
        """kill -9 of the postmaster; its children notice, or are ended, too."""
        orphans = children(self.process.pid)
        self.process.kill()
        self.process.wait(10)
        self.caretaker.release("process", self.process.pid)
        end = time.monotonic() + 3
        while (orphans := [pid for pid in orphans if pathlib.Path(f"/proc/{pid}").exists()]):
            if time.monotonic() > end:
                for pid in orphans:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def query(self, sql, database="engawa"):
        """Rows as texts."""
        text = self.tool(
            "psql", "-X", "-q", "-h", "127.0.0.1", "-p", self.port, "-U", ACCOUNT, "-d", database, "--csv", "-t", "-c",
            sql)
        # Bodies may be long.
        csv.field_size_limit(1 << 24)
        return list(csv.reader(io.StringIO(text)))

    def processes(self, where):
        """The numbers of its processes for which a condition on pg_stat_activity holds."""
        return [int(row[0]) for row in self.query(f"SELECT pid FROM pg_stat_activity WHERE {where}", "postgres")]

    def tail(self, lines=20):
        try:
            return "\n".join((self.around / "log").read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""
