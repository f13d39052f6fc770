"""Workers behind a real Valkey server: the table decides, so whatever happens to messages loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from adapters.db.engine import open_engines
from adapters.db.jobs import SqlJobs
from adapters.db.tables import jobs as jobs_table
from adapters.db.unit_of_work import SqlBegin
from adapters.jobs.dramatiq_worker import DramatiqCourier, DramatiqWorker, open_broker
from adapters.jobs.periodic import PeriodicJobs
from adapters.system.clock import SystemClock
from adapters.system.ids import UlidIds
from bootstrap.container import build_container
from bootstrap.settings import Settings
from bootstrap.working import beside_server
from core.domain.actor import SYSTEM
from core.domain.errors import Unavailable
from core.use_cases.jobs.run_reactions import RunReactions
from ports.jobs import JobHandler, JobPayload
from tests.integration.shops import a_customer, open_shop, ready_to_pay, stock_shop, variables
from tests.integration.valkey_server import Valkey, running_or_skip
from tests.processes import processes

SHORT = timedelta(seconds=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with running_or_skip() as running:
        yield running


@pytest.fixture
def valkey(server: Valkey) -> Valkey:
    server.client.flushall()
    return server


class Shop:
    """A queue, and what was done of it."""

    def __init__(self, url: str, redis_url: str) -> None:
        self.url = redis_url
        self.clock = SystemClock()
        self.engines = open_engines(url)
        self.jobs = SqlJobs(self.engines, self.clock)
        self.begin = SqlBegin(self.engines.write, self.clock, UlidIds(), {})
        self.done: Counter[str] = Counter()
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.workers: list[DramatiqWorker] = []

    def work(self, payload: JobPayload) -> None:
        self.begun.set()
        self.gate.wait(10)
        self.done[str(payload["number"])] += 1

    def worker(self, handler: JobHandler | None = None, *, lease: timedelta = timedelta(minutes=5)) -> DramatiqWorker:
        broker = open_broker(self.url)
        reactions = RunReactions(self.jobs, {"work": handler or self.work}, self.clock, lease=lease)
        courier = DramatiqCourier(broker, self.jobs, poll_seconds=0.02, send_again_seconds=0.5)
        worker = DramatiqWorker(broker, reactions, courier, threads=2)
        self.workers.append(worker)
        worker.start()
        return worker

    def queue(self, count: int, *, first: int = 0) -> None:
        with self.begin(SYSTEM, "test.queue") as work:
            for number in range(first, first + count):
                work.schedule("work", {"number": number}, dedupe_key=f"work:{number}")
            work.commit()

    def states(self) -> Counter[str]:
        with self.engines.read.connect() as connection:
            return Counter(connection.scalars(select(jobs_table.c.state)))

    def close(self) -> None:
        self.gate.set()
        for worker in self.workers:
            worker.stop(5)
        self.engines.dispose()


@pytest.fixture
def shop(valkey: Valkey, queue_url: str) -> Iterator[Shop]:
    shop = Shop(queue_url, valkey.url)
    yield shop
    shop.close()


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = monotonic() + seconds
    while not holds():
        if monotonic() > deadline:
            return False
        sleep(0.02)
    return True


def test_what_is_queued_before_and_after_the_start_is_done_once(shop: Shop) -> None:
    shop.queue(5)
    shop.worker()
    assert eventually(lambda: shop.states()["done"] == 5)
    shop.queue(15, first=5)

    assert eventually(lambda: shop.states()["done"] == 20)
    assert shop.done == Counter({str(number): 1 for number in range(20)})


def test_two_workers_share_the_work(shop: Shop) -> None:
    shop.queue(30)
    shop.worker()
    shop.worker()

    assert eventually(lambda: shop.states()["done"] == 30)
    assert set(shop.done.values()) == {1}


def test_failed_job_is_tried_again_at_its_time(shop: Shop) -> None:
    tries: list[float] = []

    def flaky(payload: JobPayload) -> None:
        tries.append(monotonic())
        if len(tries) == 1:
            error = Unavailable("not now")
            error.retry_after = 0
            raise error

    shop.queue(1)
    shop.worker(flaky)

    assert eventually(lambda: shop.states()["done"] == 1)
    assert len(tries) == 2
    assert tries[1] - tries[0] >= 4.9


def test_messages_that_vanish_are_sent_again(shop: Shop, valkey: Valkey) -> None:
    shop.gate.clear()
    shop.queue(12)
    shop.worker()
    assert shop.begun.wait(10)
    valkey.client.flushall()
    shop.gate.set()

    assert eventually(lambda: shop.states()["done"] == 12)
    assert set(shop.done.values()) == {1}


def test_messages_that_come_twice_do_nothing_twice(shop: Shop) -> None:
    shop.queue(6)
    broker = open_broker(shop.url)
    broker.declare_queue("jobs")
    for _ in range(3):
        assert DramatiqCourier(broker, shop.jobs).send_due() in (0, 6)
        broker.client.delete(*broker.client.keys("perseus-jobs:sent:*"))
    shop.worker()

    assert eventually(lambda: shop.states()["done"] == 6)
    sleep(0.1)
    assert set(shop.done.values()) == {1}
    broker.close()


def test_work_goes_on_when_the_server_comes_back(shop: Shop, valkey: Valkey) -> None:
    shop.queue(3)
    shop.worker()
    assert eventually(lambda: shop.states()["done"] == 3)
    valkey.stop()
    shop.queue(3, first=3)
    sleep(0.1)
    valkey.start()

    assert eventually(lambda: shop.states()["done"] == 6, 60)
    assert set(shop.done.values()) == {1}


def test_stopping_finishes_what_has_begun_and_leaves_the_rest_to_others(shop: Shop) -> None:
    shop.gate.clear()
    shop.queue(8)
    worker = shop.worker()
    assert shop.begun.wait(10)
    threading.Timer(0.05, shop.gate.set).start()

    assert worker.stop(10)
    done = shop.states()["done"]
    assert 1 <= done < 8
    shop.worker()
    assert eventually(lambda: shop.states()["done"] == 8)
    assert set(shop.done.values()) == {1}


def test_periodic_jobs_are_queued_once_and_done(shop: Shop) -> None:
    broker = open_broker(shop.url)
    crowd = [
        DramatiqCourier(broker, shop.jobs, PeriodicJobs(shop.begin, shop.clock, {"work": 3_600}), poll_seconds=0.02)
        for _ in range(2)
    ]
    for courier in crowd:
        courier.start()
    assert eventually(lambda: shop.states()["ready"] == 1)
    for courier in crowd:
        assert courier.stop(5)
    broker.close()

    assert shop.states() == Counter({"ready": 1})


def _work_until_killed(url: str, redis_url: str, begun: Event) -> None:
    shop = Shop(url, redis_url)

    def endless(payload: JobPayload) -> None:
        begun.set()
        while True:
            sleep(0.1)

    shop.worker(endless, lease=SHORT)
    sleep(60)


def test_killed_worker_loses_nothing(shop: Shop, queue_url: str, valkey: Valkey) -> None:
    shop.queue(10)
    context = processes()
    begun = context.Event()
    victim = context.Process(target=_work_until_killed, args=(queue_url, valkey.url, begun), daemon=True)
    victim.start()
    assert begun.wait(60)
    victim.kill()
    victim.join(10)
    assert victim.exitcode == -signal.SIGKILL
    shop.worker(lease=SHORT)

    assert eventually(lambda: shop.states()["done"] == 10, 30)
    assert set(shop.done.values()) == {1}


def perseus_worker(folder: Path, valkey: Valkey) -> subprocess.Popen[bytes]:
    source = Path(__file__).resolve().parents[2] / "src"
    env = {**variables(folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(source)}
    env |= {"JOBS_ENGINE": "dramatiq", "REDIS_URL": valkey.url}
    return subprocess.Popen(
        [sys.executable, "-m", "bootstrap.cli", "worker"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def test_command_works_off_what_a_sale_leaves_and_stops_when_told(folder: Path, valkey: Valkey) -> None:
    container = open_shop(folder)
    stock_shop(container)
    customer = a_customer(container)
    worker = perseus_worker(folder, valkey)
    placed = container.place_order()(customer, ready_to_pay(container, customer))

    def done() -> bool:
        with container.look()(SYSTEM, "test.look") as work:
            captured = work.orders.get(placed.id).settled
            return captured and bool(list((folder / "mail").glob("*.eml")))

    assert eventually(done, 60)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(40) == 0
    worker.communicate()
    container.engines().dispose()


def test_server_process_sends_but_runs_nothing(tmp_path: Path, valkey: Valkey) -> None:
    open_shop(tmp_path)
    settings = Settings.load(variables(tmp_path) | {"JOBS_ENGINE": "dramatiq", "REDIS_URL": valkey.url})
    container = build_container(settings)
    courier = beside_server(container)
    courier.start()

    assert eventually(lambda: len(valkey.client.keys("perseus-jobs:sent:*")) >= 2)  # the periodic ones
    assert courier.stop(5)
    assert {due.attempts for due in container.jobs().due(10)} == {0}
    container.engines().dispose()
