"""The life of invitations against a model of its own: an invitation makes at most one account, and
those that were withdrawn, replaced, run out or used make none (I17).

The model is a list of notes about what was done; nothing of the code under test decides what should
happen. Accepting is interrupted at its only pause, the hashing of the password.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.customer import EmailTaken
from core.domain.errors import DomainError
from core.domain.invite import (
    InviteAlreadyAccepted,
    InviteExpired,
    InviteNotFound,
    InvitePending,
    InviteRevoked,
    InviteState,
    RevokedInviteNotResent,
)
from core.use_cases.invite.accept_invite import Acceptance, AcceptInvite
from core.use_cases.invite.create_invite import CreateInvite, NewInvite
from core.use_cases.invite.look_up_invite import LookUpInvite
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.expecting import expect
from tests.people import ADMIN, PASSWORD, Shop

EMAILS = ("ada@example.com", "bea@example.com", "cat@example.com")
DAYS = 7  # what a resent invitation is good for

emails = st.sampled_from(EMAILS)
choices = st.integers(min_value=0, max_value=1_000)
sendings = st.sampled_from([-1, -1, 0, 1])  # which of the tokens: mostly the newest


@dataclass
class Note:
    """What is known of one invitation. tokens: one per time it was sent, the last one is alive."""

    id: str
    email: str
    expires_at: datetime
    tokens: list[str]
    fate: str = "open"  # accepted, revoked, replaced
    accounts: list[str] = field(default_factory=list)

    def over(self, now: datetime) -> bool:
        return self.fate == "replaced" or now >= self.expires_at


class InterruptedPasswords:
    """Hashes as told, after something else has happened."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.meanwhile: Callable[[], object] | None = None

    def hash(self, password: str) -> str:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return self._shop.passwords.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        return self._shop.passwords.verify(password, hashed)

    def stale(self, hashed: str) -> bool:
        return self._shop.passwords.stale(hashed)


class InvitationMachine(RuleBasedStateMachine):
    begin_factory: Callable[[Clock, Ids], Begin] | None = None
    """A way into one empty migrated shop; None: in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = shop = Shop(self.begin_factory)
        self.passwords = InterruptedPasswords(shop)
        self.create = CreateInvite(shop.begin, shop.clock, shop.ids)
        self.look_up = LookUpInvite(shop.begin, shop.derived, shop.clock)
        self.accept = AcceptInvite(shop.begin, shop.derived, self.passwords, shop.tokens, shop.clock, shop.ids)
        self.revoke = RevokeInvite(shop.begin, shop.clock)
        self.resend = ResendInvite(shop.begin, shop.clock, DAYS)
        self.notes: list[Note] = []  # the model
        self.accounts: dict[str, str] = {}  # e-mail -> customer

    # What happens

    @rule(email=emails, days=st.sampled_from([None, 1, 3]))
    def invite(self, email: str, days: int | None) -> None:
        open_ones = [note for note in self.notes if note.email == email and note.fate == "open"]
        expected: type[DomainError] | None = None
        if email in self.accounts:
            expected = EmailTaken
        elif any(not note.over(self.now) for note in open_ones):
            expected = InvitePending
        id = expect(expected, lambda: self.create(ADMIN, NewInvite(email=email, expires_in_days=days)))
        if expected is None:
            for note in open_ones:
                note.fate = "replaced"
            expires_at = self.now + timedelta(days=days or DAYS)
            self.notes.append(Note(str(id), email, expires_at, [self._token(str(id))]))

    @precondition(lambda self: self.notes)
    @rule(choice=choices)
    def send_again(self, choice: int) -> None:
        note = self._pick(choice)
        expected = self._why_not_resent(note)
        expect(expected, lambda: self.resend(ADMIN, note.id))
        if expected is None:
            self._note_resent(note)

    @precondition(lambda self: self.notes)
    @rule(choice=choices)
    def withdraw(self, choice: int) -> None:
        note = self._pick(choice)
        expected = InviteAlreadyAccepted if note.fate == "accepted" else None
        expect(expected, lambda: self.revoke(ADMIN, note.id))
        if expected is None:
            note.fate = "revoked"

    @precondition(lambda self: self.notes)
    @rule(choice=choices, which=sendings)
    def look(self, choice: int, which: int) -> None:
        note = self._pick(choice)
        token = note.tokens[which % len(note.tokens)]
        seen = expect(self._why_no_account(note, token, but_account=True), lambda: self.look_up(ANONYMOUS, token))
        assert seen is None or seen.email == note.email

    @precondition(lambda self: self.notes)
    @rule(choice=choices, which=sendings)
    def accept_one(self, choice: int, which: int) -> None:
        note = self._pick(choice)
        self._accept(note, note.tokens[which % len(note.tokens)])

    @precondition(lambda self: self.notes)
    @rule(choice=choices, disturbance=st.sampled_from(["accept", "revoke", "resend", "register", "expire"]))
    def accept_with_a_disturbance(self, choice: int, disturbance: str) -> None:
        """Somebody else acts between the look at the invitation and the making of the account."""
        note = self._pick(choice)
        token = note.tokens[-1]

        def disturb() -> None:
            match disturbance:
                case "accept":
                    self._accept(note, token)
                case "revoke":
                    self.revoke(ADMIN, note.id)
                    note.fate = "revoked"
                case "resend":
                    self.resend(ADMIN, note.id)
                    self._note_resent(note)
                case "register":
                    self.accounts[note.email] = self.shop.register(note.email).id or ""
                case "expire":
                    self.shop.clock.advance(note.expires_at - self.now)

        if self._why_no_account(note, token) is None:
            self.passwords.meanwhile = disturb
            expected = {
                "accept": InviteAlreadyAccepted,
                "revoke": InviteRevoked,
                "resend": InviteNotFound,
                "register": EmailTaken,
                "expire": InviteExpired,
            }[disturbance]
            expect(expected, lambda: self.accept(ANONYMOUS, token, Acceptance(password=PASSWORD)))

    @precondition(lambda self: self.notes)
    @rule(choice=choices, purpose=st.sampled_from(["download", "reset"]))
    def try_a_token_of_another_kind(self, choice: int, purpose: str) -> None:
        token = self.shop.derived.derive(purpose, self._pick(choice).id, 1)
        expect(InviteNotFound, lambda: self.accept(ANONYMOUS, token, Acceptance(password=PASSWORD)))

    @rule(email=emails)
    def register(self, email: str) -> None:
        expected = EmailTaken if email in self.accounts else None
        made = expect(expected, lambda: self.shop.register(email).id)
        if made is not None:
            self.accounts[email] = made

    @rule(hours=st.sampled_from([1, 23, 24, 24 * 7]))
    def wait(self, hours: int) -> None:
        self.shop.clock.advance(timedelta(hours=hours))

    # What must hold

    @invariant()
    def an_invitation_makes_at_most_one_account(self) -> None:
        assert all(len(note.accounts) == (note.fate == "accepted") for note in self.notes)

    @invariant()
    def the_shop_knows_the_accounts_that_were_made_and_no_others(self) -> None:
        with self.shop.begin(SYSTEM, "test.look") as work:
            stored = {email: work.customers.registered(email) for email in EMAILS}
        known = {email: customer.id for email, customer in stored.items() if customer is not None}
        assert known == self.accounts

    @invariant()
    def the_shop_tells_the_same_story_of_each_invitation(self) -> None:
        with self.shop.begin(SYSTEM, "test.look") as work:
            stored = {note.id: work.invites.get(note.id) for note in self.notes}
        for note in self.notes:
            invite = stored[note.id]
            assert (invite.state is InviteState.ACCEPTED) == (note.fate == "accepted")
            assert (invite.state is InviteState.REVOKED) == (note.fate == "revoked")
            assert [invite.customer_id] == (note.accounts or [None])
            assert (invite.expires_at, invite.email) == (note.expires_at, note.email)

    # The model

    @property
    def now(self) -> datetime:
        return self.shop.clock.now()

    def _accept(self, note: Note, token: str) -> None:
        expected = self._why_no_account(note, token)
        made = expect(expected, lambda: self.accept(ANONYMOUS, token, Acceptance(password=PASSWORD)))
        if made is not None:
            note.fate = "accepted"
            note.accounts.append(made.customer_id)
            self.accounts[note.email] = made.customer_id

    def _why_no_account(self, note: Note, token: str, *, but_account: bool = False) -> type[DomainError] | None:
        if token != note.tokens[-1]:
            return InviteNotFound
        if note.fate == "accepted":
            return InviteAlreadyAccepted
        if note.fate == "revoked":
            return InviteRevoked
        if note.over(self.now):
            return InviteExpired
        return EmailTaken if note.email in self.accounts and not but_account else None

    def _why_not_resent(self, note: Note) -> type[DomainError] | None:
        if note.fate == "accepted":
            return InviteAlreadyAccepted
        if note.fate == "revoked":
            return RevokedInviteNotResent
        if note.email in self.accounts:
            return EmailTaken
        others = [other for other in self.notes if other is not note and other.email == note.email]
        return InvitePending if any(other.fate == "open" for other in others) else None

    def _note_resent(self, note: Note) -> None:
        note.fate = "open"
        note.expires_at = self.now + timedelta(days=DAYS)
        token = self._token(note.id)
        assert token not in note.tokens
        note.tokens.append(token)

    def _token(self, id: str) -> str:
        with self.shop.begin(SYSTEM, "test.look") as work:
            revision = work.invites.get(id).revision
        return self.shop.derived.derive("invite", id, revision)

    def _pick(self, choice: int) -> Note:
        return self.notes[choice % len(self.notes)]
