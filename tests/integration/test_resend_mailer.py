import logging
from collections.abc import Callable, Iterator

import pytest

from adapters.email.resend_mailer import ResendMailer
from bootstrap.peers.resend import API_KEY, Answer, ResendServer
from core.domain.mail import DeliveryStatus, MailerUnavailable, MailRefused
from ports.mailer import Outgoing
from tests.contracts.mailer import MailerContract, an_invite, an_order

ADA = "ada@shop.test"
UNHURRIED = 1_000_000  # requests per second


def mailer_to(server: ResendServer, **settings: object) -> ResendMailer:
    settings = {"api_base": server.base, "rate": UNHURRIED, "total_seconds": 2.0, "api_key": API_KEY} | settings
    return ResendMailer(sender="Aurora Prints <shop@shop.test>", **settings)  # type: ignore[arg-type]


class TestResendMailer(MailerContract):
    @pytest.fixture
    def server(self) -> Iterator[ResendServer]:
        with ResendServer() as server:
            yield server

    @pytest.fixture
    def mailer(self, server: ResendServer) -> ResendMailer:
        return mailer_to(server)

    @pytest.fixture
    def addressees(self, server: ResendServer) -> Callable[[], list[str]]:
        return lambda: [str(mail["to"]) for mail in server.sent]

    def test_message_arrives_whole(self, mailer: ResendMailer, server: ResendServer) -> None:
        mailer.send(ADA, an_order(), idempotency_key="mail_1")
        (mail,) = server.sent

        assert (mail["from"], mail["to"]) == ("Aurora Prints <shop@shop.test>", ADA)
        assert mail["subject"] == "Your order 1042 at Aurora Prints"
        assert "Total: €29.76" in str(mail["text"])
        assert 'href="https://shop.test/downloads/dl_1-1-abc"' in str(mail["html"])
        assert mail["tags"] == [{"name": "mail_id", "value": "mail_1"}]
        assert server.agents[0]

    @pytest.mark.parametrize(
        ("status", "name"),
        [
            (400, "validation_error"),
            (401, "restricted_api_key"),
            (403, "validation_error"),
            (404, "not_found"),
            (422, "missing_required_field"),
            (422, "invalid_from_address"),
            (451, "security_error"),
        ],
    )
    def test_final_no_is_final(self, mailer: ResendMailer, server: ResendServer, status: int, name: str) -> None:
        server.answers.append(Answer(status=status, name=name))

        with pytest.raises(MailRefused, match=str(status)):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        ("status", "name"),
        [
            (409, "concurrent_idempotent_requests"),
            (429, "daily_quota_exceeded"),
            (500, "application_error"),
            (500, "internal_server_error"),
            (503, "service_unavailable"),
        ],
    )
    def test_not_now_may_pass(self, mailer: ResendMailer, server: ResendServer, status: int, name: str) -> None:
        server.answers.append(Answer(status=status, name=name))
        with pytest.raises(MailerUnavailable):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")

        assert mailer.send(ADA, an_invite(), idempotency_key="mail_1")
        assert len(server.sent) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(status=502, raw=b"<html>bad gateway</html>", headers={"Content-Type": "text/html"}),
            Answer(status=200, raw=b"<html>hello</html>", headers={"Content-Type": "text/html"}),
            Answer(status=200, raw=b'{"id": "half'),
            Answer(status=200, raw=b"{}"),
            Answer(status=200, raw=b"[]"),
            Answer(status=302, raw=b"{}", headers={"Location": "http://127.0.0.1:1/"}),
            Answer(status=200, raw=b" " * 100_000),
        ],
        ids=["gateway", "page", "half", "no-id", "list", "redirect", "endless"],
    )
    def test_answer_that_is_none_may_pass(self, mailer: ResendMailer, server: ResendServer, answer: Answer) -> None:
        server.answers.append(answer)

        with pytest.raises(MailerUnavailable):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")

    def test_lost_answer_does_not_send_it_twice(self, mailer: ResendMailer, server: ResendServer) -> None:
        server.answers.append(Answer(takes=True, cut=True))
        with pytest.raises(MailerUnavailable):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")

        assert mailer.send(ADA, an_invite(), idempotency_key="mail_1")
        assert len(server.sent) == 1

    def test_letter_that_changed_after_a_lost_answer_is_not_sent_again(
        self, mailer: ResendMailer, server: ResendServer
    ) -> None:
        server.answers.append(Answer(takes=True, status=503))
        with pytest.raises(MailerUnavailable):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")

        assert mailer.send(ADA, an_invite(first_name="Bob"), idempotency_key="mail_1") is None
        assert len(server.sent) == 1

    def test_short_wait_is_waited_for(self, server: ResendServer) -> None:
        waits: list[float] = []
        server.answers.append(Answer(status=429, name="rate_limit_exceeded", headers={"retry-after": "1"}))

        assert mailer_to(server, pause=waits.append).send(ADA, an_invite(), idempotency_key="mail_1")
        assert 1 in waits

    def test_long_wait_is_left_to_the_queue(self, mailer: ResendMailer, server: ResendServer) -> None:
        server.answers.append(Answer(status=429, name="rate_limit_exceeded", headers={"Retry-After": "77"}))

        with pytest.raises(MailerUnavailable) as trouble:
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")
        assert trouble.value.retry_after == 77

    def test_service_that_always_says_too_often_is_left_alone(self, server: ResendServer) -> None:
        server.answers.extend([Answer(status=429, name="rate_limit_exceeded", headers={"retry-after": "0"})] * 9)

        with pytest.raises(MailerUnavailable):
            mailer_to(server, pause=lambda _: None).send(ADA, an_invite(), idempotency_key="mail_1")
        assert len(server.asked) == 3

    def test_mails_are_paced(self, server: ResendServer) -> None:
        waits: list[float] = []
        mailer = mailer_to(server, rate=2, pause=waits.append)
        for number in range(4):
            mailer.send(ADA, an_invite(), idempotency_key=f"mail_{number}")

        assert waits[0] == 0
        assert sum(waits) > 0.5

    def test_silent_service_is_not_waited_for_long(self, server: ResendServer) -> None:
        server.silent = True

        with pytest.raises(MailerUnavailable):
            mailer_to(server, total_seconds=0.2).send(ADA, an_invite(), idempotency_key="mail_1")

    def test_service_that_is_not_there_may_come_back(self) -> None:
        with ResendServer() as gone:
            mailer = mailer_to(gone)

        with pytest.raises(MailerUnavailable):
            mailer.send(ADA, an_invite(), idempotency_key="mail_1")

    def test_key_is_never_told(self, server: ResendServer, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(MailRefused) as trouble:
            mailer_to(server, api_key="re_wrong_key").send(ADA, an_invite(), idempotency_key="mail_1")

        assert "re_wrong_key" not in trouble.value.message
        assert "re_wrong_key" not in caplog.text


class TestAsking:
    @pytest.fixture
    def server(self) -> Iterator[ResendServer]:
        with ResendServer() as server:
            yield server

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            ("sent", DeliveryStatus.SENT),
            ("delivery_delayed", DeliveryStatus.SENT),
            ("delivered", DeliveryStatus.DELIVERED),
            ("clicked", DeliveryStatus.DELIVERED),
            ("bounced", DeliveryStatus.BOUNCED),
            ("complained", DeliveryStatus.BOUNCED),
            ("failed", DeliveryStatus.FAILED),
        ],
    )
    def test_service_tells_what_became_of_a_mail(
        self, server: ResendServer, said: str, status: DeliveryStatus
    ) -> None:
        mailer = mailer_to(server)
        id = mailer.send(ADA, an_invite(), idempotency_key="mail_1") or ""
        server.became[id] = said
        report = mailer.ask(id)

        assert report is not None
        assert (report.message_id, report.status) == (id, status)
        assert (report.reason is None) == (status not in (DeliveryStatus.BOUNCED, DeliveryStatus.FAILED))

    def test_mail_of_somebody_else_and_words_unknown_tell_nothing(self, server: ResendServer) -> None:
        mailer = mailer_to(server)
        id = mailer.send(ADA, an_invite(), idempotency_key="mail_1") or ""
        server.became[id] = "eaten_by_a_dog"

        assert mailer.ask(id) is None
        assert mailer.ask("another") is None

    def test_key_that_may_only_send_is_not_let_look(self, server: ResendServer) -> None:
        server.answers.append(Answer(status=401, name="restricted_api_key"))

        assert mailer_to(server).ask("any") is None

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_service_in_trouble_is_asked_another_time(self, server: ResendServer, status: int) -> None:
        server.answers.append(
            Answer(status=status, name="rate_limit_exceeded" if status == 429 else "application_error")
        )

        with pytest.raises(MailerUnavailable):
            mailer_to(server).ask("any")


def mails(count: int, host: str = "shop.test") -> list[Outgoing]:
    return [Outgoing(mail_id=f"mail_{n}", to=f"reader{n}@{host}", letter=an_invite()) for n in range(count)]


class TestBatches:
    @pytest.fixture
    def server(self) -> Iterator[ResendServer]:
        with ResendServer() as server:
            yield server

    def test_several_go_in_one_call_each_with_its_own_id_and_tag(self, server: ResendServer) -> None:
        ids = mailer_to(server).send_batch(mails(3), idempotency_key="batch_1")

        assert len(set(ids)) == 3
        assert [mail["to"] for mail in server.sent] == [f"reader{n}@shop.test" for n in range(3)]
        assert [mail["tags"] for mail in server.sent] == [
            [{"name": "mail_id", "value": f"mail_{n}"}] for n in range(3)
        ]
        assert [key for key, _ in server.asked] == ["batch_1"]

    def test_lost_answer_is_asked_for_again_and_sends_nothing_twice(self, server: ResendServer) -> None:
        mailer = mailer_to(server)
        server.answers.append(Answer(takes=True, cut=True))
        with pytest.raises(MailerUnavailable):
            mailer.send_batch(mails(3), idempotency_key="batch_1")

        assert len(mailer.send_batch(mails(3), idempotency_key="batch_1")) == 3
        assert len(server.sent) == 3

    def test_batch_taken_before_in_other_words_counts_as_taken(self, server: ResendServer) -> None:
        mailer = mailer_to(server)
        mailer.send_batch(mails(3), idempotency_key="batch_1")

        assert mailer.send_batch(mails(2), idempotency_key="batch_1") == [None, None]
        assert len(server.sent) == 3

    def test_one_that_is_refused_has_all_refused_and_none_sent(self, server: ResendServer) -> None:
        with pytest.raises(MailRefused, match="422"):
            mailer_to(server).send_batch([*mails(2), *mails(1, "refused.test")], idempotency_key="batch_1")

        assert server.sent == []

    def test_short_wait_is_waited_for(self, server: ResendServer) -> None:
        pauses: list[float] = []
        server.answers.append(Answer(status=429, name="rate_limit_exceeded", headers={"retry-after": "1"}))

        assert len(mailer_to(server, pause=pauses.append).send_batch(mails(2), idempotency_key="batch_1")) == 2
        assert 1 in pauses

    @pytest.mark.parametrize("raw", [b"{}", b'{"data": []}', b'{"data": [{"id": "1"}]}', b"[]"])
    def test_answer_that_names_not_every_mail_is_no_answer(self, server: ResendServer, raw: bytes) -> None:
        server.answers.append(Answer(status=200, raw=raw))

        with pytest.raises(MailerUnavailable):
            mailer_to(server).send_batch(mails(2), idempotency_key="batch_1")
