"""Files as other people's programs write them, with all that cameras and archivers add: none of them may be refused."""

import gzip
import io
import random
import struct
import tarfile
import zipfile

from PIL import Image, PngImagePlugin

TEXT = "玉露は日陰で三週間育てます。\n".encode() * 400
NOISE = random.Random(11).randbytes(30_000)
OFFICE = "application/vnd.openxmlformats-officedocument."


def picture(mode="RGB", side=48, shade=0):
    """A gradient with some noise in it."""
    image = Image.new("RGB", (side, side))
    pixels = random.Random(shade)
    image.putdata([(x * 5 % 256, y * 5 % 256, pixels.randrange(256)) for y in range(side) for x in range(side)])
    return image.convert(mode)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif():
    tags = Image.Exif()
    tags[0x010F], tags[0x010E], tags[0x9286] = "Amadare", "Tea & <b>leaves</b>", "A user's comment"
    return tags


def pictures():
    frames = [picture(shade=shade) for shade in range(3)]
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'/>", zip=False)
    text.add_text("Comment", "1 < 2", zip=True)
    many = {"save_all": True, "append_images": frames[1:], "duration": 100}
    jpeg = saved(frames[0], "JPEG")
    film = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42" + struct.pack(">I", 8 + len(NOISE)) + b"mdat" + NOISE
    yield from (("image/png", "a.png", content) for content in (
        saved(frames[0], "PNG"), saved(picture("P"), "PNG", transparency=3), saved(picture("RGBA"), "PNG"),
        saved(picture("L"), "PNG", pnginfo=text), saved(picture("I;16"), "PNG"), saved(picture("1"), "PNG"),
        saved(frames[0], "PNG", exif=exif(), dpi=(72, 72)), saved(frames[0], "PNG", **many),
        # What an editor left of the larger picture that was there before.
        saved(frames[0], "PNG") + NOISE,
    ))
    yield from (("image/jpeg", "a.jpg", content) for content in (
        jpeg, saved(frames[0], "JPEG", progressive=True), saved(picture("L"), "JPEG"), saved(picture("CMYK"), "JPEG"),
        saved(frames[0], "JPEG", quality=100, subsampling=0, restart_marker_rows=1),
        saved(frames[0], "JPEG", exif=exif(), comment=b"Created with a camera", icc_profile=NOISE),
        saved(frames[0], "MPO", save_all=True, append_images=frames[1:]),
        jpeg + film, jpeg + b"\0" * 700 + jpeg, jpeg + b"\0" * 4_096, jpeg + b"\r\n",
        jpeg + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film + b"SEFH" + NOISE[:40] + b"SEFT",
        jpeg + b"CANON OPTIONAL DATA\0" + NOISE[:900],
    ))
    yield from (("image/gif", "a.gif", content) for content in (
        saved(picture("P"), "GIF"), saved(picture("P"), "GIF", interlace=0, transparency=2),
        saved(frames[0], "GIF", loop=0, comment=b"Created with a program", **many), saved(picture("L"), "GIF"),
        saved(picture("P"), "GIF") + b"\0",
    ))
    yield from (("image/webp", "a.webp", content) for content in (
        saved(frames[0], "WEBP"), saved(frames[0], "WEBP", lossless=True), saved(picture("RGBA"), "WEBP"),
        saved(frames[0], "WEBP", exif=exif(), icc_profile=NOISE[:301]), saved(frames[0], "WEBP", **many),
    ))
    yield "image/bmp", "a.bmp", saved(frames[0], "BMP")
    yield "image/tiff", "a.tif", saved(frames[0], "TIFF")


class Pipe(io.RawIOBase):
    """Where nobody can go back, so that sizes stand behind the bytes."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, content):
        self.content += bytes(content)
        return len(content)


def archive(members, place=None, method=zipfile.ZIP_DEFLATED, wide=False, comment=b""):
    place = place or io.BytesIO()
    with zipfile.ZipFile(place, "w", method) as file:
        file.comment = comment
        for name, content in members.items():
            if name.endswith("/"):
                file.mkdir(name.rstrip("/"))
                continue
            with file.open(name, "w", force_zip64=wide) as member:
                member.write(content)
    return place.content if isinstance(place, Pipe) else place.getvalue()


def grown(content):
    """An archive to which something was added later, in place of the directory."""
    place = io.BytesIO(content)
    with zipfile.ZipFile(place, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("later.txt", TEXT)
    return place.getvalue()


def document(part):
    sheet = b"<row><c><v>1</v></c></row>" * 4_000
    return archive({
        "[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", part: b"<?xml?>" + sheet,
        "docProps/thumbnail.jpeg": saved(picture(), "JPEG")})


def open_document(type):
    """The first member says the type and is not packed."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", type, zipfile.ZIP_STORED)
        file.writestr("content.xml", b"<office:document-content/>" * 3_000)
        file.writestr("Pictures/1.png", saved(picture(), "PNG"), zipfile.ZIP_STORED)
    return place.getvalue()


def tape(mode):
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode=mode) as file:
        member = tarfile.TarInfo("tea.txt")
        member.size = len(TEXT)
        file.addfile(member, io.BytesIO(TEXT))
    return place.getvalue()


def archives():
    members = {"folder/": b"", "folder/tea.txt": TEXT, "noise.bin": NOISE, "empty.txt": b"", "玉露.txt": TEXT}
    plain = archive(members)
    letter, sheet = document("word/document.xml"), document("xl/worksheets/sheet1.xml")
    for content in (
        plain, archive(members, method=zipfile.ZIP_STORED), archive(members, wide=True), archive(members, Pipe()),
        archive(members, comment=b"made by hand"), archive({}), grown(plain), grown(letter),
        archive(members, method=zipfile.ZIP_BZIP2), archive(members, method=zipfile.ZIP_LZMA),
        archive({"letter.docx": letter, "in.zip": archive({"sheet.xlsx": sheet}), "log.gz": gzip.compress(TEXT)}),
        # Fifty times as much as it is, which logs can be.
        archive({"today.log": b"GET /tea 200\n" * 40_000}),
    ):
        yield "application/zip", "a.zip", content
    yield OFFICE + "wordprocessingml.document", "a.docx", letter
    yield OFFICE + "spreadsheetml.sheet", "a.xlsx", sheet
    yield OFFICE + "presentationml.presentation", "a.pptx", document("ppt/slides/slide1.xml")
    for type, name in (
        ("application/vnd.oasis.opendocument.text", "a.odt"),
        ("application/vnd.oasis.opendocument.spreadsheet", "a.ods"), ("application/epub+zip", "a.epub"),
    ):
        yield type, name, open_document(type)
    yield "application/gzip", "a.gz", gzip.compress(TEXT) + gzip.compress(NOISE)
    yield "application/gzip", "a.tar.gz", tape("w:gz")
    yield "application/x-tar", "a.tar", tape("w")
    yield "application/octet-stream", "a.bin", b"before it" + plain
    yield "application/octet-stream", "b.bin", b"\x1f\x8b\x08 and no more of that"
