"""A mail server on loopback: real SMTP over a socket, encrypted where wanted, and the mails it was given."""

from __future__ import annotations

import email
import email.policy
import socketserver
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 loopback ESMTP")
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                offers = ["STARTTLS"] if self._may_encrypt() else []
                self._say("\r\n".join(("250-loopback", *(f"250-{one}" for one in offers), "250 AUTH PLAIN")))
            elif word == "STARTTLS" and self.server.context is not None:
                self._say("220 go ahead")
                self.finish()
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                self.setup()
            elif word == "AUTH":
                self.server.logins.append(line.split(" ", 2)[2])
                self._say("235 welcome")
            elif word == "RCPT" and self.server.refusals:
                self._say(self.server.refusals.pop(0))
            elif word == "DATA":
                self._say("354 go on")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n":
                    lines.append(text)
                self.server.encrypted.append(isinstance(self.request, ssl.SSLSocket))
                self.server.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))  # type: ignore[arg-type]
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):  # the server closes only the socket that it made itself
            self.request.close()

    def _may_encrypt(self) -> bool:
        return self.server.context is not None and not isinstance(self.request, ssl.SSLSocket)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`refusals` are answers to the next recipients; with a `context` it offers STARTTLS."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        self.context: ssl.SSLContext | None = None
        self.refusals: list[str] = []

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
