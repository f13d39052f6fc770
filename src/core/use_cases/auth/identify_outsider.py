"""Tell which customer somebody is who signed in outside of the shop."""

from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.customer import NAME_MAX, Customer, CustomerId, EmailTaken
from core.domain.errors import ConcurrentUpdate, Invalid
from core.domain.linked_login import LinkedLogin, LoginNotLinked
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.identities import Identities
from ports.outside_logins import OutsideLogin, OutsideTokens
from ports.unit_of_work import Begin, UnitOfWork


class IdentifyOutsider:
    """One statement for a login that was seen before. At first sight it is linked to a customer for good:
    by issuer and subject, not by e-mail address, which may pass on to somebody else.

    The customer is the one a trusted service names, or the registered one with the verified address if
    the service is trusted, or a new one with the verified address. Answers None for a token that is of none
    of the services. Raises LoginNotLinked, what ``OutsideTokens`` raises.
    """

    def __init__(self, begin: Begin, tokens: OutsideTokens, identities: Identities, ids: Ids) -> None:
        self._begin = begin
        self._tokens = tokens
        self._identities = identities
        self._ids = ids

    def __call__(self, token: str) -> Actor | None:
        login = self._tokens.read(token)
        if login is None:
            return None
        known = self._identities.of_login(login.issuer, login.subject)
        if known is None:
            return _customer(self._link(login))
        if known.customer_id is None:
            raise _unlinked("account_gone", "the account of this login does not exist any more")
        return _customer(known.customer_id)

    @replayed
    def _link(self, login: OutsideLogin) -> str:
        with self._begin(SYSTEM, "customer.link_login") as work:
            linked = work.linked_logins.of(login.issuer, login.subject)
            if linked is not None:
                return linked.customer_id
            customer_id = self._customer_of(work, login)
            work.linked_logins.add(
                LinkedLogin(
                    id=self._ids.new("link"),
                    issuer=login.issuer,
                    subject=login.subject,
                    customer_id=customer_id,
                )
            )
            try:
                work.commit()
            except EmailTaken as error:  # by another first sight meanwhile: look again
                raise ConcurrentUpdate("somebody else was registered with this address meanwhile") from error
        return customer_id

    def _customer_of(self, work: UnitOfWork, login: OutsideLogin) -> str:
        if login.trusted and login.customer_id is not None and work.customers.is_registered(login.customer_id):
            return login.customer_id
        email = _verified_email(login)
        registered = work.customers.registered(email)
        if registered is None:
            customer = Customer.register(
                id=CustomerId(self._ids.new("cus")),
                email=email,
                password_hash=None,
                first_name=_name(login.first_name),
                last_name=_name(login.last_name),
            )
            work.customers.add(customer)
            return customer.id
        if not login.trusted:
            raise _unlinked("account_exists", "the address has an account that this service does not vouch for")
        return registered.id


def _verified_email(login: OutsideLogin) -> str:
    if login.email is None:
        raise _unlinked("email_missing", "the token names no e-mail address")
    if not login.email_verified:
        raise _unlinked("email_not_verified", "the e-mail address of this login is not verified")
    try:
        return normalise_email(login.email)
    except Invalid as error:
        raise _unlinked("email_missing", "the token names no e-mail address") from error


def _name(text: str | None) -> str | None:
    return text.strip() if text is not None and 1 <= len(text.strip()) <= NAME_MAX else None


def _customer(id: str) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, id=id)


def _unlinked(reason: str, message: str) -> LoginNotLinked:
    return LoginNotLinked(message, extra={"reason": reason})
