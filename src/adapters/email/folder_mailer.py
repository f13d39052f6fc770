"""Mail that stays here: one ``.eml`` file per message, for trying out and for tests."""

import fcntl
import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from adapters.email.message import build_message
from core.domain.mail import Letter, MailerUnavailable
from ports.clock import Clock

log = logging.getLogger("perseus.mail")


class FolderMailer:
    """File names sort by time: ``20260101T120000.000000Z-<16 hex digits of the key>.eml``. Links in them
    open accounts and downloads, so only the owner of the shop's files may read them.

    Replays are recognised by the file name, also between processes and after a restart.
    """

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str:
        now = self._clock.now()
        message = build_message(to, letter, sender=self._sender, key=idempotency_key, at=now, encoding="8bit")
        digest = hashlib.sha256(idempotency_key.encode()).hexdigest()[:16]
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                if not any(name.endswith(f"-{digest}.eml") for name in os.listdir(self._folder)):
                    file = self._folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{digest}.eml"
                    _write(file, message)
                    log.info("kept %s as %s", type(letter).__name__, file.name)
        except OSError as error:
            raise MailerUnavailable(f"the mail folder cannot be written to: {error.strerror}") from error
        return str(message["Message-ID"])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, over all processes: looking for the key and writing must not be parted."""
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _write(file: Path, message: EmailMessage) -> None:
    """Readers see the whole file or none."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(message.as_bytes())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
