"""What collections answer besides the aggregate with an id."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.customer import Customer, CustomerId
from core.domain.download import DownloadLogEntry, DownloadSession, DownloadState, LogAction
from core.domain.file_upload import UploadNotFound, UploadState
from core.domain.invite import InviteKind, InviteState
from core.domain.mail import DeliveryStatus, Mail, MailKind
from core.domain.mailbox_proof import MailboxProof, Purpose
from core.domain.order import OrderNotFound
from core.domain.payment import AttemptState
from core.domain.product import Offer, VariantId
from core.domain.product_file import FileState, ProductFileId
from core.domain.region import RegionNotFound
from core.domain.session import Carrier, Session, SessionId
from core.domain.shop import ShippingOptionNotFound
from core.domain.variant_reference import VariantReferenceNotFound
from tests.contracts import full_records as full
from tests.contracts import full_returns as returns
from tests.contracts import full_sales as sales
from tests.contracts.shop import Shop


class FindersContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def furnished(self, shop: Shop) -> Shop:
        shop.furnish()
        shop.save(lambda work: work.carts.add(sales.a_cart(channel_id=None, items=[])))
        return shop

    def test_orders_are_found_by_cart_and_payment(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.orders.add(sales.an_order(channel_id=None)))

        with furnished.open() as work:
            order = work.orders.get("order_1")
            assert work.orders.by_cart("cart_1") is order
            assert work.orders.by_payment("stripe", "pi_pay_order_1") is order
            assert work.orders.by_cart("cart_9") is None
            assert work.orders.by_payment("manual", "pi_pay_order_1") is None
            assert work.orders.of_payment("pay_order_1") == "order_1"
            assert work.orders.of_payment("pay_order_9") is None
            with pytest.raises(OrderNotFound):
                work.orders.get("order_9")

    def test_categories_are_found_by_their_parent_in_the_order_of_their_ranks(self, furnished: Shop) -> None:
        furnished.save(
            lambda work: work.categories.add(full.a_category("pcat_b", "b", rank=1)),
            lambda work: work.categories.add(full.a_category("pcat_a", "a", rank=2)),
            lambda work: work.categories.add(full.a_category("pcat_c", "c", rank=0)),
        )
        furnished.save(lambda work: setattr(work.categories.get("pcat_c"), "deleted_at", full.NOON))

        with furnished.open() as work:
            assert [child.id for child in work.categories.children_of("pcat_1")] == ["pcat_b", "pcat_a"]
            assert [root.id for root in work.categories.children_of(None)] == ["pcat_1"]
            assert work.categories.children_of("pcat_b") == []
            assert work.categories.known(["pcat_a", "pcat_c", "pcat_9"]) == {"pcat_a"}
            assert work.categories.known([]) == set()

    def test_what_goes_with_a_variant_is_found_in_the_order_of_its_ranks(self, furnished: Shop) -> None:
        furnished.save(
            lambda work: work.variant_references.add(full.a_reference("vref_b", "SPARE_PART", rank=1)),
            lambda work: work.variant_references.add(full.a_reference("vref_a", "REPLACEMENT", rank=2)),
            lambda work: work.variant_references.add(full.a_reference("vref_c", "UPGRADE", rank=0)),
        )
        furnished.save(lambda work: setattr(work.variant_references.get("vref_c"), "deleted_at", full.NOON))

        with furnished.open() as work:
            assert [it.id for it in work.variant_references.of_source("variant_prod_1_1")] == ["vref_b", "vref_a"]
            assert work.variant_references.of_source("variant_prod_1_2") == []
            with pytest.raises(VariantReferenceNotFound):
                work.variant_references.get("vref_c")

    def test_a_login_elsewhere_is_found_by_who_vouches_for_whom(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.linked_logins.add(full.a_linked_login()))

        with furnished.open() as work:
            assert work.linked_logins.of("https://id.example.test", "ada") is work.linked_logins.get("link_1")
            assert work.linked_logins.of("https://id.example.test", "Ada") is None
            assert work.linked_logins.of("https://other.example.test", "ada") is None

    def test_orders_that_wait_for_somebody_to_ship_are_found(self, furnished: Shop) -> None:
        order = sales.an_order(channel_id=None)
        (shipped,) = order.fulfillments
        open_ones = [
            replace(shipped, id=f"ful_{number}", provider_id="gelato", shipped_at=None, canceled_at=None, items=())
            for number in range(2)
        ]
        for one in open_ones:
            one.tracking_links = ()
        order.fulfillments.extend(open_ones)
        furnished.save(lambda work: work.orders.add(order))

        with furnished.open() as work:
            assert work.orders.being_fulfilled("gelato", order.placed_at) == ["order_1"]
            assert work.orders.being_fulfilled("gelato", order.placed_at + timedelta(seconds=1)) == []
            assert work.orders.being_fulfilled(shipped.provider_id, order.placed_at) == []
            for one in work.orders.get("order_1").fulfillments:
                one.canceled_at = order.placed_at
            work.commit()
        assert furnished.read(lambda work: work.orders.being_fulfilled("gelato", order.placed_at)) == []

    def test_attempts_are_found_by_the_payment_they_owe_back(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.attempts.add(sales.an_attempt()))

        with furnished.open() as work:
            assert work.attempts.by_payment("stripe", "pi_1") is work.attempts.get("patt_1")
            assert work.attempts.by_payment("stripe", "pi_2") is None
            assert work.attempts.by_payment("manual", "pi_1") is None

    def test_webhook_events_are_found_by_the_providers_id(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.webhook_events.add(sales.a_webhook_event()))

        with furnished.open() as work:
            assert work.webhook_events.by_event("stripe", "evt_1") is work.webhook_events.get("whe_1")
            assert work.webhook_events.by_event("resend", "evt_1") is None

    def test_orders_of_a_customer_come_newest_first(self, furnished: Shop) -> None:
        guest = Customer(id=CustomerId("cus_guest"), email="ada@example.test")
        furnished.save(
            lambda work: work.customers.add(guest),
            lambda work: work.orders.add(sales.an_order("order_1", channel_id=None, cart_id=None)),
            lambda work: work.orders.add(
                sales.an_order("order_2", channel_id=None, cart_id=None, display_id=8, placed_at=full.later(days=1))
            ),
            lambda work: work.orders.add(
                sales.an_order("order_3", channel_id=None, cart_id=None, display_id=9, customer_id="cus_guest")
            ),
        )

        with furnished.open() as work:
            assert work.orders.ids_of_customer("cus_1") == ["order_2", "order_1"]
            assert work.orders.ids_of_customer("cus_guest") == ["order_3"]
            assert work.orders.ids_of_customer("cus_9", email="ada@example.test") == ["order_3"]

    def test_orders_wait_for_a_file_of_a_chain_they_have_no_access_to(self, shop: Shop) -> None:
        shop.sell()
        line = shop.read(lambda work: work.orders.get("order_1")).items
        assert all(item.is_giftcard for item in line)
        shop.save(lambda work: [setattr(item, "is_giftcard", False) for item in work.orders.get("order_1").items])

        def waiting(chain: str, variant: str | None = None, since: timedelta = timedelta()) -> list[str]:
            found: list[str] = shop.read(
                lambda work: work.orders.waiting_for_file("prod_1", variant, chain, full.NOON + since)
            )
            return found

        assert waiting("pfile_0") == ["order_1"]  # the other line has nothing yet
        assert waiting("pfile_0", "variant_prod_1_1", timedelta(days=1)) == ["order_1"]
        assert waiting("pfile_0", "variant_prod_1_2") == []
        shop.save(
            lambda work: work.downloads.add(
                sales.an_entitlement("dl_2", line_item_id="item_order_1_2", file_id="pfile_1")
            )
        )
        assert waiting("pfile_0") == []
        assert waiting("pfile_other") == ["order_1"]
        assert waiting("pfile_other", since=timedelta(seconds=1)) == []

    def test_orders_wait_for_a_file_of_what_their_swaps_send(self, shop: Shop) -> None:
        shop.sell()
        swap = returns.a_swap()
        swap.canceled_at = None
        for line in swap.additional_items:
            line.requires_shipping, line.is_giftcard = False, False
        shop.save(lambda work: work.swaps.add(swap))

        def waiting(chain: str, since: timedelta = timedelta()) -> list[str]:
            found: list[str] = shop.read(
                lambda work: work.orders.waiting_for_file("prod_1", None, chain, full.NOON + since)
            )
            return found

        assert waiting("pfile_9") == ["order_1"]
        assert waiting("pfile_9", timedelta(days=1)) == ["order_1"]  # nothing is there on that line
        for number, item in enumerate(swap.additional_items):
            download = sales.an_entitlement(f"dl_swap_{number}", line_item_id=item.id, file_id="pfile_1")
            shop.save(lambda work, download=download: work.downloads.add(download))
        assert waiting("pfile_9") == ["order_1"]
        assert waiting("pfile_9", timedelta(seconds=1)) == []  # confirmed before
        confirmed = full.NOON + timedelta(days=1)
        shop.save(lambda work: setattr(work.swaps.get("swap_1"), "confirmed_at", confirmed))
        assert waiting("pfile_9", timedelta(seconds=1)) == ["order_1"]
        for field, value in (("confirmed_at", None), ("canceled_at", full.NOON)):
            shop.save(lambda work: setattr(work.swaps.get("swap_1"), "confirmed_at", confirmed))
            shop.save(lambda work, f=field, v=value: setattr(work.swaps.get("swap_1"), f, v))
            assert waiting("pfile_9") == []

    def test_types_and_tags_are_found_by_value(self, furnished: Shop) -> None:
        with furnished.open() as work:
            assert work.products.type_of("Wallpaper") == replace(full.a_type(), version=1)
            assert work.products.tag_of("red") == replace(full.a_tag("ptag_2", "red"), version=1)
            assert work.products.type_of("Poster") is None
            assert work.products.tag_of("green") is None
            assert work.products.has_collection("pcol_1")
            assert not work.products.has_collection("pcol_9")

    def test_offers_tell_what_carts_need(self, furnished: Shop) -> None:
        furnished.save(
            lambda work: work.files.add(replace(full.a_file(), state=FileState.CHECKING, events=[])),
            lambda work: setattr(work.products.get("prod_1").variants[1], "deleted_at", full.NOON),
        )

        offers = furnished.read(lambda work: work.offers.of(["variant_prod_1_1", "variant_prod_1_2", "variant_9"]))

        variant = full.a_variant("variant_prod_1_1", "opt_prod_1", "4k")
        assert offers == {
            "variant_prod_1_1": Offer(
                variant_id="variant_prod_1_1",
                product_id="prod_1",
                product_title="Sydney Nights",
                variant_title="4k",
                thumbnail="https://example.test/t.png",
                product_metadata=full.METADATA,
                profile_id=furnished.profile_id,
                product_type_id="ptyp_1",
                is_published=True,
                is_giftcard=True,
                discountable=False,
                requires_shipping=False,
                manage_inventory=False,
                allow_backorder=True,
                inventory_quantity=10,
                sales_channel_ids=frozenset({furnished.channel_id}),
                prices=tuple(replace(price, tax_included=True) for price in variant.prices),
                deliverable=True,
                collection_id="pcol_1",
            )
        }
        assert furnished.read(lambda work: work.offers.of([])) == {}

    def test_variants_are_found_by_their_sku_while_they_live(self, furnished: Shop) -> None:
        skus = furnished.read(lambda work: {v.id: v.sku for v in work.products.get("prod_1").variants})
        first, second = skus.values()
        assert first is not None
        assert second is not None
        furnished.save(lambda work: setattr(work.products.get("prod_1").variants[1], "deleted_at", full.NOON))

        assert furnished.read(lambda work: work.offers.id_of_sku(first)) == next(iter(skus))
        assert furnished.read(lambda work: work.offers.id_of_sku(second)) is None
        assert furnished.read(lambda work: work.offers.id_of_sku(first.upper() + "x")) is None

    def test_files_are_found_by_product_chain_and_key(self, furnished: Shop) -> None:
        first = replace(
            full.a_file("pfile_a", file_version=1), state=FileState.DELETED, deleted_at=full.NOON, events=[]
        )
        second = replace(full.a_file("pfile_b", file_version=2), created_at=full.later(days=1), events=[])
        third = replace(
            full.a_file("pfile_c", file_version=3), state=FileState.REJECTED, created_at=full.later(days=2), events=[]
        )
        gone = replace(first, id=ProductFileId("pfile_d"), chain_id="pfile_d", retained=False, storage_key="gone")
        furnished.save(*(lambda work, file=file: work.files.add(file) for file in (first, second, third, gone)))

        with furnished.open() as work:
            assert work.files.get("pfile_a").state is FileState.DELETED
            assert [file.id for file in work.files.of_product("prod_1")] == [
                "pfile_c",
                "pfile_b",
                "pfile_d",
                "pfile_a",
            ]
            newest = work.files.newest_ready("pfile_0")
            assert newest is work.files.get("pfile_b")
            assert work.files.newest_ready("pfile_9") is None
            keys = [file.storage_key for file in (first, second, third, gone)]
            assert work.files.storage_keys([*keys, "else"]) == {first.storage_key, second.storage_key}
            assert work.files.storage_keys([]) == set()

    def test_uploads_are_found_by_file_and_by_time(self, furnished: Shop) -> None:
        uploads = [replace(full.an_upload(f"upload_{n}", file_id=f"pfile_{n}"), events=[]) for n in range(4)]
        for upload, hours in zip(uploads, (3, 1, 2, 9), strict=True):
            upload.expires_at, upload.state = full.later(hours=hours), UploadState.OPEN
        closed = replace(full.an_upload("upload_9"), expires_at=full.later(hours=0), events=[])
        furnished.save(*(lambda work, upload=upload: work.uploads.add(upload) for upload in (*uploads, closed)))

        with furnished.open() as work:
            assert work.uploads.of_file("pfile_2") is work.uploads.get("upload_2")
            assert work.uploads.of_file("pfile_5") is None
            due = work.uploads.expired(full.later(hours=3), limit=9)
            assert [upload.id for upload in due] == ["upload_1", "upload_2", "upload_0"]
            assert [upload.id for upload in work.uploads.expired(full.later(hours=3), limit=1)] == ["upload_1"]
            with pytest.raises(UploadNotFound):
                work.uploads.get("upload_7")

    def test_downloads_are_found_by_order_and_file(self, shop: Shop) -> None:
        shop.sell()
        earlier = sales.an_entitlement(
            "dl_0", line_item_id="item_order_1_2", granted_at=full.later(hours=-1), state=DownloadState.REVOKED
        )
        shop.save(lambda work: work.downloads.add(earlier))

        with shop.open() as work:
            assert [found.id for found in work.downloads.of_order("order_1")] == ["dl_0", "dl_1"]
            assert work.downloads.of_order("order_1")[0] is work.downloads.get("dl_0")
            assert work.downloads.any_of_file("pfile_1")
            work.downloads.get("dl_1").state = DownloadState.REVOKED
            work.commit()
        assert not shop.read(lambda work: work.downloads.any_of_file("pfile_1"))

    @pytest.mark.parametrize("over", [{"debited": 1_100}, {"deleted_at": full.NOON}])
    def test_gift_cards_of_a_region_that_hold_money_are_known(self, furnished: Shop, over: dict[str, object]) -> None:
        def held() -> tuple[bool, ...]:
            regions = ("reg_1", "reg_2")
            return furnished.read(lambda work: tuple(work.gift_cards.any_held_in(region) for region in regions))

        assert held() == (True, False)
        (name, value), *_ = over.items()
        furnished.save(lambda work: setattr(work.gift_cards.get("gift_1"), name, value))
        assert held() == (False, False)

    def test_several_found_together_are_saved_apart(self, shop: Shop) -> None:
        shop.sell()
        other = sales.an_entitlement("dl_2", line_item_id="item_order_1_2")
        shop.save(lambda work: work.downloads.add(other))
        shop.save(lambda work: setattr(work.downloads.of_order("order_1")[1], "revision", 9))

        found = shop.read(
            lambda work: [(it.id, it.revision, it.version) for it in work.downloads.of_order("order_1")]
        )
        assert found == [("dl_1", 2, 1), ("dl_2", 9, 2)]

    def test_download_sessions_and_log_are_kept(self, shop: Shop) -> None:
        shop.sell()
        other = sales.an_entitlement("dl_2", line_item_id="item_order_1_2", state=DownloadState.GRANTED, reason=None)
        shop.save(lambda work: work.downloads.add(other))
        older = DownloadSession(
            id="dls_1", download_id="dl_1", opened_at=full.NOON, expires_at=full.later(minutes=15)
        )
        newer = replace(older, id="dls_2", opened_at=full.later(minutes=1))
        offered = replace(older, id="dls_3", opened_at=full.later(minutes=2))
        first = replace(offered, download_id="dl_2")
        next_one = replace(first, id="dls_4")
        entry = DownloadLogEntry(
            id="dlog_1",
            download_id="dl_1",
            order_id="order_1",
            action=LogAction.REFUSE,
            outcome="DOWNLOAD_EXPIRED",
            at=full.NOON,
            customer_id="cus_1",
            session_id="dls_1",
            network="hash",
            agent="Firefox",
        )
        with shop.open() as work:
            work.downloads.open_session(older)
            work.downloads.open_session(newer)
            work.downloads.log(entry)
            assert work.downloads.join_session(offered) == newer
            work.commit()

        with shop.open() as work:
            assert work.downloads.session("dl_1", "dls_1") == older
            assert work.downloads.session("dl_2", "dls_1") is None
            assert work.downloads.join_session(offered) == newer
            assert work.downloads.session("dl_1", "dls_3") is None
            assert work.downloads.unredeemed("dl_1") == 2
            assert work.downloads.join_session(first) == first
            work.commit()

        with shop.open() as work:
            assert work.downloads.session("dl_2", "dls_3") == first
            assert work.downloads.spend("dl_2", "dls_3", full.NOON)
            assert work.downloads.unredeemed("dl_2") == 0
            assert work.downloads.join_session(next_one) == next_one
            work.commit()

        assert shop.read(lambda work: work.downloads.session("dl_2", "dls_4")) == next_one

    def test_regions_are_found_by_country_and_age(self, furnished: Shop) -> None:
        furnished.clock.advance(timedelta(hours=1))
        furnished.save(lambda work: work.regions.add(full.a_region("reg_0", ("us",))))

        with furnished.open() as work:
            assert work.regions.first() is work.regions.get("reg_1")
            assert work.regions.of_country("us") is work.regions.get("reg_0")
            assert work.regions.of_country("fr") is None

    def test_customers_are_found_by_mailbox(self, furnished: Shop) -> None:
        guest = Customer(id=CustomerId("cus_guest"), email="ada@example.test")
        furnished.save(lambda work: work.customers.add(guest))

        with furnished.open() as work:
            assert work.customers.registered("ada@example.test") is work.customers.get("cus_1")
            assert work.customers.guest("ada@example.test") is work.customers.get("cus_guest")
            assert work.customers.registered("else@example.test") is None
            assert work.customers.is_registered("cus_1")
            assert not work.customers.is_registered("cus_guest")
            assert not work.customers.is_registered("cus_9")
            assert work.customers.known_groups(["cgrp_1", "cgrp_9"]) == {"cgrp_1"}

    def test_a_dissolved_group_has_nobody_in_it(self, furnished: Shop) -> None:
        before = furnished.read(lambda work: work.customers.get("cus_1").group_ids)
        furnished.save(lambda work: work.customers.dissolve("cgrp_1"))
        after = furnished.read(lambda work: work.customers.get("cus_1").group_ids)

        assert "cgrp_1" in before
        assert after == tuple(id for id in before if id != "cgrp_1")

    def test_users_are_found_by_mailbox(self, furnished: Shop) -> None:
        with furnished.open() as work:
            assert work.users.by_email("admin@example.test") is work.users.get("usr_1")
            assert work.users.by_email("else@example.test") is None

    def test_other_logins_are_ended(self, furnished: Shop) -> None:
        def login(id: str, customer_id: str | None, user_id: str | None = None) -> Session:
            return Session(
                id=SessionId(id),
                carrier=Carrier.BEARER,
                expires_at=full.later(hours=1),
                customer_id=customer_id,
                user_id=user_id,
            )

        logins = (login("sess_1", "cus_1"), login("sess_2", "cus_1"), login("sess_3", None, "usr_1"))
        furnished.save(*(lambda work, it=it: work.sessions.add(it) for it in logins))
        furnished.save(lambda work: work.sessions.end_others("cus_1", "sess_1", full.NOON))

        ended = [furnished.read(lambda work, it=it: work.sessions.get(it.id).revoked_at) for it in logins]
        assert ended == [None, full.NOON, None]

    def test_proofs_are_voided_by_customer_purpose_and_mailbox(self, furnished: Shop) -> None:
        def proof(id: str, **different: object) -> MailboxProof:
            fresh = replace(full.a_proof(id), used_at=None, voided_at=None, events=[])
            return replace(fresh, **different)  # type: ignore[arg-type]

        proofs = (
            proof("proof_1"),
            proof("proof_2", email="else@example.test"),
            proof("proof_3", purpose=Purpose.PASSWORD_RESET),
            proof("proof_4", used_at=full.later(minutes=1)),
        )

        def voided() -> list[bool]:
            with furnished.open() as work:
                return [work.proofs.get(it.id).voided_at is not None for it in proofs]

        furnished.save(*(lambda work, it=it: work.proofs.add(it) for it in proofs))
        claim, mailbox = Purpose.ORDER_CLAIM, "guest@example.test"
        furnished.save(lambda work: work.proofs.void("cus_1", full.NOON, purpose=claim, email=mailbox))
        assert voided() == [True, False, False, False]
        furnished.save(lambda work: work.proofs.void("cus_1", full.NOON, purpose=claim))
        assert voided() == [True, True, False, False]
        furnished.save(lambda work: work.proofs.void("cus_1", full.NOON))
        assert voided() == [True, True, True, False]

    def test_pending_invite_is_found(self, furnished: Shop) -> None:
        invite = replace(full.an_invite(), state=InviteState.PENDING, events=[])
        furnished.save(lambda work: work.invites.add(invite))

        with furnished.open() as work:
            assert work.invites.pending(InviteKind.CUSTOMER, "new@example.test") is work.invites.get("invite_1")
            assert work.invites.pending(InviteKind.USER, "new@example.test") is None
            work.invites.get("invite_1").lapse()
            work.commit()
        assert furnished.read(lambda work: work.invites.pending(InviteKind.CUSTOMER, "new@example.test")) is None

    def test_mails_are_known_by_what_they_are_about(self, shop: Shop) -> None:
        shop.save(lambda work: work.mails.add(sales.a_mail()))

        with shop.open() as work:
            assert work.mails.exists(MailKind.REFUND, "ref_1", "1")
            assert not work.mails.exists(MailKind.REFUND, "ref_1", "2")

    def test_attempts_that_owe_are_found_by_their_cart_and_provider(self, furnished: Shop) -> None:
        due, refunded = AttemptState.REFUND_DUE, AttemptState.REFUNDED
        for number, (state, since) in enumerate(((due, None), (due, None), (refunded, None), (due, full.NOON))):
            attempt = sales.an_attempt(f"patt_owed_{number}")
            attempt.releasing_since = since
            attempt.state, attempt.provider_payment_id = state, f"pi_owed_{number}"
            attempt.started_at = full.later(minutes=number)
            furnished.save(lambda work, attempt=attempt: work.attempts.add(attempt))

        with furnished.open() as work:
            found = [attempt.id for attempt in work.attempts.owed("cart_1", "stripe")]
            assert found == ["patt_owed_1", "patt_owed_0"]
            assert work.attempts.owed("cart_1", "manual") == []
            assert work.attempts.owed("cart_2", "stripe") == []

    def test_mails_are_found_by_the_batch_they_go_out_with(self, furnished: Shop) -> None:
        def mail(number: int, status: DeliveryStatus, batch_id: str | None) -> Mail:
            id, at = f"mail_{number}", full.later(minutes=10 - number)
            return sales.a_mail(id, status=status, revision=str(number), batch_id=batch_id, queued_at=at)

        kept = (
            mail(1, DeliveryStatus.QUEUED, None),
            mail(2, DeliveryStatus.QUEUED, None),
            mail(3, DeliveryStatus.QUEUED, "batch_1"),
            mail(4, DeliveryStatus.SENT, None),
            mail(5, DeliveryStatus.SENT, "batch_1"),
        )
        furnished.save(*(lambda work, it=it: work.mails.add(it) for it in kept))

        with furnished.open() as work:
            assert [found.id for found in work.mails.unbound(10)] == ["mail_2", "mail_1"]
            assert [found.id for found in work.mails.unbound(1)] == ["mail_2"]
            assert [found.id for found in work.mails.of_batch("batch_1")] == ["mail_3", "mail_5"]
            assert work.mails.of_batch("batch_2") == []

    def test_mails_are_known_by_what_the_service_calls_them(self, shop: Shop) -> None:
        shop.save(lambda work: work.mails.add(sales.a_mail()))

        with shop.open() as work:
            found = work.mails.by_message("msg_1")
            assert found is work.mails.get("mail_1")
            assert work.mails.by_message("msg_2") is None

    def test_shop_settings_are_there_from_the_start(self, shop: Shop) -> None:
        with shop.open() as work:
            store = work.shop.store()
            assert store.currency_codes == ("usd", "eur")
            assert work.shop.sales_channel(store.default_sales_channel_id).name == "Default Sales Channel"
            assert work.shop.default_profile().type == "default"
            assert work.shop.gift_card_profile().type == "gift_card"
            assert work.shop.known_sales_channels([store.default_sales_channel_id, "sc_9"]) == {
                store.default_sales_channel_id
            }
            assert work.shop.known_currencies(["jpy", "kwd", "xxx"]) == {"jpy", "kwd"}
            assert work.shop.shipping_options_of("reg_1") == []

    def test_countries_are_known_by_name(self, shop: Shop) -> None:
        known = shop.read(lambda work: work.regions.known_countries(["de", "zz", "is"]))

        assert known.keys() == {"de", "is"}
        assert all(known.values())

    def test_deleted_regions_and_options_are_kept_for_what_was_sold(self, furnished: Shop) -> None:
        with furnished.open() as work:
            option = work.shop.shipping_option("so_1")
            option.deleted_at = furnished.clock.now()
            work.regions.get("reg_1").delete(furnished.clock.now())
            work.commit()

        assert furnished.read(lambda work: work.regions.kept("reg_1").name) == "Europe"
        assert furnished.read(lambda work: work.shop.kept_shipping_option("so_1").name) == "Post"
        assert furnished.read(lambda work: work.regions.of_country("de")) is None
        with furnished.open() as work, pytest.raises(RegionNotFound):
            work.regions.get("reg_1")
        with furnished.open() as work, pytest.raises(ShippingOptionNotFound):
            work.shop.shipping_option("so_1")

    def test_media_are_found_by_key_and_upload(self, furnished: Shop) -> None:
        files = [full.a_media_file(), full.a_media_file("media_2"), full.a_media_file("media_3", batch_id="media_3")]
        furnished.save(*(lambda work, file=file: work.media.add(file) for file in files))

        assert furnished.read(lambda work: work.media.of_batch("media_1")) == files[:2]
        assert furnished.read(lambda work: work.media.by_key("public/media_3/sydney.jpg")) == files[2]
        assert furnished.read(lambda work: work.media.by_key("products/prod_1/pfile_1.zip")) is None

    def test_prices_of_a_currency_are_said_to_contain_tax(self, furnished: Shop) -> None:
        furnished.save(lambda work: setattr(work.regions.get("reg_1"), "includes_tax", False))
        before = furnished.read(lambda work: work.versions.current("pricing"))

        def contained() -> list[bool]:
            offers = furnished.read(lambda work: work.offers.of(["variant_prod_1_1"]))
            return [price.tax_included for offer in offers.values() for price in offer.prices]

        assert contained() == [False]
        for _ in range(2):
            furnished.save(lambda work: work.shop.price_with_tax("eur", True))
        furnished.save(lambda work: work.shop.price_with_tax("zzz", True))

        assert contained() == [True]
        assert furnished.read(lambda work: work.versions.current("pricing")) == before + 1

    def test_shipping_options_are_found_by_region(self, furnished: Shop) -> None:
        with furnished.open() as work:
            assert work.shop.shipping_options_of("reg_1") == [work.shop.shipping_option("so_1")]

    def test_failed_logins_are_counted_until_cleared(self, shop: Shop) -> None:
        counted = []
        for _ in range(2):
            with shop.open() as work:
                counted.append(work.login_attempts.failed("ada", full.NOON))
                work.login_attempts.block("ada", full.later(minutes=30))
                work.commit()
        assert counted == [1, 2]
        assert shop.read(lambda work: work.login_attempts.blocked_until("ada")) == full.later(minutes=30)
        assert shop.read(lambda work: work.login_attempts.blocked_until("bob")) is None

        shop.save(lambda work: work.login_attempts.clear("ada"))
        assert shop.read(lambda work: work.login_attempts.blocked_until("ada")) is None
        with shop.open() as work:
            assert work.login_attempts.failed("ada", full.NOON) == 1

    def test_soft_deleted_products_are_not_offered(self, furnished: Shop) -> None:
        furnished.save(lambda work: work.products.get("prod_1").delete(full.NOON))

        assert furnished.read(lambda work: work.offers.of([VariantId("variant_prod_1_1")])) == {}

    def test_several_products_are_found_at_once_and_saved_apart(self, furnished: Shop) -> None:
        first = furnished.read(lambda work: work.products.get("prod_1"))
        for name in ("prod_9", "prod_5", "prod_7"):
            product = replace(first, id=name, handle=name, options=[], variants=[], images=[], version=0, events=[])
            furnished.save(lambda work, product=product: work.products.add(product))  # type: ignore[misc]
        furnished.save(lambda work: work.products.get("prod_7").delete(full.NOON))

        with furnished.open() as work:
            found = work.products.among(["prod_9", "prod_7", "prod_1", "prod_9", "prod_404", "prod_5"])
            assert [product.id for product in found] == ["prod_1", "prod_5", "prod_9"]
            found[1].subtitle = "changed"
            work.commit()

        assert furnished.read(lambda work: work.products.among([])) == []
        assert furnished.read(lambda work: work.products.get("prod_5")).subtitle == "changed"
        assert furnished.read(lambda work: work.products.get("prod_1")) == first
