"""The words of letters about an order after it was placed, by what has happened."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.mail import MailKind, OrderNewsLetter
from core.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """money: empty where there is nothing to say of it."""

    subject: str
    opening: str
    money: str = ""
    button: str = ""


def words_of(letter: OrderNewsLetter, written: Callable[[Money], str]) -> Words:
    number, shop, amount = letter.display_id, letter.shop, letter.amount
    due = amount.amount if amount is not None else 0
    sum_ = written(Money(abs(due), amount.currency)) if amount is not None and due else ""
    match letter.news:
        case MailKind.SHIPMENT:
            return Words(
                subject=f"Your order {number} is on its way", opening=f"We have sent this of your order {number}:"
            )
        case MailKind.SWAP_SHIPMENT:
            return Words(
                subject=f"Your exchange for order {number} is on its way",
                opening=f"We have sent this in exchange, for your order {number}:",
            )
        case MailKind.RETURN_REQUESTED:
            return Words(
                subject=f"Your return for order {number}",
                opening="We have noted that you are sending back:",
                money=f"When it has arrived you get back {sum_}." if sum_ else "",
            )
        case MailKind.RETURN_RECEIVED:
            return Words(
                subject=f"Your return for order {number} has arrived",
                opening="This has come back to us:",
                money="A mail of its own follows about the refund." if sum_ else "",
            )
        case MailKind.SWAP_CREATED:
            return Words(
                subject=f"Your exchange at {shop}",
                opening=f"For your order {number} you can have this in exchange:",
                money=_difference(due, sum_),
                button="Choose how it is sent, and confirm the exchange",
            )
        case MailKind.ORDER_EDIT_REQUESTED:
            return Words(
                subject=f"Please look at your order {number}",
                opening=f"We propose to change your order {number}. It would then be:",
                money=_difference(due, sum_),
                button="Agree to the change, or decline it",
            )
        case MailKind.ORDER_EDIT_CONFIRMED:
            return Words(subject=f"Your order {number} was changed", opening=f"Your order {number} is now:")
        case _:
            return Words(
                subject=f"Your order {number} stays as it is",
                opening=f"The change to your order {number} was declined. It is still:",
            )


def _difference(due: int, sum_: str) -> str:
    if not due:
        return "It costs the same."
    return f"There is {sum_} to pay." if due > 0 else f"It costs {sum_} less."
