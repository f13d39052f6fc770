"""Goods that somebody else prints and sends once they are paid for.

What a variant is printed from stands in its ``metadata.<provider>`` (docs/print-on-demand.md). The
printing of an order is one Fulfillment; what is known of it is kept in the fulfillment's data:
state (Submission), order_id (the printer's), status and items (what the printer said last),
attention (what a person has to look at).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.errors import DomainError, FieldProblem, Invalid, Unavailable
from core.domain.order import Fulfillment, Order, OrderLine, TrackingLink
from core.domain.values import Address, Metadata
from core.domain.webhook_event import ProviderFact

FILES_MAX = 20
ATTEMPT_LEASE = timedelta(seconds=90)
"""How long one attempt may take before another may begin: two calls of 20 s each, and room."""


class PrintRefused(DomainError):
    """The printer will not take this order as it is; a person has to change something."""

    code = "PRINT_REFUSED"


class PrintUnavailable(Unavailable):
    """Nobody knows whether the printer has it; ask by our reference before trying again."""

    retry_after = int(ATTEMPT_LEASE.total_seconds())


class Submission(StrEnum):
    INTENDED = "intended"
    SUBMITTED = "submitted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintFile:
    """type: where it goes on the product (``default``, ``front``, ``inside``). url: the printer fetches it."""

    type: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSpec:
    """What a variant is printed on and from."""

    product_uid: str
    files: tuple[PrintFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLine:
    """item_id: of the order line."""

    item_id: str
    quantity: int
    spec: PrintSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOrder:
    """What a printer is asked to make. reference: ours, unique per fulfillment, found again at the printer.

    method: how to ship, as the printer calls it; None leaves it to the printer.
    """

    reference: str
    customer_reference: str
    currency_code: str
    email: str
    address: Address
    lines: tuple[PrintLine, ...]
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    tracking_number: str
    url: str | None = None
    carrier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintItemStatus:
    item_id: str
    status: str
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintStatus:
    """What the printer says now. status: its own word, known or not."""

    order_id: str
    reference: str
    status: str
    items: tuple[PrintItemStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOrderMoved(ProviderFact):
    """Something happened to an order at the printer, which has to be asked what. reference: ours."""

    provider_id: str
    order_id: str
    reference: str


# How far a thing has come. Only the way forward is followed; words that are not here move nothing.
_PROGRESS = (
    ("draft", "pending_personalization", "digitizing", "not_connected", "created", "uploading"),
    ("passed",),
    ("in_production", "printed"),
    ("shipped", "in_transit"),
    ("delivered",),
)
_RANK = {word: rank for rank, words in enumerate(_PROGRESS) for word in words}
_SHIPPED = _RANK["shipped"]
_CANCELED = ("canceled", "cancelled")
_NEEDS_A_PERSON = ("failed", "on_hold", "pending_approval", "returned", *_CANCELED)


def spec_of(metadata: Mapping[str, object] | None, provider_id: str) -> PrintSpec | None:
    """What ``metadata.<provider_id>`` says; None when it says nothing. Raises Invalid."""
    own = (metadata or {}).get(provider_id)
    if own is None:
        return None
    name = f"metadata.{provider_id}"
    uid = own.get("product_uid") if isinstance(own, Mapping) else None
    files = own.get("files") if isinstance(own, Mapping) else None
    if not isinstance(uid, str) or not uid or not isinstance(files, list) or not 1 <= len(files) <= FILES_MAX:
        raise _bad_spec(name, "takes a product_uid and a list of files")
    return PrintSpec(product_uid=uid, files=tuple(_file(file, name) for file in files))


def _file(file: object, name: str) -> PrintFile:
    kind = file.get("type", "default") if isinstance(file, Mapping) else None
    url = file.get("url") if isinstance(file, Mapping) else None
    if not isinstance(kind, str) or not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise _bad_spec(name, "files are objects with a type and a url")
    return PrintFile(type=kind, url=url)


def _bad_spec(name: str, problem: str) -> Invalid:
    return Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])


def reference_of(order_id: str, fulfillment_id: str) -> str:
    """Says where to look, so that events that come before our own notes find their order."""
    return f"{order_id}/{fulfillment_id}"


def fulfillment_of(order: Order, provider_id: str) -> Fulfillment | None:
    """The printing of this order that stands, if there is one."""
    for fulfillment in order.fulfillments:
        if fulfillment.provider_id == provider_id and fulfillment.canceled_at is None:
            return fulfillment
    return None


def printable_quantity(order: Order, line: OrderLine) -> int:
    """What is left to print of a line: neither given back nor handed to anybody yet."""
    return line.quantity - order.refunded_quantity(line.id, promised=True) - (line.fulfilled_quantity or 0)


def digest_of(print_order: PrintOrder) -> str:
    """Tells whether an order that was refused has been changed since."""
    plain = json.dumps(asdict(print_order), sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def being_submitted(fulfillment: Fulfillment, now: datetime) -> bool:
    """Whether somebody else may be at it at this moment."""
    begun = fulfillment.data.get("attempted_at")
    return isinstance(begun, str) and now - datetime.fromisoformat(begun) < ATTEMPT_LEASE


def intend(fulfillment: Fulfillment, print_order: PrintOrder, now: datetime) -> None:
    """Note that the printer is about to be asked."""
    fulfillment.data = {
        "state": Submission.INTENDED.value,
        "attempted_at": now.isoformat(),
        "digest": digest_of(print_order),
    }


def submitted(fulfillment: Fulfillment, order_id: str) -> None:
    """The printer has it. Repeatable."""
    kept = {name: value for name, value in fulfillment.data.items() if name not in ("attempted_at", "attention")}
    fulfillment.data = kept | {"state": Submission.SUBMITTED.value, "order_id": order_id}


def refused(fulfillment: Fulfillment) -> None:
    """The printer's definite no; it can be tried again once something has been changed."""
    kept = {name: value for name, value in fulfillment.data.items() if name != "attempted_at"}
    fulfillment.data = kept | {"state": Submission.REFUSED.value, "attention": "refused"}


def follow(
    order: Order, fulfillment: Fulfillment, told: PrintStatus, now: datetime, new_id: Callable[[], str]
) -> None:
    """Bring the fulfillment and its lines as far as the printer says, never back. Repeatable."""
    submitted(fulfillment, told.order_id)
    before = fulfillment.data.get("items")
    items = dict(before) if isinstance(before, Mapping) else {}
    for item in told.items:
        items[item.item_id] = _further(items.get(item.item_id), item.status)
    fulfillment.data = {**fulfillment.data, "status": _further(fulfillment.data.get("status"), told.status)}
    fulfillment.data["items"] = items
    _flag(fulfillment, told)
    _add_parcels(fulfillment, told, new_id)
    _mark_shipped(order, fulfillment, items, now)
    if told.status in _CANCELED and fulfillment.shipped_at is None and fulfillment.canceled_at is None:
        _give_up(order, fulfillment, now)


def _further(known: object, told: str) -> object:
    """Of two words the one that is further on; one nobody knows is kept only where nothing better is."""
    if not isinstance(known, str):
        return told
    return told if _RANK.get(told, -1) >= _RANK.get(known, -1) else known


def _flag(fulfillment: Fulfillment, told: PrintStatus) -> None:
    words = (told.status, *(item.status for item in told.items))
    trouble = next((word for word in words if word in _NEEDS_A_PERSON), None)
    unknown = next((word for word in words if word not in _RANK and word not in _NEEDS_A_PERSON), None)
    fulfillment.data = {
        name: value for name, value in fulfillment.data.items() if name not in ("attention", "unknown_status")
    }
    if trouble is not None:
        fulfillment.data["attention"] = trouble
    if unknown is not None:
        fulfillment.data["unknown_status"] = unknown


def _add_parcels(fulfillment: Fulfillment, told: PrintStatus, new_id: Callable[[], str]) -> None:
    links = {link.tracking_number: link for link in fulfillment.tracking_links}
    for parcel in (parcel for item in told.items for parcel in item.parcels):
        metadata: Metadata | None = {"carrier": parcel.carrier} if parcel.carrier else None
        known = links.get(parcel.tracking_number)
        if known is None:
            known = TrackingLink(
                id=new_id(), tracking_number=parcel.tracking_number, url=parcel.url, metadata=metadata
            )
        links[parcel.tracking_number] = replace(known, url=parcel.url or known.url)
    fulfillment.tracking_links = tuple(links.values())


def _mark_shipped(order: Order, fulfillment: Fulfillment, items: Mapping[str, object], now: datetime) -> None:
    """A line counts as shipped once, with all that was to be printed of it."""
    shipped = [part for part in fulfillment.items if _RANK.get(str(items.get(part.item_id)), -1) >= _SHIPPED]
    for part in shipped:
        line = order.line(part.item_id)
        line.shipped_quantity = max(line.shipped_quantity or 0, part.quantity)
    if len(shipped) == len(fulfillment.items):
        fulfillment.shipped_at = fulfillment.shipped_at or now


def _give_up(order: Order, fulfillment: Fulfillment, now: datetime) -> None:
    """It will not be printed; what was held for it can be fulfilled in another way."""
    fulfillment.canceled_at = now
    for part in fulfillment.items:
        line = order.line(part.item_id)
        line.fulfilled_quantity = max(0, (line.fulfilled_quantity or 0) - part.quantity) or None
