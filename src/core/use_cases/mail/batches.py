"""Mails that go out together, without any of them going out twice."""

from collections.abc import Collection

from core.domain.actor import Actor
from core.domain.errors import NotFound
from core.domain.mail import DeliveryStatus, Letter, Mail
from core.use_cases.mail.letters import LetterWriter
from ports.mailer import BATCH_MAX, Outgoing
from ports.unit_of_work import Begin

ACTION = "mail.deliver"


def bind(begin: Begin, actor: Actor, mail_id: str) -> str | None:
    """Decide, once and before the service is called, with which others a queued mail goes out; the key of
    that call. None when the mail is not queued any more.

    A mail is bound in the commit that decides it, so two workers never send one mail under two keys.
    """
    with begin(actor, ACTION) as work:
        mail = work.mails.get(mail_id)
        if mail.status is not DeliveryStatus.QUEUED:
            return None
        if mail.batch_id is not None:
            return mail.batch_id
        others = [other for other in work.mails.unbound(BATCH_MAX) if other.id != mail_id][: BATCH_MAX - 1]
        key = f"batch_{mail_id}" if others else mail_id
        for bound in (mail, *others):
            bound.batch_id = key
        work.commit()
    return key


def write_all(letters: LetterWriter, mails: list[Mail]) -> tuple[list[Outgoing], list[Mail], list[Mail]]:
    """What goes out, the mails there is nothing to say in any more, and those whose
    subject is gone: one of them must not keep the others."""
    ready, overtaken, unwritten = [], [], []
    for mail in mails:
        letter: Letter | None
        try:
            letter = letters.write(mail)
        except NotFound:
            unwritten.append(mail)
            continue
        if letter is None:
            overtaken.append(mail)
        else:
            ready.append(Outgoing(mail_id=mail.id, to=mail.to, letter=letter))
    return ready, overtaken, unwritten


def dissolve(begin: Begin, actor: Actor, batch_id: str, *, only: Collection[str] | None = None) -> None:
    """None of the batch was taken, or ``only`` these cannot be: each goes alone from now on, under its own
    key."""
    if only is not None and not only:
        return
    with begin(actor, ACTION) as work:
        for mail in work.mails.of_batch(batch_id):
            if mail.status is DeliveryStatus.QUEUED and (only is None or mail.id in only):
                mail.batch_id = mail.id
        work.commit()
