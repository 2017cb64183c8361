"""A PostgreSQL server of the tests: its own data, a free port of loopback, an unprivileged user, gone at the end."""

import csv
import io
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

from .waiting import eventually

BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
START_SECONDS = 30

# The shell waits for the end of its standard input, which the kernel closes when the tests end, however they end.
WATCH = """
folder=$1 port=$2 signal=$3
shift 3
"$0" -D "$folder/data" -k "$folder" -p "$port" -c listen_addresses=127.0.0.1 -c max_connections=200 "$@" \\
    </dev/null >>"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -$signal $server 2>/dev/null
wait $server
[ -e "$folder/keep" ] || rm -rf "$folder"
"""


class PostgresServer:
    """`cut` and `start` again are a power cut; `stop` takes the data away."""

    #: How it is ended: at once, or in an orderly way.
    signal = "QUIT"
    stop_seconds = 30

    def __init__(self, port):
        self.port = port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="engawa-pg-", dir="/tmp"))
        self.shell = None
        self.databases = 0
        self.make()

    def make(self):
        """A new, empty cluster of databases."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--no-sync")

    def start(self, **settings):
        """Starts, and returns once the server takes connections."""
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = ["/bin/sh", "-c", WATCH, BINARIES / "postgres", self.folder, str(self.port), self.signal, *options]
        self.shell = subprocess.Popen(command, cwd="/tmp", stdin=subprocess.PIPE, **self.unprivileged())
        eventually(self._is_ready, "the start of PostgreSQL", START_SECONDS)
        return self

    def cut(self):
        """Ends it at once; what is durable is there for the next `start`."""
        (self.folder / "keep").touch()
        self._end()
        (self.folder / "keep").unlink()

    def stop(self):
        self._end()

    def new_database(self):
        """The URL of a database that nobody has used."""
        self.databases += 1
        name = f"system_{self.databases}"
        self.run("createdb", "-h", self.folder, "-p", self.port, "-U", "postgres", name)
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def query(self, sql, url):
        """The rows of a query, as texts."""
        answer = self.run("psql", "-X", "-q", "-d", url, "--csv", "-t", "-c", sql)
        return list(csv.reader(io.StringIO(answer.stdout)))

    def run(self, program, *arguments):
        command = [str(word) for word in (BINARIES / program, *arguments)]
        return subprocess.run(
            command, check=True, cwd="/tmp", capture_output=True, text=True, **self.unprivileged())

    def _is_ready(self):
        command = [BINARIES / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _end(self):
        self.shell.stdin.close()
        self.shell.wait(self.stop_seconds)

    @staticmethod
    def unprivileged():
        """The server refuses to run as root, where CI runs the tests."""
        if os.geteuid() != 0:
            return {}
        account = pwd.getpwnam("postgres")
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
