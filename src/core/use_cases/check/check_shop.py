"""Look through the whole shop for what must not be: the invariants that its database and storage can show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.domain.actor import Actor
from core.use_cases.check.access_rules import check_access, check_downloads
from core.use_cases.check.check_files import CheckFiles
from core.use_cases.check.money_rules import check_card_payment, check_discount, check_gift_card, check_order
from core.use_cases.check.violation import Violation, Violations
from core.use_cases.check.work_rules import (
    check_attempt,
    check_cart,
    check_event,
    check_invite,
    check_stock,
    dead_job,
    failed_mail,
    failed_webhook_event,
)
from ports.books import Books, OpenBooks, OrderRecord
from ports.clock import Clock
from ports.file_store import FileStore

STEP = 1_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How far one part of the check is. done: this part is over."""

    part: str
    seen: int
    found: int
    done: bool


Tell = Callable[[Looked], None]


class CheckShop:
    """Answers everything that does not add up, part by part; nothing is changed. Each part reads the
    books at one moment, so the shop may go on selling. Rules: docs/checks.md.

    reactions: which jobs an event calls for. Raises Unavailable, StorageUnavailable.
    """

    def __init__(
        self,
        open_books: OpenBooks,
        files: FileStore,
        clock: Clock,
        reactions: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._open_books = open_books
        self._files = CheckFiles(open_books, files, clock)
        self._clock = clock
        self._reactions = reactions

    def __call__(self, actor: Actor, tell: Tell = lambda looked: None) -> list[Violation]:
        """tell: hears of progress every thousand records, and when a part is done."""
        now = self._clock.now()

        def order(record: OrderRecord) -> Violations:
            yield from check_order(record)
            yield from check_access(record, now)

        found: list[Violation] = []
        found += self._part("orders", lambda books: books.orders(), order, tell)
        found += self._part("carts", lambda books: books.ended_carts(), check_cart, tell)
        found += self._part(
            "payment attempts", lambda books: books.attempts(), lambda it: check_attempt(it, now), tell
        )
        found += self._part("downloads", lambda books: books.downloads(), check_downloads, tell)
        found += self._part("gift cards", lambda books: books.gift_cards(), check_gift_card, tell)
        found += self._part("gift card payments", lambda books: books.card_payments(), check_card_payment, tell)
        found += self._part("discounts", lambda books: books.discounts(), check_discount, tell)
        found += self._part("invitations", lambda books: books.invites(), check_invite, tell)
        found += self._part("stock", lambda books: books.stock(), check_stock, tell)
        found += self._events(tell)
        found += self._part("dead jobs", lambda books: books.dead_jobs(), dead_job, tell)
        found += self._part("failed mails", lambda books: books.failed_mails(), failed_mail, tell)
        found += self._part(
            "failed webhook events", lambda books: books.failed_webhook_events(), failed_webhook_event, tell
        )
        for part, look in (("files", self._files.needed), ("stored objects", self._files.orphans)):
            progress = _Progress(part, tell)
            found += progress.over(look(progress.step))
        return found

    def _part(
        self,
        part: str,
        records: Callable[[Books], Iterable[T]],
        rule: Callable[[T], Violations],
        tell: Tell,
    ) -> list[Violation]:
        progress = _Progress(part, tell)
        with self._open_books() as books:
            return progress.over(progress.each(records(books), rule))

    def _events(self, tell: Tell) -> list[Violation]:
        progress = _Progress("events", tell)
        with self._open_books() as books:
            first = books.first_jobs()
            return progress.over(
                progress.each(books.events(), lambda event: check_event(event, self._reactions, first))
            )


class _Progress:
    """Counts what one part has seen and tells it."""

    def __init__(self, part: str, tell: Tell) -> None:
        self._part = part
        self._tell = tell
        self._seen = 0
        self._found: list[Violation] = []

    def step(self) -> None:
        self._seen += 1
        if self._seen % STEP == 0:
            self._say(done=False)

    def each(self, records: Iterable[T], rule: Callable[[T], Violations]) -> Violations:
        for record in records:
            self.step()
            yield from rule(record)

    def over(self, violations: Violations) -> list[Violation]:
        for each in violations:
            self._found.append(each)
        self._say(done=True)
        return self._found

    def _say(self, *, done: bool) -> None:
        self._tell(Looked(part=self._part, seen=self._seen, found=len(self._found), done=done))
