"""The cart machine on the embedded engine, with fewer examples than in memory."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings
from sqlalchemy import select

from adapters.db.tables import payment_attempts
from adapters.db.unit_of_work import SqlBegin
from core.domain.actor import SYSTEM
from core.domain.payment import PaymentAttempt
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.integration.kept_statements import open_kept
from tests.integration.shops import migrated_template
from tests.machines.cart import CartMachine


class CartOnSqlite(CartMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        folder = Path(mkdtemp(prefix="perseus_cart_"))
        shutil.copy(migrated_template(), folder / "shop.db")
        self.folder = folder
        self.engines = open_kept(f"sqlite:///{folder}/shop.db")
        return SqlBegin(self.engines.write, clock, ids, REACTIONS)

    def attempts(self) -> list[PaymentAttempt]:
        with self.engines.read.connect() as connection:
            ids = list(connection.scalars(select(payment_attempts.c.id)))
        with self.begin(SYSTEM, "test.look") as work:
            return [work.attempts.get(id) for id in ids]

    def teardown(self) -> None:
        self.engines.dispose()
        shutil.rmtree(self.folder)


TestCartOnSqlite = CartOnSqlite.TestCase
TestCartOnSqlite.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
