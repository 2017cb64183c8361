"""A WebSocket connection without a library, to send what no library would."""

import base64
import os
import socket
import struct
import urllib.parse

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode, payload=b"", final=True, masked=True, length=None, reserved=0):
    """The bytes of a client's frame; `length` may lie about the payload."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 1 << 16:
        head += bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", size)
    if masked:
        mask = os.urandom(4)
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        head += mask
    return head + payload


class RawSocket:
    """Sends frames byte by byte, and reads how the server closes."""

    def __init__(self, url, handshake=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=15)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        fields = {
            "Host": f"{parts.hostname}:{parts.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Version": "13",
        } | (handshake or {})
        lines = [f"GET {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in fields.items() if value is not None]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline() not in (b"\r\n", b""):
            continue

    def frame(self, opcode, payload=b"", **fields):
        """Sends a frame."""
        self.send(frame(opcode, payload, **fields))

    def send(self, data, chop=None):
        """Sends bytes as they are, in pieces of `chop` if given."""
        try:
            for start in range(0, len(data), chop or max(len(data), 1)):
                self.socket.sendall(data[start:start + (chop or len(data))])
        except (BrokenPipeError, ConnectionResetError):
            return

    def read(self):
        """The server's next frame, opcode and payload; nothing when the connection has ended."""
        try:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 0x7F
            if size == 126:
                size = struct.unpack("!H", self.file.read(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.file.read(8))[0]
            return head[0] & 0x0F, self.file.read(size)
        except (ConnectionResetError, TimeoutError):
            return None

    def close_code(self):
        """The code of the server's close frame; nothing when the connection ends without one."""
        while (frame := self.read()) is not None:
            opcode, payload = frame
            if opcode == CLOSE:
                return struct.unpack("!H", payload[:2])[0] if payload else 1005
        return None

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
