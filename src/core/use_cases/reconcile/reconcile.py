"""Ask about everything that is not final, and see it to its end."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from core.domain.actor import Actor
from core.domain.errors import DomainError
from core.domain.mail import DeliveryStatus
from core.domain.payment import RefundsMoved
from core.use_cases.mail.record_delivery import RecordDelivery
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.payment.follow_refunds import FollowRefunds
from core.use_cases.payment.settle_payment import Settlement, SettlePayment
from core.use_cases.reconcile.finish_attempt import FinishAttempt
from ports.clock import Clock
from ports.mailer import MailTracker
from ports.unfinished import OpenPayment, OpenRefund, RefundedPayment, SentMail, Unfinished
from ports.unit_of_work import Begin

RECONCILE = "reconcile"
LEFT_ALONE = timedelta(minutes=1)  # somebody may be at it just now
MAIL_LEFT_ALONE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
# A mail that was taken is asked about when it is so old: most are delivered, and told so, within seconds.
MAIL_AGES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
MAILS_A_RUN = 50  # services allow a few requests per second, and sending goes first
REFUND_MAY_FAIL = timedelta(days=30)
RUN_FOR = timedelta(minutes=2)  # the periodic run; what it does not reach is there next minute
EVER = timedelta(days=3650)
REFUNDS_WITH = timedelta(days=7)  # the rounds that look back so far look at refunds too
MOVED = (Settlement.ORDERED, Settlement.RECORDED, Settlement.RETURNED)
BOOKLESS = frozenset({"manual"})
"""Providers that know no more of a payment than the shop itself: there is nothing to ask."""

log = logging.getLogger("perseus.reconcile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that moved, or that could not be settled (``settled`` False). what: payment, attempt,
    capture, refund, refunds or mail."""

    what: str
    id: str
    outcome: str
    settled: bool = True


@dataclass(frozen=True, slots=True)
class _Task:
    """run: what came of it, None when nothing moved."""

    what: str
    id: str
    run: Callable[[], str | None]


class Reconcile:
    """Periodic, and by hand. Repeatable, and harmless beside everything else: it only calls use cases that
    are. One thing that cannot be settled never keeps the others from being.

    thorough: about all open payments; otherwise new ones are asked about more often than old ones
    (``window``), and the run is bounded in time. Refunds that went through are asked about for a month,
    four times a day, because they can still come back; mails that were taken at ``MAIL_AGES``. tracker:
    None where the mail engine cannot be asked. Answers what it found, in the order it did it.
    """

    def __init__(
        self,
        begin: Begin,
        unfinished: Unfinished,
        settle_payment: SettlePayment,
        finish_attempt: FinishAttempt,
        capture: CapturePayment,
        settle_refund: SettleRefund,
        clock: Clock,
        follow_refunds: FollowRefunds,
        record_delivery: RecordDelivery,
        tracker: MailTracker | None = None,
    ) -> None:
        self._begin = begin
        self._unfinished = unfinished
        self._settle_payment = settle_payment
        self._finish_attempt = finish_attempt
        self._capture = capture
        self._settle_refund = settle_refund
        self._clock = clock
        self._follow_refunds = follow_refunds
        self._record_delivery = record_delivery
        self._tracker = tracker

    def __call__(self, actor: Actor, thorough: bool = False) -> list[Finding]:
        started = self._clock.now()
        findings = []
        for task in self._tasks(actor, started, EVER if thorough else window(started)):
            if not thorough and self._clock.now() - started > RUN_FOR:
                log.warning("out of time; the next run goes on")
                break
            finding = self._do(task)
            if finding is not None:
                findings.append(finding)
        return findings

    def _tasks(self, actor: Actor, now: datetime, since: timedelta) -> Iterator[_Task]:
        before = now - LEFT_ALONE
        for attempt_id in self._unfinished.attempts(before):
            yield _Task("attempt", attempt_id, partial(self._finish_attempt, actor, attempt_id))
        for payment in self._unfinished.payments(now - since):
            if payment.provider_id not in BOOKLESS:
                yield _Task(
                    "payment", f"of {payment.cart_id or payment.collection_id}", partial(self._ask, actor, payment)
                )
        for order_id in self._unfinished.captures(before):
            yield _Task("capture", f"of {order_id}", partial(self._take, actor, order_id))
        for refund in self._unfinished.refunds(before):
            yield _Task("refund", refund.refund_id, partial(self._give_back, actor, refund))
        for mail_id in self._unfinished.mails(now - MAIL_LEFT_ALONE):
            yield _Task("mail", mail_id, partial(self._queue, actor, mail_id, now))
        if since >= REFUNDS_WITH:
            for refunded in self._unfinished.refunded(now - REFUND_MAY_FAIL):
                if refunded.provider_id not in BOOKLESS:
                    yield _Task("refunds", f"of {refunded.order_id}", partial(self._look, actor, refunded))
        for sent in self._taken(now, everything=since == EVER):
            yield _Task("mail", sent.mail_id, partial(self._track, actor, sent))

    def _taken(self, now: datetime, *, everything: bool) -> list[SentMail]:
        """The mails to ask about now: all, or those that have just come of an age."""
        if self._tracker is None:
            return []
        if everything:
            return self._unfinished.sent(now - MAIL_AGES[-1], now - MAIL_AGES[0])
        minute = now.replace(second=0, microsecond=0)
        due = [mail for age in MAIL_AGES for mail in self._unfinished.sent(minute - age - MINUTE, minute - age)]
        return due[:MAILS_A_RUN]

    def _do(self, task: _Task) -> Finding | None:
        try:
            outcome = task.run()
        except DomainError as error:
            log.warning("%s %s: %s", task.what, task.id, error.message)
            return Finding(what=task.what, id=task.id, outcome=f"{error.code}: {error.message}", settled=False)
        except Exception:
            # A bug met by one of them must not leave the others unfinished.
            log.exception("%s %s", task.what, task.id)
            return Finding(what=task.what, id=task.id, outcome="an unexpected error; see the log", settled=False)
        if outcome is None:
            return None
        log.info("%s %s: %s", task.what, task.id, outcome)
        return Finding(what=task.what, id=task.id, outcome=outcome)

    def _ask(self, actor: Actor, payment: OpenPayment) -> str | None:
        settlement = self._settle_payment(actor, payment.provider_id, payment.data, cart_id=payment.cart_id)
        return settlement if settlement in MOVED else None

    def _take(self, actor: Actor, order_id: str) -> str:
        self._capture(actor, order_id)
        return "captured or declined"

    def _give_back(self, actor: Actor, refund: OpenRefund) -> str:
        self._settle_refund(actor, refund.order_id, refund.refund_id)
        return "refunded"

    def _look(self, actor: Actor, refunded: RefundedPayment) -> str | None:
        before = self._refunded(actor, refunded.order_id)
        fact = RefundsMoved(provider_id=refunded.provider_id, provider_payment_id=refunded.provider_payment_id)
        self._follow_refunds(actor, fact)
        after = self._refunded(actor, refunded.order_id)
        return None if before == after else f"{after} is refunded, not {before}"

    def _refunded(self, actor: Actor, order_id: str) -> int:
        with self._begin(actor, "order.look") as work:
            return work.orders.get(order_id).refunded_total

    def _track(self, actor: Actor, sent: SentMail) -> str | None:
        report = self._tracker.ask(sent.message_id) if self._tracker is not None else None
        if report is None or report.status is DeliveryStatus.SENT:
            return None
        self._record_delivery(actor, replace(report, mail_id=sent.mail_id))
        return report.status

    def _queue(self, actor: Actor, mail_id: str, now: datetime) -> str:
        with self._begin(actor, "mail.queue_again") as work:
            key = f"deliver_mail:{mail_id}:{int(now.timestamp())}"
            work.schedule("deliver_mail", {"mail_id": mail_id}, dedupe_key=key)
            work.commit()
        return "queued again"


def window(now: datetime) -> timedelta:
    """How far back a periodic run asks about open payments: most minutes half an hour, every half hour a
    day, every six hours a week. A payment that nobody finishes costs less the older it gets."""
    minute = int(now.timestamp()) // 60
    if minute % 360 == 0:
        return timedelta(days=7)
    return timedelta(days=1) if minute % 30 == 0 else timedelta(minutes=30)
