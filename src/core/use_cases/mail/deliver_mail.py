"""Send a queued mail."""

from collections.abc import Collection
from datetime import timedelta

from core.domain.actor import Actor
from core.domain.mail import OVERTAKEN, DeliveryStatus, Mail, MailerUnavailable, MailRefused
from core.use_cases.mail.batches import ACTION, bind, dissolve, write_all
from core.use_cases.mail.letters import LetterWriter
from core.use_cases.mail.settings import MailSettings
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.mailer import BatchMailer, Mailer
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin

PATIENCE = timedelta(hours=48)
ERROR_MAX = 500
ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED)


class DeliverMail:
    """Reaction to ``mail.queued``. Repeatable: a mail that was sent or given up is left alone, and the
    mail's id is the mailer's key, so that a lost answer does not send it twice.

    What became of a mail is written down in a replay of its own, and the mail sent once for it.
    The letter is written now, from what is true now. MailRefused marks the mail failed for good.
    MailerUnavailable is raised, so that the job runs again; after two days the mail is given up.
    Where the service takes several at once (``batches``), those that are due go out together; which, is
    recorded before the call. A batch that is refused goes out one by one.

    Raises MailNotFound and the NotFound of what the mail is about.
    """

    def __init__(
        self,
        begin: Begin,
        mailer: Mailer,
        derived: DerivedTokens,
        clock: Clock,
        settings: MailSettings,
        batches: BatchMailer | None = None,
    ) -> None:
        self._begin = begin
        self._mailer = mailer
        self._clock = clock
        self._batches = batches
        self._letters = LetterWriter(begin, derived, clock, settings)

    def __call__(self, actor: Actor, mail_id: str) -> None:
        with self._begin(actor, ACTION) as work:
            mail = work.mails.get(mail_id)
        if mail.status is not DeliveryStatus.QUEUED:
            return
        if self._batches is not None:
            key = self._bind(actor, mail_id)
            if key is None or (key != mail_id and self._deliver_batch(actor, self._batches, mail, key)):
                return
        letter = self._letters.write(mail)
        if letter is None:
            self._fail(actor, mail_id, OVERTAKEN)
            return
        try:
            message_id = self._mailer.send(mail.to, letter, idempotency_key=mail.id)
        except MailRefused as refusal:
            self._fail(actor, mail_id, refusal.message)
        except MailerUnavailable as error:
            if not self._overdue(mail):
                raise
            self._fail(actor, mail_id, error.message)
        else:
            self._sent(actor, mail_id, message_id)

    def _deliver_batch(self, actor: Actor, batches: BatchMailer, mail: Mail, key: str) -> bool:
        """False: this mail goes alone after all."""
        with self._begin(actor, ACTION) as work:
            members = work.mails.of_batch(key)
        queued = [other for other in members if other.status is DeliveryStatus.QUEUED]
        if any(other.status in ARRIVED for other in members):
            for other in queued:  # the call went through, and somebody died while writing that down
                self._sent(actor, other.id, None)
            return True
        ready, overtaken, unwritten = write_all(self._letters, queued)
        for other in overtaken:
            self._fail(actor, other.id, OVERTAKEN)
        alone = [other.id for other in unwritten]
        self._dissolve(actor, key, only=alone)
        if mail.id in alone:
            return False  # writing it again says what is wrong with it, and nobody is sent it
        if not ready:
            return True
        try:
            ids = batches.send_batch(ready, idempotency_key=key)
        except MailRefused:
            self._dissolve(actor, key)
            return False
        except MailerUnavailable as error:
            if not self._overdue(mail):
                raise
            self._fail(actor, mail.id, error.message)
            return True
        for sent, message_id in zip(ready, ids, strict=True):
            self._sent(actor, sent.mail_id, message_id)
        return True

    @replayed
    def _bind(self, actor: Actor, mail_id: str) -> str | None:
        return bind(self._begin, actor, mail_id)

    @replayed
    def _dissolve(self, actor: Actor, key: str, *, only: Collection[str] | None = None) -> None:
        dissolve(self._begin, actor, key, only=only)

    def _overdue(self, mail: Mail) -> bool:
        return self._clock.now() - mail.queued_at >= PATIENCE

    @replayed
    def _sent(self, actor: Actor, mail_id: str, message_id: str | None) -> None:
        with self._begin(actor, ACTION) as work:
            mail = work.mails.get(mail_id)
            # The service may have told more (delivered, bounced) before we got here.
            if mail.status is DeliveryStatus.QUEUED:
                mail.status = DeliveryStatus.SENT
            mail.sent_at = self._clock.now()
            mail.provider_message_id = message_id or mail.provider_message_id
            mail.error = None
            work.commit()

    @replayed
    def _fail(self, actor: Actor, mail_id: str, error: str) -> None:
        with self._begin(actor, ACTION) as work:
            mail = work.mails.get(mail_id)
            if mail.status is DeliveryStatus.QUEUED:
                mail.status = DeliveryStatus.FAILED
                mail.error = error[:ERROR_MAX]
                work.commit()
