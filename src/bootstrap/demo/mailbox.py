"""Mails that arrived, read as a person reads them: from the mail folder, or at the mail service."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from bootstrap.demo.story import DemoFailed
from bootstrap.peers.resend import ResendServer

PATIENCE = 120  # seconds a mail may take: jobs run every second or so, on an idle machine
GLANCE = 0.1
_LINK = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """where: what tells it from all others, for whoever wants to look at it."""

    to: str
    subject: str
    text: str
    where: str

    def link(self, part: str) -> str:
        """The first link whose address contains ``part``."""
        for url in self.links():
            if part in url:
                return url
        raise DemoFailed(f'The mail "{self.subject}" should hold a link with {part}. It is {self.where}')

    def links(self) -> list[str]:
        return [str(url) for url in _LINK.findall(self.text)]


class Mailbox:
    """Answers each mail once, in the order in which they arrive. arrived: all letters so far, oldest
    first. place: where they lie, for messages."""

    def __init__(self, arrived: Callable[[], Iterable[Letter]], place: str) -> None:
        self._arrived = arrived
        self._place = place
        self._read: set[str] = set()

    def wait_for(self, to: str, part: str) -> Letter:
        """The next mail to this address that has ``part`` in it, in a link or in its words."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for letter in self._arrived():
                if letter.where not in self._read and to in letter.to and part in letter.text:
                    self._read.add(letter.where)
                    return letter
            sleep(GLANCE)
        raise DemoFailed(f"No mail with {part} has reached {to} within {PATIENCE} seconds. Mails lie {self._place}")

    def holding(self, part: str) -> int:
        """How many mails there are with ``part`` in them, read or not."""
        return sum(part in letter.text for letter in self._arrived())

    def unread(self) -> list[Letter]:
        """All that came since; they count as read now."""
        letters = [letter for letter in self._arrived() if letter.where not in self._read]
        self._read.update(letter.where for letter in letters)
        return letters


def mail_folder(folder: Path) -> Mailbox:
    """What the shop's ``MAIL_ENGINE=folder`` writes."""
    return Mailbox(partial(_letters_in, folder), f"in {folder}")


def resend_mails(server: ResendServer) -> Mailbox:
    """What the service took, each mail once, however often it was sent."""
    return Mailbox(partial(_letters_at, server), f"at {server.base}")


def _letters_in(folder: Path) -> Iterable[Letter]:
    for file in sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        yield Letter(str(message["to"]), str(message["subject"]), _text_of(message), f"in {file}")


def _letters_at(server: ResendServer) -> Iterable[Letter]:
    for number, mail in enumerate(list(server.sent), start=1):
        yield Letter(str(mail["to"]), str(mail["subject"]), str(mail["text"]), f"number {number}")


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""
