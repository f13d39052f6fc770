"""A small app with routes of every sort, on stand-ins for the shop, to test what surrounds views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from adapters.http.access import ANYBODY, CUSTOMER, EVERYONE, PUBLIC, admin
from adapters.http.app import create_http
from adapters.http.body_fields import Body, Int, Str
from adapters.http.budgets import CHECKOUT, LOGIN
from adapters.http.dialect import Dialect
from adapters.http.hooks import Hooks
from adapters.http.query import Query
from adapters.http.routing import ADMIN, AUTH, CATALOGUE, STORE, Resource
from adapters.http.settings import HttpSettings
from adapters.http.shown import Shown, detail, listing
from adapters.memory.clock import FrozenClock
from adapters.memory.rate_limits import InMemoryRateLimits
from core.domain.actor import Actor, ActorKind, Role
from core.domain.errors import DomainError, Unauthenticated
from core.domain.session import SessionOver
from ports.idempotency import Claim, ClaimState, IdempotencyInProgress, IdempotencyKeyReused
from ports.reads import Audience, Page, Paging, ReadContext, Selection, Tree, UnknownSelection, Where
from ports.tokens import AccessClaims

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
ORIGIN = "https://shop.example"
SETTINGS = HttpSettings(
    public_url="https://api.example", cookie_secret="k" * 32, cors_origins=(ORIGIN,), rate_limits_on=False
)
CUSTOMERS = {f"cus_{number}": Actor(kind=ActorKind.CUSTOMER, id=f"cus_{number}") for number in (1, 2)}
USERS = {f"usr_{role}": Actor(kind=ActorKind.USER, id=f"usr_{role}", role=role) for role in Role}


class Tokens:
    """``cus_1`` is a token of customer 1; ``old`` is one that has run out."""

    def issue(self, claims: AccessClaims) -> str:
        return claims.actor_id

    def read(self, token: str) -> AccessClaims:
        if token == "old":
            raise SessionOver("this login has ended")
        if token not in {**CUSTOMERS, **USERS}:
            raise Unauthenticated("this token is not known")
        kind = ActorKind.CUSTOMER if token in CUSTOMERS else ActorKind.USER
        return AccessClaims(session_id="sess_b", actor_kind=kind, actor_id=token, expires_at=NOW)


class Identify:
    """The cookie session ``sess_cus_1.usr_admin`` belongs to both."""

    def __call__(self, claims: AccessClaims) -> Actor:
        return replace({**CUSTOMERS, **USERS}[claims.actor_id], session_id=claims.session_id)

    def by_session(self, session_id: str) -> Sequence[Actor]:
        if session_id == "sess_over":
            raise SessionOver("this login has ended")
        known = {**CUSTOMERS, **USERS}
        return [known[name] for name in session_id.removeprefix("sess_").split("+")]


KEYS = {
    "sk_everything": Actor(
        kind=ActorKind.API_KEY, id="apk_1", role=Role.ADMIN, scopes=frozenset({"*"}), owner_id="usr_admin"
    ),
    "sk_orders": Actor(
        kind=ActorKind.API_KEY, id="apk_2", role=Role.MEMBER, scopes=frozenset({"orders:read"}), owner_id="usr_member"
    ),
}


def identify_key(token: str) -> Actor:
    if token not in KEYS:
        raise Unauthenticated("this key is not known")
    return KEYS[token]


class Reading:
    """Knows ``thing_1``; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Where, Selection, ReadContext]] = []
        self.pages: list[Paging] = []
        self.rows: list[Tree] = [{"id": "thing_1", "title": "Thing"}]

    def one(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree:
        self.asked.append((where, selection, context))
        return {"id": where[-1].value, "title": "Thing", "secret": 1}

    def first(self, shape: str, where: Where, selection: Selection, context: ReadContext) -> Tree | None:
        return self.one(shape, where, selection, context)

    def page(self, shape: str, where: Where, selection: Selection, context: ReadContext, paging: Paging) -> Page:
        self.asked.append((where, selection, context))
        self.pages.append(paging)
        return Page(self.rows, len(self.rows))

    def check(self, shape: str, selection: Selection, audience: Audience) -> None:
        if unknown := selection.columns - {"id", "title", "secret"}:
            raise UnknownSelection(f"Requested fields [{', '.join(sorted(unknown))}] are not valid")


class Keys:
    """Idempotency keys of one process; ``executed`` is what a commit marks."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, str], Claim] = {}
        self.hashes: dict[str, str] = {}
        self.running: set[str] = set()

    def claim(self, key: str, scope: str, request_hash: str, lease: timedelta) -> Claim:
        known = self.claims.setdefault((key, scope), Claim(id=f"ikey_{len(self.claims)}", state=ClaimState.RUN))
        if self.hashes.setdefault(known.id, request_hash) != request_hash:
            raise IdempotencyKeyReused("this key was used for another request")
        if known.id in self.running:
            raise IdempotencyInProgress("the first request is still running")
        if known.state is ClaimState.RUN:
            self.running.add(known.id)
        return known

    def executed(self, claim_id: str, result_id: str) -> None:
        self._set(claim_id, state=ClaimState.EXECUTED, result_id=result_id)

    def store(self, claim_id: str, status: int, body: bytes | None) -> None:
        self._set(claim_id, state=ClaimState.REPLAY, status=status, body=body)

    def release(self, claim_id: str) -> None:
        self.running.discard(claim_id)

    def forget(self, before: datetime) -> int:
        return 0

    def _set(self, claim_id: str, **changes: object) -> None:
        self.running.discard(claim_id)
        for name, claim in self.claims.items():
            if claim.id == claim_id:
                self.claims[name] = replace(claim, **changes)  # type: ignore[arg-type]


class CountedIds:
    def __init__(self) -> None:
        self.count = 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count}"


class ThingBody(Body):
    title = Str(required=True)
    quantity = Int(min=1)


class LoginBody(Body):
    email = Str(required=True)


class Harness:
    """``outcome`` is raised by the write routes; ``written`` counts what they did."""

    def __init__(self, settings: HttpSettings = SETTINGS) -> None:
        self.clock = FrozenClock(NOW)
        self.reads = Reading()
        self.keys = Keys()
        self.outcome: BaseException | None = None
        self.outcome_after: BaseException | None = None
        self.written: list[object] = []
        self.actor: Actor | None = None
        self.app = self._app(settings)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)

    def _app(self, settings: HttpSettings) -> Flask:
        hooks = Hooks(
            settings=settings,
            clock=self.clock,
            ids=CountedIds(),
            tokens=Tokens(),
            identify_actor=Identify(),
            identify_key=identify_key,
            rate_limits=InMemoryRateLimits(self.clock),
            idempotency=self.keys,
            reads=self.reads,
        )
        return create_http(hooks, [self._store(), self._carts(), self._admin(), self._downloads(), self._auth()])

    def _store(self) -> Resource:
        thing = Shown(shape="thing", one="thing", many="things", default="*")
        things = Resource("things", __name__, "/store/things", STORE)

        @things.on("GET", "", allow=EVERYONE, lists=thing, cache=CATALOGUE)
        def list_things(actor: Actor, query: Query) -> Tree:
            """List things."""
            self.actor = actor
            return listing(thing, self.reads, actor, query)

        def show_written(actor: Actor, query: Query, result: str) -> Tree:
            if self.outcome_after:
                raise self.outcome_after
            return {**detail(thing, self.reads, actor, query, result), "times": len(self.written)}

        @things.on("POST", "", allow=EVERYONE, shows=thing, body=ThingBody, answers=show_written, v1_key=True)
        def write(actor: Actor, body: dict[str, object]) -> str:
            """Write a thing."""
            self.actor = actor
            if self.outcome:
                raise self.outcome
            self.written.append(body)
            if actor.idempotency_claim:
                self.keys.executed(actor.idempotency_claim, "thing_1")
            return "thing_1"

        @things.on("GET", "/mine", allow=CUSTOMER)
        def mine(actor: Actor) -> Tree:
            """Show what is mine."""
            self.actor = actor
            return {"id": actor.id, "at": NOW}

        @things.on("DELETE", "/<thing_id>", allow=PUBLIC, repeatable=True)
        def remove(thing_id: str) -> str:
            """Remove a thing."""
            return "OK"

        return things

    def _carts(self) -> Resource:
        carts = Resource("carts", __name__, "/store/carts", STORE)

        @carts.on("POST", "/<cart_id>/complete", allow=EVERYONE, repeatable=True, budgets=CHECKOUT)
        def complete(actor: Actor, cart_id: str) -> Tree:
            """Complete a cart."""
            if self.outcome:
                raise self.outcome
            return {"cart": cart_id}

        return carts

    def _admin(self) -> Resource:
        staff = Resource("staff", __name__, "/admin/things", ADMIN)

        @staff.on("GET", "/orders", allow=admin("orders"))
        def orders(actor: Actor) -> Tree:
            """Show orders."""
            self.actor = actor
            return {"id": actor.id}

        @staff.on("GET", "/users", allow=admin("users"))
        def users(actor: Actor) -> Tree:
            """Show users."""
            return {"id": actor.id}

        @staff.on("POST", "/orders", allow=admin("orders"), repeatable=True, status=201)
        def write(actor: Actor) -> Tree:
            """Write something."""
            return {"id": actor.id}

        return staff

    def _downloads(self) -> Resource:
        downloads = Resource("downloads", __name__, "/store/downloads", STORE)

        @downloads.on("POST", "", allow=CUSTOMER, dialect=Dialect.CUSTOM, repeatable=True, body=ThingBody)
        def ask(actor: Actor, body: dict[str, object]) -> Tree:
            """Ask for a download."""
            if self.outcome:
                raise self.outcome
            return {"ok": True}

        return downloads

    def _auth(self) -> Resource:
        logins = Resource("logins", __name__, "/auth/customer", AUTH)

        @logins.on("POST", "/emailpass", allow=PUBLIC, body=LoginBody, budgets=LOGIN, secret=True)
        def log_in(actor: Actor, body: dict[str, object]) -> Tree:
            """Log in."""
            if self.outcome:
                raise self.outcome
            self.written.append(body)
            return {"token": f"token {len(self.written)}"}

        @logins.on("GET", "/who", allow=ANYBODY)
        def who(actor: Actor) -> Tree:
            """Say who is asking."""
            return {"kind": actor.kind, "id": actor.id}

        return logins


def refusing(kind: type[DomainError], message: str = "no") -> DomainError:
    return kind(message)
