"""The machines of invitations and downloads on the embedded engine, with fewer examples than in memory."""

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
from tests.machines.downloads import DownloadMachine
from tests.machines.invitations import InvitationMachine


class OnSqlite:
    """A database of its own for each example."""

    overlaps = False

    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.folder = Path(mkdtemp(prefix="perseus_people_"))
        shutil.copy(migrated_template(), self.folder / "shop.db")
        self.engines = open_kept(f"sqlite:///{self.folder}/shop.db")
        return SqlBegin(self.engines.write, clock, ids, REACTIONS)

    def teardown(self) -> None:
        self.engines.dispose()
        shutil.rmtree(self.folder)


class InvitationsOnSqlite(OnSqlite, InvitationMachine):
    pass


class DownloadsOnSqlite(OnSqlite, DownloadMachine):
    pass


TestInvitationsOnSqlite = InvitationsOnSqlite.TestCase
TestInvitationsOnSqlite.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestDownloadsOnSqlite = DownloadsOnSqlite.TestCase
TestDownloadsOnSqlite.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
