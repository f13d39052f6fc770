"""The machine of order edits on the embedded engine, with fewer examples than in memory."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import settings

from adapters.db.unit_of_work import SqlBegin
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.integration.kept_statements import open_kept
from tests.integration.shops import migrated_template
from tests.machines.order_edits import OrderEditMachine


class OrderEditsOnSqlite(OrderEditMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.folder = Path(mkdtemp(prefix="perseus_edits_"))
        shutil.copy(migrated_template(), self.folder / "shop.db")
        self.engines = open_kept(f"sqlite:///{self.folder}/shop.db")
        return SqlBegin(self.engines.write, clock, ids, REACTIONS)

    def teardown(self) -> None:
        self.engines.dispose()
        shutil.rmtree(self.folder)


TestOrderEditsOnSqlite = OrderEditsOnSqlite.TestCase
TestOrderEditsOnSqlite.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
