"""ClamAV's daemon with signatures of the tests' own: one, for the file by which scanners are tried out."""

import hashlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

from .files import EICAR
from .server import free_port
from .waiting import eventually

# Debian has it where only the administrator's shell looks.
PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/bin:/sbin:/bin")


class Clamd:
    """Listens on a socket in a folder and on a port of loopback."""

    def __init__(self):
        # Paths of sockets are short, and those of tests long.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clamd-", dir="/tmp"))
        self.port = free_port()
        signatures = self.folder / "signatures"
        signatures.mkdir()
        line = f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test\n"
        (signatures / "eicar.hdb").write_text(line)
        self.settings = self.folder / "clamd.conf"
        self.settings.write_text("\n".join([
            f"DatabaseDirectory {signatures}", f"LocalSocket {self.socket}", f"TCPSocket {self.port}",
            "TCPAddr 127.0.0.1", "Foreground yes", f"LogFile {self.folder}/clamd.log", "StreamMaxLength 1M", "",
        ]))
        self.process = None

    @property
    def socket(self):
        return self.folder / "clamd.sock"

    @property
    def places(self):
        """How the server may be told of it."""
        return [f"unix://{self.socket}", f"127.0.0.1:{self.port}"]

    def start(self):
        with open(self.folder / "output.log", "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "--config-file", self.settings], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self._answers, "clamd", 60)
        return self

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as stream:
                stream.sendall(b"zPING\0")
                return stream.recv(100) == b"PONG\0"
        except OSError:
            return False

    def pause(self):
        """It takes connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(20)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
