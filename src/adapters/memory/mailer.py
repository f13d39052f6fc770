"""A mail service whose letters can be read by the test."""

from dataclasses import dataclass

from core.domain.mail import DeliveryStatus, Letter, MailerUnavailable, MailRefused, MailReport


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    to: str
    letter: Letter
    message_id: str


class InMemoryMailer:
    """sent: by idempotency key, in the order of sending.

    refuses: takes no message at all. down: MailerUnavailable before anything happens.
    became: what is known of a mail by its message id, for who asks; of others that they were sent.
    drops_answers: the letter goes out, but the caller is told MailerUnavailable, as after a lost reply.
    """

    def __init__(self) -> None:
        self.sent: dict[str, SentLetter] = {}
        self.became: dict[str, DeliveryStatus] = {}
        self.asked: list[str] = []
        self.refuses = False
        self.down = False
        self.drops_answers = False

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str:
        if self.down:
            raise MailerUnavailable("the mail service cannot be reached")
        if self.refuses:
            raise MailRefused("the mail service does not take this message")
        if idempotency_key not in self.sent:
            message_id = f"message-{len(self.sent) + 1}"
            self.sent[idempotency_key] = SentLetter(to=to, letter=letter, message_id=message_id)
        if self.drops_answers:
            raise MailerUnavailable("the mail service did not answer")
        return self.sent[idempotency_key].message_id

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
