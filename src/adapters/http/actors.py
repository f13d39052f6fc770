"""Who is asking: credentials of a request turned into one Actor.

Places: ``Authorization: Bearer <jwt>``, the cookie ``connect.sid``, and for API keys ``Authorization:
Basic`` (the token itself, in base64, or as the user name of RFC 7617 without a password), ``Bearer`` and
``x-medusa-access-token``. Two different identities of one kind in one request are refused, and a key
counts as its owner's. Credentials of another kind than the route wants count for nothing; where
the route does not demand any, neither do broken ones, as in Medusa v1. On the gateway a ``Bearer`` may also
be the token of a sign-in service; one that says it is and does not hold is refused on every route there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import request

from adapters.http.access import Allow
from adapters.http.cookies import session_of
from adapters.http.course import course
from adapters.http.hooks import Hooks
from adapters.http.network import family_of
from core.domain.actor import ANONYMOUS, Actor, ActorKind
from core.domain.api_key import PREFIX
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


def actor_for(allow: Allow, hooks: Hooks, *, outsiders: bool = False) -> Actor:
    """The caller as the route sees them. outsiders: tokens of sign-in services count. Raises Unauthenticated,
    SessionOver, Forbidden."""
    actor = _identified(allow, hooks, outsiders=outsiders) if allow.kinds else ANONYMOUS
    allow.check(actor, request.view_args or {}, reading=request.method in SAFE_METHODS)
    return replace(
        actor,
        network=hooks.settings.network_of(request.environ),
        agent=family_of(request.headers.get("User-Agent")),
        request_id=course().request_id,
    )


def presented() -> bool:
    """Whether the request carries anything that is meant to be a credential. Medusa's storefronts send an empty
    ``Authorization`` for whoever is not signed in, all from the one server they run on."""
    shown = request.headers.get("Authorization", ""), request.headers.get("x-medusa-access-token", "")
    return any(value.strip().lower() not in ("", "bearer") for value in shown)


def _identified(allow: Allow, hooks: Hooks, *, outsiders: bool) -> Actor:
    found = _find(hooks, _outsider(hooks) if outsiders else None)
    fitting = [kind for kind in found.identities if kind in allow.kinds]
    if not fitting:
        if not allow.required:
            return ANONYMOUS
        raise found.failure or Unauthenticated("credentials are required")
    kind = next((kind for kind in fitting if kind not in found.by_cookie), fitting[0])
    if kind in found.by_cookie and request.method not in SAFE_METHODS:
        _check_origin(hooks)
    return found.identities[kind]


def _outsider(hooks: Hooks) -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if hooks.identify_outsider is None or scheme.lower() != "bearer":
        return None
    return hooks.identify_outsider(token.strip())


def _find(hooks: Hooks, outsider: Actor | None) -> _Found:
    identities: dict[ActorKind, Actor] = {} if outsider is None else {outsider.kind: outsider}
    by_cookie: set[ActorKind] = set()
    failure: Unauthenticated | None = None
    own = request.headers.get("Authorization") if outsider is None else None
    for shown in (own, request.headers.get("x-medusa-access-token")):
        try:
            actor = _by_header(shown, hooks) if shown else None
        except Unauthenticated as error:
            failure = failure or error
            continue
        if actor is not None:
            _no_other(identities, actor)
            identities[actor.kind] = actor
    session_id = session_of(request, hooks.settings)
    if session_id is not None:
        try:
            sessions = hooks.identify_actor.by_session(session_id)
        except Unauthenticated as error:
            failure, sessions = failure or error, ()
        for actor in sessions:
            _no_other(identities, actor)
            if identities.setdefault(actor.kind, actor) is actor:
                by_cookie.add(actor.kind)
    return _Found(identities, frozenset(by_cookie), failure)


def _no_other(identities: Mapping[ActorKind, Actor], actor: Actor) -> None:
    """Raises TwoIdentities. Two keys of one person are two as well: their scopes differ."""
    for known in identities.values():
        same_kind = known.kind is actor.kind and known.id != actor.id
        if same_kind or (known.user_id and actor.user_id and known.user_id != actor.user_id):
            raise TwoIdentities("the request carries credentials of two different accounts")


def _by_header(shown: str, hooks: Hooks) -> Actor:
    """``shown`` is either header's value; a bare token belongs to x-medusa-access-token."""
    scheme, _, rest = shown.strip().partition(" ")
    token = rest.strip() or scheme
    if not token.isascii():
        raise Unauthenticated("these credentials are not known")
    if token.startswith(PREFIX):
        return hooks.identify_key(token)
    match scheme.lower():
        case "basic" if rest:
            return hooks.identify_key(_in_base64(token))
        case "bearer" if rest:
            return hooks.identify_actor(hooks.tokens.read(token))
        case _:
            raise Unauthenticated("these credentials are not known")


def _in_base64(text: str) -> str:
    """The token alone, or before the colon that an empty password leaves."""
    try:
        token = base64.b64decode(text, validate=True).decode("ascii").removesuffix(":")
    except ValueError as error:
        raise Unauthenticated("these credentials are not known") from error
    if not token.startswith(PREFIX):
        raise Unauthenticated("these credentials are not known")
    return token


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
