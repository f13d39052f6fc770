"""Logging in by password, and what slows down those who guess."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.customer import BadCredentials
from core.domain.errors import Invalid, RateLimited
from core.domain.session import Carrier
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.logins import LoggedIn
from core.use_cases.user.create_user import CreateUser, NewUser
from tests.people import PASSWORD, Shop

CUSTOMER, USER = ActorKind.CUSTOMER, ActorKind.USER
HERE = Actor(kind=ActorKind.ANONYMOUS, network="192.0.2.1")
THERE = Actor(kind=ActorKind.ANONYMOUS, network="198.51.100.2")


def login_of(shop: Shop, *, delayed: bool = True) -> Authenticate:
    return Authenticate(shop.begin, shop.passwords, shop.tokens, shop.clock, shop.ids, delayed)


def fail(authenticate: Authenticate, times: int, actor: Actor = HERE, email: str = "ada@example.com") -> None:
    for _ in range(times):
        with pytest.raises(BadCredentials):
            authenticate(actor, CUSTOMER, email, "a wrong guess")


def log_in(authenticate: Authenticate, actor: Actor = HERE) -> LoggedIn:
    return authenticate(actor, CUSTOMER, "ada@example.com", PASSWORD)


def test_a_customer_gets_a_token_for_thirty_days() -> None:
    shop = Shop()
    ada = shop.register()

    login = login_of(shop)(HERE, CUSTOMER, "  ADA@Example.com ", PASSWORD)

    assert login.token is not None
    claims = shop.tokens.read(login.token)
    assert (claims.actor_kind, claims.actor_id, claims.session_id) == (CUSTOMER, ada.id, login.session_id)
    assert login.expires_at == shop.clock.now() + timedelta(days=30)


def test_an_admin_user_gets_a_token_for_a_day() -> None:
    shop = Shop()
    create = CreateUser(shop.begin, shop.passwords, shop.ids)
    user_id = create(SYSTEM, NewUser(email="root@example.com", password=PASSWORD, role=Role.ADMIN))

    login = login_of(shop)(HERE, USER, "root@example.com", PASSWORD)

    assert login.actor_id == user_id
    assert login.expires_at == shop.clock.now() + timedelta(hours=24)
    assert shop.memory.sessions[login.session_id].user_id == user_id


def test_a_customers_password_opens_nothing_on_the_admin_side() -> None:
    shop = Shop()
    shop.register()

    with pytest.raises(BadCredentials):
        login_of(shop)(HERE, USER, "ada@example.com", PASSWORD)


def test_an_unknown_address_and_a_guest_look_like_a_wrong_password() -> None:
    shop = Shop()
    shop.register("known@example.com")
    shop.add_guest("guest@example.com")
    messages = set()
    for email in ("known@example.com", "guest@example.com", "nobody@example.com"):
        with pytest.raises(BadCredentials) as refused:
            login_of(shop)(HERE, CUSTOMER, email, "a wrong guess")
        messages.add(refused.value.message)

    assert len(messages) == 1
    assert shop.passwords.checked == 3


def test_what_is_no_address_is_refused_as_such() -> None:
    with pytest.raises(Invalid):
        login_of(Shop())(HERE, CUSTOMER, "not an address", PASSWORD)


def test_a_hash_made_with_older_settings_is_renewed() -> None:
    shop = Shop()
    ada = shop.register()
    old = shop.memory.customers[ada.id or ""].password_hash
    shop.passwords.strengthen()

    log_in(login_of(shop))

    new = shop.memory.customers[ada.id or ""].password_hash
    assert new != old
    assert new is not None
    assert not shop.passwords.stale(new)


def test_after_five_failures_even_the_right_password_has_to_wait_half_an_hour() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    fail(authenticate, 5)

    with pytest.raises(RateLimited) as refused:
        log_in(authenticate)

    assert refused.value.retry_after == 30 * 60
    shop.after(minutes=30)
    assert log_in(authenticate).token


def test_unknown_addresses_are_delayed_like_known_ones() -> None:
    shop = Shop()
    fail(login_of(shop), 5, email="nobody@example.com")

    with pytest.raises(RateLimited):
        login_of(shop)(HERE, CUSTOMER, "nobody@example.com", "a wrong guess")


def test_the_owner_can_still_log_in_from_elsewhere() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    fail(authenticate, 5, HERE)

    assert log_in(authenticate, THERE).token


def test_after_the_pause_there_are_five_tries_again() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    fail(authenticate, 5)
    shop.after(minutes=30)

    fail(authenticate, 5)

    with pytest.raises(RateLimited):
        log_in(authenticate)


def test_a_success_starts_the_count_anew() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    fail(authenticate, 4)
    log_in(authenticate)

    fail(authenticate, 4)

    assert log_in(authenticate).token


def test_guesses_from_everywhere_slow_the_account_down_by_seconds_only() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    for number in range(20):
        fail(authenticate, 1, Actor(kind=ActorKind.ANONYMOUS, network=f"203.0.113.{number}"))

    with pytest.raises(RateLimited) as refused:
        log_in(authenticate, THERE)

    assert refused.value.retry_after == 1
    shop.after(seconds=1)
    fail(authenticate, 1, Actor(kind=ActorKind.ANONYMOUS, network="203.0.113.90"))
    with pytest.raises(RateLimited) as slower:
        log_in(authenticate, THERE)
    assert slower.value.retry_after == 2
    shop.after(seconds=2)
    assert log_in(authenticate, THERE).token


def test_delays_can_be_lifted() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop, delayed=False)
    fail(authenticate, 12)

    assert log_in(authenticate).token
    assert not shop.memory.failed_logins


def test_guesses_made_at_once_learn_nothing_after_the_fifth() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    rival = login_of(shop)

    class FiveGuessesMeanwhile:
        """The password check, during which somebody else fails five times."""

        def hash(self, password: str) -> str:
            return shop.passwords.hash(password)

        def verify(self, password: str, hashed: str | None) -> bool:
            fail(rival, 5)
            return shop.passwords.verify(password, hashed)

        def stale(self, hashed: str) -> bool:
            return shop.passwords.stale(hashed)

    authenticate = Authenticate(shop.begin, FiveGuessesMeanwhile(), shop.tokens, shop.clock, shop.ids)

    with pytest.raises(RateLimited):
        log_in(authenticate)


def test_a_cookie_log_in_makes_a_new_session_and_ends_the_old_one() -> None:
    shop = Shop()
    shop.register()
    authenticate = login_of(shop)
    first = authenticate(HERE, CUSTOMER, "ada@example.com", PASSWORD, Carrier.COOKIE)

    second = authenticate(HERE, CUSTOMER, "ada@example.com", PASSWORD, Carrier.COOKIE, first.session_id)

    assert second.token is None
    assert second.session_id != first.session_id
    assert second.expires_at == shop.clock.now() + timedelta(hours=10)
    assert shop.memory.sessions[first.session_id].revoked_at is not None


def test_an_admin_stays_logged_in_when_a_customer_logs_in_on_the_same_cookie() -> None:
    shop = Shop()
    ada = shop.register()
    user_id = CreateUser(shop.begin, shop.passwords, shop.ids)(
        SYSTEM, NewUser(email="root@example.com", password=PASSWORD)
    )
    authenticate = login_of(shop)
    admin = authenticate(HERE, USER, "root@example.com", PASSWORD, Carrier.COOKIE)

    both = authenticate(HERE, CUSTOMER, "ada@example.com", PASSWORD, Carrier.COOKIE, admin.session_id)

    session = shop.memory.sessions[both.session_id]
    assert (session.user_id, session.customer_id) == (user_id, ada.id)


def test_a_bearer_session_is_no_cookie_to_take_over() -> None:
    shop = Shop()
    shop.register()
    create = CreateUser(shop.begin, shop.passwords, shop.ids)
    create(SYSTEM, NewUser(email="root@example.com", password=PASSWORD))
    authenticate = login_of(shop)
    bearer = authenticate(HERE, USER, "root@example.com", PASSWORD)

    login = authenticate(HERE, CUSTOMER, "ada@example.com", PASSWORD, Carrier.COOKIE, bearer.session_id)

    assert shop.memory.sessions[login.session_id].user_id is None
    assert shop.memory.sessions[bearer.session_id].revoked_at is None


def test_logging_in_leaves_no_audit_row() -> None:
    shop = Shop()
    shop.register()
    log_in(login_of(shop), ANONYMOUS)

    assert shop.memory.audit_log == []
