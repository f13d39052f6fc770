"""``perseus check``: silent about a shop where all is well, and it finds whatever was put wrong by hand."""

# ruff: noqa: S608 - the statements are written here, nobody else has a say in them

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from dependency_injector.providers import Object
from sqlalchemy import make_url

from adapters.db.books.sql_books import SqlOpenBooks
from adapters.db.engine import Engines, open_engines
from adapters.memory.clock import FrozenClock
from adapters.storage.folder_file_store import FolderFileStore
from bootstrap.checking import run_check
from bootstrap.cli import cli
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.discount import Allocation, DiscountType
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.check.check_shop import CheckShop, Looked
from core.use_cases.check.violation import Violation
from core.use_cases.discount.create_discount import NewDiscount, NewRule
from core.use_cases.invite.accept_invite import Acceptance
from core.use_cases.invite.create_invite import NewInvite
from core.use_cases.order.refund_payment import RefundRequest
from core.use_cases.reactions import REACTIONS
from tests.integration.shops import (
    ADMIN,
    PASSWORD,
    PRODUCT,
    REGION,
    a_customer,
    open_shop,
    ready_to_pay,
    run_jobs,
    stock_shop,
    variables,
)

LATER = timedelta(days=3)  # nothing is still under way

ORDER = "(SELECT MAX(id) FROM orders)"
DOWNLOAD = "(SELECT MAX(id) FROM downloads)"
CART = "(SELECT MAX(id) FROM carts WHERE order_id IS NULL)"
LONG_AGO = "'2020-01-01 00:00:00'"

PLANTED = [
    ("order_totals", f"UPDATE orders SET total = total + 1 WHERE id = {ORDER}"),
    ("order_totals", f"UPDATE orders SET item_tax_total = 0 WHERE id = {ORDER}"),
    ("line_totals", f"UPDATE order_items SET subtotal = subtotal - 1 WHERE order_id = {ORDER}"),
    ("order_columns", f"UPDATE orders SET payment_status = 'awaiting' WHERE id = {ORDER}"),
    ("order_columns", f"UPDATE orders SET refunded_total = 1 WHERE id = {ORDER}"),
    ("refunds_counted", "UPDATE payments SET amount_refunded = amount_refunded + 1"),
    ("refunds_within_captured", "UPDATE refunds SET amount = 1000000"),
    ("order_readable", f"DELETE FROM order_items WHERE order_id = {ORDER}"),
    ("one_order_per_cart", f"UPDATE orders SET cart_id = (SELECT MIN(cart_id) FROM orders) WHERE id = {ORDER}"),
    ("completed_cart", "UPDATE carts SET order_id = 'order_gone' WHERE order_id IS NOT NULL"),
    ("completed_cart", f"UPDATE carts SET completed_at = {LONG_AGO} WHERE id = {CART}"),
    ("discount_uses", "UPDATE discounts SET usage_count = usage_count + 1"),
    ("discount_uses", "DELETE FROM discount_uses"),
    ("discount_uses", "DELETE FROM order_discounts"),
    ("discount_uses", "UPDATE orders SET status = 'canceled'"),
    ("entitlement_paid", f"UPDATE payments SET captured_at = NULL WHERE order_id = {ORDER}"),
    ("entitlement_given", f"DELETE FROM downloads WHERE order_id = {ORDER}"),
    ("entitlement_quantity", f"UPDATE downloads SET quantity = quantity + 1 WHERE order_id = {ORDER}"),
    (
        "entitlement_unique",
        "UPDATE downloads SET (line_item_id, order_id) = "
        "(SELECT line_item_id, order_id FROM downloads ORDER BY id LIMIT 1)",
    ),
    ("downloads_counted", f"UPDATE downloads SET download_count = download_count + 1 WHERE id = {DOWNLOAD}"),
    ("downloads_within_limit", f"UPDATE downloads SET download_count = 99 WHERE id = {DOWNLOAD}"),
    ("attempts_end", "UPDATE payment_attempts SET state = 'refund_due'"),
    (
        "attempts_end",
        f"UPDATE carts SET attempt_id = (SELECT MAX(id) FROM payment_attempts) WHERE id = {CART};"
        f"UPDATE payment_attempts SET cart_id = {CART}, state = 'started'",
    ),
    ("invites_make_accounts", "UPDATE customers SET has_account = FALSE WHERE email = 'invited@example.com'"),
    ("invites_make_accounts", "UPDATE invites SET state = 'pending'"),
    (
        "stock",
        "UPDATE product_variants SET inventory_quantity = -1, manage_inventory = TRUE, allow_backorder = FALSE",
    ),
    (
        "events_have_jobs",
        "DELETE FROM jobs WHERE kind = 'capture_digital_order' AND id > (SELECT MIN(id) FROM jobs other"
        " WHERE other.kind = jobs.kind)",
    ),
    ("events_have_jobs", "DELETE FROM jobs"),
    ("jobs_done", "UPDATE jobs SET state = 'dead', last_error = 'hopeless' WHERE kind = 'deliver_mail'"),
    ("mails_sent", "UPDATE mails SET status = 'failed'"),
    ("files_have_objects", "UPDATE product_files SET size = size + 1"),
    ("files_have_objects", "UPDATE product_files SET storage_key = 'products/elsewhere.zip'"),
    ("no_orphan_objects", "UPDATE product_files SET storage_key = 'products/elsewhere.zip'"),
]
UNIQUE = ("uq_orders_cart_id", "uq_downloads_line_file")


def sell(container: Container) -> None:
    """Two buyers with a code, one of whom gets part of the money back; downloads; an invitation; an open cart."""
    stock_shop(container)
    invited = container.create_invite()(ADMIN, NewInvite(email="invited@example.com"))
    token = container.derived_tokens().derive("invite", invited, 1)
    container.accept_invite()(ANONYMOUS, token, Acceptance(password=PASSWORD))
    rule = NewRule(type=DiscountType.FREE_SHIPPING, value=0, allocation=Allocation.TOTAL)
    container.create_discount()(ADMIN, NewDiscount(code="FREE", rule=rule, region_ids=(REGION,)))
    for email in ("ada@example.com", "bob@example.com"):
        customer = a_customer(container, email)
        cart = ready_to_pay(container, customer, quantity=2)
        container.update_cart()(customer, cart, CartChanges(discount_codes=("FREE",)))
        placed = container.place_order()(customer, cart)
        run_jobs(container)
        with container.begin()(SYSTEM, "test.look") as work:
            (entitlement,) = work.downloads.of_order(placed.id)
        token = container.derived_tokens().derive("download", entitlement.id, entitlement.revision)
        opened = container.open_download()(customer, token)
        container.redeem_download()(customer, token, opened.session_id)
    line = entitlement.line_item_id
    container.refund_payment()(ADMIN, placed.id, RefundRequest(amount=1_100, items=((line, 1),)))
    ready_to_pay(container, customer)
    run_jobs(container)


def findings(engines: Engines, container: Container, looked: list[Looked] | None = None) -> list[Violation]:
    clock = FrozenClock(container.clock().now() + LATER)
    files = FolderFileStore(
        container.settings().files_dir, "http://shop.test", container.link_signer(), container.clock()
    )
    check = CheckShop(SqlOpenBooks(engines.read, REACTIONS), files, clock, REACTIONS)
    return check(SYSTEM, (looked if looked is not None else []).append)


def rules(found: list[Violation]) -> set[str]:
    return {each.rule for each in found}


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    container = open_shop(tmp_path_factory.mktemp("sold"))
    sell(container)
    yield container
    container.engines().dispose()


@pytest.fixture
def copied(sold: Container, tmp_path: Path) -> Path:
    """A copy of the sold shop's database."""
    sold.engines().dispose()
    source = sold.settings().data_dir / "shop.db"
    with closing(sqlite3.connect(source)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(source, tmp_path / "shop.db")
    return tmp_path / "shop.db"


def plant(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.executescript("".join(f"DROP INDEX {name};" for name in UNIQUE) + statements)
        database.commit()


def test_nothing_is_wrong_with_a_shop_that_has_sold(sold: Container) -> None:
    looked: list[Looked] = []

    assert findings(sold.engines(), sold, looked) == []
    seen = {each.part: each.seen for each in looked if each.done}
    assert (seen["orders"], seen["carts"], seen["downloads"], seen["invitations"]) == (2, 2, 2, 1)
    assert seen["files"] == seen["stored objects"] == 1
    assert seen["events"] > 5


@pytest.mark.parametrize(("rule", "statements"), PLANTED)
def test_what_was_put_wrong_is_found(rule: str, statements: str, sold: Container, copied: Path) -> None:
    plant(copied, statements)
    engines = open_engines(f"sqlite:///{copied}")

    found = findings(engines, sold)

    engines.dispose()
    assert rule in rules(found)
    assert all(each.id and each.sentence.endswith(".") for each in found)


def test_limit_lowered_below_what_was_used_is_no_violation(sold: Container, copied: Path) -> None:
    plant(copied, "UPDATE downloads SET download_limit = 0")
    engines = open_engines(f"sqlite:///{copied}")

    assert findings(engines, sold) == []
    engines.dispose()


def test_what_is_still_under_way_is_not_judged(sold: Container, copied: Path) -> None:
    plant(copied, f"DELETE FROM downloads WHERE order_id = {ORDER}; UPDATE payment_attempts SET state = 'refund_due'")
    engines = open_engines(f"sqlite:///{copied}")
    check = CheckShop(SqlOpenBooks(engines.read, REACTIONS), sold.file_store(), sold.clock(), REACTIONS)

    assert check(SYSTEM) == []
    engines.dispose()


def test_missing_object_is_found(sold: Container) -> None:
    (path,) = sold.settings().files_dir.rglob("pfile_test.zip")
    content = path.read_bytes()
    path.unlink()

    found = findings(sold.engines(), sold)
    path.write_bytes(content)

    assert [(each.rule, each.id) for each in found] == [("files_have_objects", "pfile_test")]


def test_one_moment_is_looked_at_while_the_shop_goes_on(sold: Container, copied: Path) -> None:
    engines = open_engines(f"sqlite:///{copied}")
    with SqlOpenBooks(engines.read, REACTIONS)() as books:
        before = [record.id for record in books.orders()]
        with engines.write.begin() as connection:
            connection.exec_driver_sql("UPDATE orders SET total = 0")
        assert [record.order.totals.total > 0 for record in books.orders() if record.order] == [True] * len(before)
    engines.dispose()


def test_postgresql_answers_the_same(postgres_url: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="perseus_check_"))
    container = open_shop(folder)
    engines = open_engines(postgres_url)
    container.engines.override(Object(engines))
    sell(container)
    assert findings(engines, container) == []

    together = {"line_totals", "order_columns", "downloads_counted", "invites_make_accounts", "mails_sent", "stock"}
    together |= {"completed_cart", "discount_uses", "jobs_done", "files_have_objects", "no_orphan_objects"}
    plain = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as database:
        for rule, statements in PLANTED:
            if rule in together:
                database.execute(statements)  # type: ignore[arg-type]
    found = findings(engines, container)
    engines.dispose()
    shutil.rmtree(folder)

    assert together <= rules(found)


def test_command_tells_by_its_exit_status(
    sold: Container, copied: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in variables(sold.settings().data_dir).items():
        monkeypatch.setenv(name, value)
    assert cli.main(["check"], standalone_mode=False) == 0
    assert "orders: 2 seen, 0 wrong" in capfd.readouterr().out

    plant(copied, f"UPDATE downloads SET download_count = 3 WHERE id = {DOWNLOAD}")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{copied}")
    assert cli.main(["check"], standalone_mode=False) == 1
    assert "[downloads_counted] Download dl_" in capfd.readouterr().out

    assert cli.main(["check", "--json"], standalone_mode=False) == 1
    told = json.loads(capfd.readouterr().out)
    (wrong,) = told["violations"]
    assert wrong["rule"] == "downloads_counted"
    assert told["seen"]["orders"] == 2
    assert PRODUCT not in wrong["sentence"]


def test_sign_in_service_whose_keys_cannot_be_had_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "keys.json"
    service = {"issuer": "https://id.test/", "audience": "shop", "jwks_file": str(keys)}
    container = open_shop(tmp_path, SSO_ISSUERS=json.dumps([service]))

    assert run_check(container, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(each["rule"], each["id"]) for each in told["violations"]] == [("sign_in_keys", "https://id.test/")]
    assert told["seen"]["sign-in services"] == 1

    keys.write_text('{"keys": []}')
    assert run_check(container, as_json=True) == 0
