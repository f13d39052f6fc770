"""A provider that is down is left alone, and asked again by one before all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.payments import Fault, InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders
from adapters.system.breaker import Breaker, GuardedPaymentProviders, guarded
from core.domain.errors import Invalid, Unavailable
from core.domain.mail import MailerUnavailable
from core.domain.money import Money
from core.domain.payment import PaymentProviderUnavailable


class Watch:
    """Metrics of which only the circuits are of interest."""

    def __init__(self) -> None:
        self.told: list[bool] = []

    def circuit(self, provider: str, *, is_open: bool) -> None:
        self.told.append(is_open)


class Service:
    """A provider with two methods."""

    id = "acme"

    def __init__(self) -> None:
        self.fate: type[Exception] | None = None
        self.asked = 0

    def act(self) -> str:
        self.asked += 1
        if self.fate is not None:
            raise self.fate("as planned")
        return "done"

    def sign(self) -> str:
        return "signed"


class Line:
    """A service behind a breaker that opens after three failures, with a clock of its own."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.watch = Watch()
        self.service = Service()
        self.breaker = Breaker("acme", self.watch, failures=3, rest=10, now=lambda: self.now)  # type: ignore[arg-type]
        self.port = guarded(self.service, self.breaker, MailerUnavailable, ("act",), ("sign",))

    def fail(self, times: int) -> None:
        self.service.fate = Unavailable
        for _ in range(times):
            with pytest.raises(Unavailable):
                self.port.act()


def test_what_is_asked_passes_through() -> None:
    line = Line()

    assert (line.port.act(), line.port.sign(), line.port.id) == ("done", "signed", "acme")


def test_three_failures_in_a_row_have_it_left_alone() -> None:
    line = Line()
    line.fail(3)
    with pytest.raises(MailerUnavailable) as refusal:
        line.port.act()

    assert refusal.value.retry_after == 11
    assert line.service.asked == 3
    assert line.watch.told == [True]
    with pytest.raises(MailerUnavailable):
        line.port.sign()


def test_answer_between_failures_starts_the_count_anew() -> None:
    line = Line()
    line.fail(2)
    line.service.fate = None
    line.port.act()
    line.fail(2)

    assert line.watch.told == []


def test_definite_no_is_an_answer() -> None:
    line = Line()
    line.fail(2)
    line.service.fate = Invalid
    with pytest.raises(Invalid):
        line.port.act()
    line.fail(2)

    assert line.watch.told == []


def test_failures_of_long_ago_do_not_count() -> None:
    line = Line()
    for _ in range(5):
        line.fail(1)
        line.now += 31

    assert line.watch.told == []


def test_after_its_rest_one_call_tries_and_lets_all_in() -> None:
    line = Line()
    line.fail(3)
    line.now += 10
    line.service.fate = None

    assert line.port.act() == "done"
    assert line.port.act() == "done"
    assert line.watch.told == [True, False]


def test_try_that_fails_doubles_the_rest_up_to_a_minute() -> None:
    line = Line()
    line.fail(3)
    rests = []
    for _ in range(5):
        line.now += line.breaker.seconds_to_wait()
        line.fail(1)
        rests.append(line.breaker.seconds_to_wait() - 1)

    assert rests == [20, 40, 60, 60, 60]


def test_only_one_tries_at_a_time() -> None:
    line = Line()
    line.fail(3)
    line.now += 10
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Service):
        def act(self) -> str:
            inside.set()
            go_on.wait(5)
            return "done"

    slow = guarded(Slow(), line.breaker, Unavailable, ("act",))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow.act)
        assert inside.wait(5)
        with pytest.raises(Unavailable):
            line.port.act()
        go_on.set()
        assert first.result(5) == "done"

    assert line.service.asked == 3


def test_call_that_was_under_way_when_it_opened_does_not_lengthen_the_rest() -> None:
    line = Line()
    assert line.breaker.enter() == 0
    line.fail(3)
    line.breaker.leave(answered=False)

    assert line.breaker.seconds_to_wait() == 11


@given(st.lists(st.sampled_from(["down", "up", "no", "wait", "rest"]), max_size=40))
def test_it_never_refuses_a_service_that_answers_for_longer_than_its_rest(steps: list[str]) -> None:
    line = Line()
    for step in steps:
        line.service.fate = {"down": Unavailable, "no": Invalid}.get(step)
        if step in ("wait", "rest"):
            line.now += 1 if step == "wait" else 61
            continue
        before = line.service.asked
        with suppress(Unavailable, Invalid):
            line.port.act()
        assert line.service.asked - before in (0, 1)
    line.now += 61
    line.service.fate = None

    assert line.port.act() == "done"


def test_payment_that_could_not_be_asked_about_is_unknown_and_not_declined() -> None:
    watch = Watch()
    payments = InMemoryPayments("stripe")
    breaker = Breaker("stripe", watch, failures=2)  # type: ignore[arg-type]
    providers = GuardedPaymentProviders(
        InMemoryPaymentProviders(payments, InMemoryPayments("manual")), {"stripe": breaker}
    )
    payments.plan("initiate", Fault.LOST_REQUEST, Fault.LOST_REQUEST)
    for number in range(3):
        with pytest.raises(PaymentProviderUnavailable):
            providers.get("stripe").initiate(Money(100, "eur"), {}, idempotency_key=str(number))

    assert len(payments.calls) == 2
    assert providers.get("manual").id == "manual"
