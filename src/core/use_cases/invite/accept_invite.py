"""Turn an invitation into a customer account."""

from dataclasses import dataclass

from core.domain.actor import Actor, ActorKind
from core.domain.customer import Customer, CustomerId, EmailTaken, check_name, check_password
from core.domain.invite import Invite
from core.use_cases.auth.logins import LoggedIn, bearer, open_bearer
from core.use_cases.invite.finding import find_invite
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import AccessTokens, DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """All that the invited person decides; e-mail address and groups come from the invitation.

    Names left out are those the invitation was written for.
    """

    password: str
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """login: the new customer is logged in at once."""

    customer_id: str
    login: LoggedIn

    @property
    def token(self) -> str | None:
        return self.login.token


class AcceptInvite:
    """Makes exactly one account however often and however concurrently it is called.

    Raises InviteNotFound, InviteExpired, InviteRevoked, InviteAlreadyAccepted, EmailTaken, Invalid.
    """

    def __init__(
        self,
        begin: Begin,
        derived: DerivedTokens,
        passwords: Passwords,
        access_tokens: AccessTokens,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._derived = derived
        self._passwords = passwords
        self._tokens = access_tokens
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, token: str, acceptance: Acceptance) -> Accepted:
        check_password(acceptance.password)
        check_name("first_name", acceptance.first_name)
        check_name("last_name", acceptance.last_name)
        with self._begin(actor, "invite.accept") as work:
            self._acceptable(work, token)

        # Hashing takes a while on purpose: only for tokens that are good, and in no transaction.
        hashed = self._passwords.hash(acceptance.password)

        with self._begin(actor, "invite.accept") as work:
            invite = self._acceptable(work, token)
            now = self._clock.now()
            groups = work.customers.known_groups(invite.customer_group_ids)
            customer = Customer.register(
                id=CustomerId(self._ids.new("cus")),
                email=invite.email,
                password_hash=hashed,
                first_name=acceptance.first_name or invite.first_name,
                last_name=acceptance.last_name or invite.last_name,
                phone=acceptance.phone,
                group_ids=tuple(group for group in invite.customer_group_ids if group in groups),
            )
            work.customers.add(customer)
            invite.accept(customer.id, now)
            session = open_bearer(work, ActorKind.CUSTOMER, customer.id, now, self._ids)
            work.commit()
        login = bearer(session, ActorKind.CUSTOMER, customer.id, self._tokens)
        return Accepted(customer_id=customer.id, login=login)

    def _acceptable(self, work: UnitOfWork, token: str) -> Invite:
        invite = find_invite(work, self._derived, token)
        invite.check_acceptable(self._clock.now())
        if work.customers.registered(invite.email) is not None:
            raise EmailTaken("this e-mail address has an account already; log in instead")
        return invite
