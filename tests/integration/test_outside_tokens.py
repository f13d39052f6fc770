"""Which JSON Web Tokens of sign-in services hold."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.outside_logins import InMemoryPublicKeys
from adapters.system.outside_tokens import Issuer, JwtOutsideTokens
from adapters.system.sign_in_claims import ClaimNames
from core.domain.errors import Unauthenticated
from core.domain.session import SessionOver
from ports.outside_logins import KeysUnavailable, OutsideLogin
from tests.integration.sign_in_service import AUDIENCE, ISSUER, SignInService

SECRET = "k8Jq2mNwQe5Rt7Yu9Io1Pa3Sd6Fg4Hj0"
PARTNER = "https://partner.example.test"


class Desk:
    """One issuer with public keys, one with a secret, and the tokens they may hand out."""

    def __init__(self, service: SignInService) -> None:
        self.clock = FrozenClock()
        self.service = service
        self.published = service.make_key("one")
        self.keys = InMemoryPublicKeys(self.published)
        issuers = [
            Issuer(issuer=ISSUER, audience=AUDIENCE, algorithms=("RS256", "ES256"), keys=self.keys, trusted=True),
            Issuer(
                issuer=PARTNER,
                audience="partner-shop",
                algorithms=("HS256",),
                secret=SECRET,
                claims=ClaimNames(email="https://claims.test/mail", customer_id="shop.ids.customer"),
            ),
        ]
        self.tokens = JwtOutsideTokens(issuers, self.clock)

    def claims(self, **changes: object) -> dict[str, object]:
        now = int(self.clock.now().timestamp())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "iat": now, "nbf": now, "exp": now + 300}
        said = {**usual, "email": "ada@example.test", "email_verified": True, **changes}
        return {name: value for name, value in said.items() if value is not None}

    def token(self, **changes: object) -> str:
        return self.service.sign(self.claims(**changes), "one")

    def partner(self, secret: str = SECRET, algorithm: str = "HS256", **changes: object) -> str:
        claims = self.claims(**{"iss": PARTNER, "aud": ["partner-shop", "other"], **changes})
        return jwt.encode(claims, secret, algorithm=algorithm)

    def refuses(self, token: str) -> None:
        with pytest.raises(Unauthenticated) as refusal:
            self.tokens.read(token)
        assert refusal.value.code == "UNAUTHORIZED"


@pytest.fixture(scope="module")
def service() -> Iterator[SignInService]:
    running = SignInService()
    yield running
    running.stop()


@pytest.fixture
def desk(service: SignInService) -> Desk:
    return Desk(service)


def test_a_genuine_token_tells_who_signed_in(desk: Desk) -> None:
    token = desk.token(customer={"id": "cus_1"}, given_name="Ada", family_name="Lovelace")

    assert desk.tokens.read(token) == OutsideLogin(
        issuer=ISSUER,
        subject="ada",
        email="ada@example.test",
        email_verified=True,
        customer_id="cus_1",
        first_name="Ada",
        last_name="Lovelace",
        trusted=True,
    )


def test_claims_lie_where_the_settings_say(desk: Desk) -> None:
    said = {"https://claims.test/mail": "bob@example.test", "shop": {"ids": {"customer": "cus_2"}}}
    login = desk.tokens.read(desk.partner(**said, email_verified="true"))

    assert login is not None
    assert (login.email, login.customer_id, login.email_verified) == ("bob@example.test", "cus_2", True)
    assert not login.trusted


@pytest.mark.parametrize("verified", [False, "false", 1, None, "yes", {}, []])
def test_an_address_counts_as_verified_only_if_that_is_said(desk: Desk, verified: object) -> None:
    login = desk.tokens.read(desk.token(email_verified=verified))

    assert login is not None
    assert not login.email_verified


@pytest.mark.parametrize("value", [7, {"a": 1}, "", "x" * 256, "a\nb"])
def test_claims_that_are_no_texts_count_as_missing(desk: Desk, value: object) -> None:
    login = desk.tokens.read(desk.token(email=value, customer=value))

    assert login is not None
    assert (login.email, login.customer_id) == (None, None)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "perseus_key", "x" * 9_000])
def test_what_is_no_token_of_theirs_is_left_to_others(desk: Desk, token: str) -> None:
    assert desk.tokens.read(token) is None


def test_tokens_of_other_issuers_are_left_to_others(desk: Desk) -> None:
    for issuer in (None, "https://id.example.test", 7, "perseus"):
        claims = desk.claims()
        claims.pop("iss")
        if issuer is not None:
            claims["iss"] = issuer
        assert desk.tokens.read(_forged({"alg": "RS256"}, claims)) is None
    assert JwtOutsideTokens([], desk.clock).read(desk.token()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another shop"},
        {"aud": None},
        {"aud": ["other"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
        {"exp": None},
        {"iat": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"nbf": "x"},
        {"exp": 10**30},
    ],
)
def test_a_token_that_says_too_little_or_nonsense_does_not_hold(desk: Desk, changes: dict[str, object]) -> None:
    claims = {**desk.claims(), **changes}
    signed = _signed({name: value for name, value in claims.items() if value is not None}, desk)
    desk.refuses(signed)


def test_times_are_checked_by_the_shops_clock_with_some_leeway(desk: Desk) -> None:
    now = int(desk.clock.now().timestamp())
    token = desk.token()
    assert desk.tokens.read(desk.token(iat=now + 29, nbf=now + 29)) is not None
    desk.refuses(desk.token(iat=now + 31))
    desk.refuses(desk.token(nbf=now + 31))
    assert desk.tokens.read(desk.token(nbf=None)) is not None

    desk.clock.advance(timedelta(seconds=329))
    assert desk.tokens.read(token) is not None
    desk.clock.advance(timedelta(seconds=1))
    with pytest.raises(SessionOver) as refusal:
        desk.tokens.read(token)
    assert refusal.value.code == "TOKEN_EXPIRED"


def test_the_token_does_not_choose_how_it_is_signed(desk: Desk) -> None:
    claims = desk.claims()
    desk.refuses(_forged({"alg": "none"}, claims))
    desk.refuses(jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": "one"}))
    public = str(desk.published["n"])
    desk.refuses(jwt.encode(claims, public, algorithm="HS256", headers={"kid": "one"}))
    desk.refuses(desk.partner(SECRET * 2, "HS512"))
    desk.refuses(desk.partner("another secret of thirty-two byte"))
    desk.refuses(_forged({"alg": "RS256", "kid": "one"}, claims))


def test_a_signature_does_not_cover_other_claims(desk: Desk) -> None:
    head, _, signature = desk.token().split(".")
    body = _part({**desk.claims(), "sub": "eve"})
    desk.refuses(f"{head}.{body}.{signature}")


def test_keys_come_from_the_issuer_alone(desk: Desk, service: SignInService) -> None:
    foreign = service.make_key("stranger")
    headers = {"kid": "stranger", "jwk": foreign, "jku": service.url, "x5u": service.url}
    private = service.private["stranger"][1]
    desk.refuses(jwt.encode(desk.claims(), private, algorithm="RS256", headers=headers))
    desk.refuses(jwt.encode(desk.claims(), private, algorithm="RS256", headers={**headers, "kid": "one"}))
    assert service.asked == 0


def test_extensions_that_nobody_here_knows_make_it_no_token(desk: Desk, service: SignInService) -> None:
    headers = {"kid": "one", "crit": ["x"], "x": 1}
    assert desk.tokens.read(jwt.encode(desk.claims(), service.private["one"][1], "RS256", headers)) is None


def test_a_key_serves_one_algorithm(desk: Desk, service: SignInService) -> None:
    curve = service.make_key("curve", "ES256")
    desk.keys.keys = (desk.published, curve)
    assert desk.tokens.read(service.sign(desk.claims(), "curve")) is not None

    desk.keys.keys = (desk.published, {**curve, "alg": "RS256"})
    desk.refuses(service.sign(desk.claims(), "curve"))
    desk.keys.keys = ({**desk.published, "kid": "curve"},)
    desk.refuses(service.sign(desk.claims(), "curve"))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_weak_keys_do_not_count(desk: Desk, service: SignInService) -> None:
    desk.keys.keys = (service.make_key("weak", bits=1_024),)
    desk.refuses(service.sign(desk.claims(), "weak"))


def test_without_keys_nobody_can_tell(desk: Desk) -> None:
    desk.keys.keys = None
    with pytest.raises(KeysUnavailable):
        desk.tokens.read(desk.token())


def _signed(claims: dict[str, Any], desk: Desk) -> str:
    """Whatever the claims are; the library would refuse to write some of them."""
    algorithm, key = desk.service.private["one"]
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm=algorithm, headers={"kid": "one"})


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _forged(header: dict[str, object], claims: dict[str, object]) -> str:
    return f"{_part(header)}.{_part(claims)}."
