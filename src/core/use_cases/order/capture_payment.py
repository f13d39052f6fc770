"""Take the money that was authorised."""

from core.domain.actor import SYSTEM, Actor
from core.domain.money import Money
from core.domain.payment import Payment, PaymentDeclined, ProviderPayment
from core.domain.product import DownloadPolicy
from core.use_cases.download.granting import grant_downloads
from core.use_cases.gift_card.issuing import issue_cards
from core.use_cases.order.refund_intent import owe_back
from core.use_cases.replay import replayed
from core.use_cases.swap.following import follow_payment
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


def capture_key(payment: Payment) -> str:
    """Under which the provider is asked, whoever asks: a payment is captured once."""
    return f"{payment.id}:capture"


class CapturePayment:
    """Capture every open payment of an order. Repeatable; the provider's key is the payment's id.

    A provider's definite no is recorded on the order (payment_status requires_action) and not raised,
    as in Medusa; the caller is told what was said. What the order's lines grant is granted in the
    transaction that records the money.
    Raises OrderNotFound, OrderCanceledAlready, PaymentProviderUnavailable (the intent is recorded;
    call again). Source: https://docs.medusajs.com/api/admin#orders_postordersordercapture (v1).
    """

    def __init__(
        self, begin: Begin, providers: PaymentProviders, clock: Clock, ids: Ids, downloads: DownloadPolicy
    ) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    def __call__(
        self, actor: Actor, order_id: str, swap_id: str | None = None, payment_id: str | None = None
    ) -> tuple[str, ...]:
        """swap_id: only what was paid for the difference of this swap. payment_id: only this payment."""
        told = [self._capture(order_id, payment) for payment in self._intend(actor, order_id, swap_id, payment_id)]
        return tuple(refusal for refusal in told if refusal)

    @replayed
    def _intend(self, actor: Actor, order_id: str, swap_id: str | None, payment_id: str | None) -> list[Payment]:
        with self._begin(actor, "order.capture") as work:
            order = work.orders.get(order_id)
            payments = list(order.begin_capture(self._clock.now(), swap_id, payment_id))
            work.commit()
        return payments

    def _capture(self, order_id: str, payment: Payment) -> str:
        provider = self._providers.get(payment.provider_id)
        money = Money(payment.amount, payment.currency_code)
        told: ProviderPayment | None = None
        error = ""
        try:
            told = provider.capture(dict(payment.data), money, idempotency_key=capture_key(payment))
        except PaymentDeclined as declined:
            error = declined.message or "declined"
        self._record(order_id, payment, told, error)
        return error

    @replayed
    def _record(self, order_id: str, payment: Payment, told: ProviderPayment | None, error: str) -> None:
        with self._begin(SYSTEM, "order.capture") as work:
            order = work.orders.get(order_id)
            if told is None:
                order.capture_failed(payment.id, error)
            else:
                order.captured(payment.id, self._clock.now(), told.data)
                grant_downloads(work, order, self._downloads, self._clock.now(), self._ids)
                if order.settled:
                    issue_cards(work, order, self._clock.now(), self._ids)
            follow_payment(work, order, order.payment(payment.id), self._clock, self._ids)
            owe_back(work, order, self._clock, self._ids)
            work.commit()


class CaptureDigitalSwap:
    """Reaction to a completed swap: one that sends a download is captured at once, as such an order is."""

    def __init__(self, begin: Begin, capture: CapturePayment) -> None:
        self._begin = begin
        self._capture = capture

    def __call__(self, actor: Actor, swap_id: str) -> None:
        with self._begin(actor, "swap.capture") as work:
            order_id = work.swaps.get(swap_id).order_id
        with self._begin(actor, "swap.capture") as work:
            order, swap = work.orders.get(order_id), work.swaps.get(swap_id)
            digital = any(line.is_digital for line in swap.additional_items)
            due = digital and swap.stands and not swap.settled(order)
        if due:
            self._capture(actor, order_id, swap_id)


class CaptureDigitalOrder:
    """Reaction to a placed order: one with a digital line is captured at once, so that its files can be
    handed over; any other waits for an admin, as in Medusa."""

    def __init__(self, begin: Begin, capture: CapturePayment) -> None:
        self._begin = begin
        self._capture = capture

    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "order.capture") as work:
            order = work.orders.get(order_id)
            due = bool(order.digital_lines) and not order.settled and order.canceled_at is None
        if due:
            self._capture(actor, order_id)
