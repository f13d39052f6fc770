"""Customers and the ways to pay they keep."""

from bootstrap.sandbox.books import Books
from bootstrap.sandbox.cards import CARDS, Card, known_card
from bootstrap.sandbox.form import check_known, merged, required
from bootstrap.sandbox.refusals import Refusal, Tree, missing

_CUSTOMER = ("email", "name", "phone", "description", "metadata")


class People:
    def __init__(self, books: Books) -> None:
        self._books = books

    def create(self, form: Tree) -> Tree:
        check_known(form, _CUSTOMER)
        plain = {name: form.get(name) for name in ("email", "name", "phone", "description")}
        customer = self._books.open("customer", **plain, metadata=merged({}, form))
        self._books.happened("customer.created", customer)
        return customer

    def update(self, id: str, form: Tree) -> Tree:
        check_known(form, _CUSTOMER)
        customer = self._books.get("customer", id)
        customer.update({name: form[name] or None for name in _CUSTOMER[:-1] if name in form})
        customer["metadata"] = merged(customer["metadata"], form)
        self._books.happened("customer.updated", customer)
        return customer

    def method(self, name: str) -> Tree:
        """The way to pay of that name; each use of a test card's name makes a new one, as at Stripe."""
        card = known_card(name)
        if card is not None:
            return self._books.open(
                "payment_method", type="card", customer=None, card=_shown(card), sandbox_name=name
            )
        try:
            return self._books.get("payment_method", name, "payment_method")
        except Refusal:
            raise missing("PaymentMethod", name, "payment_method") from None

    def card(self, method: Tree) -> Card:
        return known_card(method["sandbox_name"]) or CARDS["pm_card_visa"]

    def attach(self, id: str, form: Tree) -> Tree:
        check_known(form, ("customer",))
        customer = self._books.get("customer", required(form, "customer"), "customer")
        method = self.method(id)
        method["customer"] = customer["id"]
        self._books.happened("payment_method.attached", method)
        return method

    def detach(self, id: str, form: Tree) -> Tree:
        check_known(form, ())
        method = self._books.get("payment_method", id)
        method["customer"] = None
        self._books.happened("payment_method.detached", method)
        return method


def _shown(card: Card) -> Tree:
    return {
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": 12,
        "exp_year": 2034,
        "funding": "credit",
        "country": "US",
        "fingerprint": f"sandbox{card.last4}",
    }
