"""Cleans up after a run that died: a small process that is told what there is, and sees the run's end by its pipe."""

import os
import shutil
import signal
import subprocess
import sys


class Caretaker:
    """The run's side. What is registered and not taken back is ended when the run is over, however it ended."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)

    def keep(self, kind, value):
        self._tell("+", kind, value)

    def release(self, kind, value):
        self._tell("-", kind, value)

    def _tell(self, sign, kind, value):
        self.process.stdin.write(f"{sign} {kind} {value}\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def started_at(pid):
    """When a process began, so that a later one with the same number is left alone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        return None


def unmount(path):
    """Takes a file system away even while something looks at it."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    return subprocess.run([*prefix, "umount", "--lazy", path], capture_output=True).returncode == 0


def end(pid):
    """Ends a process by its number, stopped or not."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main():
    """Listens until the pipe closes, then cleans up: processes, then mounts, then folders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    kept = {}
    for line in sys.stdin:
        sign, kind, value = line.rstrip("\n").split(" ", 2)
        if sign == "+":
            kept[kind, value] = started_at(value) if kind == "process" else None
        else:
            kept.pop((kind, value), None)
    for (kind, value), start in kept.items():
        if kind == "process" and start is not None and started_at(value) == start:
            end(int(value))
    for kind, value in kept:
        if kind == "mount":
            unmount(value)
    for kind, value in kept:
        if kind == "folder":
            shutil.rmtree(value, ignore_errors=True)


if __name__ == "__main__":
    main()
