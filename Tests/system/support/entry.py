"""Entry points as an administrator makes them, and as a phone reads their codes."""

import io

import zxingcpp
from PIL import Image

from .http import administration

PATH = "/api/v2/messaging/entrypoints"


class EntryPoints:
    """The entry points of a server."""

    def __init__(self, server):
        self.api = administration(server)
        self.deployment = server.demo["deploymentId"]

    def make(self, name, channel=None, deployment=None, **fields):
        """A new entry point; without a channel it leads to a deployment, the demo's unless said otherwise."""
        channel = channel or {"type": "webmessaging", "deployment": {"id": deployment or self.deployment}}
        return self.api.post(PATH, {"name": name, "channel": channel, **fields})

    def svg(self, entry_point):
        """The code of an entry point, as it is downloaded."""
        answer = self.api.request("GET", entry_point["qrUri"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml"), answer
        return answer.body.decode()


def scan(browser, svg, side=600):
    """What a camera reads: the code drawn by a browser, decoded by somebody else's library."""
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(f"<body style='margin:0'>{svg.replace('<svg ', f'<svg width={side} height={side} ')}</body>")
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    [found] = zxingcpp.read_barcodes(picture)
    assert found.format == zxingcpp.BarcodeFormat.QRCode, found
    return found.text
