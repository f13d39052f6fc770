"""Breakers before the real clients, whose other ends are down, slow or back again, on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import stripe

from adapters.email.resend_mailer import ResendMailer
from adapters.fulfillment.gelato import GelatoFulfillment
from adapters.payments.stripe_payments import StripePayments
from adapters.storage.s3_bucket import S3Access, S3Bucket
from adapters.storage.s3_file_store import S3FileStore
from adapters.system.breaker import PAYMENT_CALLS, Breaker, guarded
from adapters.system.clock import SystemClock
from adapters.system.prometheus_metrics import PrometheusMetrics
from bootstrap.engines import MAIL_CALLS, PRINT_CALLS, STORE_CALLS
from bootstrap.peers.resend import API_KEY, Answer, ResendServer
from bootstrap.sandbox.faults import Fault, FaultKind
from bootstrap.sandbox.sandbox import Sandbox
from bootstrap.sandbox.server import start_sandbox
from core.domain.download import LINK_LIFE
from core.domain.errors import Unavailable
from core.domain.mail import MailerUnavailable
from core.domain.money import Money
from core.domain.payment import PaymentProviderUnavailable
from core.domain.print_on_demand import PrintUnavailable
from ports.file_store import StorageUnavailable
from ports.metrics import Waiting
from tests.contracts.mailer import an_invite

PRICE = Money(1_000, "eur")


class Nothing:
    def jobs(self) -> list[Waiting]:
        return []

    def webhook_events(self) -> list[Waiting]:
        return []


class Watched:
    """A breaker that opens after two failures, its clock, and what Prometheus would read."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.now = 0.0
        self.metrics = PrometheusMetrics(Nothing())
        self.breaker = Breaker(provider, self.metrics, failures=2, now=lambda: self.now)

    def is_open(self) -> bool | None:
        told = self.metrics.exposition()[0].decode()
        line = f'perseus_provider_circuit_open{{provider="{self.provider}"}} '
        return line + "1.0" in told if line in told else None


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.01)
    with start_sandbox() as sandbox:
        yield sandbox


def fails(act: Callable[[], object], error: type[Unavailable], times: int = 1) -> Unavailable:
    for _ in range(times):
        with pytest.raises(error) as raised:
            act()
    return raised.value


def test_stripe_in_trouble_is_left_alone_and_asked_again_by_one(sandbox: Sandbox) -> None:
    line = Watched("stripe")
    client = StripePayments(sandbox.key, api_base=sandbox.url, retries=0)
    payments = guarded(client, line.breaker, PaymentProviderUnavailable, PAYMENT_CALLS)
    sandbox.faults.plan(Fault(kind=FaultKind.ERROR_500, method="POST", path="/v1/payment_intents", times=3))

    def begin(key: str) -> str:
        return payments.initiate(PRICE, {"cart_id": "cart_1"}, idempotency_key=key).reference

    fails(lambda: begin("one"), PaymentProviderUnavailable, 2)
    asked = len(sandbox.requests)
    assert fails(lambda: begin("two"), PaymentProviderUnavailable).retry_after == 11
    assert (len(sandbox.requests), line.is_open()) == (asked, True)
    line.now = 10
    assert fails(lambda: begin("two"), PaymentProviderUnavailable).retry_after == 5  # its own answer
    assert fails(lambda: begin("two"), PaymentProviderUnavailable).retry_after == 21
    line.now = 30

    assert begin("two").startswith("pi_")
    assert line.is_open() is False


def test_resend_that_is_out_of_order_is_left_alone() -> None:
    line = Watched("resend")
    with ResendServer() as server:
        client = ResendMailer(API_KEY, "shop@shop.test", api_base=server.base, rate=1_000_000, total_seconds=2.0)
        mailer = guarded(client, line.breaker, MailerUnavailable, MAIL_CALLS)
        server.answers.extend([Answer(status=500, name="application_error")] * 2)

        def send() -> str | None:
            return mailer.send("ada@shop.test", an_invite(), idempotency_key="mail_1")

        fails(send, MailerUnavailable, 3)
        assert (len(server.asked), line.is_open()) == (2, True)
        line.now = 10

        assert send()
        assert (len(server.sent), line.is_open()) == (1, False)


def test_refusals_of_resend_keep_nobody_waiting() -> None:
    line = Watched("resend")
    with ResendServer() as server:
        client = ResendMailer("re_wrong", "shop@shop.test", api_base=server.base, rate=1_000_000, total_seconds=2.0)
        mailer = guarded(client, line.breaker, MailerUnavailable, MAIL_CALLS)
        for number in range(4):
            with pytest.raises(Exception, match="403"):
                mailer.send("ada@shop.test", an_invite(), idempotency_key=f"mail_{number}")

        assert (len(server.asked), line.is_open()) == (4, None)


def test_printer_that_nobody_reaches_is_asked_after_as_long_as_its_orders_need() -> None:
    line = Watched("gelato")
    client = GelatoFulfillment("key", api_base="http://127.0.0.1:9", total_seconds=1.0)
    prints = guarded(client, line.breaker, PrintUnavailable, PRINT_CALLS)
    fails(lambda: prints.status("order"), PrintUnavailable, 2)

    assert fails(lambda: prints.status("order"), PrintUnavailable).retry_after == PrintUnavailable.retry_after
    assert prints.options()


def test_no_links_into_storage_that_is_down() -> None:
    line = Watched("s3")
    access = S3Access(endpoint="http://127.0.0.1:9", bucket="b", access_key_id="id", secret_access_key="secret")
    store = guarded(
        S3FileStore(S3Bucket(access), SystemClock()), line.breaker, StorageUnavailable, STORE_CALLS, checks=("link",)
    )

    def link() -> str:
        return store.link("k", file_name="a.zip", mime_type="application/zip", life=LINK_LIFE).url

    assert link()
    fails(lambda: store.delete("k"), StorageUnavailable, 2)
    fails(link, StorageUnavailable)
    line.now = 10
    assert link()
