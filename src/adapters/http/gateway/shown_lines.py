"""What a line of a cart or an order shows of the product it is of: the price as it was bought, the rest as
the catalogue says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.http.gateway.views import present, price
from ports.reads import Tree

# A line's variant and product: what ``product_of`` reads.
_OF_PRODUCT = ("handle", "subtitle", "description", "type.value", "categories.name", "tags.value")
BOUGHT = ",".join(("items.variant.sku", *(f"items.variant.product.{name}" for name in _OF_PRODUCT)))
GOODS, DIGITAL = "PHYSICAL", "VIRTUAL"
BASE_PATH = "/products"
UNIT = "PCS"
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def sku_of(line: Any) -> str:
    """The variant's sku, or its id where it has none."""
    variant = line.get("variant") or {}
    return str(variant.get("sku") or line.get("variant_id") or "")


def product_of(line: Any, currency: object) -> Tree:
    """The price is the line's, so that it stays what was paid."""
    product = (line.get("variant") or {}).get("product") or {}
    thumbnail = line.get("thumbnail")
    sku = sku_of(line)
    return present(
        id=line.get("product_id") or "",
        sku=sku,
        variantId=line.get("variant_id"),
        name=line.get("title"),
        description=product.get("description") or "",
        subtitle=product.get("subtitle"),
        image=present(url=thumbnail, alt=line.get("title")) if thumbnail else None,
        price=price(line.get("unit_price"), currency),
        link=link_of(product.get("handle") or line.get("product_id"), sku),
        **around(product, requires_shipping=bool(line.get("requires_shipping"))),
    )


def around(product: Mapping[str, Any], *, requires_shipping: bool) -> Tree:
    """Where a product belongs. type: what the product's type says if it says one of the two, else whether
    what is bought has to be sent."""
    named = str((product.get("type") or {}).get("value") or "").upper()
    return {
        "type": named if named in (GOODS, DIGITAL) else GOODS if requires_shipping else DIGITAL,
        "category": next((category["name"] for category in product.get("categories") or ()), ""),
        "tags": [{"label": tag["value"], "variant": "default"} for tag in product.get("tags") or ()],
    }


def link_of(handle: object, sku: str, base: str = BASE_PATH) -> str:
    """Where a storefront shows it: ``/products/sydney-nights/4k``."""
    return "/".join(part for part in (base, str(handle or ""), slug(sku)) if part)


def slug(text: str) -> str:
    """Lower case, with single dashes between letters and digits."""
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")
