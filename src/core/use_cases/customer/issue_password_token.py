"""Mail the link by which a forgotten password is replaced."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.domain.mailbox_proof import Purpose
from core.use_cases.customer.proving import issue_proof
from core.use_cases.mail.queueing import ONLY, queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class IssuePasswordToken:
    """The job behind RequestPasswordReset. Repeatable: one mail per ``proof_id``.

    Guests have no password, and nobody is told so. A newer link ends the older ones.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, proof_id: str, email: str) -> None:
        with self._begin(actor, "customer.issue_password_token") as work:
            customer = work.customers.registered(email)
            if customer is None:
                return
            if queue_mail(work, MailKind.PASSWORD_RESET, proof_id, ONLY, email, self._clock, self._ids):
                issue_proof(work, proof_id, Purpose.PASSWORD_RESET, customer.id, email, self._clock.now())
                work.commit()
