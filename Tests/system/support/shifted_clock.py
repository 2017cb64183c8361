"""Days that pass in a moment, for a server and nobody else."""

import os
import pathlib
import shutil
import subprocess
import time

SOURCE = pathlib.Path(__file__).with_suffix(".c")


class ShiftedClock:
    """What a server started with `environment` sees as the time of day: the machine's, and so much later."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self._library, self._file = folder / "shifted_clock.so", folder / "shift"
        subprocess.run([compiler(), "-shared", "-fPIC", "-O2", "-o", self._library, SOURCE], check=True)
        self._seconds = 0
        self._write()

    @property
    def environment(self):
        return {"LD_PRELOAD": str(self._library), "SHIFTED_CLOCK_FILE": str(self._file)}

    def advance(self, hours=0, minutes=0):
        self._seconds += int(hours * 3600 + minutes * 60)
        self._write()

    def now(self):
        """The server's time, in seconds since 1970."""
        return time.time() + self._seconds

    def _write(self):
        """Whoever reads meanwhile sees the old time or the new one."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(self._seconds))
        os.replace(fresh, self._file)


def compiler():
    """A compiler of C; the one that comes with Swift serves."""
    beside_swift = pathlib.Path(os.path.realpath(shutil.which("swift") or "/usr/bin/swift")).with_name("clang")
    return shutil.which("cc") or shutil.which("clang") or str(beside_swift)
