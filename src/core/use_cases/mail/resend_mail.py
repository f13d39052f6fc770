"""Send a letter about an order once more."""

from core.domain.actor import Actor
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class ResendMail:
    """Queue a repeat of a mail, to the same address or another; answers the repeat's id.

    The letter is written anew when it is sent, so that it says what is true then. Letters that open an
    account (invitations, passwords) are not repeated: their own routes make fresh ones.
    Raises MailNotFound, MailNotRepeatable, Invalid.
    Source: https://docs.medusajs.com/api/admin#notifications_postnotificationsnotificationresend (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, mail_id: str, to: str | None = None) -> str:
        address = None if to is None else normalise_email(to, name="to")
        with self._begin(actor, "mail.resend") as work:
            original = work.mails.get(mail_id)
            mail = original.repeated(self._ids.new("mail"), address or original.to, self._clock.now())
            mail.queue()
            work.mails.add(mail)
            work.commit()
        return mail.id
