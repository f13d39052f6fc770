"""What every unit of work promises, whatever it keeps."""

from __future__ import annotations

import pytest

from core.domain.actor import Actor, ActorKind
from core.domain.cart import Cart, CartId, CartNotFound, LineItem
from core.domain.download import DownloadLogEntry, DownloadSession, LogAction
from core.domain.errors import ConcurrentUpdate, Duplicate, Unavailable
from core.domain.events import OrderPlaced
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales
from tests.contracts.shop import HOUR, Shop

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", network="192.0.2.1", request_id="req_1")


def a_plain_cart(id: str = "cart_1") -> Cart:
    return Cart(id=CartId(id), region_id="reg_1", currency_code="eur")


class UnitOfWorkContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def cart(self, shop: Shop) -> Cart:
        """Stored, with one line."""
        cart = a_plain_cart()
        cart.items.append(LineItem(id="item_1", title="Poster", unit_price=100, quantity=1))
        cart.metadata = {"gift": {"wrap": False}}
        shop.save(lambda work: work.regions.add(full.a_region()), lambda work: work.carts.add(cart))
        return cart

    # All or nothing

    def test_what_was_committed_is_there(self, shop: Shop, cart: Cart) -> None:
        assert shop.read(lambda work: work.carts.get("cart_1")) == cart

    def test_first_version_is_one(self, cart: Cart) -> None:
        assert cart.version == 1

    def test_nothing_is_kept_without_commit(self, shop: Shop) -> None:
        shop.save(lambda work: work.regions.add(full.a_region()))
        with shop.open() as work:
            work.carts.add(a_plain_cart())
            work.schedule("later", {}, dedupe_key="k")
            work.sequences.next("order")

        with shop.open() as work:
            with pytest.raises(CartNotFound):
                work.carts.get("cart_1")
            assert work.sequences.next("order") == 1
        assert shop.queued() == []

    def test_changes_without_commit_are_forgotten(self, shop: Shop, cart: Cart) -> None:
        with shop.open() as work:
            work.carts.get(cart.id).email = "new@example.test"

        assert shop.read(lambda work: work.carts.get(cart.id)).email is None

    def test_error_undoes_everything(self, shop: Shop, cart: Cart) -> None:
        with pytest.raises(ZeroDivisionError):
            shop.save(
                lambda work: setattr(work.carts.get(cart.id), "email", "new@example.test"),
                lambda _: 1 / 0,
            )

        assert shop.read(lambda work: work.carts.get(cart.id)).email is None

    def test_changes_are_written_without_asking(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: setattr(work.carts.get(cart.id), "email", "new@example.test"))

        assert shop.read(lambda work: work.carts.get(cart.id)).email == "new@example.test"

    def test_change_inside_metadata_is_noticed(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: work.carts.get(cart.id).metadata["gift"].update(wrap=True))  # type: ignore[index,union-attr]

        assert shop.read(lambda work: work.carts.get(cart.id)).metadata == {"gift": {"wrap": True}}

    def test_what_was_handed_in_is_not_shared(self, shop: Shop, cart: Cart) -> None:
        cart.items[0].quantity = 99

        assert shop.read(lambda work: work.carts.get(cart.id)).items[0].quantity == 1

    def test_same_id_is_same_object(self, shop: Shop, cart: Cart) -> None:
        with shop.open() as work:
            assert work.carts.get(cart.id) is work.carts.get(cart.id)

    def test_added_one_is_found_by_its_id(self, shop: Shop) -> None:
        with shop.open() as work:
            added = a_plain_cart()
            work.carts.add(added)

            assert work.carts.get("cart_1") is added

    def test_the_same_id_cannot_be_added_twice(self, shop: Shop, cart: Cart) -> None:
        with pytest.raises(Duplicate):
            shop.save(lambda work: work.carts.add(a_plain_cart()))

    def test_soft_deleted_one_is_gone(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: setattr(work.carts.get(cart.id), "deleted_at", full.NOON))

        with shop.open() as work, pytest.raises(CartNotFound):
            work.carts.get(cart.id)

    def test_it_is_over_after_the_commit(self, shop: Shop, cart: Cart) -> None:
        with shop.open() as work:
            work.commit()

            with pytest.raises(RuntimeError):
                work.carts.get(cart.id)

    # Versions

    def test_change_moves_the_version(self, shop: Shop, cart: Cart) -> None:
        with shop.open() as work:
            loaded = work.carts.get(cart.id)
            loaded.email = "new@example.test"
            work.commit()

        assert loaded.version == 2
        assert shop.read(lambda work: work.carts.get(cart.id)).version == 2

    def test_new_line_alone_moves_the_version(self, shop: Shop, cart: Cart) -> None:
        line = LineItem(id="item_2", title="Frame", unit_price=100, quantity=1)
        shop.save(lambda work: work.carts.get(cart.id).items.append(line))

        assert shop.read(lambda work: work.carts.get(cart.id)).version == 2

    def test_change_of_a_line_alone_moves_the_version(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: setattr(work.carts.get(cart.id).items[0], "quantity", 2))

        assert shop.read(lambda work: work.carts.get(cart.id)).version == 2

    def test_removed_line_alone_moves_the_version(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: work.carts.get(cart.id).items.clear())

        stored = shop.read(lambda work: work.carts.get(cart.id))
        assert (stored.version, stored.items) == (2, [])

    def test_looking_does_not_move_the_version(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: work.carts.get(cart.id))

        assert shop.read(lambda work: work.carts.get(cart.id)).version == 1

    def test_of_two_overlapping_saves_one_is_kept(self, shop: Shop, cart: Cart) -> None:
        kept: list[str] = []
        with shop.open() as first:
            first.carts.get(cart.id).email = "first@example.test"
            try:
                shop.save(lambda work: setattr(work.carts.get(cart.id), "email", "second@example.test"))
                kept.append("second@example.test")
            except (ConcurrentUpdate, Unavailable):
                pass  # an engine may keep the second one out instead
            try:
                first.commit()
                kept.append("first@example.test")
            except ConcurrentUpdate:
                pass

        assert len(kept) == 1
        assert shop.read(lambda work: work.carts.get(cart.id)).email == kept[0]

    # What is told

    def test_events_are_stored_with_one_job_per_reaction(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: work.carts.get(cart.id).events.append(OrderPlaced(order_id="order_1")))

        assert shop.events() == [("order.placed", {"order_id": "order_1"})]
        assert shop.queued() == [
            ("capture_digital_order", {"order_id": "order_1"}),
            ("send_order_confirmation", {"order_id": "order_1"}),
        ]

    def test_events_are_told_once(self, shop: Shop) -> None:
        mail = sales.a_mail()
        mail.queue()
        shop.save(lambda work: work.mails.add(mail))
        shop.save(lambda work: setattr(work.mails.get(mail.id), "error", None))

        assert mail.events == []
        assert shop.events() == [("mail.queued", {"mail_id": "mail_1"})]

    def test_refused_commit_tells_nothing(self, shop: Shop, cart: Cart) -> None:
        again = a_plain_cart()
        again.events.append(OrderPlaced(order_id="order_1"))
        with pytest.raises(Duplicate):
            shop.save(lambda work: work.carts.add(again), actor=ADMIN)

        assert (shop.events(), shop.queued(), shop.audit_log()) == ([], [], [])

    def test_second_job_with_the_same_key_is_dropped(self, shop: Shop) -> None:
        for count in (1, 2):
            with shop.open() as work:
                work.schedule("recover_checkout", {"count": count}, dedupe_key="recover:cart_1")
                work.schedule("recover_checkout", {"count": count}, dedupe_key="recover:cart_1")
                work.commit()

        assert shop.queued() == [("recover_checkout", {"count": 1})]

    def test_scheduled_job_waits_for_its_time(self, shop: Shop) -> None:
        with shop.open() as work:
            work.schedule("recover_checkout", {}, dedupe_key="k", at=shop.clock.now() + HOUR)
            work.commit()

        assert shop.jobs.next_due() == shop.clock.now() + HOUR

    # Audit

    def test_admins_commit_leaves_one_audit_row(self, shop: Shop, cart: Cart) -> None:
        with shop.open(ADMIN, "cart.update") as work:
            work.carts.get(cart.id).email = "new@example.test"
            work.carts.add(a_plain_cart("cart_2"))
            work.commit()

        (row,) = shop.audit_log()
        before, after = row.pop("before_digest"), row.pop("after_digest")
        assert row == {
            "actor_kind": "user",
            "actor_id": "usr_1",
            "action": "cart.update",
            "targets": ["cart_2", "cart_1"],
            "network": "192.0.2.1",
            "request_id": "req_1",
            "at": shop.clock.now(),
        }
        assert len(before) == len(after) == 64
        assert before != after

    def test_admins_look_leaves_no_audit_row(self, shop: Shop, cart: Cart) -> None:
        shop.save(lambda work: work.carts.get(cart.id), actor=ADMIN)

        assert shop.audit_log() == []

    def test_what_is_only_told_of_an_aggregate_names_it(self, shop: Shop, cart: Cart) -> None:
        with shop.open(ADMIN, "cart.tell") as work:
            told = work.carts.get(cart.id)
            told.events.append(OrderPlaced(order_id="order_1"))
            work.carts.add(a_plain_cart("cart_2"))
            work.commit()
        with shop.open(ADMIN, "cart.tell") as work:
            again = work.carts.get(cart.id)
            work.carts.get("cart_2")
            again.events.append(OrderPlaced(order_id="order_1"))
            work.commit()

        assert [row["targets"] for row in shop.audit_log()] == [["cart_2", "cart_1"], ["cart_1"]]

    def test_writes_beside_the_aggregates_are_audited_too(self, shop: Shop) -> None:
        shop.sell()
        session = DownloadSession(id="dls_1", download_id="dl_1", opened_at=full.NOON, expires_at=full.later(hours=1))
        entry = DownloadLogEntry(
            id="dlog_1", download_id="dl_1", order_id="order_1", action=LogAction.ISSUE, outcome="ok", at=full.NOON
        )
        shop.save(
            lambda work: work.downloads.open_session(session), lambda work: work.downloads.log(entry), actor=ADMIN
        )

        assert len(shop.audit_log()) == 1

    @pytest.mark.parametrize("kind", [ActorKind.CUSTOMER, ActorKind.SYSTEM, ActorKind.ANONYMOUS, ActorKind.PROVIDER])
    def test_others_are_not_audited(self, shop: Shop, kind: ActorKind) -> None:
        shop.save(lambda work: work.regions.add(full.a_region()), actor=Actor(kind=kind))

        assert shop.audit_log() == []

    # Counters

    def test_sequences_count_from_one_without_gaps(self, shop: Shop) -> None:
        numbers: list[int] = []
        for _ in range(2):
            with shop.open() as work:
                numbers += [work.sequences.next("order"), work.sequences.next("order")]
                work.commit()

        assert numbers == [1, 2, 3, 4]

    def test_versions_count_bumps(self, shop: Shop) -> None:
        shop.save(lambda work: work.versions.bump("x"), lambda work: work.versions.bump("x"))

        assert shop.read(lambda work: work.versions.current("x")) == 2
        assert shop.read(lambda work: work.versions.current("y")) == 0

    def test_catalogue_and_prices_move_their_versions(self, shop: Shop) -> None:
        shop.furnish()
        before = shop.read(lambda work: (work.versions.current("catalogue"), work.versions.current("pricing")))
        shop.save(lambda work: setattr(work.products.get("prod_1"), "title", "Other"))
        between = shop.read(lambda work: (work.versions.current("catalogue"), work.versions.current("pricing")))
        shop.save(lambda work: setattr(work.products.get("prod_1").variants[0], "prices", ()))
        after = shop.read(lambda work: (work.versions.current("catalogue"), work.versions.current("pricing")))

        shop.save(lambda work: work.variant_references.add(full.a_reference()))
        related = shop.read(lambda work: (work.versions.current("catalogue"), work.versions.current("pricing")))

        assert between == (before[0] + 1, before[1])
        assert after == (between[0] + 1, between[1] + 1)
        assert related == (after[0] + 1, after[1])
