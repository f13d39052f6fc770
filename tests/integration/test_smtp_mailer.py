from collections.abc import Callable, Iterator

import pytest

from adapters.email.smtp_mailer import SmtpMailer
from adapters.memory.clock import FrozenClock
from core.domain.mail import MailerUnavailable, MailRefused
from tests.contracts.mailer import MailerContract, an_invite, an_order
from tests.integration.smtp_server import SmtpServer


def mailer_to(server: SmtpServer, **settings: object) -> SmtpMailer:
    settings = {"security": "none", "timeout_seconds": 2.0} | settings
    return SmtpMailer("127.0.0.1", server.port, "Aurora Prints <shop@shop.test>", FrozenClock(), **settings)  # type: ignore[arg-type]


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def server(self) -> Iterator[SmtpServer]:
        with SmtpServer() as server:
            yield server

    @pytest.fixture
    def mailer(self, server: SmtpServer) -> SmtpMailer:
        return mailer_to(server)

    @pytest.fixture
    def addressees(self, server: SmtpServer) -> Callable[[], list[str]]:
        return lambda: [str(message["To"]) for message in server.received]

    def test_message_arrives_whole(self, mailer: SmtpMailer, server: SmtpServer) -> None:
        message_id = mailer.send("ada@shop.test", an_order(), idempotency_key="mail_1")
        (message,) = server.received

        assert message["Message-ID"] == message_id
        assert server.recipients == ["ada@shop.test"]
        text, html = (part.get_content() for part in message.iter_parts())
        assert "Total: €29.76" in text
        assert "https://shop.test/downloads/dl_1-1-abc" in text.splitlines()
        assert 'href="https://shop.test/downloads/dl_1-1-abc"' in html

    def test_repeated_mail_has_the_same_message_id_after_a_restart(self, server: SmtpServer) -> None:
        ids = {mailer_to(server).send("ada@shop.test", an_invite(), idempotency_key="mail_1") for _ in range(2)}

        assert len(ids) == 1

    @pytest.mark.parametrize("verb", ["RCPT", "DATA"])
    def test_final_no_is_final(self, mailer: SmtpMailer, server: SmtpServer, verb: str) -> None:
        server.replies[verb] = "550 never"

        with pytest.raises(MailRefused, match="550"):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

    @pytest.mark.parametrize("verb", ["CONNECT", "RCPT", "DATA", "MAIL"])
    def test_not_now_may_pass(self, mailer: SmtpMailer, server: SmtpServer, verb: str) -> None:
        server.replies[verb] = "451 later"
        with pytest.raises(MailerUnavailable):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        server.replies.clear()
        mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert len(server.received) == 1

    @pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "DATA"])
    def test_silent_server_is_not_waited_for_long(self, server: SmtpServer, verb: str) -> None:
        server.silent.add(verb)

        with pytest.raises(MailerUnavailable):
            mailer_to(server, timeout_seconds=0.2).send("ada@shop.test", an_invite(), idempotency_key="mail_1")

    def test_server_that_is_not_there_may_come_back(self) -> None:
        with SmtpServer() as gone:
            mailer = mailer_to(gone)

        with pytest.raises(MailerUnavailable):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

    def test_rude_parting_does_not_send_it_again(self, mailer: SmtpMailer, server: SmtpServer) -> None:
        server.silent.add("QUIT")
        mailer_to(server, timeout_seconds=0.2).send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert len(server.received) == 1

    def test_credentials_are_given(self) -> None:
        with SmtpServer(user="shop", password="pass") as server:
            mailer_to(server, username="shop", password="pass").send(
                "ada@shop.test", an_invite(), idempotency_key="mail_1"
            )

        assert len(server.received) == 1

    def test_wrong_credentials_are_not_repeated_in_the_error(self) -> None:
        with SmtpServer(user="shop", password="pass") as server, pytest.raises(MailerUnavailable) as trouble:
            mailer_to(server, username="shop", password="wrong").send(
                "ada@shop.test", an_invite(), idempotency_key="mail_1"
            )

        assert "535" in trouble.value.message
        assert "wrong" not in trouble.value.message

    def test_server_without_tls_is_not_used_where_tls_is_wanted(self, server: SmtpServer) -> None:
        with pytest.raises(MailerUnavailable):
            mailer_to(server, security="starttls").send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert server.received == []

    def test_address_beyond_ascii_is_refused_by_servers_that_cannot(self) -> None:
        with SmtpServer(utf8=False) as server, pytest.raises(MailRefused):
            mailer_to(server).send("j\u00f6rg@shop.test", an_invite(), idempotency_key="mail_1")

    def test_address_beyond_ascii_goes_to_servers_that_can(self, mailer: SmtpMailer, server: SmtpServer) -> None:
        mailer.send("j\u00f6rg@shop.test", an_invite(), idempotency_key="mail_1")

        assert server.recipients == ["j\u00f6rg@shop.test"]
