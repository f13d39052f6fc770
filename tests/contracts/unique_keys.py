"""What must be unique is, and the refusal says which rule it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain.category import CategoryHandleTaken
from core.domain.customer import Customer, CustomerId, EmailTaken
from core.domain.errors import ConcurrentUpdate, DomainError
from core.domain.invite import InviteKind, InvitePending, InviteState
from core.domain.order import OrderExists
from core.domain.order_edit import ActiveOrderEditExists
from core.domain.product import HandleTaken, SkuTaken
from core.domain.reference import CollectionHandleTaken, ProductCollection
from core.domain.region import CountryTaken
from core.domain.user import UserExists
from core.domain.variant_reference import VariantReferenceTaken
from core.domain.webhook_event import WebhookEventSeen
from ports.unit_of_work import UnitOfWork
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop


class UniqueKeysContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def sold(self, shop: Shop) -> Shop:
        shop.sell()
        return shop

    def refused(self, shop: Shop, error: type[DomainError], *steps: Callable[[UnitOfWork], object]) -> None:
        with pytest.raises(error) as caught:
            shop.save(*steps)
        assert type(caught.value) is error

    def test_one_key_per_token(self, shop: Shop) -> None:
        shop.furnish()
        shop.save(lambda work: work.api_keys.add(full.an_api_key()))
        again = full.an_api_key("apk_2", token_hash="hash of apk_1")  # no password
        self.refused(shop, ConcurrentUpdate, lambda work: work.api_keys.add(again))

    def test_two_variants_are_related_once_in_each_way(self, shop: Shop) -> None:
        shop.furnish()
        shop.save(lambda work: work.variant_references.add(full.a_reference()))
        shop.save(lambda work: work.variant_references.add(full.a_reference("vref_2", "REPLACEMENT")))
        again = full.a_reference("vref_3")
        self.refused(shop, VariantReferenceTaken, lambda work: work.variant_references.add(again))
        shop.save(lambda work: setattr(work.variant_references.get("vref_1"), "deleted_at", full.NOON))
        shop.save(lambda work: work.variant_references.add(full.a_reference("vref_3")))

    def test_a_login_elsewhere_stands_for_one_customer(self, shop: Shop) -> None:
        shop.furnish()
        shop.save(lambda work: work.linked_logins.add(full.a_linked_login()))
        shop.save(lambda work: work.linked_logins.add(full.a_linked_login("link_2", subject="bob")))
        again = full.a_linked_login("link_3")
        self.refused(shop, ConcurrentUpdate, lambda work: work.linked_logins.add(again))

    def test_one_order_per_cart(self, sold: Shop) -> None:
        again = sales.an_order("order_2", channel_id=None, display_id=8, payments=[], refunds=[])
        self.refused(sold, OrderExists, lambda work: work.orders.add(again))

    def test_one_active_edit_per_order(self, sold: Shop) -> None:
        open_: dict[str, object] = {
            "items": [],
            "changes": [],
            "payment_collection_id": None,
            "confirmed_at": None,
            "declined_at": None,
            "canceled_at": None,
        }
        sold.save(lambda work: work.order_edits.add(sales.an_edit(**{**open_, "canceled_at": full.NOON})))
        sold.save(lambda work: work.order_edits.add(sales.an_edit("oe_2", **open_)))
        again = sales.an_edit("oe_3", **open_)
        self.refused(sold, ActiveOrderEditExists, lambda work: work.order_edits.add(again))

    def test_one_session_per_payment(self, sold: Shop) -> None:
        sold.save(lambda work: work.payment_collections.add(sales.a_collection(payments=[])))
        again = sales.a_collection("paycol_2", payments=[])
        again.payment_sessions[0].reference = "pi_paycol_1"
        self.refused(sold, ConcurrentUpdate, lambda work: work.payment_collections.add(again))

    def test_orders_without_a_cart_are_not_counted(self, sold: Shop) -> None:
        for number in (8, 9):
            order = sales.an_order(
                f"order_{number}", channel_id=None, cart_id=None, display_id=number, payments=[], refunds=[]
            )
            sold.save(lambda work, order=order: work.orders.add(order))

    def test_one_order_per_payment(self, sold: Shop) -> None:
        again = sales.an_order("order_2", channel_id=None, cart_id=None, display_id=8, refunds=[])
        again.payments[0].provider_payment_id = "pi_pay_order_1"
        self.refused(sold, OrderExists, lambda work: work.orders.add(again))

    def test_payments_the_provider_has_not_named_do_not_clash(self, sold: Shop) -> None:
        for number in (8, 9):
            order = sales.an_order(f"order_{number}", channel_id=None, cart_id=None, display_id=number, refunds=[])
            order.payments[0].provider_payment_id = None
            sold.save(lambda work, order=order: work.orders.add(order))

    def test_display_ids_are_given_once(self, sold: Shop) -> None:
        again = sales.an_order("order_2", channel_id=None, cart_id=None, payments=[], refunds=[])
        self.refused(sold, ConcurrentUpdate, lambda work: work.orders.add(again))

    def test_handles_of_live_products(self, sold: Shop) -> None:
        profile, channel = sold.profile_id, sold.channel_id
        again = full.a_product("prod_2", profile_id=profile, channel_id=channel, handle="handle-of-prod_1")
        self.refused(sold, HandleTaken, lambda work: work.products.add(again))

    def test_handles_of_live_categories_and_collections(self, sold: Shop) -> None:
        self.refused(sold, CategoryHandleTaken, lambda work: work.categories.add(full.a_category("pcat_9", "top")))
        same = full.a_collection("pcol_9", "collection")
        self.refused(sold, CollectionHandleTaken, lambda work: work.records.add(same))

        sold.save(lambda work: setattr(work.records.get(ProductCollection, "pcol_1"), "deleted_at", full.NOON))
        sold.save(lambda work: work.records.add(full.a_collection("pcol_9", "collection")))

    def test_handle_of_a_deleted_product_is_free_in_the_same_commit(self, sold: Shop) -> None:
        profile, channel = sold.profile_id, sold.channel_id
        again = full.a_product("prod_2", profile_id=profile, channel_id=channel, handle="handle-of-prod_1")
        again.variants[0].sku = "sku-variant_prod_1_1"
        sold.save(lambda work: work.products.get("prod_1").delete(full.NOON), lambda work: work.products.add(again))

        assert sold.read(lambda work: work.products.get("prod_2").handle) == "handle-of-prod_1"

    @pytest.mark.parametrize("code", ["sku", "barcode", "ean", "upc"])
    def test_codes_of_live_variants(self, sold: Shop, code: str) -> None:
        again = full.a_product("prod_2", profile_id=sold.profile_id, channel_id=sold.channel_id)
        setattr(again.variants[1], code, f"{code}-variant_prod_1_2")
        self.refused(sold, SkuTaken, lambda work: work.products.add(again))

    @pytest.mark.parametrize("code", ["sku", "barcode", "ean", "upc"])
    def test_variants_exchange_their_codes_in_one_commit(self, sold: Shop, code: str) -> None:
        def exchange(work: UnitOfWork) -> None:
            first, second = work.products.get("prod_1").variants
            mine, its = getattr(first, code), getattr(second, code)
            setattr(first, code, its)
            setattr(second, code, mine)

        sold.save(exchange)
        left = sold.read(lambda work: [getattr(one, code) for one in work.products.get("prod_1").variants])
        assert left == [f"{code}-variant_prod_1_2", f"{code}-variant_prod_1_1"]

    @pytest.mark.parametrize("taking", [0, 1])
    def test_a_code_given_up_by_one_variant_is_taken_by_another_in_one_commit(self, sold: Shop, taking: int) -> None:
        def move(work: UnitOfWork) -> None:
            variants = work.products.get("prod_1").variants
            taker, giver = variants[taking], variants[1 - taking]
            taker.sku, giver.sku = giver.sku, "another-sku"

        sold.save(move)
        left = sold.read(lambda work: [one.sku for one in work.products.get("prod_1").variants])
        assert left[taking] == f"sku-variant_prod_1_{2 - taking}"
        assert left[1 - taking] == "another-sku"

    @pytest.mark.parametrize("taking", [0, 1])
    def test_the_code_of_a_deleted_variant_is_taken_by_another_in_one_commit(self, sold: Shop, taking: int) -> None:
        def replace_it(work: UnitOfWork) -> None:
            variants = work.products.get("prod_1").variants
            taker, gone = variants[taking], variants[1 - taking]
            taker.sku, gone.deleted_at = gone.sku, full.NOON

        sold.save(replace_it)
        left = sold.read(lambda work: [one.sku for one in work.products.get("prod_1").live_variants])
        assert left == [f"sku-variant_prod_1_{2 - taking}"]

    def test_variants_without_codes_do_not_clash(self, sold: Shop) -> None:
        bare = full.a_product("prod_2", profile_id=sold.profile_id, channel_id=sold.channel_id)
        for variant in bare.variants:
            variant.sku = variant.barcode = variant.ean = variant.upc = None
        sold.save(lambda work: work.products.add(bare))

    def test_types_and_tags_by_value(self, sold: Shop) -> None:
        self.refused(sold, ConcurrentUpdate, lambda work: work.products.add_tag(full.a_tag("ptag_9", "blue")))
        self.refused(
            sold,
            ConcurrentUpdate,
            lambda work: work.products.add_type(replace(full.a_type(), id="ptyp_9", events=[])),
        )

    def test_versions_of_a_file(self, sold: Shop) -> None:
        self.refused(sold, ConcurrentUpdate, lambda work: work.files.add(full.a_file("pfile_9")))

    def test_access_by_line_and_file(self, sold: Shop) -> None:
        self.refused(sold, ConcurrentUpdate, lambda work: work.downloads.add(sales.an_entitlement("dl_9")))

    def test_countries_belong_to_one_region(self, sold: Shop) -> None:
        self.refused(sold, CountryTaken, lambda work: work.regions.add(full.a_region("reg_2", ("us", "gb"))))

    def test_country_moves_between_regions_in_one_commit(self, sold: Shop) -> None:
        sold.save(
            lambda work: work.regions.add(full.a_region("reg_2", ("gb",))),
            lambda work: setattr(work.regions.get("reg_1"), "country_codes", ("de",)),
        )

        assert sold.read(lambda work: work.regions.of_country("gb").id) == "reg_2"

    def test_one_account_and_one_guest_per_mailbox(self, sold: Shop) -> None:
        guest = Customer(id=CustomerId("cus_8"), email="ada@example.test")
        sold.save(lambda work: work.customers.add(guest))

        second = Customer(id=CustomerId("cus_9"), email="ada@example.test")
        self.refused(sold, ConcurrentUpdate, lambda work: work.customers.add(second))
        account = Customer(id=CustomerId("cus_9"), email="ada@example.test", has_account=True)
        self.refused(sold, EmailTaken, lambda work: work.customers.add(account))

    def test_mailbox_of_a_deleted_customer_is_free(self, sold: Shop) -> None:
        sold.save(lambda work: setattr(work.customers.get("cus_1"), "deleted_at", full.NOON))
        account = Customer(id=CustomerId("cus_9"), email="ada@example.test", has_account=True)
        sold.save(lambda work: work.customers.add(account))

    def test_mailbox_can_be_taken_by_a_change(self, sold: Shop) -> None:
        bob = Customer(id=CustomerId("cus_9"), email="bob@example.test", has_account=True)
        sold.save(lambda work: work.customers.add(bob))
        self.refused(sold, EmailTaken, lambda work: setattr(work.customers.get("cus_9"), "email", "ada@example.test"))

    def test_users_by_mailbox(self, sold: Shop) -> None:
        self.refused(sold, UserExists, lambda work: work.users.add(full.a_user("usr_9")))

    def test_one_pending_invite_per_kind_and_mailbox(self, sold: Shop) -> None:
        first = replace(full.an_invite(), state=InviteState.PENDING, events=[])
        sold.save(lambda work: work.invites.add(first))

        second = replace(full.an_invite("invite_2"), state=InviteState.PENDING, events=[])
        self.refused(sold, InvitePending, lambda work: work.invites.add(second))
        other_kind = replace(second, kind=InviteKind.USER, events=[])
        sold.save(lambda work: work.invites.add(other_kind))
        sold.save(
            lambda work: work.invites.get("invite_1").lapse(),
            lambda work: work.invites.add(replace(first, id="invite_3", version=0, events=[])),  # type: ignore[arg-type]
        )

    def test_events_of_a_provider_by_its_id(self, sold: Shop) -> None:
        sold.save(lambda work: work.webhook_events.add(sales.a_webhook_event()))
        self.refused(sold, WebhookEventSeen, lambda work: work.webhook_events.add(sales.a_webhook_event("whe_2")))
        sold.save(lambda work: work.webhook_events.add(sales.a_webhook_event("whe_2", provider="resend")))

    def test_a_payment_is_owed_back_by_one_attempt(self, sold: Shop) -> None:
        sold.save(lambda work: work.attempts.add(sales.an_attempt("patt_8")))
        self.refused(sold, ConcurrentUpdate, lambda work: work.attempts.add(sales.an_attempt("patt_9")))

    def test_a_dispute_is_recorded_once(self, sold: Shop) -> None:
        again = sales.a_dispute("disp_9", "pay_order_1")
        again.provider_dispute_id = "dp_disp_order_1"
        self.refused(sold, ConcurrentUpdate, lambda work: work.orders.get("order_1").disputes.append(again))

    def test_mails_by_what_they_are_about(self, sold: Shop) -> None:
        sold.save(lambda work: work.mails.add(sales.a_mail()))
        self.refused(sold, ConcurrentUpdate, lambda work: work.mails.add(sales.a_mail("mail_2")))
        sold.save(lambda work: work.mails.add(sales.a_mail("mail_2", revision="2")))
