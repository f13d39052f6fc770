from datetime import timedelta

import jwt
import pytest

from adapters.memory.clock import FrozenClock
from adapters.system.access_tokens import JwtAccessTokens
from adapters.system.derived_tokens import HmacDerivedTokens
from adapters.system.keys import derive_keys
from core.domain.actor import ActorKind
from core.domain.errors import Unauthenticated
from ports.tokens import DerivedToken
from tests.contracts.tokens import AccessTokensContract, DerivedTokensContract

OLD = "the secret of last year, long enough to hold"
NEW = "the secret of this year, long enough to hold"


class TestJwtAccessTokens(AccessTokensContract):
    @pytest.fixture
    def tokens(self, clock: FrozenClock) -> JwtAccessTokens:
        return JwtAccessTokens([NEW], clock)

    def forge(self, clock: FrozenClock, *, algorithm: str = "HS256", **changes: object) -> str:
        version, key = derive_keys([NEW], "access tokens")[0]
        now = int(clock.now().timestamp())
        payload: dict[str, object] = {
            "iss": "perseus",
            "aud": "perseus",
            "sub": "cus_1",
            "sid": "sess_1",
            "actor_type": "customer",
            "domain": "store",
            "iat": now,
            "nbf": now,
            "exp": now + 60,
        }
        payload = {name: value for name, value in (payload | changes).items() if value is not None}
        return jwt.encode(payload, key if algorithm != "none" else None, algorithm, headers={"kid": version})

    def test_the_forger_of_these_tests_makes_good_tokens_if_he_changes_nothing(
        self, tokens: JwtAccessTokens, clock: FrozenClock
    ) -> None:
        assert tokens.read(self.forge(clock)).actor_id == "cus_1"

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "another shop"},
            {"aud": "another audience"},
            {"sub": None},
            {"sub": 7},
            {"sid": None},
            {"sid": 7},
            {"exp": None},
            {"exp": "soon"},
            {"exp": 10**30},
            {"nbf": 2**33},
            {"nbf": None},
            {"actor_type": "system"},
            {"actor_type": None},
            {"domain": "admin"},
            {"actor_type": "user"},
        ],
    )
    def test_every_claim_is_checked(
        self, tokens: JwtAccessTokens, clock: FrozenClock, changes: dict[str, object]
    ) -> None:
        with pytest.raises(Unauthenticated) as refusal:
            tokens.read(self.forge(clock, **changes))

        assert refusal.value.code == "UNAUTHORIZED"

    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    @pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
    def test_only_one_algorithm_is_accepted(
        self, tokens: JwtAccessTokens, clock: FrozenClock, algorithm: str
    ) -> None:
        with pytest.raises(Unauthenticated):
            tokens.read(self.forge(clock, algorithm=algorithm))

    def test_token_of_the_previous_secret_still_holds(self, clock: FrozenClock) -> None:
        before = JwtAccessTokens([OLD], clock).issue(self.claims(clock))
        rotated = JwtAccessTokens([NEW, OLD], clock)

        assert rotated.read(before).session_id == "sess_1"
        with pytest.raises(Unauthenticated):
            JwtAccessTokens([NEW], clock).read(before)
        with pytest.raises(Unauthenticated):
            JwtAccessTokens([OLD], clock).read(rotated.issue(self.claims(clock)))

    def test_claims_are_those_clients_of_medusa_know(self, tokens: JwtAccessTokens, clock: FrozenClock) -> None:
        token = tokens.issue(self.claims(clock, ActorKind.USER))
        claims = jwt.decode(token, options={"verify_signature": False})

        assert (claims["actor_type"], claims["domain"], claims["sub"]) == ("user", "admin", "cus_1")
        assert claims["exp"] == int((clock.now() + timedelta(hours=1)).timestamp())

    def test_short_secret_is_refused(self, clock: FrozenClock) -> None:
        with pytest.raises(ValueError, match="32"):
            JwtAccessTokens(["short"], clock)


class TestHmacDerivedTokens(DerivedTokensContract):
    @pytest.fixture
    def tokens(self) -> HmacDerivedTokens:
        return HmacDerivedTokens([NEW])

    def test_it_survives_a_restart(self) -> None:
        token = HmacDerivedTokens([NEW]).derive("download", "dl_1", 1)

        assert HmacDerivedTokens([NEW]).read("download", token) == DerivedToken("dl_1", 1)

    def test_another_secret_makes_other_tokens(self, tokens: HmacDerivedTokens) -> None:
        assert tokens.read("download", HmacDerivedTokens([OLD]).derive("download", "dl_1", 1)) is None

    def test_token_of_the_previous_secret_still_holds(self) -> None:
        before = HmacDerivedTokens([OLD]).derive("download", "dl_1", 1)
        rotated = HmacDerivedTokens([NEW, OLD])

        assert rotated.read("download", before) == DerivedToken("dl_1", 1)
        assert rotated.derive("download", "dl_1", 1) == HmacDerivedTokens([NEW]).derive("download", "dl_1", 1)

    def test_revision_and_subject_cannot_be_exchanged(self, tokens: HmacDerivedTokens) -> None:
        token = tokens.derive("download", "dl_1", 1)

        assert tokens.read("download", token.replace("dl_1-1-", "dl_1-2-")) is None
        assert tokens.read("download", token.replace("dl_1-1-", "dl_2-1-")) is None
