"""The fake API on a real port of loopback, for runs in a process of their own."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx


@contextmanager
def served(api):
    """Serve a FakeApi; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            request = httpx.Request(
                "GET", f"http://127.0.0.1{self.path}", headers=dict(self.headers)
            )
            answer = api.answer(request)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_arguments):
            """Nothing: the test says what was asked for."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
