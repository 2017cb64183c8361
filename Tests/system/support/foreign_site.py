"""Somebody else's site: another origin, a strict Content-Security-Policy, two pages, a script of its own."""

import http.server
import io
import threading
import wave

from .server import free_port

PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/site.css"><script src="/site.js"></script>
<script src="{messenger}/messenger.js" data-deployment-id="{deployment}" defer></script></head>
<body><main><h1>{title}</h1><p>Leaf tea, roasted and packed in Kyoto.</p><p><a href="/two">The other page</a></p>
<p><button type="button" id="ask">Ask us</button></p></main></body></html>
"""

STYLE = "body { font: 16px/1.6 system-ui, sans-serif; margin: 40px; } a { color: inherit; }"
ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'

SCRIPT = """
window.Engawa = window.Engawa || function () { (Engawa.q = Engawa.q || []).push(arguments); };
window.told = [];
for (const name of ["ready", "opened", "closed", "messageReceived", "unread", "signedIn", "signedOut",
  "error"])
  Engawa("subscribe", name, (detail) => told.push([name, detail]));
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.moved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    for (const { node, previousRect, currentRect } of entry.sources)
      moved.push([node?.className ?? node?.nodeName, JSON.stringify(previousRect), JSON.stringify(currentRect)]);
}).observe({ type: "layout-shift", buffered: true });
// Back from the identity provider, as a site with a sign-in of its own would do it.
const back = new URLSearchParams(location.search);
if (back.has("code")) {
  const redirectUri = location.origin + location.pathname;
  Engawa("signIn", { code: back.get("code"), redirectUri, codeVerifier: sessionStorage.verifier });
  history.replaceState(null, "", location.pathname);
}
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("ask").addEventListener("click", () => Engawa("open"));
});
"""


def rain():
    """Half a second of silence, as a sound file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(b"\x80" * 4_000)
    return file.getvalue()


class ForeignSite:
    """Serves the pages at `localhost`, which is another site than the server's `127.0.0.1`."""

    def __init__(self, server, language="en", direction="ltr", deployment=None):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        origin = server.base_url
        socket = origin.replace("http", "ws", 1)
        self.policy = "; ".join([
            "default-src 'none'", f"script-src 'self' {origin}", "style-src 'self'",
            f"connect-src {origin} {socket}", f"img-src 'self' {origin}", f"media-src 'self' {origin}",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ])
        self.values = {
            "messenger": origin, "deployment": deployment or server.demo["deploymentId"], "language": language,
            "direction": direction,
        }
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, body = site.answer(self.path)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else body.encode())

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path):
        if path == "/site.js":
            return "text/javascript", SCRIPT
        if path == "/site.css":
            return "text/css", STYLE
        if path == "/rain.wav":
            return "audio/wav", rain()
        if path == "/icon.svg":
            return "image/svg+xml", ICON
        title = "The other page" if path.startswith("/two") else "Amadare Tea"
        return "text/html; charset=utf-8", PAGE.format(title=title, **self.values)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
