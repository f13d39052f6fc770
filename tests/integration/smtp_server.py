"""A mail server on 127.0.0.1 for tests: takes messages, and refuses on request.

Speaks as much of RFC 5321 as smtplib asks for, with AUTH PLAIN, without TLS.
"""

import base64
import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self


class SmtpServer(socketserver.ThreadingTCPServer):
    """replies: by verb, what to answer instead of doing it. silent: verbs never answered."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, user: str | None = None, password: str | None = None, utf8: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.credentials = f"\0{user}\0{password}" if user else None
        self.utf8 = utf8
        self.replies: dict[str, str] = {}
        self.silent: set[str] = set()
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *about: object) -> None:
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        if "CONNECT" in self.server.silent:
            self.rfile.read()
            return
        self._say(self.server.replies.get("CONNECT", "220 ready"))
        for line in self.rfile:
            command = line.decode().strip()
            verb = command.split(" ")[0].upper()
            if verb in self.server.silent:
                self.rfile.read()
                return
            if verb in self.server.replies and verb != "DATA":
                self._say(self.server.replies[verb])
                continue
            if not self._obey(verb, command):
                return

    def _obey(self, verb: str, command: str) -> bool:
        """Whether the conversation goes on."""
        match verb:
            case "EHLO":
                self._say("250-127.0.0.1")
                if self.server.utf8:
                    self._say("250-SMTPUTF8")
                self._say("250-8BITMIME")
                self._say("250 AUTH PLAIN")
            case "AUTH":
                given = base64.b64decode(command.split(" ")[2]).decode()
                self._say("235 welcome" if given == self.server.credentials else "535 who are you")
            case "RCPT":
                self.server.recipients.append(command.partition("<")[2].partition(">")[0])
                self._say("250 fine")
            case "DATA":
                self._take()
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _take(self) -> None:
        self._say("354 go on")
        body = b""
        while (line := self.rfile.readline()) != b".\r\n":
            body += line
        reply = self.server.replies.get("DATA", "250 taken")
        if reply.startswith("2"):
            message = message_from_bytes(body, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.server.received.append(message)
        self._say(reply)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
