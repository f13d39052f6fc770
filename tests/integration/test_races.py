"""Two processes and many threads at the same thing at once: the database decides, everybody gets an answer."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Queue
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.db.tables import customers, mailbox_proofs, order_items, orders, product_variants, refunds
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.download import DownloadLimitReached
from core.domain.errors import DomainError
from core.use_cases.invite.accept_invite import Acceptance
from core.use_cases.invite.create_invite import NewInvite
from core.use_cases.order.refund_payment import RefundRequest
from tests.integration.shops import (
    ADMIN,
    PASSWORD,
    VARIANT,
    a_customer,
    open_shop,
    ready_to_pay,
    run_jobs,
    stock_shop,
)
from tests.processes import processes

PROCESSES = 2
Deed = Callable[[Container, str, int], str]


def _crowd(folder: Path, deed: Deed, argument: str, count: int) -> Counter[str]:
    """Do the deed ``count`` times, split over two processes that start together; the answers counted."""
    context = processes()
    gate = context.Barrier(PROCESSES)
    answers: Queue[list[str]] = context.Queue()
    each = count // PROCESSES
    workers = [
        context.Process(target=_work, args=(folder, deed, argument, range(n * each, (n + 1) * each), gate, answers))
        for n in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    said = Counter(answer for _ in workers for answer in answers.get(timeout=60))
    for worker in workers:
        worker.join(timeout=10)
    return said


def _work(folder, deed, argument, numbers, gate, answers) -> None:
    container = open_shop(folder)
    container.engines()
    gate.wait(timeout=30)

    def attempt(number: int) -> str:
        try:
            return deed(container, argument, number)
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(len(numbers)) as threads:
        answers.put(list(threads.map(attempt, numbers)))


@pytest.fixture
def shop(folder: Path) -> Iterator[Container]:
    container = open_shop(folder)
    stock_shop(container, stock=50)
    yield container
    container.engines().dispose()


def _count(container: Container, table, *where) -> int:
    with container.read_engine().connect() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where))


def _complete(container: Container, cart_id: str, _: int) -> str:
    return container.place_order()(ANONYMOUS, cart_id).id


def test_sixteen_parallel_completes_make_one_order_and_everybody_gets_it(shop, folder) -> None:
    cart_id = ready_to_pay(shop, ANONYMOUS)

    said = _crowd(folder, _complete, cart_id, 16)

    assert list(said.values()) == [16]
    assert next(iter(said)).startswith("order_")
    assert _count(shop, orders) == 1
    assert _count(shop, order_items) == 1
    with shop.read_engine().connect() as connection:
        left = connection.scalar(
            select(product_variants.c.inventory_quantity).where(product_variants.c.id == VARIANT)
        )
    assert left == 49


def _complete_own(container: Container, cart_ids: str, number: int) -> str:
    return container.place_order()(ANONYMOUS, cart_ids.split()[number]).kind


def test_the_last_units_of_stock_are_sold_once(folder) -> None:
    shop = open_shop(folder)
    stock_shop(shop, stock=3)
    carts = [ready_to_pay(shop, ANONYMOUS) for _ in range(10)]

    said = _crowd(folder, _complete_own, " ".join(carts), 10)

    assert said == {"order": 3, "OUT_OF_STOCK": 7}
    assert _count(shop, orders) == 3


def _redeem(container: Container, argument: str, _: int) -> str:
    token, customer_id = argument.split()
    customer = Actor(kind=ActorKind.CUSTOMER, id=customer_id)
    try:
        container.redeem_download()(customer, token)
    except DownloadLimitReached:
        return "limit"
    return "counted"


def test_a_hundred_parallel_redeems_at_limit_three_count_three(shop, folder) -> None:
    customer = a_customer(shop)
    order_id = shop.place_order()(customer, ready_to_pay(shop, customer)).id
    shop.capture_payment()(ADMIN, order_id)
    with shop.begin()(ADMIN, "test.limit") as work:
        download = work.downloads.of_order(order_id)[0]
        download.download_limit = 3
        work.commit()
    token = shop.derived_tokens().derive("download", download.id, 1)

    # Each thread redeems without a session, so each success has opened one of its own.
    said = _crowd(folder, _redeem, f"{token} {customer.id}", 100)

    assert said == {"counted": 3, "limit": 97}
    with shop.begin()(ADMIN, "test.look") as work:
        assert work.downloads.get(download.id).download_count == 3


def _accept(container: Container, token: str, _: int) -> str:
    container.accept_invite()(ANONYMOUS, token, Acceptance(password=PASSWORD))
    return "accepted"


def test_thirty_two_parallel_accepts_make_one_account(shop, folder) -> None:
    invite_id = shop.create_invite()(ADMIN, NewInvite(email="new@example.com"))
    token = shop.derived_tokens().derive("invite", invite_id, 1)

    said = _crowd(folder, _accept, token, 32)

    assert said["accepted"] == 1
    assert said["accepted"] + said["INVITE_ALREADY_ACCEPTED"] + said["EMAIL_TAKEN"] == 32
    assert _count(shop, customers, customers.c.email == "new@example.com") == 1


def _refund(container: Container, order_id: str, _: int) -> str:
    container.refund_payment()(ADMIN, order_id, RefundRequest(amount=300))
    return "refunded"


def test_parallel_refunds_never_exceed_what_was_captured(shop, folder) -> None:
    order_id = shop.place_order()(ANONYMOUS, ready_to_pay(shop, ANONYMOUS)).id
    shop.capture_payment()(ADMIN, order_id)

    said = _crowd(folder, _refund, order_id, 16)

    assert said == {"refunded": 3, "REFUND_EXCEEDS_CAPTURED": 13}  # 3 x 300 of 1100
    with shop.begin()(ADMIN, "test.look") as work:
        order = work.orders.get(order_id)
    assert order.refunded_total == 900
    assert _count(shop, refunds) == 3


def test_jobs_of_a_sale_run_once_whoever_takes_them(shop, folder) -> None:
    shop.place_order()(ANONYMOUS, ready_to_pay(shop, ANONYMOUS))

    _crowd(folder, _drain, "", 4)
    run_jobs(shop)

    assert len(list((folder / "mail").glob("*.eml"))) == 1


def _revoke(container: Container, key_id: str, _: int) -> str:
    container.revoke_publishable_key()(ADMIN, key_id)
    return "revoked"


def test_a_key_is_revoked_once(shop, folder) -> None:
    key_id = shop.create_publishable_key()(ADMIN, "Storefront")

    assert _crowd(folder, _revoke, key_id, 8) == {"revoked": 1, "NOT_ALLOWED": 7}


def _name_group(container: Container, name: str, _: int) -> str:
    container.create_customer_group()(ADMIN, name)
    return "made"


def test_one_group_gets_a_name(shop, folder) -> None:
    assert _crowd(folder, _name_group, "Friends", 8) == {"made": 1, "GROUP_NAME_TAKEN": 7}


def _drain(container: Container, _: str, __: int) -> str:
    run_jobs(container)
    return "done"


def _reset(container: Container, token: str, number: int) -> str:
    container.reset_password()(ANONYMOUS, "ada@example.com", token, f"a new password {number}")
    return "set"


def test_one_mailed_token_sets_one_password(folder: Path, shop: Container) -> None:
    a_customer(shop)
    shop.issue_password_token()(SYSTEM, "proof_race", "ada@example.com")
    token = shop.derived_tokens().derive("password_reset", "proof_race", 1)

    assert _crowd(folder, _reset, token, 8) == {"set": 1, "INVALID_TOKEN": 7}


def _claim(container: Container, token: str, _: int) -> str:
    container.confirm_order_claim()(ANONYMOUS, token)
    return "claimed"


def test_one_mailed_token_hands_orders_over_once(folder: Path, shop: Container) -> None:
    customer = a_customer(shop)
    cart_id = ready_to_pay(shop, ANONYMOUS)
    order_id = str(shop.place_order()(ANONYMOUS, cart_id).id)
    shop.request_order_claim()(customer, [order_id])
    with shop.write_engine().connect() as connection:
        proof_id = connection.scalars(select(mailbox_proofs.c.id)).one()
    token = shop.derived_tokens().derive("order_claim", proof_id, 1)

    assert _crowd(folder, _claim, token, 8) == {"claimed": 1, "INVALID_TOKEN": 7}
    with shop.begin()(SYSTEM, "test.look") as work:
        assert work.orders.get(order_id).customer_id == customer.id
