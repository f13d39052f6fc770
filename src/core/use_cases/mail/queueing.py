"""Putting a mail into the transaction it belongs to."""

from core.domain.mail import Mail, MailId, MailKind
from ports.clock import Clock, Ids
from ports.unit_of_work import UnitOfWork

ONLY = "1"
"""The revision of mails that are sent once per subject."""


def queue_mail(
    work: UnitOfWork, kind: MailKind, subject_id: str, revision: str, to: str, clock: Clock, ids: Ids
) -> bool:
    """Queue it unless it was queued before; whether it was new. The caller commits."""
    if work.mails.exists(kind, subject_id, revision):
        return False
    mail = Mail(
        id=MailId(ids.new("mail")),
        kind=kind,
        subject_id=subject_id,
        revision=revision,
        to=to,
        queued_at=clock.now(),
    )
    mail.queue()
    work.mails.add(mail)
    return True
