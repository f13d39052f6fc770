"""Slowing down who guesses passwords, without locking out whose password it is.

Five failures in a row from one network lock that network out of the account for half an hour. Failures
from everywhere slow the account down for everybody, but only by seconds. The state is in the database,
so it holds across processes (docs/settings.md, RATE_LIMITS).
"""

from datetime import datetime, timedelta
from math import ceil

from core.domain.errors import RateLimited
from ports.unit_of_work import UnitOfWork

PAIR_TRIES = 5
PAIR_PAUSE = timedelta(minutes=30)
ACCOUNT_TRIES = 20
ACCOUNT_PAUSE_MAX = timedelta(seconds=30)


class LoginDelays:
    """The delays of one account as seen from one network. All calls within the caller's transaction.

    ``lifted`` delays count nothing and refuse nobody.
    """

    def __init__(self, account: str, network: str | None, *, lifted: bool) -> None:
        self._pair = f"{account}|{network or 'unknown'}"
        self._account = account
        self._lifted = lifted

    def check(self, work: UnitOfWork, now: datetime) -> None:
        """Raises RateLimited while a delay runs."""
        if self._lifted:
            return
        ends = [work.login_attempts.blocked_until(key) for key in (self._pair, self._account)]
        wait = max((end - now for end in ends if end is not None), default=timedelta())
        if wait > timedelta():
            seconds = ceil(wait.total_seconds())
            raise RateLimited("too many failed log-ins; try again later", retry_after=seconds)

    def failed(self, work: UnitOfWork, now: datetime) -> None:
        if self._lifted:
            return
        if work.login_attempts.blocked_until(self._pair) is not None:
            work.login_attempts.clear(self._pair)  # its half hour is over: five new tries
        if work.login_attempts.failed(self._pair, now) >= PAIR_TRIES:
            work.login_attempts.block(self._pair, now + PAIR_PAUSE)
        excess = work.login_attempts.failed(self._account, now) - ACCOUNT_TRIES
        if excess >= 0:
            pause = min(timedelta(seconds=2 ** min(excess, 10)), ACCOUNT_PAUSE_MAX)
            work.login_attempts.block(self._account, now + pause)

    def succeeded(self, work: UnitOfWork) -> None:
        if self._lifted:
            return
        work.login_attempts.clear(self._pair)
        work.login_attempts.clear(self._account)
