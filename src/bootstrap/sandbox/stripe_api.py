"""The part of Stripe's API that a shop needs, as a table of routes over the books."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.sandbox.books import Books
from bootstrap.sandbox.charges import Charges
from bootstrap.sandbox.form import entries, required, whole
from bootstrap.sandbox.intents import Intents
from bootstrap.sandbox.people import People
from bootstrap.sandbox.refusals import Refusal, Tree

View = Callable[..., Tree]
# What a browser may do with the publishable key and one intent's client secret.
_BROWSER = re.compile(r"GET /v1/payment_intents/[^/]+|POST /v1/payment_intents/[^/]+/confirm")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, decoded. publishable: made with the publishable key, as a browser does."""

    method: str
    path: str
    form: Tree
    publishable: bool = False


class StripeApi:
    """``answer`` is the whole of it. Not thread-safe; the server holds the books' lock."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.people = People(books)
        self.charges = Charges(books)
        self.intents = Intents(books, self.people, self.charges)
        self._routes: list[tuple[str, re.Pattern[str], View]] = [
            (method, re.compile(path.replace(":id", "([^/]+)")), view) for method, path, view in self._table()
        ]

    def answer(self, call: Call) -> Tree:
        """The body of a 200. Raises Refusal."""
        if call.publishable:
            self._check_browser(call)
        for method, pattern, view in self._routes:
            found = pattern.fullmatch(call.path)
            if found and method == call.method:
                answer = view(*found.groups(), call.form)
                return (
                    answer
                    if answer["object"] == "list"
                    else self.books.shown(answer, entries(call.form.get("expand")))
                )
        raise Refusal(f"Unrecognized request URL ({call.method}: {call.path}).", status=404)

    def _check_browser(self, call: Call) -> None:
        if not _BROWSER.fullmatch(f"{call.method} {call.path}"):
            raise Refusal("This API call cannot be made with a publishable API key.", status=403)
        intent = self.books.get("payment_intent", call.path.split("/")[3])
        if required(call.form, "client_secret") != intent["client_secret"]:
            raise Refusal("The client_secret provided does not match.", code="payment_intent_invalid_parameter")

    def _table(self) -> list[tuple[str, str, View]]:
        people, charges, intents = self.people, self.charges, self.intents
        return [
            ("POST", "/v1/payment_intents", intents.create),
            ("GET", "/v1/payment_intents", self._list("payment_intent", "customer")),
            ("GET", "/v1/payment_intents/:id", self._get("payment_intent")),
            ("POST", "/v1/payment_intents/:id", intents.update),
            ("POST", "/v1/payment_intents/:id/confirm", intents.confirm),
            ("POST", "/v1/payment_intents/:id/capture", intents.capture),
            ("POST", "/v1/payment_intents/:id/cancel", intents.cancel),
            ("GET", "/v1/charges", self._list("charge", "payment_intent", "customer")),
            ("GET", "/v1/charges/:id", self._get("charge")),
            ("POST", "/v1/refunds", charges.refund),
            ("GET", "/v1/refunds", self._list("refund", "payment_intent", "charge")),
            ("GET", "/v1/refunds/:id", self._get("refund")),
            ("POST", "/v1/refunds/:id", charges.update_refund),
            ("GET", "/v1/disputes", self._list("dispute", "payment_intent", "charge")),
            ("GET", "/v1/disputes/:id", self._get("dispute")),
            ("POST", "/v1/customers", people.create),
            ("GET", "/v1/customers", self._list("customer", "email")),
            ("GET", "/v1/customers/:id", self._get("customer")),
            ("POST", "/v1/customers/:id", people.update),
            ("GET", "/v1/customers/:id/payment_methods", self._methods_of),
            ("GET", "/v1/payment_methods", self._list("payment_method", "customer", "type")),
            ("GET", "/v1/payment_methods/:id", self._get("payment_method")),
            ("POST", "/v1/payment_methods/:id/attach", people.attach),
            ("POST", "/v1/payment_methods/:id/detach", people.detach),
            ("GET", "/v1/events", self._events),
            ("GET", "/v1/events/:id", self._get("event")),
        ]

    def _get(self, kind: str) -> View:
        def view(id: str, form: Tree) -> Tree:
            return self.books.get(kind, id)

        return view

    def _list(self, kind: str, *filters: str) -> View:
        def view(form: Tree) -> Tree:
            wanted = {name: form.get(name) for name in filters}
            return self._page(f"/v1/{kind}s", self.books.all(kind, **wanted), form)

        return view

    def _methods_of(self, id: str, form: Tree) -> Tree:
        self.books.get("customer", id)
        found = self.books.all("payment_method", customer=id, type=form.get("type"))
        return self._page(f"/v1/customers/{id}/payment_methods", found, form)

    def _events(self, form: Tree) -> Tree:
        types = entries(form.get("types")) or entries(form.get("type"))
        created = form.get("created", {})
        since = whole(created, "gte", least=0) if isinstance(created, dict) else None
        found = [
            event
            for event in self.books.all("event")
            if (not types or event["type"] in types) and event["created"] >= (since or 0)
        ]
        return self._page("/v1/events", found, form)

    def _page(self, url: str, things: list[Tree], form: Tree) -> Tree:
        return self.books.page(url, things, after=form.get("starting_after"), limit=whole(form, "limit"))
