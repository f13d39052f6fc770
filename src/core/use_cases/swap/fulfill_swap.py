"""Pack, send and call off what goes out in exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.domain.actor import SYSTEM, Actor
from core.domain.errors import DomainError, Unavailable
from core.domain.order import Fulfillment
from core.domain.swap import Swap, SwapFulfillmentStatus
from core.domain.swap_sending import (
    call_off_swap,
    check_swap_callable_off,
    fulfillment_of_swap,
    pack_swap,
    send_swap,
)
from core.domain.values import Metadata
from core.use_cases.fulfillment.create_fulfillment import providers_of
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from core.use_cases.swap.lookup import of_order
from ports.clock import Clock, Ids
from ports.fulfillments import FulfillmentProviders, Shipment
from ports.unit_of_work import Begin

HAND_OVER_SWAP = "hand_over_swap"
SECOND_TRY = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapShipment:
    fulfillment_id: str
    tracking_numbers: tuple[str, ...] = ()
    no_notification: bool | None = None


class FulfillSwap:
    """Record what is to be sent, then tell the providers. One that cannot be reached is asked again by a
    job; one that refuses leaves the swap in ``requires_action``.

    Raises OrderNotFound, SwapNotFound, SwapClosed, NotAllowed.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderswapsswapfulfillments (v1).
    """

    def __init__(self, begin: Begin, hand_over: HandOverSwap, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._hand_over = hand_over
        self._clock = clock
        self._ids = ids

    def __call__(
        self,
        actor: Actor,
        order_id: str,
        swap_id: str,
        metadata: Metadata | None = None,
        no_notification: bool | None = None,
    ) -> None:
        for fulfillment_id in self._record(actor, order_id, swap_id, metadata, no_notification):
            try:
                self._hand_over(SYSTEM, order_id, swap_id, fulfillment_id)
            except LEFT_TO_JOBS:
                continue  # it is recorded, and its job asks again

    @replayed
    def _record(
        self, actor: Actor, order_id: str, swap_id: str, metadata: Metadata | None, no_notification: bool | None
    ) -> list[str]:
        with self._begin(actor, "swap.fulfill") as work:
            _, swap = of_order(work, order_id, swap_id)
            providers = providers_of(work, swap.shipping_methods)
            made = pack_swap(swap, providers, self._ids.new, no_notification=no_notification, metadata=metadata)
            for fulfillment in made:
                work.schedule(
                    HAND_OVER_SWAP,
                    {"order_id": order_id, "swap_id": swap_id, "fulfillment_id": fulfillment.id},
                    dedupe_key=f"{HAND_OVER_SWAP}:{fulfillment.id}",
                    at=self._clock.now() + SECOND_TRY,
                )
            work.commit()
        return [fulfillment.id for fulfillment in made]


class HandOverSwap:
    """Ask the provider of a recorded fulfillment and keep its answer. Repeatable: the fulfillment's id tells
    the provider repeats. Raises OrderNotFound, SwapNotFound; Unavailable, to be run again by its job."""

    def __init__(self, begin: Begin, providers: FulfillmentProviders, clock: Clock) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock

    def __call__(self, actor: Actor, order_id: str, swap_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, "swap.hand_over") as work:
            _, swap = of_order(work, order_id, swap_id)
            fulfillment = fulfillment_of_swap(swap, fulfillment_id)
        if fulfillment.canceled_at is not None or fulfillment.data:
            return
        told: Metadata | None = None
        try:
            told = dict(self._providers.get(fulfillment.provider_id).fulfill(_shipment(swap, fulfillment)))
        except Unavailable:
            raise
        except DomainError:
            told = None  # a definite no: somebody has to look
        if told != {}:
            self._record(actor, order_id, swap_id, fulfillment_id, told)

    @replayed
    def _record(self, actor: Actor, order_id: str, swap_id: str, fulfillment_id: str, told: Metadata | None) -> None:
        with self._begin(actor, "swap.hand_over") as work:
            _, swap = of_order(work, order_id, swap_id)
            fulfillment = fulfillment_of_swap(swap, fulfillment_id)
            if told is not None:
                fulfillment.data = told
            elif fulfillment.canceled_at is None and fulfillment.shipped_at is None:
                call_off_swap(swap, fulfillment, self._clock.now(), SwapFulfillmentStatus.REQUIRES_ACTION)
            work.commit()


class ShipSwap:
    """Raises OrderNotFound, SwapNotFound, FulfillmentNotFound, SwapClosed, FulfillmentCalledOff,
    FulfillmentShipped.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderswapsswapshipments (v1)."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, swap_id: str, shipment: SwapShipment) -> None:
        with self._begin(actor, "swap.ship") as work:
            _, swap = of_order(work, order_id, swap_id)
            fulfillment = fulfillment_of_swap(swap, shipment.fulfillment_id)
            send_swap(swap, fulfillment, shipment.tracking_numbers, self._clock.now(), self._ids.new)
            if shipment.no_notification is not None:
                fulfillment.no_notification = shipment.no_notification
            work.commit()


class CancelSwapFulfillment:
    """Stop it at its provider, then give its units back to the swap. Repeatable.

    Raises OrderNotFound, SwapNotFound, FulfillmentNotFound, FulfillmentShipped, NotAllowed where the
    provider says it is too late; Unavailable, with nothing changed.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorderswapfulfillmentscancel (v1).
    """

    def __init__(self, begin: Begin, providers: FulfillmentProviders, clock: Clock) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock

    def __call__(self, actor: Actor, order_id: str, swap_id: str, fulfillment_id: str) -> None:
        with self._begin(SYSTEM, "swap.cancel_fulfillment") as work:
            _, swap = of_order(work, order_id, swap_id)
            fulfillment = fulfillment_of_swap(swap, fulfillment_id)
            due = check_swap_callable_off(swap, fulfillment)
        if due:
            self._providers.get(fulfillment.provider_id).call_off(fulfillment.id, dict(fulfillment.data))
            self._record(actor, order_id, swap_id, fulfillment_id)

    @replayed
    def _record(self, actor: Actor, order_id: str, swap_id: str, fulfillment_id: str) -> None:
        with self._begin(actor, "swap.cancel_fulfillment") as work:
            _, swap = of_order(work, order_id, swap_id)
            fulfillment = fulfillment_of_swap(swap, fulfillment_id)
            if check_swap_callable_off(swap, fulfillment):
                call_off_swap(swap, fulfillment, self._clock.now(), SwapFulfillmentStatus.CANCELED)
                work.commit()


def _shipment(swap: Swap, fulfillment: Fulfillment) -> Shipment:
    lines = {line.id: line for line in swap.additional_items}
    profiles = {lines[item.item_id].profile_id for item in fulfillment.items}
    methods = swap.shipping_methods
    method = next((one for one in methods if one.profile_id in profiles), methods[0] if methods else None)
    return Shipment(
        reference=fulfillment.id,
        order_id=swap.order_id,
        items=tuple((item.item_id, lines[item.item_id].title, item.quantity) for item in fulfillment.items),
        address=swap.shipping_address,
        data=dict(method.data) if method is not None else {},
    )
