"""The pages of a shop that messages lead to, on a port of their own, and who asked for them."""

import http.server
import struct
import threading
import zlib

from .server import free_port

PAGE = """<!doctype html><title>Amadare</title><meta property="og:title" content="{title}">
<meta property="og:description" content="{description}"><meta property="og:site_name" content="Amadare Tea">
<meta property="og:image" content="/tea.png">"""


def png(width=96, height=96):
    """A small picture: a green field with a lighter leaf."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def pixel(x, y):
        is_leaf = ((x - 48) / 34) ** 2 + ((y - 48 + (x - 48) / 3) / 18) ** 2 < 1
        return b"\xa9\xc7\x8b" if is_leaf else b"\x4f\x74\x4c"

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Shop:
    """At `localhost`, with its redirects into places that nobody may reach."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        # (path, User-Agent) of each request.
        self.asked = []
        shop = self
        inside = {
            "/to-metadata": "http://169.254.169.254/latest/meta-data/", "/to-elsewhere": "http://elsewhere.example/",
            "/to-number": f"http://2130706433:{self.port}/tea",
            "/to-mapped": f"http://[::ffff:127.0.0.1]:{self.port}/tea",
            "/to-address": f"http://127.0.0.1:{self.port}/tea", "/to-tea": "/tea",
        }
        page = PAGE.format(
            title="Gyokuro, shaded for three weeks", description="Forty grams of spring leaves from Uji.")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                shop.asked.append((self.path, self.headers.get("User-Agent", "")))
                if self.path in inside:
                    self.send_response(302)
                    self.send_header("Location", inside[self.path])
                    self.end_headers()
                    return
                kind, body = {
                    "/tea": ("text/html", page.encode()), "/tea.png": ("image/svg+xml", png()),
                    "/plain": ("text/plain", b"tea"),
                }.get(self.path, (None, b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
