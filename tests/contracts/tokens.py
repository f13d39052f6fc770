"""What every maker of access tokens and of derived tokens promises."""

import re
from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from core.domain.actor import ActorKind
from core.domain.errors import Unauthenticated
from core.domain.session import SessionOver
from ports.tokens import AccessClaims, AccessTokens, DerivedToken, DerivedTokens


class AccessTokensContract:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock()

    @pytest.fixture
    def tokens(self, clock: FrozenClock) -> AccessTokens:
        raise NotImplementedError

    def claims(self, clock: FrozenClock, kind: ActorKind = ActorKind.CUSTOMER) -> AccessClaims:
        return AccessClaims(
            session_id="sess_1",
            actor_kind=kind,
            actor_id="cus_1",
            expires_at=clock.now() + timedelta(hours=1),
        )

    @pytest.mark.parametrize("kind", [ActorKind.CUSTOMER, ActorKind.USER])
    def test_what_was_issued_can_be_read(self, tokens: AccessTokens, clock: FrozenClock, kind: ActorKind) -> None:
        claims = self.claims(clock, kind)

        assert tokens.read(tokens.issue(claims)) == claims

    def test_token_holds_until_it_expires(self, tokens: AccessTokens, clock: FrozenClock) -> None:
        token = tokens.issue(self.claims(clock))
        clock.advance(timedelta(minutes=59, seconds=59))
        tokens.read(token)
        clock.advance(timedelta(seconds=1))

        with pytest.raises(SessionOver) as refusal:
            tokens.read(token)

        assert refusal.value.code == "TOKEN_EXPIRED"

    @pytest.mark.parametrize("foreign", ["", "x", "a.b.c", "\u00e9.\u00e9.\u00e9", "x" * 10_000, "\0"])
    def test_anything_else_is_refused(self, tokens: AccessTokens, foreign: str) -> None:
        with pytest.raises(Unauthenticated) as refusal:
            tokens.read(foreign)

        assert refusal.value.code == "UNAUTHORIZED"

    def test_changed_token_is_refused(self, tokens: AccessTokens, clock: FrozenClock) -> None:
        token = tokens.issue(self.claims(clock))
        tokens.read(token)

        for changed in (token + "x", token[:-1], token[1:], token.swapcase()):
            with pytest.raises(Unauthenticated):
                tokens.read(changed)

    @pytest.mark.parametrize("kind", [ActorKind.ANONYMOUS, ActorKind.SYSTEM, ActorKind.API_KEY])
    def test_only_users_and_customers_get_tokens(
        self, tokens: AccessTokens, clock: FrozenClock, kind: ActorKind
    ) -> None:
        with pytest.raises(ValueError, match="users and customers"):
            tokens.issue(self.claims(clock, kind))


class DerivedTokensContract:
    @pytest.fixture
    def tokens(self) -> DerivedTokens:
        raise NotImplementedError

    def test_what_was_derived_can_be_read(self, tokens: DerivedTokens) -> None:
        token = tokens.derive("download", "dl_01ABC", 3)

        assert tokens.read("download", token) == DerivedToken("dl_01ABC", 3)

    def test_deriving_again_gives_the_same_token(self, tokens: DerivedTokens) -> None:
        assert tokens.derive("download", "dl_1", 1) == tokens.derive("download", "dl_1", 1)

    def test_token_fits_into_a_path(self, tokens: DerivedTokens) -> None:
        assert re.fullmatch(r"[A-Za-z0-9_-]{8,200}", tokens.derive("invite", "invite_1", 1))

    def test_subject_revision_and_purpose_each_make_a_token_of_their_own(self, tokens: DerivedTokens) -> None:
        made = {
            tokens.derive(purpose, subject, revision)
            for purpose in ("download", "invite")
            for subject in ("x_1", "x_2", "x_11")
            for revision in (1, 2, 11)
        }

        assert len(made) == 18

    def test_token_for_another_purpose_is_unknown(self, tokens: DerivedTokens) -> None:
        token = tokens.derive("download", "dl_1", 1)

        assert tokens.read("invite", token) is None

    @pytest.mark.parametrize(
        "foreign", ["", "dl_1", "dl_1-1", "dl_1-1-" + "a" * 38, "\u00e9", "dl_1\n-1", "-" * 60, "x" * 100_000]
    )
    def test_anything_else_is_unknown(self, tokens: DerivedTokens, foreign: str) -> None:
        assert tokens.read("download", foreign) is None

    def test_no_changed_token_is_known(self, tokens: DerivedTokens) -> None:
        token = tokens.derive("download", "dl_1", 1)

        for place in range(len(token)):
            for letter in "0aZ-_":
                changed = token[:place] + letter + token[place + 1 :]
                assert changed == token or tokens.read("download", changed) is None
        assert tokens.read("download", token + "=") is None
        assert tokens.read("download", token[:-1]) is None

    @pytest.mark.parametrize(("subject", "revision"), [("", 1), ("dl-1", 1), ("dl/1", 1), ("dl_1", -1)])
    def test_subject_that_does_not_fit_a_path_is_refused(
        self, tokens: DerivedTokens, subject: str, revision: int
    ) -> None:
        with pytest.raises(ValueError, match="no token"):
            tokens.derive("download", subject, revision)
