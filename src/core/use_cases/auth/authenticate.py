"""Log somebody in by e-mail address and password."""

from dataclasses import dataclass

from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.customer import BadCredentials, Customer
from core.domain.session import Carrier, Session
from core.domain.user import User
from core.domain.values import normalise_email
from core.use_cases.auth.logins import LoggedIn, answer, open_bearer, open_cookie
from core.use_cases.auth.login_delays import LoginDelays
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import AccessTokens
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    id: str
    password_hash: str | None


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
        delays = LoginDelays(f"{kind}:{email}", actor.network) if self._delayed else None
        with self._begin(ANONYMOUS, "auth.look_up") as work:
            if delays is not None:
                delays.check(work, self._clock.now())
            known = _known(_account(work, kind, email))

        # Checking a password takes a while on purpose; no transaction waits for it.
        matches = self._passwords.verify(password, known.password_hash if known is not None else None)
        if known is None or known.password_hash is None or not matches:
            self._refuse(delays)
        new_hash = self._passwords.hash(password) if self._passwords.stale(known.password_hash) else None

        with self._begin(actor, "auth.log_in") as work:
            if delays is not None:
                # Again: of guesses made at the same time only the first few may learn anything.
                delays.check(work, self._clock.now())
                delays.succeeded(work)
            account = _account(work, kind, email)
            if account is None or account.password_hash != known.password_hash:
                raise BadCredentials("the account changed during the log-in")
            account.password_hash = new_hash or account.password_hash
            session = self._open(work, kind, account.id, carrier, replaces)
            work.commit()
        return answer(session, kind, account.id, self._tokens)

    def _refuse(self, delays: LoginDelays | None) -> None:
        if delays is not None:
            with self._begin(ANONYMOUS, "auth.refuse") as work:
                now = self._clock.now()
                delays.check(work, now)
                delays.failed(work, now)
                work.commit()
        raise BadCredentials("wrong e-mail address or password")

    def _open(self, work: UnitOfWork, kind: ActorKind, id: str, carrier: Carrier, replaces: str | None) -> Session:
        now = self._clock.now()
        if carrier is Carrier.COOKIE:
            return open_cookie(work, kind, id, replaces, now, self._ids)
        return open_bearer(work, kind, id, now, self._ids)


def _account(work: UnitOfWork, kind: ActorKind, email: str) -> User | Customer | None:
    return work.users.by_email(email) if kind is ActorKind.USER else work.customers.registered(email)


def _known(account: User | Customer | None) -> Known | None:
    return Known(id=account.id, password_hash=account.password_hash) if account is not None else None
