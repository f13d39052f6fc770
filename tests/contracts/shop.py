"""A shop to hold units of work to their contract: some engine behind the port, and ways to look inside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

from adapters.memory.clock import CountingIds, FrozenClock
from core.domain.actor import SYSTEM, Actor
from core.domain.download import DownloadState
from core.domain.errors import ConcurrentUpdate, Unavailable
from ports.jobs import Jobs
from ports.unit_of_work import Begin, UnitOfWork
from tests.contracts import full_discounts as discounts
from tests.contracts import full_records as full
from tests.contracts import full_sales as sales

REACTIONS = {"order.placed": ("capture_digital_order", "send_order_confirmation"), "mail.queued": ("deliver_mail",)}
PATIENCE = 20.0  # seconds until a busy test gives up


class Shop(ABC):
    """clock, ids: those the engine was given."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.ids = CountingIds()

    @property
    @abstractmethod
    def begin(self) -> Begin: ...

    @property
    @abstractmethod
    def jobs(self) -> Jobs: ...

    @abstractmethod
    def add_group(self, id: str) -> None:
        """A customer group; nothing manages these yet."""

    @abstractmethod
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """(name, fields) of every stored event, in the order of commits."""

    @abstractmethod
    def queued(self) -> list[tuple[str, dict[str, Any]]]:
        """(kind, payload) of every job."""

    @abstractmethod
    def audit_log(self) -> list[dict[str, Any]]:
        """Rows with actor_kind, actor_id, action, targets, before_digest, after_digest, network, request_id, at."""

    def open(self, actor: Actor = SYSTEM, action: str = "test") -> AbstractContextManager[UnitOfWork]:
        return self.begin(actor, action)

    def save(self, *steps: Callable[[UnitOfWork], object], actor: Actor = SYSTEM) -> None:
        """All of these in one commit."""
        with self.open(actor) as work:
            for step in steps:
                step(work)
            work.commit()

    def read(self, look: Callable[[UnitOfWork], Any]) -> Any:
        with self.open() as work:
            return look(work)

    @property
    def channel_id(self) -> str:
        return str(self.read(lambda work: work.shop.store().default_sales_channel_id))

    @property
    def profile_id(self) -> str:
        return str(self.read(lambda work: work.shop.default_profile().id))

    def furnish(self) -> None:
        """What a full cart and a full order refer to."""
        self.add_group("cgrp_1")
        self.add_group("cgrp_2")
        product = full.a_product(profile_id=self.profile_id, channel_id=self.channel_id)
        option = full.a_shipping_option(profile_id=self.profile_id)
        self.save(
            lambda work: work.records.add(full.a_collection("pcol_1", "collection")),
            lambda work: work.categories.add(full.a_category("pcat_1", "top", parent_id=None)),
            lambda work: work.regions.add(full.a_region()),
            lambda work: work.customers.add(full.a_customer()),
            lambda work: work.users.add(full.a_user()),
            lambda work: work.products.add_type(full.a_type()),
            lambda work: work.products.add_tag(full.a_tag()),
            lambda work: work.products.add_tag(full.a_tag("ptag_2", "red")),
            lambda work: work.products.add(product),
            lambda work: work.shop.add_shipping_option(option),
            lambda work: work.gift_cards.add(full.a_gift_card()),
            lambda work: work.discounts.add_rule(discounts.a_rule(deleted_at=None)),
            lambda work: work.discounts.add(discounts.a_live_discount("disc_1")),
            lambda work: work.discounts.add(discounts.a_live_discount("disc_0")),
        )

    def sell(self) -> None:
        """A completed cart, its order, a file, and access to it: five downloads, none used."""
        self.furnish()
        channel = self.channel_id
        self.save(
            lambda work: work.carts.add(sales.a_cart(channel_id=channel)),
            lambda work: work.orders.add(sales.an_order(channel_id=channel)),
            lambda work: work.files.add(full.a_file()),
            lambda work: work.downloads.add(
                sales.an_entitlement(state=DownloadState.GRANTED, reason=None, download_limit=5, download_count=0)
            ),
        )


def persist(call: Callable[[], Any]) -> Any:
    """As callers do: again when somebody else was faster."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            return call()
        except (ConcurrentUpdate, Unavailable):
            if monotonic() > deadline:
                raise
            sleep(0.002)


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """What ``count`` threads got, each persisting."""
    answers: list[Any] = []

    def run(number: int) -> None:
        try:
            answers.append(persist(lambda: call(number)))
        except Exception as error:  # shown by the assertion on the answers
            answers.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 2)
    return answers


HOUR = timedelta(hours=1)
