"""Keep what the mail service tells about a mail."""

import logging

from core.domain.actor import Actor
from core.domain.mail import Mail, MailNotFound, MailReport
from core.domain.webhook_event import EventEarly, ProviderFact
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork

log = logging.getLogger("perseus.mail")


class RecordDelivery:
    """Handler of MailReport. Repeatable, in any order.

    A mail is known by our id, which the service repeats; failing that by the service's. A mail that
    carries an id of ours and is not here belongs to another shop on the same account and is left alone.
    Raises EventEarly when only the service's id is told and no mail has it yet.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, fact: ProviderFact) -> None:
        if not isinstance(fact, MailReport):
            raise TypeError(f"not a report about a mail: {type(fact).__name__}")
        with self._begin(actor, "mail.record_delivery") as work:
            mail = _find(work, fact)
            if mail is None:
                log.info("a report about the mail %s is none of this shop's business", fact.mail_id)
                return
            mail.reported(fact)
            work.commit()


def _find(work: UnitOfWork, report: MailReport) -> Mail | None:
    if report.mail_id is not None:
        try:
            return work.mails.get(report.mail_id)
        except MailNotFound:
            return None
    mail = work.mails.by_message(report.message_id)
    if mail is None:
        raise EventEarly("no mail is known under this id yet")
    return mail
