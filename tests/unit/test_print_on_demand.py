"""Printed goods: handed in once, followed forwards, and never in the way of the order."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.prints import InMemoryPrints
from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import SYSTEM
from core.domain.errors import Invalid
from core.domain.order import Fulfillment, Order, OrderId, OrderLine
from core.domain.payment import Payment, Refund, RefundLine, RefundState
from core.domain.print_on_demand import Parcel, PrintOrderMoved, PrintRefused, PrintUnavailable, reference_of, spec_of
from core.domain.product import Product, ProductId, Variant, VariantId
from core.domain.totals import add_up
from core.domain.values import Address, Metadata
from core.domain.webhook_event import EventMismatch
from core.use_cases.print_on_demand.poll_print_orders import WATCHED_FOR, PollPrintOrders
from core.use_cases.print_on_demand.record_print_status import RecordPrintStatus
from core.use_cases.print_on_demand.submit_print_order import SubmitPrintOrder

FILES = [{"type": "default", "url": "https://files.shop.test/a3.pdf"}]
POSTER: Metadata = {"gelato": {"product_uid": "poster_a3", "files": FILES}}
ADDRESS = Address(id="addr_1", first_name="Ada", address_1="1 Way", city="Berlin", country_code="de")


class Shop:
    """One product with a printed and a plain variant, and one order of two of each."""

    def __init__(self) -> None:
        self.memory, self.clock, self.ids = Memory(), FrozenClock(), CountingIds()
        self.prints = InMemoryPrints()
        self.begin = InMemoryBegin(self.memory, self.clock, self.ids)
        services = {"gelato": self.prints}
        self.submit = SubmitPrintOrder(self.begin, services, self.clock, self.ids)
        self.record = RecordPrintStatus(self.begin, services, self.clock, self.ids)
        self.poll = PollPrintOrders(self.begin, services, self.submit, self.record, self.clock)
        self.sell(POSTER)

    def sell(self, metadata: Metadata | None) -> None:
        variants = [
            Variant(id=VariantId("variant_poster"), title="A3", metadata=metadata),
            Variant(id=VariantId("variant_plain"), title="Frame"),
        ]
        product = Product(
            id=ProductId("prod_1"), title="Poster", handle="poster", profile_id="sp_1", variants=variants
        )
        with self.begin(SYSTEM, "test.store") as work:
            if "prod_1" in self.memory.products:
                work.products.get("prod_1").variants[0].metadata = metadata
            else:
                work.products.add(product)
            work.commit()

    def buy(self, *, paid: bool = True, address: Address | None = ADDRESS) -> Order:
        lines = [
            OrderLine(
                id=f"item_{name}",
                title=name,
                product_id="prod_1",
                variant_id=f"variant_{name}",
                unit_price=1_000,
                quantity=2,
            )
            for name in ("poster", "plain")
        ]
        totals = add_up([line.recompute() for line in lines], [])
        now = self.clock.now()
        payment = Payment(
            id="pay_1",
            provider_id="manual",
            amount=totals.total,
            currency_code="eur",
            captured_at=now if paid else None,
        )
        order = Order(
            id=OrderId("order_1"),
            display_id=1,
            cart_id="cart_1",
            customer_id="cus_1",
            email="ada@shop.test",
            region_id="reg_1",
            currency_code="eur",
            items=lines,
            totals=totals,
            payments=[payment],
            shipping_address=address,
            placed_at=now,
        )
        with self.begin(SYSTEM, "test.store") as work:
            work.orders.add(order)
            work.commit()
        return order

    def refund_posters(self, quantity: int) -> None:
        with self.begin(SYSTEM, "test.refund") as work:
            items = (RefundLine(id="refi_1", item_id="item_poster", quantity=quantity),)
            refund = Refund(
                id="ref_1",
                payment_id="pay_1",
                amount=1_000 * quantity,
                items=items,
                state=RefundState.SUCCEEDED,
                created_at=self.clock.now(),
            )
            work.orders.get("order_1").refunds.append(refund)
            work.commit()

    def hand_in(self) -> None:
        self.submit(SYSTEM, "order_1")

    def tell(self, order_id: str = "print-1", reference: str | None = None) -> None:
        reference = reference or reference_of("order_1", self.printing.id)
        self.record(SYSTEM, PrintOrderMoved(provider_id="gelato", order_id=order_id, reference=reference))

    @property
    def order(self) -> Order:
        return self.memory.orders["order_1"]

    @property
    def printing(self) -> Fulfillment:
        return self.order.fulfillments[-1]

    def line(self, name: str) -> OrderLine:
        return self.order.line(f"item_{name}")


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestHandingIn:
    def test_only_the_printed_lines_are_handed_in(self, shop: Shop) -> None:
        shop.buy()
        shop.hand_in()
        (taken,) = shop.prints.taken.values()

        assert [(line.item_id, line.quantity) for line in taken.order.lines] == [("item_poster", 2)]
        assert taken.order.reference == f"order_1/{shop.printing.id}"
        assert (shop.line("poster").fulfilled_quantity, shop.line("plain").fulfilled_quantity) == (2, None)
        assert (shop.printing.data["state"], shop.printing.data["order_id"]) == ("submitted", "print-1")

    def test_handing_in_again_changes_nothing(self, shop: Shop) -> None:
        shop.buy()
        for _ in range(3):
            shop.hand_in()

        assert len(shop.prints.taken) == 1
        assert len(shop.order.fulfillments) == 1
        assert shop.line("poster").fulfilled_quantity == 2

    def test_unpaid_order_waits(self, shop: Shop) -> None:
        shop.buy(paid=False)
        shop.hand_in()

        assert (shop.prints.taken, shop.order.fulfillments) == ({}, [])

    def test_order_without_printed_goods_is_left_alone(self, shop: Shop) -> None:
        shop.sell(None)
        shop.buy()
        shop.hand_in()

        assert (shop.prints.taken, shop.order.fulfillments) == ({}, [])

    def test_what_was_given_back_is_not_printed(self, shop: Shop) -> None:
        shop.buy()
        shop.refund_posters(1)
        shop.hand_in()

        assert shop.prints.taken["print-1"].order.lines[0].quantity == 1

    def test_what_is_given_back_while_the_printer_is_down_is_not_printed(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.down = True
        with pytest.raises(PrintUnavailable):
            shop.hand_in()
        shop.prints.down = False
        shop.refund_posters(2)
        shop.clock.advance(timedelta(minutes=5))
        shop.hand_in()

        assert shop.prints.taken == {}
        assert shop.printing.data["attention"] == "refused"

    def test_lost_answer_does_not_print_twice(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.drops_answers = True
        with pytest.raises(PrintUnavailable):
            shop.hand_in()
        assert shop.printing.data["state"] == "intended"

        shop.prints.drops_answers = False
        shop.clock.advance(timedelta(minutes=5))
        shop.hand_in()
        assert len(shop.prints.taken) == 1
        assert shop.printing.data["order_id"] == "print-1"

    def test_two_at_once_do_not_both_ask(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.down = True
        with pytest.raises(PrintUnavailable):
            shop.hand_in()
        shop.prints.down = False
        shop.clock.advance(timedelta(seconds=30))

        with pytest.raises(PrintUnavailable, match="already"):
            shop.hand_in()
        assert shop.prints.taken == {}

    def test_refused_order_stands_and_is_not_asked_for_again(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.refuses = True
        shop.hand_in()
        assert (shop.printing.data["state"], shop.printing.data["attention"]) == ("refused", "refused")

        shop.prints.refuses = False
        shop.hand_in()
        assert shop.prints.taken == {}

    def test_refused_order_is_tried_again_once_it_is_different(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.refuses = True
        shop.hand_in()
        shop.prints.refuses = False
        shop.sell({"gelato": {"product_uid": "poster_a2", "files": FILES}})
        shop.poll(SYSTEM)

        assert shop.printing.data["state"] == "submitted"
        assert "attention" not in shop.printing.data
        assert len(shop.order.fulfillments) == 1

    @pytest.mark.parametrize("metadata", [{"gelato": "poster"}, {"gelato": {"product_uid": "x", "files": []}}])
    def test_variant_nobody_can_print_from_is_pointed_out(self, shop: Shop, metadata: Metadata) -> None:
        shop.sell(metadata)
        shop.buy()
        shop.hand_in()
        assert (shop.prints.taken, shop.printing.data["attention"]) == ({}, "refused")

        shop.sell(POSTER)
        shop.hand_in()
        assert shop.printing.data["state"] == "submitted"

    def test_order_without_an_address_is_pointed_out(self, shop: Shop) -> None:
        shop.buy(address=None)
        shop.hand_in()

        assert shop.printing.data["attention"] == "refused"


class TestFollowing:
    @pytest.fixture
    def shop(self) -> Shop:
        shop = Shop()
        shop.buy()
        shop.hand_in()
        return shop

    def test_shipped_goods_are_tracked(self, shop: Shop) -> None:
        shop.prints.move("print-1", "shipped", Parcel(tracking_number="T1", url="https://t.test/1", carrier="DHL"))
        for _ in range(2):
            shop.tell()
        (link,) = shop.printing.tracking_links

        assert (link.tracking_number, link.url, link.metadata) == ("T1", "https://t.test/1", {"carrier": "DHL"})
        assert shop.printing.shipped_at == shop.clock.now()
        assert (shop.line("poster").shipped_quantity, shop.line("plain").shipped_quantity) == (2, None)
        assert str(shop.order.fulfillment_status) == "partially_shipped"

    @pytest.mark.parametrize("order", list(permutations(["created", "printed", "shipped", "delivered"])))
    def test_it_never_goes_back(self, shop: Shop, order: tuple[str, ...]) -> None:
        for status in order:
            shop.prints.move("print-1", status)
            shop.tell()

        assert shop.printing.data["status"] == "delivered"
        assert shop.printing.data["items"] == {"item_poster": "delivered"}
        assert shop.line("poster").shipped_quantity == 2

    def test_later_parcel_is_added(self, shop: Shop) -> None:
        for number in ("T1", "T2"):
            shop.prints.move("print-1", "shipped", Parcel(tracking_number=number))
            shop.tell()

        assert [link.tracking_number for link in shop.printing.tracking_links] == ["T1", "T2"]

    def test_word_nobody_knows_is_kept_and_moves_nothing(self, shop: Shop) -> None:
        shop.prints.move("print-1", "printed")
        shop.tell()
        shop.prints.move("print-1", "teleported")
        shop.tell()

        assert (shop.printing.data["status"], shop.printing.data["unknown_status"]) == ("printed", "teleported")
        assert shop.printing.shipped_at is None

    @pytest.mark.parametrize("trouble", ["failed", "on_hold", "pending_approval", "returned"])
    def test_trouble_is_pointed_out_until_it_is_over(self, shop: Shop, trouble: str) -> None:
        shop.prints.move("print-1", trouble)
        shop.tell()
        assert shop.printing.data["attention"] == trouble

        shop.prints.move("print-1", "printed")
        shop.tell()
        assert "attention" not in shop.printing.data

    def test_order_canceled_at_the_printer_frees_its_units(self, shop: Shop) -> None:
        shop.prints.cancel("print-1")
        for _ in range(2):
            shop.tell()

        assert shop.printing.canceled_at == shop.clock.now()
        assert shop.printing.data["attention"] == "canceled"
        assert shop.line("poster").fulfilled_quantity is None

        shop.hand_in()
        assert len(shop.prints.taken) == 1

    def test_another_order_than_the_one_given_is_a_contradiction(self, shop: Shop) -> None:
        with pytest.raises(EventMismatch):
            shop.tell("print-2")

    def test_order_with_another_reference_is_a_contradiction(self, shop: Shop) -> None:
        taken = shop.prints.taken["print-1"]
        shop.prints.taken["print-1"] = replace(taken, status=replace(taken.status, reference="other"))

        with pytest.raises(EventMismatch):
            shop.tell()

    def test_order_the_printer_does_not_have_moves_nothing(self, shop: Shop) -> None:
        shop.prints.taken.clear()

        with pytest.raises(PrintRefused):
            shop.tell()
        assert shop.printing.data["state"] == "submitted"

    @pytest.mark.parametrize("reference", ["order_9/ful_1", "order_1/ful_9", "order_1", "", "/"])
    def test_order_of_somebody_else_is_none_of_our_business(self, shop: Shop, reference: str) -> None:
        before = shop.printing
        shop.record(SYSTEM, PrintOrderMoved(provider_id="gelato", order_id="print-1", reference=reference))

        assert shop.printing == before


class TestPolling:
    def test_order_that_never_got_there_is_handed_in(self, shop: Shop) -> None:
        shop.buy()
        shop.prints.down = True
        with pytest.raises(PrintUnavailable):
            shop.hand_in()
        assert shop.poll(SYSTEM) == 1
        assert shop.printing.data["state"] == "intended"

        shop.prints.down = False
        shop.clock.advance(timedelta(minutes=10))
        shop.poll(SYSTEM)
        assert shop.printing.data["state"] == "submitted"

    def test_shipped_and_old_orders_are_not_asked_about(self, shop: Shop) -> None:
        shop.buy()
        shop.hand_in()
        assert shop.poll(SYSTEM) == 1

        shop.clock.advance(WATCHED_FOR + timedelta(seconds=1))
        assert shop.poll(SYSTEM) == 0


@pytest.mark.parametrize(
    "own",
    [
        5,
        {},
        {"product_uid": "", "files": FILES},
        {"product_uid": "x", "files": [{}]},
        {"product_uid": "x", "files": [{"url": "ftp://x"}]},
        {"product_uid": "x", "files": [{"type": 5, "url": "https://x"}]},
        {"product_uid": "x", "files": FILES * 21},
    ],
)
def test_metadata_that_says_nothing_to_a_printer_is_invalid(own: object) -> None:
    with pytest.raises(Invalid, match=r"metadata\.gelato"):
        spec_of({"gelato": own}, "gelato")


def test_variant_without_print_metadata_is_not_printed() -> None:
    assert spec_of(None, "gelato") is None
    assert spec_of({"other": 1, "gelato": None}, "gelato") is None
