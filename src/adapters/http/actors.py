"""Who is asking: credentials of a request turned into one Actor.

Places: ``Authorization: Bearer <jwt>``, the cookie ``connect.sid``, and for API keys ``Authorization:
Basic <token>``, ``Bearer <token>`` and ``x-medusa-access-token``. Two different identities of one kind
in one request are refused. Credentials of another kind than the route wants count for nothing; where
the route does not demand any, neither do broken ones, as in Medusa v1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import g, request

from adapters.http.access import Allow
from adapters.http.cookies import session_of
from adapters.http.hooks import Hooks
from adapters.http.network import family_of, network_of
from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.errors import Forbidden, Unauthenticated

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TwoIdentities(Unauthenticated):
    """Refused everywhere: whose request it is cannot be told."""


@dataclass(frozen=True, slots=True)
class _Found:
    """identities by kind; by_cookie: kinds that only the cookie vouches for; failure: why others fell."""

    identities: dict[ActorKind, Actor]
    by_cookie: frozenset[ActorKind]
    failure: Unauthenticated | None


def actor_for(allow: Allow, hooks: Hooks) -> Actor:
    """The caller as the route sees them. Raises Unauthenticated, SessionOver, Forbidden."""
    actor = _identified(allow, hooks) if allow.kinds else ANONYMOUS
    allow.check(actor)
    return replace(
        actor,
        network=network_of(request, hooks.settings.trusted_proxies),
        agent=family_of(request.headers.get("User-Agent")),
        request_id=g.get("request_id"),
    )


def presented() -> bool:
    """Whether the request carries anything that is meant to be a credential."""
    return "Authorization" in request.headers or "x-medusa-access-token" in request.headers


def _identified(allow: Allow, hooks: Hooks) -> Actor:
    found = _find(hooks)
    fitting = [kind for kind in found.identities if kind in allow.kinds]
    if not fitting:
        if not allow.required:
            return ANONYMOUS
        raise found.failure or Unauthenticated("credentials are required")
    kind = next((kind for kind in fitting if kind not in found.by_cookie), fitting[0])
    if kind in found.by_cookie and request.method not in SAFE_METHODS:
        _check_origin(hooks)
    return found.identities[kind]


def _find(hooks: Hooks) -> _Found:
    identities: dict[ActorKind, Actor] = {}
    by_cookie: set[ActorKind] = set()
    failure: Unauthenticated | None = None
    try:
        bearer = _by_header(hooks)
        if bearer is not None:
            identities[bearer.kind] = bearer
    except Unauthenticated as error:
        failure = error
    session_id = session_of(request, hooks.settings)
    if session_id is not None:
        try:
            sessions = hooks.identify_actor.by_session(session_id)
        except Unauthenticated as error:
            failure, sessions = failure or error, ()
        for actor in sessions:
            known = identities.setdefault(actor.kind, actor)
            if known is actor:
                by_cookie.add(actor.kind)
            elif known.id != actor.id:
                raise TwoIdentities("the request carries credentials of two different accounts")
    return _Found(identities, frozenset(by_cookie), failure)


def _by_header(hooks: Hooks) -> Actor | None:
    if request.headers.get("x-medusa-access-token"):
        raise Unauthenticated("this API token is not known")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() == "bearer" and token.strip():
        return hooks.identify_actor(hooks.tokens.read(token.strip()))
    raise Unauthenticated("these credentials are not known")


def _check_origin(hooks: Hooks) -> None:
    """A browser sends the cookie by itself, so a foreign page must not be the one that asks."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own = {_origin(hooks.settings.public_url), f"{request.scheme}://{request.host}"}
    if origin not in own and origin not in hooks.settings.cors_origins:
        raise Forbidden("requests with a session cookie are not accepted from this origin")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
