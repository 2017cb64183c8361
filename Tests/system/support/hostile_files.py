"""Files that want to be something else, and names that want to: what nobody may send, be it a customer or an agent."""

import io
import struct
import zipfile
import zlib

from .files import PICTURE
from .hostile import CALL, CANARY
from .picture import square

SCRIPT = f"<script>{CALL}</script>".encode()
PAGE = b"<!doctype html><title>x</title>" + SCRIPT
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"


def archive(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def bomb():
    """A megabyte of zeros in a thousand bytes, ten times within itself."""
    content = b"\0" * (1 << 20)
    for _ in range(3):
        place = io.BytesIO()
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as file:
            for number in range(10):
                file.writestr(f"{number}.zip", content)
        content = place.getvalue()
    return content


# What is not what it says, by its beginning.
DISGUISED = [
    ("a page", b"<!DOCTYPE html><script>alert(1)</script>", "text/plain", "a.txt"),
    ("a page behind blanks", b"\xef\xbb\xbf \n\t<HtMl>", "text/plain", "a.txt"),
    ("a page in UTF-16", "\ufeff<script>alert(1)</script>".encode("utf-16-le"), "application/octet-stream", "a.bin"),
    ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png", "a.png"),
    ("a drawing behind a declaration", b"<?xml version='1.0'?><svg/>", "application/octet-stream", "a.bin"),
    ("a picture that is a page", b"GIF89a/*<svg/onload=alert(1)><script>alert(1)</script>*/=1;", "image/gif", "a.gif"),
    ("a picture that is an archive", PICTURE + bomb(), "image/png", "a.png"),
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
    ("film that is a page", b"\0\0\0\x18ftypisom" + PAGE, "video/mp4", "a.mp4"),
]

# They are what they say, and something else besides; nothing comes of it.
HARMLESS = [
    ("a picture that is a script", b"GIF89a/*" + b"\0" * 20 + f"*/=1;{CALL}".encode(), "image/gif", "a.gif", True),
    ("a document with a page in it", b"%PDF-1.7\n" + PAGE + b"\n%%EOF", "application/pdf", "a.pdf", False),
    ("a script as text", f"{CALL};".encode(), "text/plain", "a.txt", False),
    ("a page in the middle of text", b"Dear all,\n" + PAGE, "text/plain", "a.txt", False),
    ("a sheet with formulas", f"=HYPERLINK(\"http://{CANARY}/\")".encode(), "text/csv", "a.csv", False),
    ("a picture of elements without script", square() + f"<img src=x onerror={CALL}>".encode(), "image/png", "a.png",
     True),
    ("a bomb", archive(*[(f"{n}", b"\0" * (8 << 20)) for n in range(4)]), "application/zip", "bomb.zip", False),
    ("a picture of a hundred megapixels", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
     + struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0) + zlib.compress(b"\0" * 1_000_000), "image/png",
     "a.png", True),
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
