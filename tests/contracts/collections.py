"""What goes into a collection comes back whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from core.domain.cart import LineItem
from core.domain.customer import Customer, CustomerId
from core.domain.errors import ConcurrentUpdate
from core.domain.reference import Note, ProductCollection
from core.domain.swap import Swap
from ports.unit_of_work import UnitOfWork
from tests.contracts import full_discounts as discounts
from tests.contracts import full_pricing as pricing
from tests.contracts import full_records as full
from tests.contracts import full_returns as returns
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop


@dataclass(frozen=True)
class Kind:
    """How one kind of aggregate is made, added and fetched."""

    make: Callable[[Shop], Any]
    add: Callable[[UnitOfWork], Callable[[Any], None]]
    get: Callable[[UnitOfWork], Callable[[str], Any]]


KINDS = {
    "cart": Kind(
        lambda s: sales.a_cart("cart_2", channel_id=s.channel_id), lambda w: w.carts.add, lambda w: w.carts.get
    ),
    "order": Kind(
        lambda s: sales.an_order(channel_id=s.channel_id, cart_id="cart_1"),
        lambda w: w.orders.add,
        lambda w: w.orders.get,
    ),
    "attempt": Kind(lambda _: sales.an_attempt(), lambda w: w.attempts.add, lambda w: w.attempts.get),
    "product": Kind(
        lambda s: full.a_product("prod_2", profile_id=s.profile_id, channel_id=s.channel_id),
        lambda w: w.products.add,
        lambda w: w.products.get,
    ),
    "category": Kind(lambda _: full.a_category(), lambda w: w.categories.add, lambda w: w.categories.get),
    "collection": Kind(
        lambda _: full.a_collection(),
        lambda w: w.records.add,
        lambda w: partial(w.records.get, ProductCollection),
    ),
    "file": Kind(lambda _: full.a_file(), lambda w: w.files.add, lambda w: w.files.get),
    "upload": Kind(lambda _: full.an_upload(), lambda w: w.uploads.add, lambda w: w.uploads.get),
    "region": Kind(lambda _: full.a_region("reg_2", ("us", "ca")), lambda w: w.regions.add, lambda w: w.regions.get),
    "customer": Kind(
        lambda _: full.a_customer("cus_2", "bob@example.test"), lambda w: w.customers.add, lambda w: w.customers.get
    ),
    "linked login": Kind(
        lambda _: full.a_linked_login(), lambda w: w.linked_logins.add, lambda w: w.linked_logins.get
    ),
    "variant reference": Kind(
        lambda _: full.a_reference(), lambda w: w.variant_references.add, lambda w: w.variant_references.get
    ),
    "user": Kind(lambda _: full.a_user("usr_2", "b@example.test"), lambda w: w.users.add, lambda w: w.users.get),
    "api key": Kind(lambda _: full.an_api_key(), lambda w: w.api_keys.add, lambda w: w.api_keys.get),
    "session": Kind(lambda _: full.a_session(), lambda w: w.sessions.add, lambda w: w.sessions.get),
    "mailbox proof": Kind(lambda _: full.a_proof(), lambda w: w.proofs.add, lambda w: w.proofs.get),
    "invite": Kind(lambda _: full.an_invite(), lambda w: w.invites.add, lambda w: w.invites.get),
    "webhook event": Kind(
        lambda _: sales.a_webhook_event(), lambda w: w.webhook_events.add, lambda w: w.webhook_events.get
    ),
    "mail": Kind(lambda _: sales.a_mail(), lambda w: w.mails.add, lambda w: w.mails.get),
    "discount": Kind(
        lambda _: discounts.a_discount("disc_2", deleted_at=None),
        lambda w: w.discounts.add,
        lambda w: w.discounts.get,
    ),
    "discount rule": Kind(
        lambda _: discounts.a_rule("dru_2", deleted_at=None),
        lambda w: w.discounts.add_rule,
        lambda w: w.discounts.rule,
    ),
    "note": Kind(lambda _: full.a_note(), lambda w: w.records.add, lambda w: partial(w.records.get, Note)),
    "media": Kind(lambda _: full.a_media_file(), lambda w: w.media.add, lambda w: w.media.get),
    "shipping profile": Kind(
        lambda _: full.a_shipping_profile(),
        lambda w: w.shop.add_shipping_profile,
        lambda w: w.shop.shipping_profile,
    ),
    "price list": Kind(lambda _: pricing.a_price_list(), lambda w: w.price_lists.add, lambda w: w.price_lists.get),
    "tax rate": Kind(lambda _: pricing.a_tax_rate(), lambda w: w.tax_rates.add, lambda w: w.tax_rates.get),
    "publishable key": Kind(
        lambda s: pricing.a_publishable_key(channel_id=s.channel_id),
        lambda w: w.publishable_keys.add,
        lambda w: w.publishable_keys.get,
    ),
    "customer group": Kind(
        lambda _: pricing.a_group(), lambda w: w.customer_groups.add, lambda w: w.customer_groups.get
    ),
    "sales channel": Kind(
        lambda _: pricing.a_channel(), lambda w: w.shop.add_sales_channel, lambda w: w.shop.sales_channel
    ),
    "shipping option": Kind(
        lambda s: full.a_shipping_option("so_2", profile_id=s.profile_id),
        lambda w: w.shop.add_shipping_option,
        lambda w: w.shop.shipping_option,
    ),
}


def _if(wanted: bool, parts: Any) -> Any:
    return parts if wanted else type(parts)()


class CollectionsContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def furnished(self, shop: Shop) -> Shop:
        shop.furnish()
        shop.save(lambda work: work.carts.add(sales.a_cart(channel_id=None, items=[])))
        return shop

    # Round trips

    @pytest.mark.parametrize("name", KINDS)
    def test_every_field_comes_back(self, furnished: Shop, name: str) -> None:
        kind = KINDS[name]
        record = kind.make(furnished)
        furnished.save(lambda work: kind.add(work)(record))

        assert list(full.unset_fields(record)) == []
        assert furnished.read(lambda work: kind.get(work)(record.id)) == record

    @pytest.mark.parametrize("kept", ["adjustments", "shipping_methods", "payment_sessions", "gift_cards", None])
    def test_cart_that_has_one_kind_of_part_comes_back_whole(self, furnished: Shop, kept: str | None) -> None:
        cart = sales.a_cart("cart_2", channel_id=None)
        for item in cart.items:
            item.adjustments = _if(kept == "adjustments", item.adjustments)
        cart.shipping_methods = _if(kept == "shipping_methods", cart.shipping_methods)
        cart.payment_sessions = _if(kept == "payment_sessions", cart.payment_sessions)
        cart.gift_cards = _if(kept == "gift_cards", cart.gift_cards)
        furnished.save(lambda work: work.carts.add(cart))

        assert furnished.read(lambda work: work.carts.get("cart_2")) == cart

    @pytest.mark.parametrize(
        "kept", ["adjustments", "shipping_methods", "refunds", "fulfillments", "tracking_links", "disputes", None]
    )
    def test_order_that_has_one_kind_of_part_comes_back_whole(self, furnished: Shop, kept: str | None) -> None:
        order = sales.an_order(channel_id=None)
        for item in order.items:
            item.adjustments = _if(kept == "adjustments", item.adjustments)
        for sent in order.fulfillments:
            sent.tracking_links = _if(kept == "tracking_links", sent.tracking_links)
        order.shipping_methods = _if(kept == "shipping_methods", order.shipping_methods)
        order.refunds = _if(kept == "refunds", order.refunds)
        order.fulfillments = _if(kept in ("fulfillments", "tracking_links"), order.fulfillments)
        order.disputes = _if(kept == "disputes", order.disputes)
        furnished.save(lambda work: work.orders.add(order))

        assert furnished.read(lambda work: work.orders.get("order_1")) == order

    def test_every_field_of_an_entitlement_comes_back(self, furnished: Shop) -> None:
        record = sales.an_entitlement()
        order = sales.an_order(channel_id=None)
        furnished.save(
            lambda work: work.orders.add(order),
            lambda work: work.files.add(full.a_file()),
            lambda work: work.downloads.add(record),
        )

        assert list(full.unset_fields(record)) == []
        assert furnished.read(lambda work: work.downloads.get(record.id)) == record

    @pytest.fixture
    def edited(self, furnished: Shop) -> Shop:
        """An order with an edit that a collection pays for."""
        furnished.save(
            lambda work: work.orders.add(sales.an_order(channel_id=None)),
            lambda work: work.payment_collections.add(sales.a_collection()),
            lambda work: work.order_edits.add(sales.an_edit()),
        )
        return furnished

    def test_every_field_of_an_edit_and_its_collection_comes_back(self, edited: Shop) -> None:
        edit, collection = sales.an_edit(), sales.a_collection()
        edit.version = collection.version = 1

        assert list(full.unset_fields(edit)) == []
        of_carts = {f"PaymentCollection.payment_sessions.{name}" for name in ("return_url", "cancel_url", "metadata")}
        assert set(full.unset_fields(collection)) == {"PaymentCollection.type", *of_carts}  # there is one kind
        assert edited.read(lambda work: work.order_edits.get("oe_1")) == edit
        assert edited.read(lambda work: work.payment_collections.get("paycol_1")) == collection

    def test_payments_move_from_their_collection_to_the_order(self, edited: Shop) -> None:
        with edited.open() as work:
            order, collection = work.orders.get("order_1"), work.payment_collections.get("paycol_1")
            order.payments += collection.payments
            collection.payments = []
            work.commit()

        found = edited.read(lambda work: work.orders.get("order_1")).payments
        assert [payment.id for payment in found] == ["pay_order_1", "pay_paycol_1"]
        assert found[1].payment_collection_id == "paycol_1"
        assert edited.read(lambda work: work.payment_collections.get("paycol_1")).payments == []
        assert edited.read(lambda work: work.orders.by_payment("stripe", "pi_pay_paycol_1")).id == "order_1"
        assert edited.read(lambda work: work.orders.of_payment("pay_paycol_1")) == "order_1"
        assert edited.read(lambda work: work.payment_collections.of_payment("pay_paycol_1")) is None

    def test_line_that_was_taken_off_an_order_is_gone_though_others_name_it(self, edited: Shop) -> None:
        with edited.open() as work:
            order = work.orders.get("order_1")
            order.fulfillments, order.items = [], [item for item in order.items if item.id != "item_order_1_1"]
            work.commit()

        left = edited.read(lambda work: work.orders.get("order_1"))
        assert [item.id for item in left.items] == ["item_order_1_2"]
        assert edited.read(lambda work: work.order_edits.get("oe_1")).items[0].original_item_id == "item_order_1_1"

    def test_edits_and_collections_are_found_by_what_they_belong_to(self, edited: Shop) -> None:
        other = sales.an_edit(
            "oe_2",
            items=[],
            changes=[],
            confirmed_at=None,
            declined_at=None,
            canceled_at=None,
            payment_collection_id=None,
        )
        assert edited.read(lambda work: work.order_edits.active_of("order_1")) is None
        edited.save(lambda work: work.order_edits.add(other))

        assert edited.read(lambda work: work.order_edits.active_of("order_1")).id == "oe_2"
        assert edited.read(lambda work: work.order_edits.of_collection("paycol_1")).id == "oe_1"
        assert edited.read(lambda work: work.order_edits.order_of("oe_2")) == "order_1"
        assert edited.read(lambda work: work.order_edits.order_of("oe_9")) is None
        line = edited.read(lambda work: work.order_edits.get("oe_1")).items[0]
        assert edited.read(lambda work: work.order_edits.of_line(line.id)) == "oe_1"
        assert edited.read(lambda work: work.order_edits.of_line("item_none")) is None
        assert edited.read(lambda work: work.payment_collections.order_of("paycol_1")) == "order_1"
        assert edited.read(lambda work: work.payment_collections.order_of("paycol_9")) is None
        assert edited.read(lambda work: work.payment_collections.by_payment("stripe", "pi_paycol_1")) == "paycol_1"
        assert edited.read(lambda work: work.payment_collections.by_payment("manual", "pi_paycol_1")) is None
        assert edited.read(lambda work: work.payment_collections.of_payment("pay_paycol_1")) == "paycol_1"
        assert edited.read(lambda work: work.payment_collections.of_payment("pay_order_1")) is None
        assert edited.read(lambda work: work.orders.of_payment("pay_paycol_1")) is None

    def test_every_field_of_returns_and_swaps_comes_back(self, furnished: Shop) -> None:
        parent, reason = returns.a_reason("rr_parent", parent_id=None), returns.a_reason()
        furnished.save(lambda work: work.return_reasons.add(parent))
        furnished.save(
            lambda work: work.return_reasons.add(reason),
            lambda work: work.orders.add(sales.an_order(channel_id=None)),
        )
        swap, back = returns.a_swap(), returns.a_return(None, swap_id="swap_1")
        furnished.save(lambda work: work.swaps.add(swap), lambda work: work.returns.add(back))

        for record in (reason, swap, back):
            unset = set(full.unset_fields(record))
            assert unset <= {"Return.order_id", "ReturnReason.deleted_at", "Swap.deleted_at"}
        assert furnished.read(lambda work: work.return_reasons.get(reason.id)) == reason
        assert furnished.read(lambda work: [one.id for one in work.return_reasons.under(parent.id)]) == [reason.id]
        assert furnished.read(lambda work: work.swaps.get(swap.id)) == swap
        assert furnished.read(lambda work: work.swaps.by_cart("cart_1")) == swap
        assert furnished.read(lambda work: work.swaps.order_of_cart("cart_1")) == "order_1"
        assert furnished.read(lambda work: work.swaps.order_of_cart("cart_9")) is None
        assert furnished.read(lambda work: work.orders.carts_of("order_1")) == ["cart_1"]
        assert furnished.read(lambda work: work.orders.carts_of("order_9")) == []
        assert furnished.read(lambda work: work.swaps.of_order("order_1")) == [swap]
        assert furnished.read(lambda work: work.returns.get(back.id)) == back
        assert furnished.read(lambda work: work.returns.of_swap(swap.id)) == back
        assert furnished.read(lambda work: work.returns.of_order("order_1")) == []

    def test_a_return_of_an_order_is_found_with_it(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.return_reasons.add(returns.a_reason(parent_id=None)))
        back = returns.a_return("order_1")
        furnished.save(
            lambda work: work.orders.add(sales.an_order(channel_id=None)), lambda work: work.returns.add(back)
        )

        assert furnished.read(lambda work: work.returns.of_order("order_1")) == [back]

    def test_a_cart_settles_one_swap(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.orders.add(sales.an_order(channel_id=None)))
        bare = {"order_id": "order_1", "cart_id": "cart_1"}
        furnished.save(lambda work: work.swaps.add(Swap(id="swap_1", **bare)))

        with pytest.raises(ConcurrentUpdate):
            furnished.save(lambda work: work.swaps.add(Swap(id="swap_2", **bare)))

    def test_bare_records_come_back(self, shop: Shop) -> None:
        bare = Customer(id=CustomerId("cus_9"), email="bare@example.test")
        shop.save(lambda work: work.customers.add(bare))

        assert shop.read(lambda work: work.customers.get("cus_9")) == bare

    def test_parts_are_added_changed_moved_and_removed(self, furnished: Shop) -> None:
        cart = sales.a_cart("cart_2", channel_id=None)
        furnished.save(lambda work: work.carts.add(cart))
        with furnished.open() as work:
            changed = work.carts.get("cart_2")
            changed.items.insert(0, LineItem(id="item_new", title="New", unit_price=1, quantity=1))
            changed.items[1].tax_lines = (replace(changed.items[1].tax_lines[0], rate=Decimal("7.7")),)
            del changed.items[2]
            changed.shipping_methods.clear()
            changed.shipping_address = replace(full.an_address("addr_other"), city="Paris")
            changed.billing_address = None
            changed.payment_sessions[0].data["more"] = 1
            changed.gift_cards = (replace(changed.gift_cards[0], balance=1, covers_tax=False),)
            changed.totals = replace(changed.totals, total=77)
            work.commit()

        assert furnished.read(lambda work: work.carts.get("cart_2")) == changed

    def test_cart_and_order_may_share_an_address(self, furnished: Shop) -> None:
        address = full.an_address("addr_shared")
        cart = sales.a_cart("cart_2", channel_id=None, shipping_address=address, billing_address=address)
        order = sales.an_order(channel_id=None, cart_id="cart_2", shipping_address=address, billing_address=None)
        furnished.save(lambda work: work.carts.add(cart))
        furnished.save(lambda work: work.orders.add(order))

        assert furnished.read(lambda work: work.orders.get("order_1").shipping_address) == address
        assert len(furnished.read(lambda work: work.customers.get("cus_1").addresses)) == 2

    def test_saved_address_can_be_removed_although_an_order_has_it(self, furnished: Shop) -> None:
        saved = furnished.read(lambda work: work.customers.get("cus_1")).addresses[0]
        order = sales.an_order(channel_id=None, shipping_address=saved)
        furnished.save(lambda work: work.orders.add(order))
        furnished.save(lambda work: setattr(work.customers.get("cus_1"), "addresses", ()))

        assert furnished.read(lambda work: work.customers.get("cus_1").addresses) == ()
        assert furnished.read(lambda work: work.orders.get("order_1").shipping_address) == saved
