"""What becomes of a login: who it is, refreshing it, ending it, making a cookie of it."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.errors import Unauthenticated
from core.domain.session import Carrier, SessionOver
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.identify_actor import IdentifyActor
from core.use_cases.auth.log_out import LogOut
from core.use_cases.auth.logins import LoggedIn
from core.use_cases.auth.refresh_token import RefreshToken
from core.use_cases.auth.start_cookie_session import StartCookieSession
from core.use_cases.user.create_user import CreateUser, NewUser
from ports.tokens import AccessClaims
from tests.people import PASSWORD, Shop

CUSTOMER, USER = ActorKind.CUSTOMER, ActorKind.USER


class Desk:
    """A shop with one customer and one admin, and everything about logins."""

    def __init__(self) -> None:
        self.shop = shop = Shop()
        self.ada = shop.register()
        create = CreateUser(shop.begin, shop.passwords, shop.ids)
        self.user_id = create(SYSTEM, NewUser(email="root@example.com", password=PASSWORD, role=Role.ADMIN))
        self.authenticate = Authenticate(shop.begin, shop.passwords, shop.tokens, shop.clock, shop.ids)
        self.identify = IdentifyActor(shop.identities, shop.clock)
        self.refresh = RefreshToken(shop.begin, shop.tokens, shop.clock)
        self.log_out = LogOut(shop.begin, shop.clock)
        self.start_cookie = StartCookieSession(shop.begin, shop.clock, shop.ids)

    def customer(self, carrier: Carrier = Carrier.BEARER, replaces: str | None = None) -> LoggedIn:
        return self.authenticate(ANONYMOUS, CUSTOMER, "ada@example.com", PASSWORD, carrier, replaces)

    def admin(self, carrier: Carrier = Carrier.BEARER, replaces: str | None = None) -> LoggedIn:
        return self.authenticate(ANONYMOUS, USER, "root@example.com", PASSWORD, carrier, replaces)

    def claims(self, login: LoggedIn) -> AccessClaims:
        assert login.token is not None
        return self.shop.tokens.read(login.token)

    def actor(self, login: LoggedIn) -> Actor:
        return self.identify(self.claims(login))


def test_a_token_tells_who_it_belongs_to() -> None:
    desk = Desk()
    login = desk.customer()

    assert desk.actor(login) == Actor(kind=CUSTOMER, id=desk.ada.id, session_id=login.session_id)


def test_a_users_role_is_read_anew_each_time() -> None:
    desk = Desk()
    login = desk.admin()
    with desk.shop.begin(SYSTEM, "test.demote") as work:
        work.users.get(desk.user_id).role = Role.MEMBER
        work.commit()

    assert desk.actor(login).role is Role.MEMBER


def test_a_login_whose_account_was_deleted_is_nobodys() -> None:
    desk = Desk()
    login = desk.admin()
    with desk.shop.begin(SYSTEM, "test.delete") as work:
        work.users.get(desk.user_id).deleted_at = desk.shop.clock.now()
        work.commit()

    with pytest.raises(Unauthenticated):
        desk.actor(login)


def test_an_unknown_session_is_refused() -> None:
    desk = Desk()
    claims = AccessClaims(
        session_id="sess_unknown",
        actor_kind=CUSTOMER,
        actor_id=desk.ada.id or "",
        expires_at=desk.shop.clock.now() + timedelta(days=1),
    )

    with pytest.raises(Unauthenticated):
        desk.identify(claims)


def test_claims_about_another_account_than_the_sessions_are_refused() -> None:
    desk = Desk()
    login = desk.customer()
    claims = AccessClaims(
        session_id=login.session_id, actor_kind=USER, actor_id=desk.user_id, expires_at=login.expires_at
    )

    with pytest.raises(Unauthenticated):
        desk.identify(claims)


def test_a_session_ends_by_itself() -> None:
    desk = Desk()
    login = desk.admin(Carrier.COOKIE)
    desk.shop.after(hours=10)

    with pytest.raises(SessionOver):
        desk.identify.by_session(login.session_id)


def test_a_bearer_session_cannot_be_used_as_a_cookie() -> None:
    desk = Desk()
    login = desk.customer()

    with pytest.raises(Unauthenticated):
        desk.identify.by_session(login.session_id)


def test_a_cookie_may_hold_an_admin_and_a_customer() -> None:
    desk = Desk()
    admin = desk.admin(Carrier.COOKIE)
    both = desk.customer(Carrier.COOKIE, admin.session_id)

    actors = desk.identify.by_session(both.session_id)

    assert [(actor.kind, actor.id) for actor in actors] == [(USER, desk.user_id), (CUSTOMER, desk.ada.id)]


def test_refreshing_renews_the_life_of_the_same_login() -> None:
    desk = Desk()
    login = desk.admin()
    desk.shop.after(hours=20)
    fresh = desk.refresh(desk.actor(login))
    desk.shop.after(hours=20)

    assert desk.actor(fresh).id == desk.user_id
    with pytest.raises(SessionOver):
        desk.claims(login)


def test_logging_out_ends_refreshed_tokens_too() -> None:
    desk = Desk()
    login = desk.customer()
    fresh = desk.refresh(desk.actor(login))
    desk.log_out(desk.actor(fresh), login.session_id)

    for each in (login, fresh):
        with pytest.raises(Unauthenticated):
            desk.actor(each)


def test_a_cookie_cannot_be_refreshed_into_a_token() -> None:
    desk = Desk()
    login = desk.customer(Carrier.COOKIE)
    (actor,) = desk.identify.by_session(login.session_id)

    with pytest.raises(Unauthenticated):
        desk.refresh(actor)


def test_logging_out_twice_and_logging_out_of_nothing_is_fine() -> None:
    desk = Desk()
    login = desk.customer()
    actor = desk.actor(login)

    assert not desk.log_out(actor, login.session_id)
    assert not desk.log_out(actor, login.session_id)
    assert not desk.log_out(ANONYMOUS, "sess_unknown")


def test_one_side_of_a_cookie_can_log_out_alone() -> None:
    desk = Desk()
    admin = desk.admin(Carrier.COOKIE)
    both = desk.customer(Carrier.COOKIE, admin.session_id)

    still_somebody = desk.log_out(ANONYMOUS, both.session_id, CUSTOMER)

    assert still_somebody
    assert [actor.kind for actor in desk.identify.by_session(both.session_id)] == [USER]
    assert not desk.log_out(ANONYMOUS, both.session_id, USER)
    with pytest.raises(Unauthenticated):
        desk.identify.by_session(both.session_id)


def test_a_token_can_be_made_into_a_cookie_and_stays_good() -> None:
    desk = Desk()
    login = desk.customer()

    cookie = desk.start_cookie(desk.actor(login))

    assert cookie.token is None
    (actor,) = desk.identify.by_session(cookie.session_id)
    assert actor.id == desk.ada.id
    assert desk.actor(login).id == desk.ada.id


@pytest.mark.parametrize("actor", [ANONYMOUS, SYSTEM, Actor(kind=ActorKind.API_KEY, id="key_1")])
def test_only_people_get_cookies(actor: Actor) -> None:
    with pytest.raises(Unauthenticated):
        Desk().start_cookie(actor)
