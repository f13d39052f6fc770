"""/orders"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dependency_injector.wiring import Provide, inject
from marshmallow import ValidationError

from adapters.http.access import CUSTOMER, EVERYONE
from adapters.http.gateway.lists import page_of, paged
from adapters.http.gateway.preferences import preferences
from adapters.http.gateway.shown_order import ORDER, PAYMENT_STATUSES, STATUSES, UNKNOWN, order_view
from adapters.http.gateway.surface import GATEWAY, PageQuery
from adapters.http.query import Query
from adapters.http.query_fields import Moment, Text
from adapters.http.routing import Resource
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid
from core.use_cases.order.view_order import ViewOrder
from ports.reads import Condition, Operator, Reads, Tree

SORTS = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "total": "total",
    "status": "status",
    "paymentStatus": "payment_status",
}
# Words of the API that no order of the shop has.
_NEVER = {"status": ("SHIPPED", UNKNOWN), "paymentStatus": (UNKNOWN,)}
_ALIASES = {"PAID": "CAPTURED"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN_TO = timedelta(milliseconds=1)  # moments in answers are cut to milliseconds
orders = Resource("gateway_orders", __name__, "/orders", GATEWAY)


class OrdersQuery(PageQuery):
    id = Text()
    customer_id = Text(data_key="customerId")
    status = Text()
    payment_status = Text(data_key="paymentStatus")
    date_from = Text(data_key="dateFrom")
    date_to = Text(data_key="dateTo")


@orders.on("GET", "", allow=CUSTOMER, query=OrdersQuery)
@inject
def list_orders(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the orders of the signed-in customer, newest first. ``customerId`` never shows anybody else's."""
    paging = page_of(query, SORTS)
    where = [equals("customer_id", actor.customer_id), *_narrowed(query)]
    page = reads.page("order", where, ORDER, context_of(actor, query), paging)
    return paged([order_view(row) for row in page.rows], page.count)


@orders.on("GET", "/<order_id>", allow=EVERYONE)
@inject
def show_order(
    actor: Actor,
    query: Query,
    order_id: str,
    view_order: ViewOrder = Provide["view_order"],
    reads: Reads = Provide["reads"],
) -> Tree:
    """Show an order: a guest's to whoever knows its id, a customer's to that customer."""
    id = view_order(actor, order_id)
    return order_view(reads.one("order", [equals("id", id)], ORDER, context_of(actor, query)))


def _narrowed(query: Query) -> list[Condition]:
    """Raises Invalid."""
    where = [
        *_worded("status", "status", query.get("status"), STATUSES),
        *_worded("paymentStatus", "payment_status", query.get("payment_status"), PAYMENT_STATUSES),
    ]
    for name in ("id", "customer_id"):
        if query.get(name):
            where.append(equals(name, query[name]))
    zone = preferences().timezone
    if query.get("date_from"):
        begin, _ = _span("dateFrom", query["date_from"], zone)
        where.append(Condition("created_at", Operator.GTE, begin))
    if query.get("date_to"):
        _, end = _span("dateTo", query["date_to"], zone)
        where.append(Condition("created_at", Operator.LT, end))
    return where


def _worded(name: str, field: str, text: str | None, words: Mapping[str, str]) -> list[Condition]:
    """The shop's words for one of the API's, or of the shop's own, in any case."""
    if not text:
        return []
    wanted = _ALIASES.get(text.upper(), text.upper())
    found = [own for own, shown in words.items() if wanted in (shown, own.upper())]
    if not found and wanted not in _NEVER[name]:
        problem = f"must be one of {', '.join(sorted({*words.values(), *_NEVER[name]}))}"
        raise Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])
    return [Condition(field, Operator.IN, found)]


def _span(name: str, text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What a day or a moment covers: its begin, and the first moment after it. A day is one of the
    caller's time zone. Raises Invalid."""
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        moment: datetime = Moment().deserialize(text)
        return moment, moment.replace(microsecond=moment.microsecond // 1_000 * 1_000) + _SHOWN_TO
    except (ValueError, OverflowError, ValidationError) as error:
        problem = "must be a date (YYYY-MM-DD) or a time (YYYY-MM-DDTHH:MM:SSZ)"
        raise Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)]) from error


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
