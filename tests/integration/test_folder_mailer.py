import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.email.folder_mailer import FolderMailer
from adapters.memory.clock import FrozenClock
from core.domain.mail import MailerUnavailable, MailRefused
from tests.contracts.mailer import MailerContract, an_invite, an_order

SENDER = "Aurora Prints <shop@shop.test>"


def mails(folder: Path) -> list[EmailMessage]:
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]
    return [message for message in found if isinstance(message, EmailMessage)]


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "var" / "mail"

    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def mailer(self, folder: Path, clock: FrozenClock) -> FolderMailer:
        return FolderMailer(folder, SENDER, clock)

    @pytest.fixture
    def addressees(self, folder: Path) -> Callable[[], list[str]]:
        return lambda: [str(message["To"]) for message in mails(folder)]

    def test_mail_has_both_bodies_and_proper_headers(self, mailer: FolderMailer, folder: Path) -> None:
        message_id = mailer.send("ada@shop.test", an_order(), idempotency_key="mail_1")
        (message,) = mails(folder)

        assert message["From"] == SENDER
        assert message["Subject"] == "Your order 1042 at Aurora Prints"
        assert message["Date"] == "Thu, 01 Jan 2026 12:00:00 +0000"
        assert message["Message-ID"] == message_id
        assert message_id.endswith("@shop.test>")
        assert message["X-Idempotency-Key"] == "mail_1"
        assert message.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert "€29.76" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    def test_links_can_be_copied_from_the_raw_file(self, mailer: FolderMailer, folder: Path) -> None:
        mailer.send("ada@shop.test", an_order(), idempotency_key="mail_1")
        (file,) = folder.glob("*.eml")

        assert "https://shop.test/downloads/dl_1-1-abc" in file.read_text(encoding="utf-8").split("\n")

    def test_names_sort_by_time(self, mailer: FolderMailer, folder: Path, clock: FrozenClock) -> None:
        for number in range(5):
            mailer.send(f"buyer{number}@shop.test", an_invite(), idempotency_key=f"mail_{number}")
            clock.advance(timedelta(milliseconds=3))

        assert [str(message["To"]) for message in mails(folder)] == [f"buyer{n}@shop.test" for n in range(5)]

    def test_key_is_recognised_after_a_restart(self, mailer: FolderMailer, folder: Path, clock: FrozenClock) -> None:
        first = mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")
        clock.advance(timedelta(hours=1))
        again = FolderMailer(folder, SENDER, clock).send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert again == first
        assert len(mails(folder)) == 1

    def test_senders_at_the_same_moment_keep_one_file(self, folder: Path) -> None:
        clock = FrozenClock()

        def send(number: int) -> str:
            clock.advance(timedelta(microseconds=number))
            mailer = FolderMailer(folder, SENDER, clock)
            return mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        with ThreadPoolExecutor(8) as crowd:
            ids = set(crowd.map(send, range(32)))

        assert len(ids) == 1
        assert len(mails(folder)) == 1

    def test_only_the_owner_may_read(self, mailer: FolderMailer, folder: Path) -> None:
        mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("*.eml")} == {0o600}

    def test_nothing_but_the_mail_is_left(self, mailer: FolderMailer, folder: Path) -> None:
        mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert [file.suffix for file in folder.iterdir()] == [".eml"]

    def test_folder_that_cannot_be_made_is_trouble_that_may_pass(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("in the way")

        with pytest.raises(MailerUnavailable):
            FolderMailer(tmp_path / "mail", SENDER, FrozenClock()).send(
                "ada@shop.test", an_invite(), idempotency_key="mail_1"
            )

    def test_address_beyond_ascii_is_written(self, mailer: FolderMailer, folder: Path) -> None:
        mailer.send("j\u00f6rg@sch\u00f6n.test", an_invite(), idempotency_key="mail_1")

        assert str(mails(folder)[0]["To"]) == "j\u00f6rg@sch\u00f6n.test"

    @pytest.mark.parametrize("to", ["", "ada", "ada@shop.test\nBcc: eve@shop.test", "ada@shop.test, eve@shop.test"])
    def test_what_is_not_one_address_is_refused(self, mailer: FolderMailer, folder: Path, to: str) -> None:
        with pytest.raises(MailRefused):
            mailer.send(to, an_invite(), idempotency_key="mail_1")

        assert mails(folder) == []
