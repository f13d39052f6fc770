"""Log somebody in by e-mail address and password."""

from typing import NoReturn

from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.customer import BadCredentials, Customer
from core.domain.session import Carrier
from core.domain.user import User
from core.domain.values import normalise_email
from core.use_cases.auth.login_delays import LoginDelays
from core.use_cases.auth.logins import LoggedIn, bearer, cookie, open_bearer, open_cookie
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import AccessTokens
from ports.unit_of_work import Begin, UnitOfWork


class Authenticate:
    """Opens a session for an admin user or a registered customer.

    ``replaces`` is the session of the cookie the request came with. An unknown address, a guest's and
    a wrong password get the same answer after the same work. ``delayed=False`` lifts the delays after
    failures. Raises BadCredentials, RateLimited, Invalid for what is no e-mail address.
    """

    def __init__(
        self,
        begin: Begin,
        passwords: Passwords,
        access_tokens: AccessTokens,
        clock: Clock,
        ids: Ids,
        delayed: bool = True,
    ) -> None:
        self._begin = begin
        self._passwords = passwords
        self._tokens = access_tokens
        self._clock = clock
        self._ids = ids
        self._delayed = delayed

    @replayed
    def __call__(
        self,
        actor: Actor,
        kind: ActorKind,
        email: str,
        password: str,
        carrier: Carrier = Carrier.BEARER,
        replaces: str | None = None,
    ) -> LoggedIn:
        email = normalise_email(email)
        delays = LoginDelays(f"{kind}:{email}", actor.network, lifted=not self._delayed)
        with self._begin(ANONYMOUS, "auth.look_up") as work:
            delays.check(work, self._clock.now())
            account = _account(work, kind, email)
            hashed = account.password_hash if account is not None else None

        # Checking a password takes a while on purpose; no transaction waits for it.
        if not self._passwords.verify(password, hashed) or hashed is None:
            self._refuse(delays)
        fresh = self._passwords.hash(password) if self._passwords.stale(hashed) else hashed

        with self._begin(actor, "auth.log_in") as work:
            # Again: of guesses made at the same time only the first few may learn anything.
            delays.check(work, self._clock.now())
            account = _account(work, kind, email)
            if account is None or account.password_hash != hashed:
                raise BadCredentials("the account changed during the log-in")
            account.password_hash = fresh
            delays.succeeded(work)
            now = self._clock.now()
            if carrier is Carrier.COOKIE:
                session = open_cookie(work, kind, account.id, replaces, now, self._ids)
            else:
                session = open_bearer(work, kind, account.id, now, self._ids)
            work.commit()
        if carrier is Carrier.COOKIE:
            return cookie(session, account.id)
        return bearer(session, kind, account.id, self._tokens)

    def _refuse(self, delays: LoginDelays) -> NoReturn:
        with self._begin(ANONYMOUS, "auth.refuse") as work:
            now = self._clock.now()
            delays.check(work, now)
            delays.failed(work, now)
            work.commit()
        raise BadCredentials("wrong e-mail address or password")


def _account(work: UnitOfWork, kind: ActorKind, email: str) -> User | Customer | None:
    return work.users.by_email(email) if kind is ActorKind.USER else work.customers.registered(email)
