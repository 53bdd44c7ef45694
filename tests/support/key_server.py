"""A real server on loopback that publishes a set of keys, well or badly."""

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class KeyServer:
    """What is answered; `paths` are the requests that came. `trouble` spoils the answers."""

    url: str = ""
    keys: list = field(default_factory=list)
    trouble: str = ""
    paths: list = field(default_factory=list)


def _body(served):
    if served.trouble == "no JSON":
        return b"<html>mantenimiento</html>"
    if served.trouble == "too long":
        return json.dumps({"keys": [], "x": "y" * 70_000}).encode()
    if served.trouble == "keys twice":
        return b'{"keys": [], "keys": []}'
    return json.dumps({"keys": served.keys}).encode()


@contextmanager
def key_server():
    """Yields its KeyServer."""
    served = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            served.paths.append(self.path)
            body = _body(served)
            status = {"down": 503, "moved": 302}.get(served.trouble, 200)
            if served.trouble == "drips":
                for letter in b"HTTP/1.0 200 OK":
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.1)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/moved.json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if served.trouble == "silent":
                time.sleep(1)
            self.wfile.write(body)

        def log_message(self, *_arguments):
            """Nothing: the test says what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
