"""Sending mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.mail import Letter, MailReport


class Mailer(Protocol):
    """Renders a letter (HTML and plain text, all data escaped) and sends it to one address.

    Replays  the same ``idempotency_key`` within 24 h sends once.
    Answers  the provider's message id; None when it has the mail already, under an id it does not tell.
    Errors   MailRefused when this message will never be taken; MailerUnavailable to try again later.
    Source   https://resend.com/docs/api-reference/emails/send-email, RFC 5322.
    """

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """mail_id: our id, which the service repeats in what it tells of the mail."""

    mail_id: str
    to: str
    letter: Letter


BATCH_MAX = 100


class BatchMailer(Protocol):
    """A service that takes up to ``BATCH_MAX`` mails in one call, all or none.

    Answers the service's ids in the order of the mails, None for each when it had the batch already in
    other words. The same ``idempotency_key`` within 24 h sends once. Raises MailRefused when none was
    taken because something in it never will be, MailerUnavailable to try again with the same key.
    Source: https://resend.com/docs/api-reference/emails/send-batch-emails.
    """

    def send_batch(self, mails: Sequence[Outgoing], *, idempotency_key: str) -> list[str | None]: ...


class MailTracker(Protocol):
    """Asking a mail service what became of a mail it took; for the reports that got lost.

    message_id: the service's own. Answers None when it knows nothing, or may not be asked.
    Raises MailerUnavailable. Source: https://resend.com/docs/api-reference/emails/retrieve-email.
    """

    def ask(self, message_id: str) -> MailReport | None: ...
