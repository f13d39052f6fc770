"""Pack goods of an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from core.domain.actor import SYSTEM, Actor
from core.domain.fulfilling import BY_HAND, consign, pack, pick
from core.domain.lines import ShippingMethod
from core.domain.shop import ShippingOptionNotFound
from core.domain.values import Metadata
from core.use_cases.fulfillment.hand_over_fulfillment import HAND_OVER_FULFILLMENT, HandOverFulfillment
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

SECOND_TRY = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFulfillment:
    """items: (line id, quantity) pairs."""

    items: tuple[tuple[str, int], ...]
    no_notification: bool | None = None
    metadata: Metadata | None = None


class CreateFulfillment:
    """Record what is to be sent, then tell the providers; answers the fulfillments' ids.

    One fulfillment per shipping method that the lines go by. A provider that cannot be reached is asked
    again by a job. Raises OrderNotFound, NotFound, Invalid, OrderCanceledAlready, TooManyFulfilled,
    NotAllowed without a way of shipping, and what a provider refuses.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderfulfillments (v1).
    """

    def __init__(self, begin: Begin, hand_over: HandOverFulfillment, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._hand_over = hand_over
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, order_id: str, wanted: NewFulfillment) -> list[str]:
        made = self._record(actor, order_id, wanted)
        for fulfillment_id in made:
            try:
                self._hand_over(SYSTEM, order_id, fulfillment_id)
            except LEFT_TO_JOBS:
                continue  # it is recorded, and its job asks again
        return made

    @replayed
    def _record(self, actor: Actor, order_id: str, wanted: NewFulfillment) -> list[str]:
        with self._begin(actor, "order.fulfill") as work:
            order = work.orders.get(order_id)
            made = [
                pack(
                    order,
                    consignment,
                    self._ids.new,
                    no_notification=wanted.no_notification,
                    metadata=wanted.metadata,
                )
                for consignment in consign(
                    order.shipping_methods, pick(order, wanted.items), providers_of(work, order.shipping_methods)
                )
            ]
            for fulfillment in made:
                work.schedule(
                    HAND_OVER_FULFILLMENT,
                    {"order_id": order.id, "fulfillment_id": fulfillment.id},
                    dedupe_key=f"{HAND_OVER_FULFILLMENT}:{fulfillment.id}",
                    at=self._clock.now() + SECOND_TRY,
                )
            work.commit()
        return [fulfillment.id for fulfillment in made]


def providers_of(work: UnitOfWork, methods: Iterable[ShippingMethod]) -> dict[str, str]:
    """Provider ids by shipping method; goods of an option that is gone are sent by hand."""
    found = {}
    for method in methods:
        try:
            found[method.id] = work.shop.kept_shipping_option(method.shipping_option_id).provider_id
        except ShippingOptionNotFound:
            found[method.id] = BY_HAND
    return found
