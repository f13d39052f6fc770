"""The life of downloads against a model of its own (I11, I12, I13).

One order of two packs: the file of the first is ready, that of the second still being checked. They
are paid for, fetched, counted, refunded, extended, suspended, their files replaced and withdrawn. The
model keeps its own books with small numbers; nothing of the code under test decides what should happen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.actor import SYSTEM, Actor
from core.domain.download import (
    DownloadExpired,
    DownloadLimitReached,
    DownloadRevoked,
    DownloadSessionNotFound,
    DownloadState,
    DownloadSuspended,
    FileUnavailable,
    LineRefunded,
    NotOwner,
)
from core.domain.errors import DomainError
from core.domain.product import DownloadPolicy, DownloadVersions
from core.domain.product_file import FileState
from core.use_cases.download.change_download import ChangeDownload, DownloadChanges
from core.use_cases.download.grant_waiting_downloads import GrantWaitingDownloads
from core.use_cases.download.open_download import OpenDownload, OpenedDownload
from core.use_cases.download.redeem_download import RedeemDownload
from core.use_cases.download.resend_downloads import ResendDownloads
from ports.clock import Clock, Ids
from ports.file_store import StorageUnavailable
from ports.unit_of_work import Begin, UnitOfWork
from tests.machines.expecting import expect
from tests.people import ADMIN, PRICE, Shop

SESSION = timedelta(minutes=15)
GRACE = timedelta(hours=1)
SPARE = 2
DAYS = 2

packs = st.sampled_from(["first", "first", "second"])
choices = st.integers(min_value=0, max_value=1_000)
# What ends everything is done seldom, so that there is something left to end.
seldom = st.sampled_from([False, False, True])
who = st.sampled_from(["buyer", "buyer", "buyer", "stranger"])


@dataclass
class Opened:
    """A download session, as the buyer knows it."""

    id: str
    at: datetime
    counted: bool = False


@dataclass
class Pack:
    """A line of the order with the books about it. versions: file ids with their fate, oldest first.

    unnamed: downloads counted without a session being named or open.
    """

    name: str
    units: int
    line_id: str = ""
    product_id: str = ""
    token: str | None = None
    download_id: str = ""
    limit: int | None = None
    paid_units: int = 0
    count: int = 0
    expires_at: datetime | None = None
    state: str = "granted"
    sessions: list[Opened] = field(default_factory=list)
    unnamed: int = 0
    versions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def open_sessions(self) -> list[Opened]:
        return [session for session in self.sessions if not session.counted]

    def refusal(self, now: datetime) -> type[DomainError] | None:
        if self.state != "granted":
            return DownloadRevoked if self.state == "revoked" else DownloadSuspended
        if self.expires_at is not None and now >= self.expires_at:
            return DownloadExpired
        return DownloadLimitReached if self.limit is not None and self.count >= self.limit else None


class Overlapping:
    """Units of work during the first of which, just before it commits, something else happens."""

    def __init__(self, begin: Begin, meanwhile: Callable[[], object]) -> None:
        self._begin = begin
        self._meanwhile: Callable[[], object] | None = meanwhile

    @contextmanager
    def __call__(self, actor: Actor, action: str) -> Iterator[UnitOfWork]:
        with self._begin(actor, action) as work:
            yield cast("UnitOfWork", Interrupted(work, self._interrupt))

    def _interrupt(self) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()


class Interrupted:
    def __init__(self, work: UnitOfWork, before_commit: Callable[[], None]) -> None:
        self._work = work
        self._before_commit = before_commit

    def __getattr__(self, name: str) -> object:
        return getattr(self._work, name)

    def commit(self) -> None:
        self._before_commit()
        self._work.commit()


class DownloadMachine(RuleBasedStateMachine):
    begin_factory: Callable[[Clock, Ids], Begin] | None = None
    """A way into one empty migrated shop; None: in memory."""
    overlaps = True
    """Whether a unit of work may begin while another of the same thread is open."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = shop = Shop(self.begin_factory)
        self.open_download = OpenDownload(shop.begin, shop.files, shop.derived, shop.clock, shop.ids)
        self.redeem_download = RedeemDownload(shop.begin, shop.derived, shop.clock, shop.ids)
        self.resend = ResendDownloads(shop.begin, shop.clock, shop.ids)
        self.change = ChangeDownload(shop.begin)
        self.paid = False
        self.refunded = 0
        self.packs = {"first": Pack("first", units=2), "second": Pack("second", units=1)}

    @initialize(
        per_unit=st.sampled_from([1, 1, 2, None]),
        days=st.sampled_from([DAYS, DAYS, DAYS, None]),
        follows=st.booleans(),
        guest=st.booleans(),
        paid=st.sampled_from([True, True, True, False]),
    )
    def sell(self, per_unit: int | None, days: int | None, follows: bool, guest: bool, paid: bool) -> None:
        shop = self.shop
        versions = DownloadVersions.LATEST if follows else DownloadVersions.BOUGHT
        self.policy = DownloadPolicy(limit=per_unit, days=days, versions=versions)
        for pack in self.packs.values():
            pack.product_id = shop.add_product(pack.name)
        self._add_version(self.packs["first"], "ready")
        self._add_version(self.packs["second"], "checking")
        registered = shop.register("ada@example.com")
        owner = shop.add_guest("ada@example.com") if guest else registered.id or ""
        self.people = {"buyer": registered, "stranger": shop.register("eve@example.com")}
        lines = [(pack.name, pack.units) for pack in self.packs.values()]
        self.order_id = shop.sell(owner, *lines, email="ada@example.com", paid=False, policy=self.policy)
        with shop.begin(SYSTEM, "test.look") as work:
            for item in work.orders.get(self.order_id).items:
                self.packs[item.variant_id or ""].line_id = item.id
        for pack in self.packs.values():
            pack.paid_units = pack.units
        if paid:
            self.pay()

    # Getting access

    @precondition(lambda self: not self.paid)
    @rule()
    def pay(self) -> None:
        self.shop.pay(self.order_id, self.policy)
        self.paid = True
        self._note_grants()

    @precondition(lambda self: any(fate == "checking" for fate in self._fates("second")))
    @rule(twice=st.booleans())
    def check_passes(self, twice: bool) -> None:
        second = self.packs["second"]
        file_id = second.versions[-1][0]
        self.shop.check_passed(file_id)
        second.versions[-1] = (file_id, "ready")
        grant = GrantWaitingDownloads(self.shop.begin, self.shop.clock, self.shop.ids, self.policy)
        for _ in range(1 + twice):
            grant(SYSTEM, file_id)
        self._note_grants()

    # Using it

    @precondition(lambda self: self._granted)
    @rule(name=packs, person=who, storage=st.sampled_from([True, True, True, False]))
    def fetch(self, name: str, person: str, storage: bool) -> None:
        pack = self.packs[name]
        if pack.token is None:
            return
        token, actor = pack.token, self.people[person]
        expected = NotOwner if person == "stranger" else pack.refusal(self.now)
        served = self._served(pack)
        if expected is None and served is None:
            expected = FileUnavailable
        if expected is None and not storage:
            expected = StorageUnavailable
        self.shop.files.available = storage
        opened = expect(expected, lambda: self.open_download(actor, token))
        self.shop.files.available = True
        if opened is not None:
            self._note_opened(pack, opened, served or "")

    def _note_opened(self, pack: Pack, opened: OpenedDownload, served: str) -> None:
        assert timedelta(0) < opened.expires_at - self.now <= timedelta(seconds=900)
        assert f"/{pack.product_id}/{served}.zip?" in opened.url
        last = pack.open_sessions[-1] if pack.open_sessions else None
        if last is not None and self.now < last.at + SESSION:
            assert opened.session_id == last.id
            return
        assert opened.session_id not in {session.id for session in pack.sessions}
        if last is not None and pack.limit is not None and len(pack.open_sessions) >= pack.limit + SPARE:
            last.counted = True
            pack.count += 1
        pack.sessions.append(Opened(opened.session_id, self.now))

    @precondition(lambda self: self._granted)
    @rule(name=packs, person=who, choice=choices, how=st.sampled_from(["last", "some", "some", "none", "foreign"]))
    def redeem(self, name: str, person: str, choice: int, how: str) -> None:
        pack = self.packs[name]
        if pack.token is None or (how in ("last", "some") and not pack.sessions):
            return
        token, actor = pack.token, self.people[person]
        session, session_id = self._session_meant(pack, choice, how)
        expected = self._why_not_redeemed(pack, person, session, how)
        expect(expected, lambda: self.redeem_download(actor, token, session_id))
        if expected is None and (session is None or not session.counted):
            self._count(pack, session)

    @precondition(lambda self: self.overlaps and self.packs["first"].sessions)
    @rule(choice=choices, other=choices, how=st.sampled_from(["last", "some"]))
    def redeem_twice_at_once(self, choice: int, other: int, how: str) -> None:
        """A second redeem is counted while the first is about to be."""
        pack = self.packs["first"]
        session, session_id = self._session_meant(pack, choice, how)
        begin = Overlapping(self.shop.begin, lambda: self.redeem("first", "buyer", other, "some"))
        redeem_download = RedeemDownload(begin, self.shop.derived, self.shop.clock, self.shop.ids)
        met: type[DomainError] | None = None
        try:
            redeem_download(self.people["buyer"], pack.token or "", session_id)
        except DomainError as error:
            met = type(error)
        # The other one came first, and is in the books by now.
        assert met == self._why_not_redeemed(pack, "buyer", session, how)
        if met is None and session is not None and not session.counted:
            self._count(pack, session)

    def _session_meant(self, pack: Pack, choice: int, how: str) -> tuple[Opened | None, str | None]:
        """The session that would be counted, and what the buyer says of it."""
        if how == "foreign":
            others = [s.id for other in self.packs.values() if other is not pack for s in other.sessions]
            return None, others[choice % len(others)] if others else "dls_unknown"
        if how == "none":
            return pack.open_sessions[-1] if pack.open_sessions else None, None
        session = pack.sessions[-1] if how == "last" else pack.sessions[choice % len(pack.sessions)]
        return session, session.id

    def _why_not_redeemed(
        self, pack: Pack, person: str, session: Opened | None, how: str
    ) -> type[DomainError] | None:
        if person == "stranger":
            return NotOwner
        if how == "foreign":
            return DownloadSessionNotFound
        if session is not None and session.counted:
            return None
        moment = self.now
        end = pack.expires_at
        if session is not None and end is not None and session.at < end <= self.now < end + GRACE:
            moment = session.at
        return pack.refusal(moment)

    def _count(self, pack: Pack, session: Opened | None) -> None:
        if session is None:
            pack.unnamed += 1
        else:
            session.counted = True
        pack.count += 1
        assert pack.limit is None or pack.count <= pack.limit

    # Stretches of the above that a search would rarely put together by itself

    @precondition(lambda self: self._granted)
    @rule(name=packs, times=st.integers(min_value=1, max_value=9))
    def neglect(self, name: str, times: int) -> None:
        """Fetch again and again without ever saying so."""
        for _ in range(times):
            self.fetch(name, "buyer", True)
            self.wait(SESSION / timedelta(hours=1))

    @precondition(lambda self: self._granted)
    @rule(name=packs, times=st.integers(min_value=1, max_value=4))
    def use_up(self, name: str, times: int) -> None:
        for _ in range(times):
            self.fetch(name, "buyer", True)
            self.fetch(name, "buyer", True)
            self.redeem(name, "buyer", 0, "last")
        self.fetch(name, "buyer", True)

    @precondition(lambda self: self._granted)
    @rule(
        name=packs, before=st.sampled_from([1, 600]), after=st.sampled_from([0, 0, 1, 3599, 3600]), new=st.booleans()
    )
    def end(self, name: str, before: int, after: int, new: bool) -> None:
        """Fetch shortly before the end and redeem at it, or some time after."""
        pack = self.packs[name]
        if pack.token is None or pack.expires_at is None or pack.expires_at - timedelta(hours=1) < self.now:
            return
        end = pack.expires_at
        self.shop.clock.advance(end - timedelta(seconds=before) - self.now)
        self.fetch(name, "buyer", True)
        self.shop.clock.advance(end + timedelta(seconds=after) - self.now)
        self.redeem(name, "buyer", 0, "none" if new else "last")
        self.fetch(name, "buyer", True)

    # Losing it, getting it back

    @precondition(lambda self: self.paid)
    @rule(name=packs, units=st.sampled_from([1, 1, 1, 2]), insist=st.booleans())
    def refund_units(self, name: str, units: int, insist: bool) -> None:
        pack = self.packs[name]
        if units > pack.paid_units or units * PRICE > self._money_left:
            return
        self.shop.refund(self.order_id, units * PRICE, (pack.line_id, units))
        self.refunded += units * PRICE
        pack.paid_units -= units
        if pack.limit is not None and pack.token is not None and pack.paid_units and self._money_left:
            pack.limit = max(0, pack.limit - units * (self.policy.limit or 0))
        self._note_revocations()
        if insist and pack.token is not None:
            self.send_again(1, 1)
            self.decide(name, DownloadState.SUSPENDED)
            self.decide(name, DownloadState.GRANTED)
            self.fetch(name, "buyer", True)

    @precondition(lambda self: self.paid)
    @rule(part=st.sampled_from([0.1, 1]), really=seldom)
    def refund_money(self, part: float, really: bool) -> None:
        amount = int(self._money_left * part)
        if amount and really:
            self.shop.refund(self.order_id, amount)
            self.refunded += amount
            self._note_revocations()

    @precondition(lambda self: self._granted)
    @rule(name=packs, state=st.sampled_from([DownloadState.GRANTED, *DownloadState]))
    def decide(self, name: str, state: DownloadState) -> None:
        pack = self.packs[name]
        if pack.token is None:
            return
        refunded = not pack.paid_units or not self._money_left
        expected = LineRefunded if state is DownloadState.GRANTED and refunded else None
        expect(expected, lambda: self.change(ADMIN, pack.download_id, DownloadChanges(state=state)))
        if expected is None:
            pack.state = state.value

    @precondition(lambda self: self._granted)
    @rule(name=packs, limit=st.sampled_from([None, 0, 1, 3, 3]))
    def set_limit(self, name: str, limit: int | None) -> None:
        pack = self.packs[name]
        if pack.token is not None:
            self.change(ADMIN, pack.download_id, DownloadChanges(limit=limit, limit_given=True))
            pack.limit = limit

    @precondition(lambda self: self.paid)
    @rule(more=st.integers(min_value=0, max_value=2), days=st.integers(min_value=0, max_value=1))
    def send_again(self, more: int, days: int) -> None:
        self.resend(ADMIN, self.order_id, more, days)
        for pack in self.packs.values():
            if pack.token is None or pack.state == "revoked":
                continue
            pack.limit = pack.limit + more if pack.limit is not None else None
            if days and pack.expires_at is not None:
                pack.expires_at = max(pack.expires_at, self.now) + timedelta(days=days)

    # The files

    @precondition(lambda self: self._granted)
    @rule(name=packs)
    def publish_a_newer_version(self, name: str) -> None:
        pack = self.packs[name]
        if pack.token is not None:
            self._add_version(pack, "ready")

    @precondition(lambda self: self._granted)
    @rule(name=packs, choice=choices, force=st.booleans())
    def withdraw_a_version(self, name: str, choice: int, force: bool) -> None:
        pack = self.packs[name]
        if pack.token is None:
            return
        index = choice % len(pack.versions)
        file_id, fate = pack.versions[index]
        if fate == "gone":
            return
        bought = index == 0
        self.shop.delete_file(file_id, sold=bought, force=force)
        pack.versions[index] = (file_id, "kept" if bought and not force else "gone")

    @rule(hours=st.sampled_from([0.1, 0.25, 1, 24, 24 * DAYS]))
    def wait(self, hours: float) -> None:
        self.shop.clock.advance(timedelta(hours=hours))

    # What must hold

    @invariant()
    def access_exists_exactly_for_what_was_paid_and_is_ready(self) -> None:
        with self.shop.begin(SYSTEM, "test.look") as work:
            stored = work.downloads.of_order(self.order_id)
        assert len(stored) == len({(download.line_item_id, download.chain_id) for download in stored})
        assert {download.id for download in stored} == {p.download_id for p in self.packs.values() if p.token}
        assert {download.customer_id for download in stored} <= self._owners()

    @invariant()
    def the_shop_keeps_the_same_books(self) -> None:
        with self.shop.begin(SYSTEM, "test.look") as work:
            for pack in self.packs.values():
                if pack.token is None:
                    continue
                stored = work.downloads.get(pack.download_id)
                assert (stored.download_count, stored.download_limit) == (pack.count, pack.limit)
                assert (stored.state.value, stored.expires_at) == (pack.state, pack.expires_at)
                assert work.downloads.unredeemed(pack.download_id) == len(pack.open_sessions)

    @invariant()
    def each_counted_download_is_a_session_of_its_own(self) -> None:
        with self.shop.begin(SYSTEM, "test.look") as work:
            for pack in self.packs.values():
                found = [work.downloads.session(pack.download_id, session.id) for session in pack.sessions]
                assert [held.redeemed for held in found if held] == [session.counted for session in pack.sessions]
                assert sum(session.counted for session in pack.sessions) + pack.unnamed == pack.count

    @invariant()
    def what_was_refunded_is_out_of_reach(self) -> None:
        for pack in self.packs.values():
            if pack.token is not None and (not pack.paid_units or not self._money_left):
                assert pack.state != "granted"

    # The model

    @property
    def now(self) -> datetime:
        return self.shop.clock.now()

    @property
    def _granted(self) -> bool:
        return any(pack.token for pack in self.packs.values())

    @property
    def _money_left(self) -> int:
        return 3 * PRICE - self.refunded

    def _owners(self) -> set[str | None]:
        with self.shop.begin(SYSTEM, "test.look") as work:
            return {work.orders.get(self.order_id).customer_id}

    def _fates(self, name: str) -> list[str]:
        return [fate for _, fate in self.packs[name].versions]

    def _served(self, pack: Pack) -> str | None:
        """The newest version the buyer may have: of those on sale when newer ones come along, or the one
        bought as long as it is kept."""
        follows = self.policy.versions is DownloadVersions.LATEST
        usable = [
            file_id
            for index, (file_id, fate) in enumerate(pack.versions)
            if (fate == "ready" and (follows or index == 0)) or (fate == "kept" and index == 0)
        ]
        return usable[-1] if usable else None

    def _add_version(self, pack: Pack, fate: str) -> None:
        replaces = pack.versions[-1][0] if pack.versions else None
        state = FileState.READY if fate == "ready" else FileState.CHECKING
        pack.versions.append((self.shop.add_file(pack.product_id, replaces=replaces, state=state), fate))

    def _note_grants(self) -> None:
        """Who has paid for a file that is ready has access from now on."""
        with self.shop.begin(SYSTEM, "test.look") as work:
            stored = {download.line_item_id: download for download in work.downloads.of_order(self.order_id)}
        for pack in self.packs.values():
            ready = pack.versions[0][1] == "ready"
            if pack.token is not None or not (self.paid and ready and pack.paid_units and self._money_left):
                continue
            download = stored[pack.line_id]
            pack.download_id = download.id
            pack.token = self.shop.derived.derive("download", download.id, download.revision)
            pack.limit = None if self.policy.limit is None else self.policy.limit * pack.paid_units
            pack.expires_at = None if self.policy.days is None else self.now + timedelta(days=self.policy.days)

    def _note_revocations(self) -> None:
        for pack in self.packs.values():
            if pack.token is not None and (not pack.paid_units or not self._money_left):
                pack.state = "revoked"
