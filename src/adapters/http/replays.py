"""Repeating a write with the same ``Idempotency-Key`` does it once and answers the same.

A key belongs to the caller, the method and the route; callers without an account share none: theirs
belongs to the concrete path. What was answered is kept, except what may well be different next time:
validation, 401, conflicts that pass, 429, 5xx. Answers that carry credentials are not kept; their
route reads back what it wrote, or does it again. Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Response, g, request

from adapters.http.answers import JSON_TYPE
from adapters.http.course import course
from adapters.http.dialects import refuse
from adapters.http.hooks import Hooks, hooks
from adapters.http.route import Route
from core.domain import errors
from core.domain.actor import Actor
from core.domain.cart import CartInCompletion, OutOfStock, SoldOut
from core.domain.errors import DomainError, FieldProblem, Invalid
from ports.idempotency import Claim, ClaimState

HEADER = "Idempotency-Key"
LEASE = timedelta(seconds=60)
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
# Refusals that the same request need not meet again.
_PASSING = (
    errors.Invalid,
    errors.Unauthenticated,
    errors.ConcurrentUpdate,
    errors.RateLimited,
    errors.Unavailable,
    CartInCompletion,
    OutOfStock,
)

# And those among them that it will not meet again, but something else: what they say would be lost on clients that
# repeat conflicts by themselves, as Medusa's does.
_LASTING = (SoldOut,)

Run = Callable[[Actor], Response]
ReadBack = Callable[[Actor, object], Response]


def around(route: Route, port: Hooks, actor: Actor, run: Run, read_back: ReadBack | None) -> Response:
    """Run a write under the caller's key, if there is one."""
    key = _key()
    if key is None:
        if route.v1_key:
            g.idempotency_key = str(uuid.uuid4())
        return run(actor)
    g.idempotency_key = key
    return _once(
        port, actor, key, _scope(route, actor), _hash(request.get_data(cache=True)), route.secret, run, read_back
    )


def once(route: Route, actor: Actor, content: bytes, run: Run, read_back: ReadBack | None = None) -> Response:
    """The same for views that read the request themselves. content: what tells requests apart, e.g.
    form fields and a file's SHA-256. ``run`` gets the actor to call the use case with; ``read_back``
    answers with the id of what was written, when the work was done but its answer was lost."""
    key = _key()
    if key is None:
        return run(actor)
    g.idempotency_key = key
    return _once(hooks(), actor, key, _scope(route, actor), _hash(content), route.secret, run, read_back)


def echo(response: Response) -> None:
    """Tell the caller under which key the request ran."""
    key = g.get("idempotency_key")
    if key is not None:
        response.headers[HEADER] = key
        response.headers.add("Access-Control-Expose-Headers", HEADER)


def _once(
    port: Hooks,
    actor: Actor,
    key: str,
    scope: str,
    digest: str,
    secret: bool,
    run: Run,
    read_back: ReadBack | None,
) -> Response:
    claim = port.idempotency.claim(key, scope, digest, LEASE)
    claimed = actor.claiming(claim.id)
    if claim.state is ClaimState.REPLAY and claim.body is not None:
        return _replayed(claim)
    try:
        if claim.state is not ClaimState.RUN and read_back is not None:
            response = read_back(actor, claim.result_id)
        else:
            response = run(claimed)
    except DomainError as error:
        if isinstance(error, _PASSING) and not isinstance(error, _LASTING):
            port.idempotency.release(claim.id)
            raise
        response = refuse(error)
        course().refusal = error
    except Exception:
        port.idempotency.release(claim.id)
        raise
    if response.status_code >= 500:
        port.idempotency.release(claim.id)
    else:
        port.idempotency.store(claim.id, response.status_code, None if secret else _packed(response))
    return response


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        problem = "must be 1 to 255 printable characters"
        raise Invalid(f"{HEADER} {problem}", fields=[FieldProblem(HEADER, problem)])
    return key


def _scope(route: Route, actor: Actor) -> str:
    who = f"{actor.kind}:{actor.id}" if actor.id else f"{actor.kind}:{request.path}"
    return f"{who} {route.method} {route.rule}"


def _hash(content: bytes) -> str:
    """The path is part of it: one key must not answer for another cart. Keyed, because bodies may hold passwords,
    and by the oldest secret there is, so that a new one makes no request another while both count."""
    settings = hooks().settings
    secret = (settings.cookie_secret, *settings.old_cookie_secrets)[-1]
    digest = hmac.new(f"idempotency {secret}".encode(), digestmod=hashlib.sha256)
    digest.update(request.path.encode() + b"\0" + request.query_string + b"\0" + content)
    return digest.hexdigest()


def _packed(response: Response) -> bytes:
    """Type and body in one piece."""
    return response.content_type.encode() + b"\n" + response.get_data()


def _replayed(claim: Claim) -> Response:
    content_type, _, body = (claim.body or b"").partition(b"\n")
    return Response(body, status=claim.status or 200, content_type=content_type.decode() or JSON_TYPE)
