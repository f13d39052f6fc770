"""A forgotten password of somebody of the staff: ask for a link, mail it, use it.

Asking says nothing about whether there is such a user, not even by how long it takes: every call
queues one job, and that looks. Source: https://docs.medusajs.com/api/admin#users (v1).
"""

from core.domain.actor import Actor, ActorKind
from core.domain.customer import check_password
from core.domain.mail import MailKind
from core.domain.user import ResetRefused, User, UserNotFound
from core.domain.values import normalise_email
from core.use_cases.auth.login_delays import LoginDelays
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork

JOB = "issue_user_password_token"
PURPOSE = "user_password_reset"


class RequestUserPasswordReset:
    """Raises Invalid for what is no e-mail address."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, email: str) -> None:
        email = normalise_email(email)
        asked = self._ids.new("ask")
        with self._begin(actor, "user.request_password_reset") as work:
            work.schedule(JOB, {"asked": asked, "email": email}, dedupe_key=f"{JOB}:{asked}")
            work.commit()


class IssueUserPasswordToken:
    """The job behind it. Repeated, it mails a newer link, and only the newest works."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, asked: str, email: str) -> None:
        with self._begin(actor, "user.issue_password_token") as work:
            user = work.users.by_email(email)
            if user is None:
                return
            user.offer_reset(self._clock.now())
            revision = str(user.reset_revision)
            queue_mail(work, MailKind.USER_PASSWORD_RESET, user.id, revision, email, self._clock, self._ids)
            work.commit()


class ResetUserPassword:
    """Works once per token; answers the user's id. All their logins end, delays after failed log-ins are
    lifted, and a notice is mailed. ``email``: checked if given. Raises ResetRefused, Invalid.
    """

    def __init__(self, begin: Begin, derived: DerivedTokens, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._derived = derived
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, token: str, password: str, email: str | None = None) -> str:
        email = None if email is None else normalise_email(email)
        check_password(password)
        with self._begin(actor, "user.reset_password") as work:
            self._owner(work, token, email)

        # Hashing takes a while on purpose: only for tokens that are good, and in no transaction.
        hashed = self._passwords.hash(password)

        with self._begin(actor, "user.reset_password") as work:
            user = self._owner(work, token, email)
            user.reset_password(hashed, self._ids.new("chg"))
            work.sessions.end_others(user.id, None, self._clock.now())
            LoginDelays(f"{ActorKind.USER}:{user.email}", actor.network, lifted=False).succeeded(work)
            work.commit()
        return user.id

    def _owner(self, work: UnitOfWork, token: str, email: str | None) -> User:
        reference = self._derived.read(PURPOSE, token)
        if reference is None:
            raise ResetRefused("Invalid or expired password reset token")
        try:
            user = work.users.get(reference.subject_id)
        except UserNotFound:
            raise ResetRefused("Invalid or expired password reset token") from None
        user.check_reset(reference.revision, self._clock.now())
        if email not in (None, user.email):
            raise ResetRefused("Invalid or expired password reset token")
        return user
