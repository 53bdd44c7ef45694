"""Real receivers on loopback: a web server that keeps posts, a mail server that keeps mails."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller


@dataclass
class Posts:
    """What was posted, as (headers, body); `statuses` are the answers to come, then always 200."""

    url: str = ""
    received: list = field(default_factory=list)
    statuses: list = field(default_factory=list)


@contextmanager
def webhook_receiver():
    """A web server; yields its Posts."""
    posts = Posts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.received.append((dict(self.headers), body))
            self.send_response(posts.statuses.pop(0) if posts.statuses else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            """Nothing: the test says what was posted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    posts.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield posts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Mailbox:
    """A handler of the mail server: keeps every mail, and refuses the recipients it is told to."""

    def __init__(self):
        self.mails, self.refused, self.port = [], set(), 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((tuple(envelope.rcpt_tos), mail))
        return "250 kept"


@contextmanager
def mail_receiver(port, **options):
    """A mail server on this port; yields its Mailbox."""
    box = Mailbox()
    box.port = port
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
