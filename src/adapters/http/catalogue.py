"""Catalogue answers kept as finished bytes, for as long as the catalogue stands still.

An answer is kept under everything it depends on: the URL, the market it is looked at from (region,
currency, channels, customer groups) and the edition of the catalogue, a number that every write to
products, prices or regions moves on in its own transaction. So nothing is ever cleared: what is out of
date is not found any more and makes room when room is needed. Dated price lists end an answer's life
early. The edition is asked of the database each time, which makes one statement of a whole catalogue
page; answers for nobody in particular carry an ``ETag``, with which browsers and CDNs ask again for less.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from flask import Response, request

from adapters.http.answers import JSON_TYPE, to_json
from adapters.http.course import Course, Ground, course
from adapters.http.hooks import hooks
from adapters.http.kept_answers import Key
from core.domain.actor import Actor, ActorKind
from ports.glances import Edition
from ports.reads import ReadContext, Tree

_CART = b"cart_id="


def kept(actor: Actor, edition: Edition, produce: Callable[[], Tree], context: ReadContext | None = None) -> Response:
    """What ``produce`` answers, from the store of answers where it is still true; 304 for a caller who
    has it already. context: the market it is looked at from, if it has one. The caller has checked that
    the answer depends on nothing else."""
    here, answers = course(), hooks().catalogue
    key = _key(edition, context)
    # Another version of the software may say the same differently.
    tag = blake2b(repr((hooks().settings.version, key)).encode(), digest_size=12).hexdigest()
    anonymous = actor.kind is ActorKind.ANONYMOUS
    if anonymous and request.if_none_match.contains_weak(tag):
        here.ground = _ground(here)
        return _tagged(Response(status=304), tag, anonymous=True)
    now = hooks().clock.now()
    body = answers.get(key, now)
    if body is None:
        body = to_json(produce())
        answers.keep(key, body, edition.until)
    if anonymous:
        here.ground = _ground(here)
    return _tagged(Response(body, content_type=JSON_TYPE), tag, anonymous=anonymous)


def _ground(here: Course) -> Ground | None:
    """What the answer rests on, where that can be asked for at once."""
    return here.looks[0] if len(here.looks) == 1 else None


def _key(edition: Edition, context: ReadContext | None) -> Key:
    where: Key = ()
    if context is not None:
        channels = None if context.channel_ids is None else tuple(sorted(context.channel_ids))
        where = (
            context.region_id,
            context.currency_code,
            channels,
            tuple(sorted(context.group_ids)),
            context.include_taxes,
        )
    # Prices that start or end by themselves move on what is next to start or end, and no number.
    return (request.path, _question(request.query_string), edition.number, edition.until, *where)


def _question(query_string: bytes) -> bytes:
    """Without the cart: buyers of one market share an answer."""
    if _CART not in query_string:
        return query_string
    return b"&".join(part for part in query_string.split(b"&") if not part.startswith(_CART))


def _tagged(response: Response, tag: str, *, anonymous: bool) -> Response:
    if anonymous:  # weak: the same answer may be compressed or not
        response.set_etag(tag, weak=True)
    return response
