"""Proposing another quantity, another line, or none, and taking such a proposal back.

Each answers nothing, keeps the edit's totals up to date and raises OrderEditNotFound, OrderEditClosed once
the buyer was asked, OrderCanceledAlready, and OrderEditQuantity for units that cannot be taken away.
Source: https://docs.medusajs.com/api/admin#order-edits (v1).
"""

from dataclasses import fields

from core.domain.actor import Actor
from core.domain.cart import Cart, CartId, check_quantity
from core.domain.discount import Allocation, DiscountType
from core.domain.lines import Line
from core.domain.order import Order
from core.domain.order_edit import EditedLine, EditedLineNotFound
from core.domain.values import Metadata
from core.use_cases.cart.pricing import CartPricing, check_sellable
from core.use_cases.order_edit.locking import issued_cards, lock_edit
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork

_LINE_FIELDS = tuple(part.name for part in fields(Line))


class AddEditedItem:
    """A new line, priced and taxed as it would be in the buyer's cart now. Discounts of the order that go
    by line reduce it too. Raises NotPurchasable, Invalid."""

    def __init__(self, begin: Begin, pricing: CartPricing, ids: Ids) -> None:
        self._begin = begin
        self._pricing = pricing
        self._ids = ids

    @replayed
    def __call__(
        self, actor: Actor, edit_id: str, variant_id: str, quantity: int, metadata: Metadata | None = None
    ) -> None:
        check_quantity(quantity)
        with self._begin(actor, "order_edit.add_item") as work:
            order, edit = lock_edit(work, actor, edit_id)
            edit.add(self._line(work, order, variant_id, quantity, metadata), self._ids.new)
            edit.check(order, issued_cards(work, order))
            edit.price(order)
            edit.updated()
            work.commit()

    def _line(
        self, work: UnitOfWork, order: Order, variant_id: str, quantity: int, metadata: Metadata | None
    ) -> EditedLine:
        cart = Cart(
            id=CartId(order.cart_id or order.id),
            region_id=order.region_id,
            currency_code=order.currency_code,
            sales_channel_id=order.sales_channel_id,
            customer_id=order.customer_id,
            email=order.email,
            shipping_address=order.shipping_address,
            discount_ids=_by_line(work, order),
        )
        offers = work.offers.of([variant_id])
        offer = check_sellable(offers.get(variant_id), cart, variant_id)
        cart.items = [self._pricing.line(work, cart, offer, quantity, metadata, sold=True)]
        self._pricing(work, cart, offers=offers, sold=True, counted=True)
        (line,) = cart.items
        return EditedLine(**{name: getattr(line, name) for name in _LINE_FIELDS})


class ResizeEditedItem:
    """So many units of a line. Raises EditedLineNotFound, Invalid."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, edit_id: str, line_id: str, quantity: int) -> None:
        check_quantity(quantity)
        with self._begin(actor, "order_edit.update_item") as work:
            order, edit = lock_edit(work, actor, edit_id)
            edit.update(order, line_id, quantity, self._ids.new)
            edit.check(order, issued_cards(work, order))
            edit.price(order)
            edit.updated()
            work.commit()


class RemoveEditedItem:
    """Lines that are in no edit are ignored, as in Medusa. Raises EditedLineNotFound for those of another one."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, edit_id: str, line_id: str) -> None:
        with self._begin(actor, "order_edit.remove_item") as work:
            order, edit = lock_edit(work, actor, edit_id)
            if not edit.remove(line_id, self._ids.new):
                if work.order_edits.of_line(line_id) is not None:
                    raise EditedLineNotFound(f"Line item {line_id} does not belong to the order edit {edit_id}")
                return
            edit.check(order, issued_cards(work, order))
            edit.price(order)
            edit.updated()
            work.commit()


class UndoItemChange:
    """The line is again as the order has it. Raises ItemChangeNotFound."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, edit_id: str, change_id: str) -> None:
        with self._begin(actor, "order_edit.undo_change") as work:
            order, edit = lock_edit(work, actor, edit_id)
            edit.undo(order, change_id, self._ids.new)
            edit.price(order)
            edit.updated()
            work.commit()


def _by_line(work: UnitOfWork, order: Order) -> list[str]:
    """The order's discounts that reduce each line for itself; a sum for the whole has been given already."""
    if not order.discount_ids:
        return []
    terms = work.discounts.terms(order.discount_ids, (), order.customer_id, order.email)
    return [
        entry.id
        for entry in terms
        if entry.type is DiscountType.PERCENTAGE
        or (entry.type is DiscountType.FIXED and entry.allocation is Allocation.ITEM)
    ]
