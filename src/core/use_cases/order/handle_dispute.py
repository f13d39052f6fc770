"""Take note of a dispute and let the buyer's access follow it."""

from core.domain.actor import Actor
from core.domain.dispute import Dispute, DisputeReport, DisputeState
from core.domain.order import Order
from core.domain.payment import PaymentMismatch
from core.domain.product import DownloadPolicy
from core.domain.webhook_event import EventEarly, ProviderFact
from core.use_cases.download.granting import follow_disputes, grant_downloads
from core.use_cases.gift_card.issuing import follow_sale, issue_cards
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class HandleDispute:
    """Handler of DisputeReport. Opened suspends what the order grants, lost revokes it, won restores it,
    an inquiry is only recorded; repeatable and in any order (``Dispute.follow``).

    Raises EventEarly while no order was paid with it, PaymentMismatch.
    Source: https://docs.stripe.com/disputes/how-disputes-work.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, fact: ProviderFact) -> None:
        if not isinstance(fact, DisputeReport):
            raise TypeError(f"{type(fact).__name__} is not about a dispute")
        with self._begin(actor, "order.handle_dispute") as work:
            order = work.orders.by_payment(fact.provider_id, fact.provider_payment_id)
            if order is None:
                if work.attempts.by_payment(fact.provider_id, fact.provider_payment_id) is not None:
                    return  # it never became an order: there is no access to take away
                raise EventEarly(f"no order was paid with {fact.provider_payment_id}")
            if fact.currency_code != order.currency_code:
                raise PaymentMismatch("the dispute is in another currency than the order")
            if self._moved(order, fact):
                follow_disputes(work, order)
                follow_sale(work, order)
                now = self._clock.now()
                grant_downloads(work, order, self._downloads, now, self._ids)
                issue_cards(work, order, now, self._ids)
            work.commit()

    def _moved(self, order: Order, report: DisputeReport) -> bool:
        known = order.dispute(report.provider_dispute_id)
        if known is not None:
            known.amount = max(known.amount, report.amount)
            return known.follow(report.state, report.at)
        payment = next(p for p in order.payments if p.provider_payment_id == report.provider_payment_id)
        dispute = Dispute(
            id=self._ids.new("disp"),
            payment_id=payment.id,
            provider_dispute_id=report.provider_dispute_id,
            amount=report.amount,
            currency_code=report.currency_code,
            reason=report.reason,
            state=report.state,
            as_of=report.at,
            opened_at=report.at,
            closed_at=report.at if report.state in (DisputeState.WON, DisputeState.LOST) else None,
        )
        order.disputes.append(dispute)
        return True
