"""Let people who forgot their password have a link to set a new one."""

from core.domain.actor import Actor
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin

JOB = "issue_password_token"


class RequestPasswordReset:
    """Says nothing about whether there is an account, not even by how long it takes: every call queues
    one job, and that looks. Raises Invalid for what is no e-mail address.
    Source: https://docs.medusajs.com/api/store#customers_postcustomerscustomerpasswordtoken (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, email: str) -> None:
        email = normalise_email(email)
        proof_id = self._ids.new("proof")
        with self._begin(actor, "customer.request_password_reset") as work:
            work.schedule(JOB, {"proof_id": proof_id, "email": email}, dedupe_key=f"{JOB}:{proof_id}")
            work.commit()
