"""A store that speaks as much of S3 as blobs need, and can be made to hang at any step."""

import http.server
import threading

from .waiting import eventually


class ObjectStore:
    """`hangs_before` and `hangs_after` name the methods whose calls wait, before or after they were carried out."""

    def __init__(self):
        self.objects = {}
        self.hangs_before = set()
        self.hangs_after = set()
        # Calls that hang, as method and key.
        self.hanging = []
        self._end = threading.Event()
        store = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                key = self.path.split("?")[0].rsplit("/", 1)[-1]
                store._pass(store.hangs_before, self.command, key)
                status, answer = store.carry_out(self.command, key, body)
                store._pass(store.hangs_after, self.command, key)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

            do_GET = do_HEAD = do_PUT = do_DELETE = _answer

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                # Whoever was killed does not read its answer.
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.place = f"s3://engawa-files/f?endpoint=http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def carry_out(self, method, key, body):
        if method == "PUT":
            self.objects[key] = body
            return 200, b""
        if method == "DELETE":
            self.objects.pop(key, None)
            return 204, b""
        found = self.objects.get(key)
        return (404, b"") if found is None else (200, found)

    def _pass(self, hanging, method, key):
        if method in hanging:
            self.hanging.append((method, key))
            self._end.wait()

    def hangs(self, method):
        """Waits for a call that hangs."""
        eventually(lambda: any(one == method for one, _ in self.hanging), f"a {method} that hangs")

    def heal(self):
        """From now on nothing hangs."""
        self.hangs_before.clear()
        self.hangs_after.clear()
        self.hanging.clear()
        self._end.set()
        self._end = threading.Event()

    def close(self):
        self._end.set()
        self.server.shutdown()
        self.server.server_close()
