"""``fields`` and ``expand`` on admin routes, against an oracle that reads them in another way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, note
from hypothesis import strategies as st

from tests.integration.fields_oracle import KINDS, Unknown, mismatches, reading, skeleton
from tests.integration.goods_shop import ADDRESS, HAT, SHIRT, GoodsShop
from tests.integration.shops import REGION, keep_at

ORDER_LISTED = (
    "*,*shipping_address,*billing_address,*customer,*discounts,*items,*payments,*refunds,*region,*fulfillments,"
    "*shipping_methods,*sales_channel"
)
# Medusa's relations that this table of kinds leaves out; they are there besides whatever is asked for.
APART = {"gift_cards", "gift_card_transactions", "returns", "claims", "swaps"}


@dataclass(frozen=True)
class Root:
    path: str
    many: str
    kind: str
    usual: str


ROOTS = (
    Root(
        "products",
        "products",
        "product",
        "*,*variants,variants.prices.*,variants.prices.price_list.*,variants.options.*,*options,options.values.*,"
        "*images,*tags,*type,*collection,*categories,*profile,*profiles,*sales_channels",
    ),
    Root("variants", "variants", "variant", "*,*prices,*options,*product"),
    Root("orders", "orders", "order", ORDER_LISTED),
    Root("customers", "customers", "customer", "*,*groups"),
    Root("customer-groups", "customer_groups", "group", "*"),
    Root(
        "regions",
        "regions",
        "region",
        "*,*countries,*payment_providers,*fulfillment_providers,*currency",
    ),
    Root("discounts", "discounts", "discount", "*,*parent_discount,*regions,*rule,rule.conditions.*"),
    Root("price-lists", "price_lists", "price_list", "*,*customer_groups"),
    Root("collections", "collections", "collection", "*,*products"),
    Root("tax-rates", "tax_rates", "tax_rate", "*"),
    Root("shipping-options", "shipping_options", "option_to_ship", "*,*region,*profile,*requirements"),
    Root("gift-cards", "gift_cards", "gift_card", "*,*region,*order"),
)


class Seen:
    """Whatever has been shown of a record, to be the same wherever it is shown again."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, object, str], object] = {}

    def agree(self, kind: str, tree: object, want: dict[str, Any]) -> None:
        for row in tree if isinstance(tree, list) else [tree]:
            for name, value in row.items() if isinstance(row, dict) else ():
                if want.get(name) is not None:
                    self.agree(KINDS[kind].relations[name], value, want[name])
                elif "id" in row:
                    assert self._values.setdefault((kind, row["id"], name), value) == value, (kind, row["id"], name)


class RichShop(GoodsShop):
    """One of everything, linked to each other, so that a relation that is shown has something to show."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen = Seen()
        product_id = self._product()
        group = self.made("customer-groups", "customer_group", name="Press")
        self.ok(self.post(f"/admin/customers/{self.my_id}", {"groups": [{"id": group}]}))
        address = {"address": ADDRESS}
        self.ok(self.ask("POST", "/store/customers/me/addresses", self.me, address))
        self.ok(self.ask("POST", "/store/customers/me", self.me, {"billing_address": ADDRESS}))
        conditions = [
            {"operator": "in", "products": [product_id]},
            {"operator": "in", "customer_groups": [group]},
        ]
        rule = {"type": "percentage", "value": 10, "allocation": "total"}
        dynamic = self.made("discounts", "discount", code="DYN", regions=[REGION], is_dynamic=True, rule=rule)
        self.ok(self.post(f"/admin/discounts/{dynamic}/dynamic-codes", {"code": "CHILD"}))
        self.made("discounts", "discount", code="TEN", regions=[REGION], rule={**rule, "conditions": conditions})
        self.made("discounts", "discount", code="ALL", regions=[REGION], rule=rule)
        price = {"variant_id": SHIRT, "amount": 1_900, "currency_code": "eur"}
        self.made(
            "price-lists",
            "price_list",
            name="Press",
            description="Less",
            type="sale",
            prices=[price, {"variant_id": HAT, "amount": 1_000, "region_id": REGION}],
            customer_groups=[{"id": group}],
        )
        self.made(
            "tax-rates",
            "tax_rate",
            code="books",
            name="Books",
            region_id=REGION,
            rate=5.5,
            products=[product_id],
            shipping_options=["so_post"],
        )
        self.made("gift-cards", "gift_card", region_id=REGION, value=500)
        self._orders()

    def made(self, path: str, one: str, **body: Any) -> str:
        answer: Any = self.post(f"/admin/{path}", body)
        assert answer.status_code == 200, answer.text
        return str(answer.json[one]["id"])

    def ok(self, answer: Any) -> None:
        assert answer.status_code == 200, answer.text

    def _product(self) -> str:
        collection = self.made("collections", "collection", title="Cyclades")
        category = self.made("product-categories", "product_category", name="Prints")
        self.made("product-categories", "product_category", name="Posters", parent_category_id=category)
        body = {
            "title": "Milos",
            "options": [{"title": "Size"}],
            "images": ["https://shop.test/milos.jpg"],
            "type": {"value": "Posters"},
            "tags": [{"value": "islands"}],
            "collection_id": collection,
            "categories": [{"id": category}],
            "variants": [
                {"title": size, "options": [{"value": size}], "prices": [{"currency_code": "eur", "amount": 100}]}
                for size in ("A3", "A4")
            ],
        }
        return str(self.product(**body)["id"])

    def _orders(self) -> None:
        self.ok(
            self.post("/admin/shipping-options/so_post", {"requirements": [{"type": "min_subtotal", "amount": 1}]})
        )
        order = self.fulfill(self.buy((SHIRT, 2), headers=self.me))
        refund = {"amount": 100, "reason": "other", "items": [{"item_id": order["items"][0]["id"], "quantity": 1}]}
        self.ok(
            self.post(f"/admin/orders/{order['id']}/refund", {**refund, "amount": order["items"][0]["unit_price"]})
        )
        self.buy((HAT, 1))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RichShop:
    folder = Path(tmp_path_factory.mktemp("fields"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return RichShop(folder)


@st.composite
def paths(draw: st.DrawFn, root: str, *, relations_only: bool = False) -> str:
    """A way through the kinds, seldom astray or too far."""
    steps: list[str] = []
    kind = KINDS[root]
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6]))):
        if not kind.relations:
            break
        step = draw(st.sampled_from(sorted(kind.relations)))
        steps.append(step)
        kind = KINDS[kind.relations[step]]
    ends = [*sorted(kind.columns - {"id"}), "id", *sorted(kind.relations)]
    if not relations_only and (not steps or draw(st.booleans())):
        steps.append(draw(st.sampled_from(ends)))
    if draw(st.integers(0, 24)) == 0:
        steps.insert(draw(st.integers(0, len(steps))), "nonsense")
    return ".".join(steps)


@st.composite
def names(draw: st.DrawFn, root: str) -> str:
    path = draw(paths(root))
    form = draw(st.sampled_from(["{}", "{}", "+{}", " {}", "-{}", "*{}", "{}.*", "-*{}", "+*{}", "*", ""]))
    return form.format(path)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Root, str | None, str | None]:
    root = draw(st.sampled_from(ROOTS))
    fields = draw(st.none() | st.lists(names(root.kind), max_size=5).map(",".join))
    expand = draw(st.none() | st.lists(paths(root.kind, relations_only=True), max_size=3).map(",".join))
    return root, fields, expand


def query(fields: str | None, expand: str | None) -> str:
    given = {"fields": fields, "expand": expand}
    return "&".join(f"{name}={quote(value)}" for name, value in given.items() if value is not None)


PRODUCTS, ORDERS = ROOTS[0], ROOTS[2]


@given(asked())
@example((PRODUCTS, "-variants,+variants.title", None))
@example((PRODUCTS, "-variants.title,*variants,-id,-variants.id", None))
@example((PRODUCTS, "variants,variants.title,variants.product.title", None))
@example((PRODUCTS, "-variants.sku,-handle,+handle", "variants"))
@example((PRODUCTS, "-nonsense", None))
@example((ORDERS, "+discounts.rule.type,-items.variant", "discounts,items"))
@example((ORDERS, "-discounts.rule,discounts.rule.value", "discounts,fulfillments"))
def test_what_is_asked_for_is_what_is_shown(shop: RichShop, asking: tuple[Root, str | None, str | None]) -> None:
    root, fields, expand = asking
    url = f"/admin/{root.path}?limit=4&{query(fields, expand)}"
    note(url)

    answer: Any = shop.get(url)

    try:
        want = skeleton(reading(root.kind, root.usual, fields, expand))
    except Unknown:
        assert (answer.status_code, answer.json["type"]) == (400, "invalid_data"), answer.text[:300]
        return
    assert answer.status_code == 200, answer.text[:300]
    rows = answer.json[root.many]
    for row in rows:
        for name in APART - want.keys():
            row.pop(name, None)
    assert rows
    assert list(mismatches(root.kind, want, rows)) == []
    shop.seen.agree(root.kind, rows, want)


def test_names_have_an_end(shop: RichShop) -> None:
    assert shop.get(f"/admin/products?fields={','.join(['title'] * 100)}").status_code == 200
    for path in ("products", "orders", "customers", "discounts"):
        for many in (",".join(["id"] * 101), ",".join(f"a{n}" for n in range(101))):
            assert shop.get(f"/admin/{path}?fields={many}").status_code == 400
