"""The machines of carts, sales, order edits, invitations and downloads on PostgreSQL, with few examples."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings
from sqlalchemy import select

from adapters.db.tables import payment_attempts
from adapters.db.unit_of_work import SqlBegin
from core.domain.actor import SYSTEM
from core.domain.payment import PaymentAttempt
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.integration import postgres_server
from tests.integration.kept_statements import open_kept
from tests.machines.cart import CartMachine
from tests.machines.downloads import DownloadMachine
from tests.machines.invitations import InvitationMachine
from tests.machines.order_edits import OrderEditMachine
from tests.machines.sale import SaleMachine


@cache
def _database() -> str:
    """One for all examples; each leaves it as new."""
    return postgres_server.migrated_database()


class OnPostgres:
    """Examples run in one thread, which must not wait for itself."""

    overlaps = False

    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.engines = open_kept(postgres_server.or_skip(_database))
        return SqlBegin(self.engines.write, clock, ids, REACTIONS)

    def teardown(self) -> None:
        self.engines.dispose()
        postgres_server.reset(_database())


class _Attempts(OnPostgres):
    def attempts(self) -> list[PaymentAttempt]:
        with self.engines.read.connect() as connection:
            ids = list(connection.scalars(select(payment_attempts.c.id)))
        with self.begin(SYSTEM, "test.look") as work:
            return [work.attempts.get(id) for id in ids]


class SaleOnPostgres(_Attempts, SaleMachine):
    pass


class CartOnPostgres(_Attempts, CartMachine):
    pass


class InvitationsOnPostgres(OnPostgres, InvitationMachine):
    pass


class DownloadsOnPostgres(OnPostgres, DownloadMachine):
    pass


class OrderEditsOnPostgres(OnPostgres, OrderEditMachine):
    pass


FEW = settings(max_examples=5, stateful_step_count=25, deadline=None)

TestSaleOnPostgres = SaleOnPostgres.TestCase
TestSaleOnPostgres.settings = FEW


@pytest.mark.deep
class TestCartOnPostgres(CartOnPostgres.TestCase):
    settings = FEW


TestInvitationsOnPostgres = InvitationsOnPostgres.TestCase
TestInvitationsOnPostgres.settings = FEW
TestDownloadsOnPostgres = DownloadsOnPostgres.TestCase
TestDownloadsOnPostgres.settings = FEW
TestOrderEditsOnPostgres = OrderEditsOnPostgres.TestCase
TestOrderEditsOnPostgres.settings = FEW
