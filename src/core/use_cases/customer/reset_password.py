"""Set a new password by a mailed token."""

from core.domain.actor import Actor, ActorKind
from core.domain.customer import Customer, CustomerNotFound, check_password
from core.domain.events import PasswordChanged
from core.domain.mailbox_proof import MailboxProof, Purpose
from core.domain.values import normalise_email
from core.use_cases.auth.login_delays import LoginDelays
from core.use_cases.customer.proving import find_proof, refused
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork


class ResetPassword:
    """Works once per token; answers the customer's id. All logins of the customer end, all other tokens
    mailed to them are void, delays after failed log-ins are lifted, and a notice is mailed.

    Raises ProofRefused, Invalid.
    Source: https://docs.medusajs.com/api/store#customers_postcustomersresetpassword (v1).
    """

    def __init__(self, begin: Begin, derived: DerivedTokens, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._derived = derived
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, email: str, token: str, password: str) -> str:
        email = normalise_email(email)
        check_password(password)
        with self._begin(actor, "customer.reset_password") as work:
            self._owner(work, email, token)

        # Hashing takes a while on purpose: only for tokens that are good, and in no transaction.
        hashed = self._passwords.hash(password)

        with self._begin(actor, "customer.reset_password") as work:
            customer, proof = self._owner(work, email, token)
            now = self._clock.now()
            if not work.proofs.use(proof.id, now):
                raise refused(Purpose.PASSWORD_RESET)
            customer.password_hash = hashed
            customer.events.append(PasswordChanged(customer_id=customer.id, change=self._ids.new("chg")))
            work.proofs.void(customer.id, now)
            work.sessions.end_others(customer.id, None, now)
            LoginDelays(f"{ActorKind.CUSTOMER}:{email}", actor.network, lifted=False).succeeded(work)
            work.commit()
        return customer.id

    def _owner(self, work: UnitOfWork, email: str, token: str) -> tuple[Customer, MailboxProof]:
        proof = find_proof(work, self._derived, Purpose.PASSWORD_RESET, token, self._clock.now())
        try:
            customer = work.customers.get(proof.customer_id)
        except CustomerNotFound:
            raise refused(Purpose.PASSWORD_RESET) from None
        if not customer.has_account or {customer.email, proof.email} != {email}:
            raise refused(Purpose.PASSWORD_RESET)
        return customer, proof
