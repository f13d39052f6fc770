"""Printing on demand by Gelato, version 4 of its order API (https://dashboard.gelato.com/docs/orders/v4/create/)."""

import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from core.domain.errors import Invalid, NotAllowed
from core.domain.print_on_demand import (
    Parcel,
    PrintItemStatus,
    PrintOrder,
    PrintRefused,
    PrintStatus,
    PrintUnavailable,
)
from core.domain.values import Address, Metadata
from ports.fulfillments import Shipment

API_BASE = "https://order.gelatoapis.com"
CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 20.0
MAX_ANSWER = 1 << 20
METHODS = ("normal", "standard", "express")
MESSAGE_MAX = 200

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MAYBE_LATER = (401, 403, 408, 425, 429)
"""Beside 5xx: what a person or time can mend without changing the order (keys, rates, timeouts)."""

log = logging.getLogger("perseus.print")


class GelatoFulfillment:
    """A fulfillment provider and a print service under one id.

    An admin builds shipping options from ``options``: what the buyer chose decides how Gelato ships.
    Gelato knows no idempotency keys; orders are found again by our reference.
    """

    id = "gelato"

    def __init__(self, api_key: str, *, api_base: str = API_BASE, total_seconds: float = TOTAL_SECONDS) -> None:
        self._api_key = api_key
        self._base = api_base
        self._total = total_seconds

    def options(self) -> list[Metadata]:
        return [{"id": f"gelato-{method}", "shipment_method": method} for method in METHODS]

    def check_option(self, data: Metadata) -> None:
        if data.get("shipment_method") not in METHODS:
            raise Invalid(f"the data of a Gelato option names a shipment_method: {', '.join(METHODS)}")

    def validate(self, option_data: Metadata, data: Metadata) -> Metadata:
        method = option_data.get("shipment_method")
        return {**data, "shipment_method": method} if isinstance(method, str) else dict(data)

    def fulfill(self, shipment: Shipment) -> Metadata:
        raise NotAllowed(
            "Gelato prints and ships paid orders by itself; only what it does not print is fulfilled here"
        )

    def take_back(self, shipment: Shipment) -> Metadata:
        raise NotAllowed("Gelato takes nothing back; choose another return shipping option")

    def call_off(self, reference: str, data: Metadata) -> None:
        order_id = data.get("order_id")
        if isinstance(order_id, str):
            try:
                self.cancel(order_id)
            except PrintRefused as error:
                raise NotAllowed(f"Gelato does not cancel it any more: {error.message}") from error

    def submit(self, order: PrintOrder) -> str:
        answer = self._call("POST", "/v4/orders", _body(order))
        order_id = answer.get("id")
        if not isinstance(order_id, str) or not order_id:
            raise PrintUnavailable("Gelato answered without an order id")
        log.info("%s is order %s at Gelato", order.reference, order_id)
        return order_id

    def find(self, reference: str) -> str | None:
        wanted = {"orderReferenceIds": [reference], "orderTypes": ["order"], "limit": 100}
        answer = self._call("POST", "/v4/orders:search", wanted)
        if not isinstance(answer.get("orders"), list):
            raise PrintUnavailable("Gelato's search answered without orders")
        # The reference is compared again: a search that ignored it must not hand over a stranger's order.
        found = [
            one
            for one in _objects(answer.get("orders"))
            if one.get("orderReferenceId") == reference and one.get("fulfillmentStatus") != "canceled"
        ]
        newest = max(found, key=lambda one: str(one.get("createdAt", "")), default={})
        return _text(newest, "id") or None

    def status(self, order_id: str) -> PrintStatus:
        answer = self._call("GET", f"/v4/orders/{quote(order_id, safe='')}")
        status, reference = _text(answer, "fulfillmentStatus"), _text(answer, "orderReferenceId")
        if not status or not reference:
            raise PrintUnavailable("Gelato answered without a status")
        return PrintStatus(
            order_id=order_id,
            reference=reference,
            status=status,
            items=tuple(
                _item(item, answer) for item in _objects(answer.get("items")) if _text(item, "itemReferenceId")
            ),
        )

    def cancel(self, order_id: str) -> None:
        try:
            self._call("POST", f"/v4/orders/{quote(order_id, safe='')}:cancel", {})
        except PrintRefused:
            if self.status(order_id).status != "canceled":
                raise

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        try:
            status, content = self._exchange(method, path, body)
        except requests.RequestException as error:
            raise PrintUnavailable(f"Gelato cannot be reached: {type(error).__name__}") from error
        answer = _parsed(content)
        if 200 <= status < 300 and answer is not None:
            return answer
        about = f"Gelato answered {status}"
        if 400 <= status < 500 and status not in _MAYBE_LATER:
            said = _text(answer or {}, "message")
            raise PrintRefused(f"{about}: {_CONTROL.sub(' ', said)[:MESSAGE_MAX]}" if said else about)
        raise PrintUnavailable(about)

    def _exchange(self, method: str, path: str, body: Mapping[str, object] | None) -> tuple[int, bytes]:
        """Bounded in time and size; redirects are not followed, for they would carry the key along."""
        deadline = time.monotonic() + self._total
        with requests.request(
            method,
            self._base + path,
            headers={"X-API-KEY": self._api_key, "Accept": "application/json"},
            json=body,
            timeout=(min(CONNECT_SECONDS, self._total), self._total),
            stream=True,
            allow_redirects=False,
        ) as answer:
            content = b""
            for piece in answer.iter_content(65_536):
                content += piece
                if len(content) > MAX_ANSWER or time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("the answer is too long or too slow")
            return answer.status_code, content


def _body(order: PrintOrder) -> dict[str, object]:
    body: dict[str, object] = {
        "orderType": "order",
        "orderReferenceId": order.reference,
        "customerReferenceId": order.customer_reference,
        "currency": order.currency_code.upper(),
        "items": [
            {
                "itemReferenceId": line.item_id,
                "productUid": line.spec.product_uid,
                "files": [{"type": file.type, "url": file.url} for file in line.spec.files],
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
        "shippingAddress": _address(order.address, order.email),
    }
    if order.method is not None:
        body["shipmentMethodUid"] = order.method
    return body


def _address(address: Address, email: str) -> dict[str, str]:
    """Gelato's names for it; what is not known is left out."""
    parts = {
        "companyName": address.company,
        "firstName": address.first_name,
        "lastName": address.last_name,
        "addressLine1": address.address_1,
        "addressLine2": address.address_2,
        "city": address.city,
        "postCode": address.postal_code,
        "state": address.province,
        "country": (address.country_code or "").upper(),
        "email": email,
        "phone": address.phone,
    }
    return {name: value for name, value in parts.items() if value}


def _item(item: dict[str, Any], order: dict[str, Any]) -> PrintItemStatus:
    return PrintItemStatus(
        item_id=_text(item, "itemReferenceId"),
        status=_text(item, "fulfillmentStatus") or _text(order, "fulfillmentStatus"),
        parcels=tuple(_parcels(item, order)),
    )


def _parcels(item: dict[str, Any], order: dict[str, Any]) -> list[Parcel]:
    """Told with the item, or with the packages of the order's shipment that hold it."""
    shipment = order.get("shipment")
    shipment = shipment if isinstance(shipment, dict) else {}
    told = [(one, one) for one in _objects(item.get("fulfillments"))]
    for package in _objects(shipment.get("packages")):
        held = package.get("orderItemIds")
        if not isinstance(held, list) or item.get("id") in held:
            told.append((package, shipment))
    return [
        Parcel(
            tracking_number=_text(one, "trackingCode"),
            url=_web(_text(one, "trackingUrl")),
            carrier=_text(about, "shipmentMethodName") or None,
        )
        for one, about in told
        if _text(one, "trackingCode")
    ]


def _web(url: str) -> str | None:
    """Only what a browser may be sent to; it ends up as a link."""
    return url if url.startswith(("https://", "http://")) else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
