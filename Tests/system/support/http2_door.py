"""A door that speaks HTTP/2 over TLS and nothing else, with a certificate of an authority of its own."""

import json
import socket
import ssl
import threading

import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


class Http2Door:
    """Asks `serve(path, headers, body)` for (status, answer, headers), as the services behind it want it."""

    def __init__(self, serve, folder):
        self.serve = serve
        self.authority = folder / "authority.pem"
        # What each connection agreed on, and how many requests it brought.
        self.protocols = []
        self.requests = []
        # After so many a connection is told to go away, as services do that are deployed anew.
        self.requests_max = 1_000
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.authority))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self.context)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._admit, args=(raw,), daemon=True).start()

    def _admit(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as line:
                self.protocols.append(line.selected_alpn_protocol())
                if self.protocols[-1] == "h2":
                    self._talk(line)
        except OSError:
            # Who does not trust us hangs up in the middle of the handshake.
            return

    def _talk(self, line):
        http2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        http2.initiate_connection()
        line.sendall(http2.data_to_send())
        number, asked = len(self.requests), {}
        self.requests.append(0)
        while self.requests[number] < self.requests_max:
            data = line.recv(65_536)
            if not data:
                return
            for event in http2.receive_data(data):
                if isinstance(event, RequestReceived):
                    asked[event.stream_id] = (dict(event.headers), bytearray())
                elif isinstance(event, DataReceived):
                    asked[event.stream_id][1].extend(event.data)
                    http2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    self.requests[number] += 1
                    self._answer(http2, event.stream_id, *asked.pop(event.stream_id))
            line.sendall(http2.data_to_send())
        http2.close_connection()
        line.sendall(http2.data_to_send())

    def _answer(self, http2, stream, headers, body):
        status, answer, more = self.serve(headers[":path"], headers, bytes(body))
        http2.send_headers(stream, [(":status", str(status)), *((name.lower(), value) for name, value in more.items())])
        http2.send_data(stream, json.dumps(answer).encode(), end_stream=True)

    def close(self):
        self.listener.close()
