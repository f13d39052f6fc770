"""Ask for things to be returned."""

from dataclasses import dataclass
from datetime import timedelta

from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.errors import Invalid
from core.domain.payment import RefundExceedsCaptured
from core.domain.purchase import Purchase
from core.domain.return_reason import ReturnReasonIsCategory
from core.domain.returns import Return, ReturnItem, Wanted, request, worth
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from core.use_cases.returning.ownership import own_order
from core.use_cases.returning.return_shipping import way_back
from core.use_cases.returning.send_return import SEND_RETURN, SendReturn
from core.use_cases.swap.lookup import purchase_of
from ports.clock import Clock, Ids
from ports.taxes import TaxProviders
from ports.unit_of_work import Begin, UnitOfWork

SECOND_TRY = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """option_id: a return shipping option; without one the buyer sends it back alone.

    For staff: shipping_price instead of the option's; refund_amount instead of the computed one.
    """

    order_id: str
    items: tuple[Wanted, ...]
    option_id: str | None = None
    shipping_price: int | None = None
    refund_amount: int | None = None
    no_notification: bool | None = None


class RequestReturn:
    """Hold units of what was ordered, or what a swap of the order sent, as on their way back, promise what
    they are worth less the way back, and tell the provider of the way back; answers the return's id.

    The database refuses a unit asked back twice. Raises OrderNotFound (other people's orders too),
    OrderCanceledAlready, Invalid, NotReturnable, ReturnTooMany, ReturnReasonNotFound,
    ReturnReasonIsCategory, ShippingOptionNotFound, RefundExceedsCaptured.
    Source: https://docs.medusajs.com/api/store#returns_postreturns (v1).
    """

    def __init__(self, begin: Begin, taxes: TaxProviders, send: SendReturn, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._taxes = taxes
        self._send = send
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, wanted: NewReturn) -> str:
        return_id = self._record(actor, wanted)
        if wanted.option_id is not None:
            try:
                self._send(SYSTEM, return_id)
            except LEFT_TO_JOBS:
                return return_id  # it is recorded, and its job asks again
        return return_id

    @replayed
    def _record(self, actor: Actor, wanted: NewReturn) -> str:
        with self._begin(actor, "return.request") as work:
            order = own_order(work, actor, wanted.order_id)
            bought = purchase_of(work, order)
            returned = open_return(work, bought, wanted.items, self._ids)
            returned.order_id = order.id
            returned.no_notification = wanted.no_notification
            if wanted.option_id is not None:
                method = way_back(
                    work,
                    order,
                    wanted.option_id,
                    self._taxes,
                    self._ids,
                    price=wanted.shipping_price,
                    by_staff=actor.kind in (ActorKind.USER, ActorKind.API_KEY),
                )
                returned.shipping_methods = [method]
                schedule_sending(work, returned, self._clock)
            returned.refund_amount = promise(bought, returned, wanted.refund_amount)
            returned.requested(order)
            work.returns.add(returned)
            work.commit()
        return returned.id


def open_return(
    work: UnitOfWork, bought: Purchase, wanted: tuple[Wanted, ...], ids: Ids, *, in_exchange: bool = False
) -> Return:
    """A return of these items, held on their lines; of whom it is remains to be said."""
    _check_reasons(work, wanted)
    items: list[ReturnItem] = request(bought, wanted, ids.new, in_exchange=in_exchange)
    return Return(id=ids.new("ret"), order_id=None, items=items)


def schedule_sending(work: UnitOfWork, returned: Return, clock: Clock) -> None:
    work.schedule(
        SEND_RETURN,
        {"return_id": returned.id},
        dedupe_key=f"{SEND_RETURN}:{returned.id}",
        at=clock.now() + SECOND_TRY,
    )


def _check_reasons(work: UnitOfWork, wanted: tuple[Wanted, ...]) -> None:
    for reason_id in sorted({one.reason_id for one in wanted if one.reason_id is not None}):
        work.return_reasons.get(reason_id)
        if work.return_reasons.under(reason_id):
            raise ReturnReasonIsCategory("Cannot apply return reason category")


def promise(bought: Purchase, returned: Return, told: int | None = None) -> int:
    """What the return is worth less the way back; told: instead of that. Raises Invalid, RefundExceedsCaptured."""
    if told is not None:
        if told < 0:
            raise Invalid("refund must not be less than 0")
        if told > bought.order.refundable_amount:
            raise RefundExceedsCaptured("Cannot refund more than the original payment")
        return told
    amount = worth(bought, [(item.item_id, item.quantity) for item in returned.items])
    method = returned.shipping_method
    return max(0, amount - (method.total if method is not None else 0))
