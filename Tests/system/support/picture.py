"""Pictures that browsers can draw."""

import math
import random
import struct
import zlib


def png(width, height, rows, more=b""):
    """A PNG from rows of RGB bytes; `more` goes into it without being seen, to make it heavier."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    weight = chunk(b"heAv", more) if more else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + weight + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def square(size=64, colour=(0x5b, 0x7f, 0x3a)):
    """One colour."""
    return png(size, size, [bytes(colour) * size] * size)


def hills(width=960, height=600, bytes=0):
    """Hills in the evening, of at least so many bytes."""
    ridges = [(0.45, 60, 0.006, (150, 168, 178)), (0.6, 40, 0.011, (104, 130, 122)), (0.78, 30, 0.017, (62, 90, 76))]
    rows = []
    for y in range(height):
        row = bytearray()
        sky = (246 - 60 * y // height, 214 - 40 * y // height, 178 + 20 * y // height)
        for x in range(width):
            colour = sky
            for base, swing, pace, hill in ridges:
                if y > base * height + swing * math.sin(x * pace + base * 9):
                    colour = hill
            row += bytes_of(colour)
        rows.append(row)
    weight = random.Random(7).randbytes(bytes) if bytes else b""
    return png(width, height, rows, weight)


def bytes_of(colour):
    return struct.pack("BBB", *colour)
