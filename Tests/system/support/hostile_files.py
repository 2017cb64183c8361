"""Files that want to be something else, and names that want to: what nobody may send, be it a customer or an agent."""

import io
import struct
import zipfile
import zlib

from .files import PICTURE
from .hostile import CALL, CANARY
from .honest_files import picture, saved
from .picture import png, square

SCRIPT = f"<script>{CALL}</script>".encode()
PAGE = b"<!doctype html><title>x</title>" + SCRIPT
GIF = b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2L\1\0;"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"


def archive(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def zipped(*members, method=8, prefix=b"", wide=False):
    """An archive by hand. Of each member: packed bytes, the size that it says it has, and where it says it is."""
    content, directory = prefix, b""
    for number, (packed, size, place) in enumerate(members):
        name = f"{number}.txt".encode()
        at = len(content) if place is None else place
        sums = struct.pack("<III", 0, len(packed), 0xFFFFFFFF if wide else size)
        if place is None:
            content += b"PK\3\4" + struct.pack("<5H", 20, 0, method, 0, 0) + sums
            content += struct.pack("<HH", len(name), 0) + name + packed
        extra = struct.pack("<HHQ", 1, 8, size) if wide else b""
        directory += b"PK\1\2" + struct.pack("<6H", 20, 20, 0, method, 0, 0) + sums
        directory += struct.pack("<5HII", len(name), len(extra), 0, 0, 0, 0, at) + name + extra
    begin = len(content)
    content += directory
    if wide:
        content += b"PK\6\6" + struct.pack(
            "<QHHIIQQQQ", 44, 45, 45, 0, 0, len(members), len(members), len(directory), begin)
        content += b"PK\6\7" + struct.pack("<IQI", 0, begin + len(directory), 1)
        return content + b"PK\5\6" + struct.pack("<4HIIH", 0, 0, 65_535, 65_535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content + b"PK\5\6" + struct.pack("<4HIIH", 0, 0, len(members), len(members), len(directory), begin, 0)


def packed_zeros(megabytes, bits=-15):
    """Zeros in a thousandth of their bytes; as gzip with 31 bits."""
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def deep(levels):
    content = b"tea"
    for _ in range(levels):
        content = archive(("in.zip", content))
    return content


def bomb():
    """A megabyte of zeros in a thousand bytes, ten times within itself."""
    content = b"\0" * (1 << 20)
    for _ in range(3):
        content = archive(*[(f"{number}.zip", content) for number in range(10)])
    return content


def photo():
    return saved(picture(), "JPEG")


def commented(words):
    """A photo with words in it."""
    return saved(picture(), "JPEG", comment=words)


def webp_script():
    """A picture in a container whose length is a script's comment."""
    content = saved(picture(), "WEBP")
    size = int.from_bytes(b"/*", "little")
    body = f"*/=1;{CALL}".encode().ljust(size - len(content))
    return b"RIFF/*\0\0" + content[8:] + b"NOTE" + struct.pack("<I", len(body)) + body


# What is not what it says, by its beginning.
DISGUISED = [
    ("a page", b"<!DOCTYPE html><script>alert(1)</script>", "text/plain", "a.txt"),
    ("a page behind blanks", b"\xef\xbb\xbf \n\t<HtMl>", "text/plain", "a.txt"),
    ("a page in UTF-16", "\ufeff<script>alert(1)</script>".encode("utf-16-le"), "application/octet-stream", "a.bin"),
    ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png", "a.png"),
    ("a drawing behind a declaration", b"<?xml version='1.0'?><svg/>", "application/octet-stream", "a.bin"),
    ("a picture that is a page", b"GIF89a/*<svg/onload=alert(1)><script>alert(1)</script>*/=1;", "image/gif", "a.gif"),
    ("a picture that is an archive", PICTURE + archive(("a.txt", b"a")), "image/png", "a.png"),
    ("a script", b"#!/bin/sh\nrm -rf /\n", "text/plain", "a.txt"),
    ("a program", b"MZ\x90\0" + b"\0" * 60, "application/octet-stream", "a.bin"),
    ("a program of ours", b"\x7fELF" + b"\0" * 60, "application/pdf", "a.pdf"),
    ("a picture that is none", b"hello", "image/png", "a.png"),
    ("a picture of another kind", PICTURE, "image/jpeg", "a.jpg"),
    ("text that is none", b"a\0b", "text/plain", "a.txt"),
    ("a document that is none", b"PK", "application/pdf", "a.pdf"),
]

# Two things in one.
TWOFOLD = [
    ("a picture with a page behind it", square() + PAGE, "image/png", "a.png"),
    ("a picture with a script in a comment", b"GIF89a" + b"\0" * 7 + b"!\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0;",
     "image/gif", "a.gif"),
    ("a picture that is an archive", JPEG + archive(("a.jsp", b"<% x %>")), "image/jpeg", "a.jpg"),
    ("a drawing", f"<svg xmlns='http://www.w3.org/2000/svg' onload='{CALL}'/>".encode(), "image/png", "a.png"),
    ("a drawing as text", f"\n<svg onload='{CALL}'/>".encode(), "text/plain", "a.txt"),
    ("a page as text", PAGE, "text/plain", "a.txt"),
    ("a page as anything", PAGE, "application/octet-stream", "a.bin"),
    ("a page with a picture's name", PAGE, "image/jpeg", "a.jpg"),
    ("a document that is a page", PAGE, "application/pdf", "a.pdf"),
    ("a sheet that is a page", PAGE, "application/vnd.ms-excel", "a.xls"),
    ("a program as a picture", b"MZ" + b"\0" * 100, "image/png", "a.png"),
    ("sound that is a page", b"ID3" + b"\0" * 10 + PAGE, "audio/mpeg", "a.mp3"),
    ("a picture that is a script", b"GIF89a/*" + b"\0" * 20 + f"*/=1;{CALL}".encode(), "image/gif", "a.gif"),
    ("a whole picture that is a script", GIF.replace(b"\1\0\1\0\0", b"/*\1\0\0", 1) + f"*/=1;{CALL}".encode(),
     "image/gif", "a.gif"),
    ("a picture with a script behind it", GIF + f"\n=1;{CALL}".encode(), "image/gif", "a.gif"),
    ("a picture whose first length opens a comment",
     b"\xff\xd8\xff\xe0/*" + b"\0" * 12_072 + photo()[2:-2] + b"\xff\xfe\0\x40*/=1;" + CALL.encode().ljust(57)
     + b"\xff\xd9", "image/jpeg", "a.jpg"),
    ("a picture whose container's length opens a comment", webp_script(), "image/webp", "a.webp"),
    ("a bitmap that is a script", b"BM/*" + bytes(60) + f"*/=1;{CALL}".encode(), "image/bmp", "a.bmp"),
    ("a picture with elements behind it", square() + f"<img src=x onerror={CALL}>".encode(), "image/png", "a.png"),
    ("a picture with elements in it", commented(f"<IMG SRC=x onerror={CALL}>".encode()), "image/jpeg", "a.jpg"),
    ("a picture with a page in its words", commented(b"<html ><b onclick=1>"), "image/jpeg", "a.jpg"),
    ("a picture with a document in it", commented(b"%PDF-1.4 1 0 obj"), "image/jpeg", "a.jpg"),
    ("a picture with a packed archive in it", commented(b"Rar!\x1a\7\0"), "image/jpeg", "a.jpg"),
    ("a picture with a document behind it", photo() + b"\n%PDF-1.4\n%%EOF", "image/jpeg", "a.jpg"),
    ("a picture with an archive and more behind it", photo() + archive(("a", b"a")) + b"\0" * 99, "image/jpeg",
     "a.jpg"),
    ("a picture with a stream behind it", photo() + b"\0\0" + packed_zeros(1, 31), "image/jpeg", "a.jpg"),
    ("a picture with a program behind it", square() + b"\0\0\x7fELF" + bytes(60), "image/png", "a.png"),
    ("the beginning of a picture", square()[:60], "image/png", "a.png"),
    ("a picture without its end", photo()[:-2], "image/jpeg", "a.jpg"),
    ("a picture without pixels", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17), "image/png",
     "a.png"),
    ("a picture in name", b"\xff\xd8\xff\xe0 and now for something else", "image/jpeg", "a.jpg"),
    ("film that is a page", b"\0\0\0\x18ftypisom" + PAGE, "video/mp4", "a.mp4"),
]

SIXTY = packed_zeros(60)
SMALL = packed_zeros(2)
STREAM = packed_zeros(60, 31)
OPEN = "application/vnd.oasis.opendocument.text"

# What fills the disk or the memory of whoever opens it.
BOMBS = [
    ("zeros", archive(*[(f"{n}", bytes(16 << 20)) for n in range(4)]), "application/zip", "bomb.zip"),
    ("archives in archives in archives", bomb(), "application/zip", "bomb.zip"),
    ("zeros as a letter", zipped((SIXTY, 60 << 20, None)), OPEN, "bomb.odt"),
    ("zeros as anything", zipped((SIXTY, 60 << 20, None)), "application/octet-stream", "bomb.bin"),
    ("zeros behind something else", zipped((SIXTY, 60 << 20, None), prefix=b"MZ, no"), "application/octet-stream",
     "bomb.bin"),
    ("zeros that are said to be few", zipped((SIXTY, 1_000, None)), "application/zip", "bomb.zip"),
    ("zeros of which the wide field tells", zipped((SIXTY, 60 << 20, None), wide=True), "application/zip", "bomb.zip"),
    ("more than there is", zipped((b"x", 2**64 - 1, None), (b"x", 2, None), wide=True), "application/zip", "bomb.zip"),
    ("the same zeros again and again", zipped(
        (SMALL, 2 << 20, None), *[(SMALL, 2 << 20, 0)] * 40), "application/zip", "bomb.zip"),
    ("the same bytes twice, however few", zipped((SMALL, 2 << 20, None), (SMALL, 2 << 20, 0)), "application/zip",
     "bomb.zip"),
    ("zeros by another method", zipped((SIXTY, 60 << 20, None), method=14), "application/zip", "bomb.zip"),
    ("an archive without its directory", zipped((SIXTY, 60 << 20, None))[:-60], "application/zip", "bomb.zip"),
    ("two directories", zipped((SIXTY, 60 << 20, None))[:-2] + struct.pack("<H", 22) + b"PK\5\6" + bytes(18),
     "application/zip", "bomb.zip"),
    ("a stream of zeros", STREAM, "application/gzip", "bomb.gz"),
    ("a stream of zeros as anything", STREAM, "application/octet-stream", "bomb.bin"),
    ("a stream that ends in a lie", STREAM[:-4] + struct.pack("<I", 1), "application/gzip", "bomb.gz"),
    ("a stream without an end", STREAM[:-200], "application/gzip", "bomb.gz"),
    ("streams in a row", packed_zeros(20, 31) * 3, "application/gzip", "bomb.gz"),
    ("a stream in an archive", archive(("a.gz", STREAM)), "application/zip", "bomb.zip"),
    ("archives seven deep", deep(7), "application/zip", "deep.zip"),
]

# They are what they say, and something else besides; nothing comes of it.
HARMLESS = [
    ("a document with a page in it", b"%PDF-1.7\n" + PAGE + b"\n%%EOF", "application/pdf", "a.pdf", False),
    ("a script as text", f"{CALL};".encode(), "text/plain", "a.txt", False),
    ("a page in the middle of text", b"Dear all,\n" + PAGE, "text/plain", "a.txt", False),
    ("a sheet with formulas", f"=HYPERLINK(\"http://{CANARY}/\")".encode(), "text/csv", "a.csv", False),
    ("an archive of fifty megabytes", zipped((packed_zeros(50), 50 << 20, None)), "application/zip", "a.zip", False),
    ("a picture of a hundred megapixels", png(10_000, 10_000, [bytes(30_000)] * 100), "image/png", "a.png", True),
    ("an archive with paths", archive(("../../../etc/passwd", b"x"), ("C:\\x.exe", b"MZ")), "application/zip", "a.zip",
     False),
]

# Names that are tricks.
NAMES = [
    "../cat.png", "..\\cat.png", "/etc/passwd.png", "C:\\cat.png", "C:cat.png", "\\\\host\\share\\cat.png",
    "cat.png\0.exe",
    "cat\0.png", "cat.exe\u202egnp.png", "\u202ecat.png", "cat\u2066.png", "x" * 1_020 + ".png", "a" * 5_000 + ".png",
    "cat.png.", "cat.png ", " cat.png", "cat.exe.", "cat.exe ", "cat.exe. .", "cat.exe::$DATA", "cat.png:stream.exe",
    "...",
    ".", "..", "", "cat", "cat.", ".htaccess", "cat.pHp", "cat.php.png", "cat\r\nSet-Cookie: a=1.png",
    "cat;rm -rf.sh", "$(reboot).sh", "`reboot`.sh", "cat\x7f.png", "cat\u2028.png", "<img src=x onerror=1>.png",
    "CON.exe", "aux.bat", "con.js", "cat.png?.svg",
    "cat.svg", "cat.SVGZ", "cat.html", "cat.xhtml", "cat.hta", "cat.lnk",
]

# Names that are odd.
ODD = ["CON.png", "nul.png", "COM1.png", "aux.png.txt", "lpt9.pdf", "con .png", "猫.png", "a'b.png", "cat.php%00.png"]
