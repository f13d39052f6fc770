"""What only PostgreSQL does: locks that end, a reading engine without any, commits whose answer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from adapters.db.engine import Engines, open_engines
from adapters.db.reads.sql_reads import SqlReads
from adapters.db.tables import audit_log, carts, countries, orders, regions
from adapters.db.unit_of_work import SqlBegin
from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.cart import Cart, CartId
from core.domain.errors import ConcurrentUpdate, Invalid, OutcomeUnknown, Unavailable
from ports.reads import Audience, Condition, Operator, Paging, ReadContext, Selection
from tests.contracts import full_records as full
from tests.contracts.shop import at_once
from tests.integration.breaking_line import BreakingLine
from tests.integration.test_sql_unit_of_work import BUSY_MS, SqlShop

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")
NOWHERE = "postgresql://shop@127.0.0.1:1/shop"


@pytest.fixture
def shop(postgres_url: str) -> Iterator[SqlShop]:
    engines = open_engines(postgres_url, busy_timeout_ms=BUSY_MS)
    yield SqlShop(engines)
    engines.dispose()


@pytest.fixture
def cart(shop: SqlShop) -> Cart:
    cart = Cart(id=CartId("cart_1"), region_id="reg_1", currency_code="eur")
    shop.save(lambda work: work.regions.add(full.a_region()), lambda work: work.carts.add(cart))
    return cart


def email_of(shop: SqlShop) -> object:
    (row,) = shop.rows(select(carts.c.email))
    return row["email"]


def test_a_dead_line_is_noticed_as_soon_as_the_url_says(postgres_url: str) -> None:
    for more, patience in (("", "20000"), ("?tcp_user_timeout=7000", "7000")):
        engines = open_engines(postgres_url + more)
        with engines.read.connect() as connection:
            line = connection.connection.driver_connection
            assert line is not None
            given = {option.keyword: option.val for option in line.pgconn.info}
        engines.dispose()

        assert (given[b"tcp_user_timeout"], given[b"keepalives_idle"]) == (patience.encode(), b"10")


def test_connections_are_opened_as_documented(postgres_url: str) -> None:
    engines = open_engines(postgres_url + "?options=-c%20search_path%3Dpublic")
    names = (
        "lock_timeout",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
        "TimeZone",
        "default_transaction_read_only",
        "search_path",
        "application_name",
    )
    found = []
    for engine in (engines.write, engines.read):
        with engine.connect() as connection:
            found.append([connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names])
    engines.dispose()

    common = ["3s", "10s", "30s", "UTC"]
    assert found == [[*common, "off", "public", "perseus"], [*common, "on", "public", "perseus"]]


class TestLocks:
    def test_root_is_locked_until_the_end(self, shop: SqlShop, cart: Cart) -> None:
        with shop.open() as first:
            first.carts.get(cart.id)
            with shop.open() as second, pytest.raises(ConcurrentUpdate):
                second.carts.get(cart.id)

    def test_sales_of_one_region_do_not_wait_for_each_other(self, shop: SqlShop, cart: Cart) -> None:
        other = Cart(id=CartId("cart_2"), region_id="reg_1", currency_code="eur")
        with shop.open() as first, shop.open() as second:
            for work, mine in ((first, cart), (second, other)):
                assert work.regions.get("reg_1").id == "reg_1"
                assert work.shop.store().id
                if mine is other:
                    work.carts.add(other)
                else:
                    work.carts.get(mine.id).email = "new@example.test"
            first.commit()
            second.commit()

        assert len(shop.rows(select(carts.c.id))) == 2

    def test_locked_root_can_be_pointed_at(self, shop: SqlShop, cart: Cart) -> None:
        customer = full.a_customer()
        shop.add_group("cgrp_1")
        shop.add_group("cgrp_2")
        shop.save(lambda work: work.customers.add(customer))
        with shop.open() as first:
            first.customers.get(customer.id).first_name = "Ada"
            shop.save(lambda work: setattr(work.carts.get(cart.id), "customer_id", customer.id))
            first.commit()

        assert shop.read(lambda work: work.carts.get(cart.id)).customer_id == customer.id

    def test_looking_waits_for_nobody_and_keeps_nobody_waiting(self, shop: SqlShop, cart: Cart) -> None:
        look = SqlBegin(shop.engines.read, shop.clock, shop.ids)
        with shop.open() as work:
            work.carts.get(cart.id).email = "new@example.test"
            with look(SYSTEM, "test") as looking:
                assert looking.carts.get(cart.id).email is None
                work.commit()
                looking.commit()

    def test_deadlock_is_told_to_one_of_the_two(self, postgres_url: str, shop: SqlShop, cart: Cart) -> None:
        other = Cart(id=CartId("cart_2"), region_id="reg_1", currency_code="eur")
        shop.save(lambda work: work.carts.add(other))
        patient = open_engines(postgres_url)
        begin, both_hold_one, told = SqlBegin(patient.write, shop.clock, shop.ids), Barrier(2), []

        def cross(mine: str, theirs: str) -> None:
            try:
                with begin(SYSTEM, "test") as work:
                    work.carts.get(mine)
                    both_hold_one.wait(5)
                    work.carts.get(theirs).email = "new@example.test"
                    work.commit()
                    told.append("saved")
            except ConcurrentUpdate:
                told.append("refused")

        threads = [Thread(target=cross, args=pair) for pair in (("cart_1", "cart_2"), ("cart_2", "cart_1"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        patient.dispose()

        assert sorted(told) == ["refused", "saved"]

    def test_stale_version_is_refused_without_any_lock(self, postgres_url: str, shop: SqlShop, cart: Cart) -> None:
        engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        lawless = SqlBegin(engine, shop.clock, shop.ids)
        with lawless(SYSTEM, "test") as first:
            first.carts.get(cart.id).email = "first@example.test"
            shop.save(lambda work: setattr(work.carts.get(cart.id), "email", "second@example.test"))
            with pytest.raises(ConcurrentUpdate):
                first.commit()
        engine.dispose()

    def test_serialisation_failure_is_told_as_a_lost_race(self, postgres_url: str, shop: SqlShop, cart: Cart) -> None:
        engine = create_engine(postgres_url, isolation_level="REPEATABLE READ")
        strict = SqlBegin(engine, shop.clock, shop.ids)
        with strict(SYSTEM, "test") as work:
            work.shop.store()  # from here on it sees the shop as it is now
            shop.save(lambda work: setattr(work.carts.get(cart.id), "email", "second@example.test"))
            with pytest.raises(ConcurrentUpdate):
                work.carts.get(cart.id)
        engine.dispose()

    def test_jobs_in_other_hands_are_passed_over(self, shop: SqlShop) -> None:
        for name in ("a", "b"):
            shop.save(lambda work, name=name: work.schedule("later", {"name": name}, dedupe_key=name))
        with shop.engines.write.begin() as other:
            other.execute(text("SELECT 1 FROM jobs WHERE dedupe_key = 'a' FOR UPDATE"))
            (job,) = shop.jobs.claim("me", 10, timedelta(minutes=1))

        assert job.payload == {"name": "b"}

    def test_many_workers_never_take_a_job_twice(self, shop: SqlShop) -> None:
        for number in range(40):
            shop.save(lambda work, number=number: work.schedule("later", {"n": number}, dedupe_key=str(number)))

        answers = at_once(4, lambda worker: [shop.jobs.claim(f"w{worker}", 3, timedelta(hours=1)) for _ in range(4)])
        taken = [job.payload["n"] for answer in answers for jobs in answer for job in jobs]
        assert len(taken) == len(set(taken)) == 40


class TestValues:
    def test_reading_engine_refuses_writes(self, shop: SqlShop) -> None:
        with shop.engines.read.connect() as connection, pytest.raises(DatabaseError, match="read-only"):
            connection.execute(insert(regions).values(id="reg_1"))

    def test_audit_log_only_grows(self, shop: SqlShop) -> None:
        shop.save(lambda work: work.regions.add(full.a_region()), actor=ADMIN)

        for change in (update(audit_log).values(action="other"), delete(audit_log)):
            with pytest.raises(DatabaseError, match="append-only"), shop.engines.write.begin() as connection:
                connection.execute(change)
        assert len(shop.audit_log()) == 1

    @pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**53])
    @pytest.mark.parametrize("operator", [Operator.EQ, Operator.IN, Operator.LT, Operator.GTE])
    def test_numbers_of_any_size_can_be_asked_for(self, shop: SqlShop, number: int, operator: Operator) -> None:
        reads = SqlReads(shop.engines.read)
        value = [number] if operator is Operator.IN else number
        context = ReadContext(audience=Audience.ADMIN, now=shop.clock.now())
        where = [Condition("display_id", operator, value)]

        assert reads.page("order", where, Selection(frozenset({"id"})), context, Paging(limit=5)).count == 0

    def test_comparing_numbers_still_uses_the_index(self, shop: SqlShop) -> None:
        statement = select(orders.c.id).where(orders.c.display_id == 7)
        with shop.engines.read.connect() as connection:
            connection.exec_driver_sql("SET enable_seqscan = off")
            compiled = statement.compile(shop.engines.read)
            plan = connection.exec_driver_sql(f"EXPLAIN {compiled}", dict(compiled.params)).scalars().all()

        assert any("uq_orders_display_id" in line for line in plan)

    def test_number_that_no_column_holds_is_refused(self, shop: SqlShop) -> None:
        shop.furnish()
        with pytest.raises(Invalid):
            shop.save(
                lambda work: setattr(work.products.get("prod_1").variants[0], "inventory_quantity", 2**31),
            )

    @pytest.mark.parametrize("id", ["cart_\0", "\0"])
    def test_character_that_no_text_holds_is_refused(self, shop: SqlShop, id: str) -> None:
        with shop.open() as work, pytest.raises(Invalid):
            work.carts.get(id)

    def test_numbers_in_metadata_keep_a_size_that_json_can_show(self, shop: SqlShop, cart: Cart) -> None:
        given = {"large": 1e30, "small": 1.5, "whole": 2**53, "nested": [{"b": None, "a": True}]}
        shop.save(lambda work: setattr(work.carts.get(cart.id), "metadata", given))

        found = shop.read(lambda work: work.carts.get(cart.id)).metadata
        assert found == given
        assert isinstance(found["large"], float)

    def test_no_metadata_is_null(self, shop: SqlShop, cart: Cart) -> None:
        assert shop.rows(select(carts.c.id).where(carts.c.metadata.is_(None))) == [{"id": cart.id}]

    def test_search_knows_no_case(self, shop: SqlShop) -> None:
        with shop.engines.read.connect() as connection:
            found = connection.scalars(
                select(countries.c.iso_2).where(countries.c.name.icontains("gErMaNy", autoescape=True))
            ).all()

        assert found == ["de"]


class TestLostConnections:
    """A line between shop and database that can be cut at the worst moments."""

    @pytest.fixture
    def line(self, postgres_url: str) -> Iterator[BreakingLine]:
        with BreakingLine(postgres_url) as line:
            yield line

    @pytest.fixture
    def far(self, line: BreakingLine, shop: SqlShop) -> Iterator[SqlBegin]:
        engines = open_engines(line.url)
        yield SqlBegin(engines.write, shop.clock, shop.ids)
        engines.dispose()

    def test_commit_that_never_arrived_changed_nothing(
        self, line: BreakingLine, far: SqlBegin, shop: SqlShop, cart: Cart
    ) -> None:
        with far(SYSTEM, "test") as work:
            work.carts.get(cart.id).email = "new@example.test"
            line.break_before(b"COMMIT")
            with pytest.raises(Unavailable) as refusal:
                work.commit()

        assert not isinstance(refusal.value, OutcomeUnknown)
        assert email_of(shop) is None

    def test_commit_whose_answer_was_lost_is_found_out_to_stand(
        self, line: BreakingLine, far: SqlBegin, shop: SqlShop, cart: Cart
    ) -> None:
        with far(SYSTEM, "test") as work:
            loaded = work.carts.get(cart.id)
            loaded.email = "new@example.test"
            line.break_after(b"COMMIT")
            work.commit()

        assert email_of(shop) == "new@example.test"
        assert loaded.version == 2

    def test_outcome_stays_unknown_while_nobody_can_be_asked(
        self, line: BreakingLine, far: SqlBegin, shop: SqlShop, cart: Cart, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.db.commits.PATIENCE_S", 0.1)
        with far(SYSTEM, "test") as work:
            work.carts.get(cart.id).email = "new@example.test"
            line.break_after(b"COMMIT", for_good=True)
            with pytest.raises(OutcomeUnknown):
                work.commit()

    def test_connection_lost_on_the_way_is_unavailable_and_the_next_one_works(
        self, line: BreakingLine, far: SqlBegin, cart: Cart
    ) -> None:
        with far(SYSTEM, "test") as work:
            line.cut()
            with pytest.raises(Unavailable):
                work.carts.get(cart.id)

        with far(SYSTEM, "test") as work:
            assert work.carts.get(cart.id).version == 1

    def test_connections_that_died_in_the_pool_are_replaced(
        self, line: BreakingLine, far: SqlBegin, cart: Cart
    ) -> None:
        for _ in range(2):
            with far(SYSTEM, "test") as work:
                assert work.carts.get(cart.id).version == 1
            line.cut()

    def test_server_that_ends_the_session_is_unavailable(self, shop: SqlShop, cart: Cart) -> None:
        with shop.open() as work:
            work.carts.get(cart.id)
            with shop.engines.write.connect() as other:
                other.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
            with pytest.raises(Unavailable):
                work.carts.get("cart_2")

    def test_unreachable_database_is_unavailable_to_writers_and_readers(self, shop: SqlShop) -> None:
        engines: Engines = open_engines(NOWHERE)
        with pytest.raises(Unavailable):
            SqlBegin(engines.write, shop.clock, shop.ids)(SYSTEM, "test").__enter__()
        context = ReadContext(audience=Audience.ADMIN, now=shop.clock.now())
        with pytest.raises(Unavailable):
            SqlReads(engines.read).first("order", [], Selection(frozenset({"id"})), context)

    def test_statement_that_takes_too_long_is_unavailable(self, shop: SqlShop) -> None:
        @event.listens_for(shop.engines.write, "begin")
        def hurry(connection) -> None:  # type: ignore[no-untyped-def]
            connection.exec_driver_sql("SET LOCAL statement_timeout = 20")

        with shop.open() as work, pytest.raises(Unavailable):
            work.versions._transaction.rows(select(text("pg_sleep(2)")))  # type: ignore[attr-defined]
