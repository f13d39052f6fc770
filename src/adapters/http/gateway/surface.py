"""How a route of the gateway is written. It is one like any other (``adapters.http.routing``), on the
surface GATEWAY, and holds no rule: it parses, calls a use case of the core, and reads back.

    carts = Resource("gateway_carts", __name__, "/carts", GATEWAY)


    class NotesBody(LenientBody):
        cart_id = Str(max=255, data_key="cartId")
        notes = Str(max=2000)


    @carts.on("PATCH", "/<cart_id>", allow=EVERYONE, body=NotesBody, answers=show_cart)
    @inject
    def update(actor: Actor, cart_id: str, body: Tree, update_cart: UpdateCart = Provide["update_cart"]) -> str:
        \"\"\"Change a cart.\"\"\"
        update_cart(actor, cart_id, CartChanges(metadata={"notes": body["notes"]}))
        return cart_id

Paths    have no prefix; a module lies where its first segment says: ``/payments/...`` in ``gateway.payments``.
         Path parameters that are carts are called ``cart_id`` (budgets count by it), whatever the page says.
Bodies   derive from ``LenientBody``: unknown names are ignored, types are strict. ``data_key`` gives the
         camelCase name; views see snake_case. Names of a query that no route knows are ignored too.
Answers  a POST answers 201, everything else 200, ``Answer(status=..., body=...)`` what it says. No ``shows=``
         or ``lists=``: the gateway has no ``fields``. Choose columns with ``selected("*,*items")``, read with
         ``reads.one(shape, [equals("id", id)], selection, context_of(actor, query))``, and shape the tree
         with ``present`` (leaves out what is None), ``price``, ``paged``, ``addresses.shown``.
Lists    derive their query from ``PageQuery`` (limit, offset, sort, locale) and page with
         ``page_of(query, SORTS)``; ``SORTS`` maps the names of the API to columns. 400 for any other.
Money    ``price(minor_units, currency)``: ``{value, currency}``, exact to the last digit.
Refusals are those of core.domain; ``gateway.refusals`` words them. What is a registered customer's and
         not the caller's is a 401 without the view doing anything, because ViewCart, ViewOrder and every
         use case that opens a cart raise HiddenFromCaller. So: call one of them first, on reads too.
         ``NotOffered`` is a 501.
Headers  ``preferences()`` is what ``x-currency``, ``x-locale`` and ``x-client-timezone`` ask for.
"""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema

from adapters.http.body_fields import Body
from adapters.http.budgets import STORE_READS, STORE_WRITES
from adapters.http.dialect import Dialect
from adapters.http.gateway.preferences import read_preferences
from adapters.http.query_fields import Text, Whole
from adapters.http.routing import Surface
from ports.reads import Audience

GATEWAY = Surface(
    name="gateway",
    audience=Audience.STORE,
    dialect=Dialect.GATEWAY,
    list_limit=10,
    reads=STORE_READS,
    writes=STORE_WRITES,
    created=201,
    lenient=True,
    prepare=read_preferences,
    outsiders=True,
)


class LenientBody(Body):
    """A JSON object of which only the known names are read."""

    class Meta:
        unknown = EXCLUDE


class PageQuery(Schema):
    """What every list takes."""

    limit = Whole(minimum=0)
    offset = Whole(minimum=0)
    sort = Text()
    locale = Text()
