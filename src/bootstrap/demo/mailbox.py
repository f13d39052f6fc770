"""The mail folder, read as a person reads their mail."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

from bootstrap.demo.story import DemoFailed

PATIENCE = 30  # seconds a mail may take: jobs run every second or so
GLANCE = 0.1
_LINK = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    file: Path

    def link(self, part: str) -> str:
        """The first link whose address contains ``part``."""
        for url in _LINK.findall(self.text):
            if part in url:
                return str(url)
        raise DemoFailed(f'The mail "{self.subject}" should hold a link with {part}. It is in {self.file}')


class Mailbox:
    """Answers each mail once, in the order in which they arrive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[Path] = set()

    def wait_for(self, to: str, part: str) -> Letter:
        """The next mail to this address with a link that contains ``part``."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for file in self._unread():
                message = message_from_bytes(file.read_bytes(), policy=policy.default)
                letter = Letter(str(message["subject"]), _text_of(message), file)
                if to in str(message["to"]) and part in letter.text:
                    self._read.add(file)
                    return letter
            sleep(GLANCE)
        raise DemoFailed(
            f"No mail with {part} has reached {to} within {PATIENCE} seconds. Mails lie in {self._folder}"
        )

    def _unread(self) -> list[Path]:
        files = [file for file in self._folder.glob("*.eml") if file not in self._read]
        return sorted(files, key=lambda file: file.stat().st_mtime_ns)


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""
