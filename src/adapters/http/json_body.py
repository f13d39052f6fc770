"""Request bodies as strict JSON, and a schema's complaints as sentences.

Refused before any schema looks: duplicate keys, NaN and Infinity, NUL characters, lone surrogates,
more than 32 levels, 1,000 members or 10,000 characters. Source: RFC 8259, I-JSON (RFC 7493).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from marshmallow import Schema, ValidationError
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Request

from core.domain.errors import FieldProblem, Invalid, UnknownField

DEPTH_MAX = 32
MEMBERS_MAX = 1_000
STRING_MAX = 10_000
_NUMBER_MAX: Mapping[type, float] = {bool: 1, int: 2**63 - 1, float: sys.float_info.max}


class InvalidJson(Invalid):
    code = "INVALID_JSON"


def read_json(request: Request) -> dict[str, Any]:
    """The body as an object; no body at all is an empty one. Raises InvalidJson, 413, 415."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("compressed request bodies are not accepted")
    raw = request.get_data(cache=True)
    if not raw.strip():
        return {}
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise UnsupportedMediaType("the body must be application/json")
    return parse_json(raw)


def parse_json(raw: bytes) -> dict[str, Any]:
    """Raises InvalidJson."""
    try:
        tree = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except InvalidJson:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidJson("the body is not valid JSON") from error
    if not isinstance(tree, dict):
        raise InvalidJson("the body must be a JSON object")
    _check(tree, 1)
    return tree


def load(schema: Schema, tree: Mapping[str, Any]) -> dict[str, Any]:
    """What the schema makes of it. Raises Invalid or UnknownField with one sentence per problem."""
    try:
        loaded: dict[str, Any] = schema.load(tree)
    except ValidationError as error:
        raise refusal(error) from error
    return loaded


def refusal(error: ValidationError) -> Invalid:
    problems = list(_problems(error.messages, ""))
    sentences = [problem.message for problem in problems]
    only_unknown = all(sentence.endswith(" should not exist") for sentence in sentences)
    kind = UnknownField if only_unknown and sentences else Invalid
    return kind(", ".join(sentences) or "the request is not valid", fields=problems)


def _problems(messages: object, path: str) -> Iterator[FieldProblem]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            # "_schema" is where marshmallow files what concerns the object as a whole.
            yield from _problems(below, path if name == "_schema" else f"{path}.{name}".lstrip("."))
    elif isinstance(messages, list | tuple):
        for below in messages:
            yield from _problems(below, path)
    else:
        yield FieldProblem(path, _sentence(path, str(messages)))


def _sentence(path: str, message: str) -> str:
    if message == "Unknown field.":
        return f"property {path} should not exist"
    if message in ("Missing data for required field.", "Field may not be null."):
        return f"{path} should not be empty"
    return f"{path} {message}".strip()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise InvalidJson("the body names a key twice")
    return tree


def _constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not JSON")


def _check(node: object, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise InvalidJson(f"the body is nested more than {DEPTH_MAX} levels deep")
    if isinstance(node, dict | list) and len(node) > MEMBERS_MAX:
        raise InvalidJson(f"an object or array of the body has more than {MEMBERS_MAX} members")
    if isinstance(node, dict):
        for name, below in node.items():
            _check(name, depth)
            _check(below, depth + 1)
    elif isinstance(node, list):
        for below in node:
            _check(below, depth + 1)
    else:
        _check_value(node)


def _check_value(value: object) -> None:
    if isinstance(value, str):
        if len(value) > STRING_MAX:
            raise InvalidJson(f"a text of the body is longer than {STRING_MAX} characters")
        if "\0" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)):
            raise InvalidJson("a text of the body holds a character that is not allowed")
    elif isinstance(value, int | float) and abs(value) > _NUMBER_MAX[type(value)]:
        raise InvalidJson("a number of the body is too large")
