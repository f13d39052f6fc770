"""What ``fields`` and ``expand`` promise, worked out a second way: on sets of single columns.

The table says by hand what each kind of record has. A request is read by making every name a set of
columns and adding and taking away sets; what comes out is compared with what was answered, key by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
DEPTH_MAX = 5  # relations on the way to a column

_STAMPS = "created_at updated_at deleted_at"
_MEASURES = "weight length height width hs_code origin_country mid_code material"
_PRODUCT = (
    f"id title subtitle description handle is_giftcard status thumbnail {_MEASURES} profile_id collection_id type_id"
    f" discountable external_id {_STAMPS} metadata"
)
_VARIANT = (
    "id title product_id sku barcode ean upc variant_rank inventory_quantity allow_backorder manage_inventory"
    f" requires_shipping {_MEASURES} {_STAMPS} metadata"
)
_PRICED = (
    "original_price calculated_price calculated_price_type original_price_incl_tax calculated_price_incl_tax"
    " original_tax calculated_tax original_price_includes_tax calculated_price_includes_tax tax_rates purchasable"
)
_TOTALS = (
    "subtotal discount_total shipping_total item_tax_total shipping_tax_total tax_total gift_card_total"
    " gift_card_tax_total total"
)
_LINE = (
    "id title description thumbnail is_return is_giftcard should_merge allow_discounts has_shipping requires_shipping"
    " unit_price includes_tax variant_id product_id quantity metadata created_at updated_at subtotal discount_total"
    " tax_total total original_tax_total original_total cart_id order_id fulfilled_quantity returned_quantity"
    " shipped_quantity swap_id claim_order_id original_item_id order_edit_id gift_card_total refundable"
)
_OPTION = (
    "id name region_id profile_id provider_id price_type amount is_return admin_only includes_tax data"
    f" {_STAMPS} metadata"
)
_DISCOUNT = (
    "id code is_dynamic rule_id is_disabled parent_discount_id starts_at ends_at valid_duration usage_limit"
    f" usage_limit_per_customer usage_count {_STAMPS} metadata"
)
# kind: columns, then relations. A "!" marks what comes along when such a record is expanded.
_TABLE = {
    "product": (
        _PRODUCT,
        "variants:variant options:option images:image tags:tag categories:category type:type collection:collection"
        " profile:profile profiles:profile sales_channels:channel",
    ),
    "variant": (f"{_VARIANT} {_PRICED}", "product:product prices:price options:value"),
    "price": (
        f"id currency_code amount min_quantity max_quantity price_list_id variant_id region_id {_STAMPS} sale_amount",
        "currency:currency region:region price_list:price_list variant:variant",
    ),
    "option": (f"id title product_id {_STAMPS} metadata", "values:value product:product"),
    "value": (f"id value option_id variant_id {_STAMPS} metadata", "option:option variant:variant"),
    "image": (f"id url {_STAMPS} metadata", ""),
    "tag": (f"id value {_STAMPS} metadata", ""),
    "type": (f"id value {_STAMPS} metadata", ""),
    "collection": (f"id title handle {_STAMPS} metadata", "products:product"),
    "category": (
        "id name description handle is_active is_internal rank parent_category_id created_at updated_at metadata",
        "parent_category:category category_children:category products:product",
    ),
    "profile": (f"id name type {_STAMPS} metadata", "products:product shipping_options:option_to_ship"),
    "channel": (f"id name description is_disabled {_STAMPS} metadata", ""),
    "currency": ("code symbol symbol_native name includes_tax", ""),
    "country": ("id iso_2 iso_3 num_code name display_name region_id", ""),
    "provider": ("id is_installed", ""),
    "region": (
        "id name currency_code tax_rate tax_code gift_cards_taxable automatic_taxes tax_provider_id includes_tax"
        f" {_STAMPS} metadata",
        "countries:country payment_providers:provider fulfillment_providers:provider currency:currency"
        " tax_provider:provider tax_rates:tax_rate",
    ),
    "tax_rate": (
        "id rate code name region_id created_at updated_at metadata product_count product_type_count"
        " shipping_option_count",
        "region:region products:product product_types:type shipping_options:option_to_ship",
    ),
    "option_to_ship": (
        f"{_OPTION} price_incl_tax tax_rates tax_amount",
        "region:region profile:profile provider:provider requirements:requirement",
    ),
    "requirement": ("id shipping_option_id type amount deleted_at", ""),
    "customer": (
        f"id email first_name last_name billing_address_id phone has_account {_STAMPS} metadata",
        "shipping_addresses:address billing_address:address orders:order groups:group",
    ),
    "address": (
        "id customer_id company first_name last_name address_1 address_2 city country_code province postal_code phone"
        f" {_STAMPS} metadata",
        "",
    ),
    "group": (f"id name {_STAMPS} metadata", "customers:customer"),
    "discount": (_DISCOUNT, "rule:rule! parent_discount:discount regions:region"),
    "rule": (f"id description type value allocation {_STAMPS} metadata", "conditions:condition"),
    "condition": (
        f"id type operator discount_rule_id {_STAMPS} metadata",
        "discount_rule:rule products:product product_types:type product_tags:tag product_collections:collection"
        " customer_groups:group",
    ),
    "price_list": (
        f"id name description type status starts_at ends_at includes_tax {_STAMPS}",
        "customer_groups:group prices:price",
    ),
    "gift_card": (
        f"id value balance region_id is_disabled ends_at tax_rate {_STAMPS} metadata code order_id",
        "region:region order:order transactions:entry",
    ),
    "entry": ("id gift_card_id order_id amount tax_rate created_at kind", ""),
    "order": (
        "id status fulfillment_status payment_status display_id cart_id customer_id email billing_address_id"
        " shipping_address_id region_id currency_code sales_channel_id canceled_at created_at updated_at metadata"
        f" no_notification external_id {_TOTALS} paid_total refunded_total refundable_amount object tax_rate"
        " draft_order_id idempotency_key",
        "customer:customer billing_address:address shipping_address:address region:region currency:currency"
        " sales_channel:channel items:line payments:payment refunds:refund fulfillments:fulfillment"
        " discounts:discount shipping_methods:shipment_way",
    ),
    "line": (_LINE, "variant:bought_variant! tax_lines:tax_line! adjustments:adjustment!"),
    "adjustment": ("id item_id discount_id amount description metadata", ""),
    "tax_line": ("id rate name code item_id created_at updated_at metadata", ""),
    "bought_variant": (_VARIANT, "product:product! prices:price options:value"),
    "payment": (
        "id cart_id order_id swap_id amount currency_code amount_refunded provider_id data captured_at canceled_at"
        " created_at updated_at metadata idempotency_key",
        "",
    ),
    "refund": (
        "id order_id payment_id amount note reason created_at updated_at metadata idempotency_key status",
        "items:refund_item",
    ),
    "refund_item": ("item_id quantity", ""),
    "fulfillment": (
        "id order_id provider_id data no_notification shipped_at canceled_at created_at updated_at metadata"
        " claim_order_id swap_id location_id idempotency_key tracking_numbers",
        "items:fulfillment_item! tracking_links:tracking_link provider:provider",
    ),
    "fulfillment_item": ("fulfillment_id item_id quantity", "item:line"),
    "tracking_link": (
        f"id url tracking_number fulfillment_id {_STAMPS} metadata idempotency_key",
        "",
    ),
    "shipment_way": (
        "id shipping_option_id name price includes_tax data subtotal tax_total total original_tax_total"
        " original_total order_id cart_id claim_order_id swap_id return_id",
        "shipping_option:plain_option_to_ship! tax_lines:way_tax_line!",
    ),
    "plain_option_to_ship": (_OPTION, "region:region profile:profile provider:provider requirements:requirement"),
    "way_tax_line": ("id rate name code shipping_method_id created_at updated_at metadata", ""),
}


@dataclass(frozen=True)
class Kind:
    columns: frozenset[str]
    relations: dict[str, str]
    along: frozenset[str]


def _kind(columns: str, relations: str) -> Kind:
    pairs = [pair.split(":") for pair in relations.split()]
    return Kind(
        columns=frozenset(columns.split()),
        relations={name: kind.rstrip("!") for name, kind in pairs},
        along=frozenset(name for name, kind in pairs if kind.endswith("!")),
    )


KINDS = {name: _kind(*row) for name, row in _TABLE.items()}


class Unknown(Exception):
    """The request names what there is not, or reaches too deep."""


def reading(root: str, usual: str, fields: str | None, expand: str | None) -> set[Path]:
    """Every column that is due, by its path; "" at a path's end stands for a record that has no id. usual: what
    is shown unasked, as names. Raises Unknown."""
    names = [name for name in (fields or "").split(",") if name.strip("+-* ") or name.strip() == "*"]
    start: list[str] = []
    if fields is None:
        start = [name for name in usual.split(",") if expand is None or not _is_below(name)]
    elif names and all(_is_operated(name) for name in names):
        start = usual.split(",")
    due = set[Path]().union(*(_meant(root, name)[1] for name in start))
    for path in (expand or "").split(","):
        steps = _within(tuple(path.strip().split("."))) if path.strip() else ()
        for length in range(1, len(steps) + 1):
            due |= _expanded(root, steps[:length])
    for name in names:
        steps, columns = _meant(root, name.lstrip("+- "))
        due = {kept for kept in due if kept[: len(steps)] != steps} if name.startswith("-") else due | columns
    return _with_ids(root, due)


def skeleton(due: set[Path]) -> dict[str, Any]:
    """The same as nested keys: ``{"id": None, "variants": {"id": None}}``."""
    tree: dict[str, Any] = {}
    for path in due:
        node = tree
        for name in path[:-1]:
            node = node.setdefault(name, {})
        if path[-1]:
            node[path[-1]] = None
    return tree


def _is_below(name: str) -> bool:
    return "." in name or (name != "*" and name.startswith("*"))


def _is_operated(name: str) -> bool:
    return name.startswith(("+", "-", "*", " ")) or name.endswith(".*")


def _meant(root: str, name: str) -> tuple[Path, set[Path]]:
    """Where a name leads, and the columns that are there."""
    if name.strip() == "*":
        return (), {(column,) for column in KINDS[root].columns}
    starred = name.startswith("*") or name.endswith(".*")
    steps = tuple(name.strip().removeprefix("*").removesuffix(".*").split("."))
    kind, last = _kind_at(root, _within(steps[:-1])), steps[-1]
    if last in kind.relations:
        return _within(steps), _columns(root, steps)
    if starred or last not in kind.columns | {"id"}:
        raise Unknown(name)
    return steps, {steps}


def _within(relations: Path) -> Path:
    if len(relations) > DEPTH_MAX:
        raise Unknown(relations)
    return relations


def _columns(root: str, steps: Path) -> set[Path]:
    return {(*steps, column) for column in _kind_at(root, steps).columns}


def _expanded(root: str, steps: Path) -> set[Path]:
    along = _kind_at(root, steps).along
    return _columns(root, steps).union(*(_expanded(root, (*steps, name)) for name in along))


def _kind_at(root: str, steps: Path) -> Kind:
    kind = KINDS[root]
    for step in steps:
        if step not in kind.relations:
            raise Unknown(steps)
        kind = KINDS[kind.relations[step]]
    return kind


def _with_ids(root: str, due: set[Path]) -> set[Path]:
    """Records carry their ids, asked for or not; those that have none are there all the same."""
    above = {path[:length] for path in due for length in range(len(path))} | {()}
    has_id = {steps: "id" in _kind_at(root, steps).columns for steps in above}
    kept = {path for path in due if path[-1] != "id"}
    return kept | {(*steps, "id" if has_id[steps] else "") for steps in above}


def mismatches(root: str, want: dict[str, Any], got: object, at: str = "") -> Iterator[str]:
    """Where an answer's keys are not the ones that are due."""
    if got is None:
        return
    if isinstance(got, list):
        for row in got:
            yield from mismatches(root, want, row, at)
        return
    assert isinstance(got, dict)
    if want.keys() != got.keys():
        yield f"{at or root}: missing {sorted(want.keys() - got.keys())}, extra {sorted(got.keys() - want.keys())}"
    kind = KINDS[root]
    for name, below in want.items():
        if below is not None and name in got:
            yield from mismatches(kind.relations[name], below, got[name], f"{at}.{name}" if at else name)
