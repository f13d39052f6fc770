"""A mail service whose letters can be read by the test."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.mail import DeliveryStatus, Letter, MailerUnavailable, MailRefused, MailReport
from ports.mailer import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    to: str
    letter: Letter
    message_id: str


class InMemoryMailer:
    """sent: by idempotency key, in the order of sending.

    batches: ids of the mails of each call for several. refuses: takes no message at all; refuses_to:
    none to these addresses. down: MailerUnavailable before anything happens.
    became: what is known of a mail by its message id, for who asks; of others that they were sent.
    drops_answers: the letter goes out, but the caller is told MailerUnavailable, as after a lost reply.
    """

    def __init__(self) -> None:
        self.sent: dict[str, SentLetter] = {}
        self.became: dict[str, DeliveryStatus] = {}
        self.asked: list[str] = []
        self.batches: list[list[str]] = []
        self.refuses_to: set[str] = set()
        self._taken: dict[str, list[Outgoing]] = {}
        self.refuses = False
        self.down = False
        self.drops_answers = False

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str:
        if self.down:
            raise MailerUnavailable("the mail service cannot be reached")
        if self.refuses:
            raise MailRefused("the mail service does not take this message")
        if to in self.refuses_to:
            raise MailRefused("the mail service does not take mail to this address")
        if any(idempotency_key == mail.mail_id for batch in self._taken.values() for mail in batch):
            raise AssertionError(f"{idempotency_key} was sent before, with others")
        if idempotency_key not in self.sent:
            message_id = f"message-{len(self.sent) + 1}"
            self.sent[idempotency_key] = SentLetter(to=to, letter=letter, message_id=message_id)
        if self.drops_answers:
            raise MailerUnavailable("the mail service did not answer")
        return self.sent[idempotency_key].message_id

    def send_batch(self, mails: Sequence[Outgoing], *, idempotency_key: str) -> list[str | None]:
        """All or none: ``refuses_to`` somebody refuses them all."""
        self.batches.append([mail.mail_id for mail in mails])
        if self.down:
            raise MailerUnavailable("the mail service cannot be reached")
        if self.refuses or any(mail.to in self.refuses_to for mail in mails):
            raise MailRefused("the mail service does not take one of these messages")
        if idempotency_key in self._taken and self._taken[idempotency_key] != list(mails):
            return [None] * len(mails)
        if idempotency_key not in self._taken:
            self._taken[idempotency_key] = list(mails)
            for mail in mails:
                if mail.mail_id in self.sent:
                    raise AssertionError(f"{mail.mail_id} was sent before, under another key")
                message_id = f"message-{len(self.sent) + 1}"
                self.sent[mail.mail_id] = SentLetter(to=mail.to, letter=mail.letter, message_id=message_id)
        if self.drops_answers:
            raise MailerUnavailable("the mail service did not answer")
        return [self.sent[mail.mail_id].message_id for mail in mails]

    def ask(self, message_id: str) -> MailReport | None:
        self.asked.append(message_id)
        if self.down:
            raise MailerUnavailable("the mail service cannot be reached")
        mail_id = next((key for key, sent in self.sent.items() if sent.message_id == message_id), None)
        if mail_id is None:
            return None
        status = self.became.get(message_id, DeliveryStatus.SENT)
        return MailReport(mail_id=mail_id, message_id=message_id, status=status)

    @property
    def letters(self) -> list[Letter]:
        return [sent.letter for sent in self.sent.values()]

    def letters_to(self, address: str) -> list[Letter]:
        return [sent.letter for sent in self.sent.values() if sent.to == address]
