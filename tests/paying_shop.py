"""A shop whose buyers pay at a provider that takes the money in the browser, wired in memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.mailer import InMemoryMailer
from adapters.memory.payments import InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders, InMemoryTaxProviders
from adapters.memory.rate_limits import NoRateLimits
from adapters.memory.store import Memory
from adapters.memory.tokens import InMemoryDerivedTokens
from adapters.memory.unfinished import InMemoryUnfinished
from adapters.memory.unit_of_work import InMemoryBegin
from adapters.memory.webhooks import InMemoryWebhookSource, InMemoryWebhookSources
from core.domain.actor import ANONYMOUS, SYSTEM, Actor
from core.domain.dispute import DisputeReport
from core.domain.errors import DomainError
from core.domain.mail import OrderLetter
from core.domain.money import Money
from core.domain.order import PaymentStatus
from core.domain.payment import AttemptState, PaymentMoved, ProviderPayment, RefundsMoved, SessionStatus
from core.domain.pricing import MoneyAmount
from core.domain.product import DownloadPolicy, Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.region import Region, RegionId
from core.domain.values import Metadata
from core.domain.webhook_event import ProviderFact
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.create_cart import CreateCart, NewCart
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from core.use_cases.download.issue_download_token import IssueDownloadToken
from core.use_cases.jobs.run_reactions import RunReactions
from core.use_cases.mail.deliver_mail import DeliverMail
from core.use_cases.mail.mail_refund import MailRefund
from core.use_cases.mail.record_delivery import RecordDelivery
from core.use_cases.mail.send_order_confirmation import SendOrderConfirmation
from core.use_cases.mail.settings import MailSettings
from core.use_cases.order.capture_payment import CaptureDigitalOrder, CaptureDigitalSwap, CapturePayment
from core.use_cases.order.handle_dispute import HandleDispute
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.place_order import PlaceOrder
from core.use_cases.order.recover_checkout import RecoverCheckout
from core.use_cases.order.refund_checkout import RefundCheckout
from core.use_cases.order.refund_payment import RefundPayment
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order_edit.complete_order_edit import CompleteOrderEdit
from core.use_cases.payment.follow_payment import FollowPayment
from core.use_cases.payment.follow_refunds import FollowRefunds
from core.use_cases.payment.settle_payment import SettlePayment
from core.use_cases.payment_collection.recording import RecordCollectionPayment
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.payment_collection.settle_collection import SettleCollection
from core.use_cases.reactions import REACTIONS
from core.use_cases.reconcile.finish_attempt import FinishAttempt
from core.use_cases.reconcile.reconcile import Finding, Reconcile
from core.use_cases.webhook.process_webhook import ProcessWebhook
from core.use_cases.webhook.receive_webhook import ReceiveWebhook
from core.use_cases.webhook.replay_webhook import ReplayWebhook
from ports.jobs import JobHandler, JobPayload
from ports.rate_limits import RateLimits
from tests.contested import Contested
from tests.machines.sale import a_file

PRICE = 1_000
POLICY = DownloadPolicy(limit=2, days=30)


class BrowserPayments(InMemoryPayments):
    """The buyer's browser confirms; the shop can only look. ``meanwhile``: what happens during the next
    looks, before they answer, one by one."""

    def __init__(self, *, captures_at_once: bool) -> None:
        super().__init__("stripe", captures_at_once=captures_at_once)
        self.meanwhile: list[Callable[[], object]] = []

    def retrieve(self, data: Metadata) -> ProviderPayment:
        told = super().retrieve(data)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return told

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        return self.retrieve(data)

    def recover(self) -> None:
        """No more faults."""
        self._planned.clear()

    def buyer_fails(self, reference: str) -> None:
        self.accounts[reference].status = SessionStatus.CANCELED


class PayingShop:
    """One digital product of ``PRICE`` with a file that is ready, no tax; one cart with a payment begun."""

    def __init__(self, *, captures_at_once: bool = True, limits: RateLimits | None = None) -> None:
        self.memory = Memory()
        self.clock = FrozenClock()
        self.ids = CountingIds()
        self.begin = Contested(InMemoryBegin(self.memory, self.clock, self.ids, REACTIONS))
        self.payments = BrowserPayments(captures_at_once=captures_at_once)
        self.mailer = InMemoryMailer()
        self.source = InMemoryWebhookSource("stripe")
        self.limits = limits or NoRateLimits()
        self._wire()
        self._fill()
        self.told = 0

    def _wire(self) -> None:
        begin, clock, ids = self.begin, self.clock, self.ids
        self.providers = providers = InMemoryPaymentProviders(self.payments)
        pricing = CartPricing(InMemoryTaxProviders(), clock, ids)
        abandon = AbandonSessions(clock, ids)
        opener = SessionOpener(begin, providers, abandon, ids, CheckoutBudgets(self.limits))
        sync = SessionSync(begin, opener, abandon)
        self.create_cart = CreateCart(begin, pricing, ids)
        self.add_line = AddLine(begin, pricing, sync)
        self.update_cart = UpdateCart(begin, pricing, sync, abandon, clock, ids)
        self.start_payment = StartPayment(begin, providers, pricing, opener, abandon, ids)
        self.place_order = PlaceOrder(begin, providers, pricing, clock, ids, POLICY, CheckoutBudgets(self.limits))
        recover = RecoverCheckout(begin, self.place_order)
        refund_checkout = RefundCheckout(begin, providers, clock, ids)
        capture = CapturePayment(begin, providers, clock, ids, POLICY)
        self.handle_refund = handle_refund = HandleRefund(begin, clock, ids, POLICY)
        settle_refund = SettleRefund(begin, providers, handle_refund)
        self.refund_payment = RefundPayment(begin, settle_refund, clock, ids)
        self.release_collection = ReleaseCollection(clock, ids)
        self.record_collected = RecordCollectionPayment(self.release_collection, clock, ids, POLICY)
        self.complete_edit = CompleteOrderEdit(begin, clock, ids, POLICY)
        collections = SettleCollection(begin, self.record_collected, self.complete_edit)
        self.settle = SettlePayment(
            begin, providers, self.place_order, sync, clock, ids, POLICY, abandon, collections
        )
        self.pricing, self.sync, self.capture, self.settle_refund = pricing, sync, capture, settle_refund
        self.release = ReleasePayments(begin, providers, settle_refund, clock, ids)
        self.handle_dispute = HandleDispute(begin, clock, ids, POLICY)
        sources = InMemoryWebhookSources(self.source)
        handlers = {
            PaymentMoved: FollowPayment(self.settle),
            RefundsMoved: FollowRefunds(begin, providers, handle_refund),
            DisputeReport: self.handle_dispute,
        }
        self.receive = ReceiveWebhook(begin, sources, clock, ids)
        self.process = ProcessWebhook(begin, sources, handlers, clock, luck=lambda: 0.0)
        self.replay = ReplayWebhook(begin)
        finish = FinishAttempt(begin, recover, refund_checkout, self.settle)
        self.unfinished = InMemoryUnfinished(self.memory)
        follow_refunds = FollowRefunds(begin, providers, handle_refund)
        self.reconcile_all = Reconcile(
            begin,
            self.unfinished,
            self.settle,
            finish,
            capture,
            settle_refund,
            clock,
            follow_refunds,
            RecordDelivery(begin),
            self.mailer,
        )
        settings = MailSettings(storefront_url="http://shop.test")
        self.reactions = RunReactions(
            InMemoryJobs(self.memory, clock),
            {
                "capture_digital_order": self._job(CaptureDigitalOrder(begin, capture)),
                "capture_digital_swap": self._job(CaptureDigitalSwap(begin, capture)),
                "send_order_confirmation": self._job(SendOrderConfirmation(begin, clock, ids)),
                "submit_print_order": lambda _: None,
                "issue_download_token": self._job(IssueDownloadToken(begin, clock)),
                **dict.fromkeys(("mail_return_requested", "mail_return_received", "mail_swap"), lambda _: None),
                "mail_refund": self._job(MailRefund(begin, clock, ids)),
                "refund_checkout": self._job(refund_checkout),
                "recover_checkout": self._job(recover),
                "settle_refund": self._job(settle_refund),
                "release_payments": self._job(self.release),
                "process_webhook": self._job(self.process),
                "deliver_mail": self._job(DeliverMail(begin, self.mailer, InMemoryDerivedTokens(), clock, settings)),
            },
            clock,
            batch=1,
            luck=lambda: 0.0,
        )

    @staticmethod
    def _job(use_case: Callable[..., object]) -> JobHandler:
        def handle(payload: JobPayload) -> None:
            use_case(SYSTEM, **payload)

        return handle

    def _fill(self) -> None:
        with self.begin(SYSTEM, "test.shop") as work:
            work.regions.add(
                Region(
                    id=RegionId("reg_1"),
                    name="EU",
                    currency_code="eur",
                    tax_rate=Decimal(0),
                    country_codes=("de",),
                    payment_provider_ids=("stripe",),
                )
            )
            variant = Variant(
                id=VariantId("variant_1"),
                title="4K",
                requires_shipping=False,
                manage_inventory=False,
                prices=(MoneyAmount(id="ma_1", currency_code="eur", amount=PRICE),),
            )
            work.products.add(
                Product(
                    id=ProductId("prod_1"),
                    title="Pack",
                    handle="pack",
                    profile_id=work.shop.default_profile().id,
                    status=ProductStatus.PUBLISHED,
                    sales_channel_ids=(work.shop.store().default_sales_channel_id,),
                    variants=[variant],
                )
            )
            work.commit()
        with self.begin(SYSTEM, "test.file") as work:
            work.files.add(a_file("pfile_1", "prod_1"))
            work.commit()
        self.cart_id = self.create_cart(ANONYMOUS, NewCart(region_id="reg_1"))
        self.add_line(ANONYMOUS, self.cart_id, "variant_1", 1, None)
        self.update_cart(ANONYMOUS, self.cart_id, CartChanges(email="ada@example.com"))
        self.start_payment(ANONYMOUS, self.cart_id)
        self.reference = str(self.memory.carts[self.cart_id].payment_sessions[0].data["id"])

    # What happens to it

    def buyer_pays(self) -> None:
        self.payments.buyer_acts(self.reference)

    def browser_completes(self, actor: Actor = ANONYMOUS) -> None:
        self.place_order(actor, self.cart_id)

    def tell(self, type: str, fact: ProviderFact | None = None, *, id: str | None = None) -> str:
        """The provider tells it; our id of the event."""
        if fact is not None:
            self.source.meanings[type] = fact
        self.told += 1
        raw = json.dumps({"id": id or f"evt_{self.told}", "type": type}).encode()
        return self.receive(ANONYMOUS, "stripe", raw, {"Signature": "genuine"})

    def tell_paid(self, id: str | None = None) -> str:
        return self.tell("paid", PaymentMoved(provider_id="stripe", provider_payment_id=self.reference), id=id)

    def tell_refunds(self) -> str:
        return self.tell("refunds", RefundsMoved(provider_id="stripe", provider_payment_id=self.reference))

    def reconcile(self) -> list[Finding]:
        return self.reconcile_all(SYSTEM)

    def run_a_job(self) -> None:
        self.reactions.run_once("test")

    def run_jobs(self) -> None:
        """All that are due."""
        while self.reactions.run_once("test"):
            pass

    def wait(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))

    def calm_down(self, hours: int = 1) -> None:
        """The faults end, and time passes, minute by minute at first."""
        self.payments.recover()
        self.run_jobs()
        for step in [timedelta(minutes=1)] * 5 + [timedelta(hours=1)] * hours:
            self.clock.advance(step)
            self.reconcile()
            self.run_jobs()


def tolerantly(act: Callable[[], object]) -> None:
    """Callers meet refusals (a cart being completed, a provider out of reach); they try again or not."""
    with suppress(DomainError):
        act()


def assert_sold_once(shop: PayingShop) -> None:
    (order,) = shop.memory.orders.values()
    (payment,) = order.payments
    account = shop.payments.accounts[shop.reference]
    assert (order.payment_status, payment.provider_payment_id) == (PaymentStatus.CAPTURED, shop.reference)
    assert (account.captured, account.refunded) == (PRICE, 0)
    assert shop.memory.carts[shop.cart_id].order_id == order.id
    assert [type(letter) for letter in shop.mailer.letters] == [OrderLetter]
    (entitlement,) = shop.memory.downloads.values()
    assert (entitlement.state, entitlement.order_id) == ("granted", order.id)
    states = Counter(attempt.state for attempt in shop.memory.attempts.values())
    assert states.pop(AttemptState.PLACED) == 1
    assert set(states) <= {AttemptState.GIVEN_UP}


def a_sold_one() -> PayingShop:
    """Paid, completed, mailed."""
    shop = PayingShop()
    shop.buyer_pays()
    shop.browser_completes()
    shop.run_jobs()
    return shop
