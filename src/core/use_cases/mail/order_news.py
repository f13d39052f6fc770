"""What a letter says about an order after it was placed: sent, coming back, exchanged, to be changed."""

from collections.abc import Iterable

from core.domain.fulfilling import FulfillmentNotFound
from core.domain.mail import LetterLine, Mail, MailKind, OrderNewsLetter
from core.domain.money import Money
from core.domain.order import Fulfillment, Order, OrderLine
from core.domain.order_edit import EditStatus
from core.domain.returns import ReturnStatus
from core.use_cases.mail.settings import MailSettings
from core.use_cases.swap.lookup import purchase_of
from ports.unit_of_work import UnitOfWork

Facts = dict[str, object]


class NewsWriter:
    """Reads within the caller's transaction."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def write(self, work: UnitOfWork, mail: Mail, first_name: str | None, shop: str) -> OrderNewsLetter | None:
        """None when it is not true any more: the edit is decided, the swap called off or completed.
        Raises the NotFound of what it is about."""
        order = work.orders.get(mail.subject_id)
        match mail.kind:
            case MailKind.SHIPMENT:
                facts = self._sent(order, order.items, order.fulfillments, mail.about)
            case MailKind.RETURN_REQUESTED | MailKind.RETURN_RECEIVED:
                facts = self._returned(work, order, mail)
            case MailKind.SWAP_CREATED:
                facts = self._swap(work, order, mail.about)
            case MailKind.SWAP_SHIPMENT:
                facts = self._sent_in_exchange(work, order, mail.about)
            case _:
                facts = self._edit(work, order, mail)
        if facts is None:
            return None
        return OrderNewsLetter(
            news=mail.kind,
            display_id=order.display_id,
            first_name=first_name,
            shop=shop,
            **facts,  # type: ignore[arg-type]
        )

    def _sent(
        self, order: Order, lines: Iterable[OrderLine], fulfillments: Iterable[Fulfillment], id: str
    ) -> Facts | None:
        sent = next((one for one in fulfillments if one.id == id), None)
        if sent is None:
            raise FulfillmentNotFound(f"there is no fulfillment {id}")
        if sent.canceled_at is not None:
            return None
        by_id = {line.id: line for line in lines}
        return {
            "lines": tuple(
                _line(by_id[item.item_id], item.quantity, order) for item in sent.items if item.item_id in by_id
            ),
            "tracking": tuple((link.tracking_number, link.url) for link in sent.tracking_links),
        }

    def _sent_in_exchange(self, work: UnitOfWork, order: Order, id: str) -> Facts | None:
        for swap in work.swaps.of_order(order.id):
            if any(one.id == id for one in swap.fulfillments):
                return self._sent(order, swap.additional_items, swap.fulfillments, id)
        raise FulfillmentNotFound(f"there is no fulfillment {id}")

    def _returned(self, work: UnitOfWork, order: Order, mail: Mail) -> Facts | None:
        returned = work.returns.get(mail.about)
        asked = mail.kind is MailKind.RETURN_REQUESTED
        if asked and returned.status is ReturnStatus.CANCELED:
            return None
        bought = purchase_of(work, order)
        lines = [(bought.find_line(item.item_id), item.quantity) for item in returned.items]
        exchanged = returned.swap_id is not None
        return {
            "lines": tuple(_line(line, quantity, order) for line, quantity in lines if line is not None),
            "amount": None if exchanged else Money(returned.refund_amount, order.currency_code),
        }

    def _swap(self, work: UnitOfWork, order: Order, id: str) -> Facts | None:
        swap = work.swaps.get(id)
        if swap.canceled_at is not None or swap.confirmed_at is not None or swap.cart_id is None:
            return None
        cart = work.carts.get(swap.cart_id)
        return {
            "lines": tuple(_line(line, line.quantity, order) for line in swap.additional_items),
            "amount": Money(cart.totals.total, order.currency_code),
            "link": self._settings.swap_link(swap.cart_id),
        }

    def _edit(self, work: UnitOfWork, order: Order, mail: Mail) -> Facts | None:
        edit = work.order_edits.get(mail.about)
        requested = mail.kind is MailKind.ORDER_EDIT_REQUESTED
        if requested and edit.status is not EditStatus.REQUESTED:
            return None
        lines: list[OrderLine] = [*edit.items] if requested else order.items
        return {
            "lines": tuple(_line(line, line.quantity, order) for line in lines),
            "amount": Money(edit.difference_due, order.currency_code),
            "link": self._settings.order_edit_link(edit.id) if requested else None,
        }


def _line(line: OrderLine, quantity: int, order: Order) -> LetterLine:
    share = line.total * quantity // line.quantity
    return LetterLine(
        title=line.title, variant=line.description, quantity=quantity, total=Money(share, order.currency_code)
    )
