"""Letting go of old records in a shop that sold something, and ``perseus jobs``, on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from adapters.db import housekeeping
from adapters.db.tables import events, jobs
from bootstrap.container import Container
from bootstrap.letters import show_letters
from bootstrap.sentences import CommandRefused
from core.domain.actor import SYSTEM
from core.use_cases.jobs.forget_old_records import ForgetOldRecords, Keeping
from tests.integration.shops import a_customer, open_shop, ready_to_pay, run_jobs, stock_shop

LATER = datetime.now(UTC) + timedelta(days=400)


@pytest.fixture
def sold(tmp_path: Path) -> Container:
    container = open_shop(tmp_path)
    stock_shop(container)
    customer = a_customer(container)
    cart_id = ready_to_pay(container, customer)
    container.place_order()(customer, cart_id)
    run_jobs(container)
    return container


def counted(container: Container, table: object) -> int:
    with container.engines().read.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def violations(container: Container) -> list[str]:
    """The stock shop's file has no object behind it; that is known."""
    found = container.check_shop()(SYSTEM)
    return [violation.sentence for violation in found if violation.rule != "files_have_objects"]


def test_the_shop_adds_up_before_and_after(sold: Container) -> None:
    assert violations(sold) == []
    gone = sold.old_records().forget_jobs(LATER)

    assert gone > 5
    assert (counted(sold, jobs), counted(sold, events)) == (1, 0)  # the look at the checkout, some minutes from now
    assert violations(sold) == []


def test_it_goes_on_where_one_call_stopped(sold: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "BATCHES", 0)
    assert sold.old_records().forget_jobs(LATER) == 0
    monkeypatch.undo()
    assert sold.old_records().forget_jobs(LATER) > 0
    assert sold.old_records().forget_jobs(LATER) == 0


def test_given_up_job_is_shown_and_tried_again(sold: Container, capsys: pytest.CaptureFixture[str]) -> None:
    with sold.engines().write.begin() as connection:
        one = connection.execute(select(jobs.c.id).where(jobs.c.kind == "deliver_mail")).scalars().first()
        died = update(jobs).where(jobs.c.id == one).values(state="dead", last_error="no such address")
        connection.execute(died)
    letters = sold.dead_letters()
    show_letters(letters, retried=(), retry_all=False, dropped=())
    assert "deliver_mail (mail_id=mail_" in capsys.readouterr().out
    sold.old_records().forget_jobs(LATER)
    assert counted(sold, jobs) >= 1

    show_letters(letters, retried=(), retry_all=True, dropped=())
    run_jobs(sold)
    show_letters(letters, retried=(), retry_all=False, dropped=())
    assert "No job was given up." in capsys.readouterr().out
    with pytest.raises(CommandRefused, match="job_nobody"):
        show_letters(letters, retried=("job_nobody",), retry_all=False, dropped=())


class Notebook:
    """Old records that note until when they were asked to forget."""

    def __init__(self) -> None:
        self.asked: dict[str, datetime] = {}

    def __getattr__(self, name: str) -> Callable[[datetime], int]:
        def forget(before: datetime) -> int:
            self.asked[name] = before
            return 0

        return forget


def test_what_is_kept_for_ever_is_not_asked_for(sold: Container) -> None:
    notebook, clock = Notebook(), sold.clock()
    keeping = Keeping(jobs=None, webhook_events=90, sessions=None, download_log=365)
    ForgetOldRecords(notebook, clock, keeping)(SYSTEM)

    assert set(notebook.asked) == {"forget_webhook_events", "forget_download_log"}
    assert (clock.now() - notebook.asked["forget_download_log"]).days == 365
