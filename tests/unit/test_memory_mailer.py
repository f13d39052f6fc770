from collections.abc import Callable

import pytest

from adapters.memory.mailer import InMemoryMailer
from core.domain.mail import MailerUnavailable, MailRefused
from tests.contracts.mailer import MailerContract, an_invite


class TestInMemoryMailer(MailerContract):
    @pytest.fixture
    def mailer(self) -> InMemoryMailer:
        return InMemoryMailer()

    @pytest.fixture
    def addressees(self, mailer: InMemoryMailer) -> Callable[[], list[str]]:
        return lambda: [sent.to for sent in mailer.sent.values()]

    def test_it_can_refuse(self, mailer: InMemoryMailer) -> None:
        mailer.refuses = True

        with pytest.raises(MailRefused):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert mailer.letters == []

    def test_it_can_be_down(self, mailer: InMemoryMailer) -> None:
        mailer.down = True

        with pytest.raises(MailerUnavailable):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert mailer.letters == []

    def test_letter_whose_answer_was_lost_is_not_sent_again(self, mailer: InMemoryMailer) -> None:
        mailer.drops_answers = True
        with pytest.raises(MailerUnavailable):
            mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")
        mailer.drops_answers = False
        mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        assert mailer.letters_to("ada@shop.test") == [an_invite()]
