"""Mail the buyer the links to what was just granted."""

from core.domain.actor import Actor
from core.domain.mail import Mail, MailId, MailKind, MailNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin, UnitOfWork

FIRST = "1"


class IssueDownloadToken:
    """Reaction to DownloadsGranted. The first batch goes out with the mail that confirms the order, later
    ones (files that became ready afterwards, or came by a swap) in a mail of their own.

    Tokens are derived when the mail is written, so none is stored. Repeatable: the mail's id follows from
    the batch. Raises OrderNotFound.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, order_id: str, batch: str) -> None:
        with self._begin(actor, "download.issue_token") as work:
            order = work.orders.get(order_id)
            mail_id = MailId(f"mail_{batch.partition('_')[2]}")
            if _queued(work, mail_id):
                return
            first = bool(order.digital_lines) and not work.mails.exists(MailKind.ORDER, order.id, FIRST)
            mail = Mail(
                id=mail_id,
                kind=MailKind.ORDER if first else MailKind.DOWNLOADS,
                subject_id=order.id,
                revision=FIRST if first else batch,
                to=order.email,
                queued_at=self._clock.now(),
            )
            mail.queue()
            work.mails.add(mail)
            work.commit()


def _queued(work: UnitOfWork, id: str) -> bool:
    try:
        work.mails.get(id)
    except MailNotFound:
        return False
    return True
