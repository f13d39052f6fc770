"""A disputed sale: access follows the dispute, however its reports arrive."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.webhook_event import WebhookStatus
from core.use_cases.download.granting import grant_downloads
from core.use_cases.order.refund_payment import RefundRequest
from tests.machines.sale import a_file
from tests.paying_shop import POLICY, PRICE, PayingShop, a_sold_one

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")


MOMENTS = [timedelta(hours=hour) for hour in range(3)]
reports = st.tuples(st.sampled_from(list(DisputeState)), st.sampled_from(MOMENTS))


class TestDisputes:
    def report(self, shop: PayingShop, state: DisputeState, after: timedelta = MOMENTS[0], id: str = "dp_1") -> None:
        self.dispute = DisputeReport(
            provider_id="stripe",
            provider_payment_id=shop.reference,
            provider_dispute_id=id,
            amount=PRICE,
            currency_code="eur",
            state=state,
            reason="fraudulent",
            at=shop.clock.now().replace(hour=0) + after,
        )
        shop.handle_dispute(SYSTEM, self.dispute)

    def access(self, shop: PayingShop) -> tuple[str, str | None]:
        (entitlement,) = shop.memory.downloads.values()
        return entitlement.state, entitlement.reason

    def test_opened_suspends_won_restores(self) -> None:
        shop = a_sold_one()
        self.report(shop, DisputeState.INQUIRY)
        assert self.access(shop) == ("granted", None)
        self.report(shop, DisputeState.OPEN, MOMENTS[1])
        assert self.access(shop) == ("suspended", "dispute")
        self.report(shop, DisputeState.WON, MOMENTS[2])
        assert self.access(shop) == ("granted", None)
        (order,) = shop.memory.orders.values()
        (dispute,) = order.disputes
        assert (dispute.state, dispute.closed_at is not None, dispute.amount) == (DisputeState.WON, True, PRICE)

    def test_lost_revokes_for_good(self) -> None:
        shop = a_sold_one()
        self.report(shop, DisputeState.LOST, MOMENTS[1])
        self.report(shop, DisputeState.OPEN, MOMENTS[2])

        assert self.access(shop) == ("revoked", "dispute_lost")

    @settings(max_examples=100, deadline=None)
    @given(told=st.lists(reports, min_size=1, max_size=5), data=st.data())
    def test_every_order_of_reports_ends_the_same(
        self, told: list[tuple[DisputeState, timedelta]], data: st.DataObject
    ) -> None:
        ends = set()
        for order_of_reports in (told, data.draw(st.permutations(told)), [*reversed(told), *told]):
            shop = a_sold_one()
            for state, after in order_of_reports:
                self.report(shop, state, after)
            (order,) = shop.memory.orders.values()
            ends.add((order.disputes[0].state, self.access(shop)))

        assert len(ends) == 1
        verdicts = [(after, state) for state, after in told if state in (DisputeState.WON, DisputeState.LOST)]
        ((state, (access, _)),) = ends
        if verdicts:
            last = max(after for after, _ in verdicts)
            lost = (last, DisputeState.LOST) in verdicts
            assert state is (DisputeState.LOST if lost else DisputeState.WON)
            assert access == ("revoked" if lost else "granted")
        else:
            assert access == ("suspended" if (DisputeState.OPEN in dict(told)) else "granted")

    def test_one_open_dispute_among_won_ones_keeps_access_suspended(self) -> None:
        shop = a_sold_one()
        self.report(shop, DisputeState.OPEN, id="dp_1")
        self.report(shop, DisputeState.OPEN, id="dp_2")
        self.report(shop, DisputeState.WON, MOMENTS[1], id="dp_1")
        assert self.access(shop) == ("suspended", "dispute")
        self.report(shop, DisputeState.WON, MOMENTS[1], id="dp_2")
        assert self.access(shop) == ("granted", None)

    def test_what_was_refunded_meanwhile_does_not_come_back(self) -> None:
        shop = a_sold_one()
        (order_id,) = shop.memory.orders
        self.report(shop, DisputeState.OPEN)
        shop.refund_payment(ADMIN, order_id, RefundRequest(amount=PRICE))
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert self.access(shop) == ("revoked", "refunded")

    def test_an_admins_suspension_outlives_the_dispute(self) -> None:
        shop = a_sold_one()
        (id,) = shop.memory.downloads
        with shop.begin(SYSTEM, "test") as work:
            entitlement = work.downloads.get(id)
            entitlement.state, entitlement.reason = type(entitlement.state).SUSPENDED, "admin"
            work.commit()
        self.report(shop, DisputeState.OPEN)
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert self.access(shop) == ("suspended", "admin")

    def test_what_becomes_ready_during_a_dispute_is_granted_when_it_is_won(self) -> None:
        shop = a_sold_one()
        (order_id,) = shop.memory.orders
        with shop.begin(SYSTEM, "test") as work:
            work.files.add(a_file("pfile_2", "prod_1"))
            work.commit()
        self.report(shop, DisputeState.OPEN)
        with shop.begin(SYSTEM, "test") as work:
            assert grant_downloads(work, work.orders.get(order_id), POLICY, shop.clock.now(), shop.ids) == 0
        self.report(shop, DisputeState.WON, MOMENTS[1])

        assert [entitlement.state for entitlement in shop.memory.downloads.values()] == ["granted", "granted"]

    def test_dispute_told_before_its_order_follows_it(self) -> None:
        shop = PayingShop()
        self.dispute = DisputeReport(
            provider_id="stripe",
            provider_payment_id=shop.reference,
            provider_dispute_id="dp_1",
            amount=PRICE,
            currency_code="eur",
            state=DisputeState.OPEN,
            reason=None,
            at=shop.clock.now(),
        )
        event = shop.tell("disputed", self.dispute)
        shop.run_jobs()
        assert shop.memory.webhook_events[event].status is WebhookStatus.PARKED
        shop.buyer_pays()
        shop.browser_completes()
        shop.calm_down()

        assert self.access(shop) == ("suspended", "dispute")
