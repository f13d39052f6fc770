"""Our field types as JSON Schema, for the documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields

from adapters.http import body_fields as body
from adapters.http import query_fields as query

Json = dict[str, Any]
Nested = Callable[[type[Schema]], Json]
_TIME: Json = {"type": "string", "format": "date-time"}


def json_schema(field: fields.Field[Any], nested: Nested) -> Json:
    """nested: a reference to the schema of an object."""
    schema = _of_body(field, nested) or _of_query(field, nested) or {}
    if isinstance(field, body.Strict) and field.allow_none and "type" in schema:
        schema = {**schema, "type": [schema["type"], "null"]}
    return schema


def query_parameter(name: str, field: fields.Field[Any]) -> Json:
    """One parameter of a query string, with how its brackets are written."""
    parameter: Json = {"in": "query", "name": name, "required": field.required, "schema": json_schema(field, _none)}
    if isinstance(field, query.Compare | query.Within):
        parameter |= {"style": "deepObject", "explode": True}
    elif isinstance(field, query.AnyOf | query.Texts):
        parameter |= {"style": "form", "explode": True}
    return parameter


def _none(_: type[Schema]) -> Json:
    return {}


def _of_body(field: fields.Field[Any], nested: Nested) -> Json | None:
    match field:
        case body.Str():
            return {"type": "string", "minLength": field.min, "maxLength": field.max}
        case body.Int():
            return {"type": "integer", "minimum": field.min, "maximum": field.max}
        case body.Bool():
            return {"type": "boolean"}
        case body.Dec():
            return {"type": "number", "minimum": field.min, "maximum": field.max}
        case body.Word():
            return {"type": "string", "enum": [*field.words, None] if field.allow_none else list(field.words)}
        case body.Moment():
            return dict(_TIME)
        case body.File():
            return {"type": "string", "contentMediaType": "application/octet-stream"}
        case body.Metadata():
            return {"type": "object", "maxProperties": body.METADATA_KEYS_MAX}
        case body.Anything():
            return {"type": "object"}
        case body.Many():
            inner = json_schema(field.inner, nested)
            return {"type": "array", "items": inner, "minItems": field.min, "maxItems": field.max}
        case body.Part():
            return _or_null(nested(field.schema), field)
        case body.Either():
            return _or_null({"anyOf": [json_schema(field.text, nested), json_schema(field.part, nested)]}, field)
    return None


def _or_null(schema: Json, field: fields.Field[Any]) -> Json:
    return {"anyOf": [schema, {"type": "null"}]} if field.allow_none else schema


def _of_query(field: fields.Field[Any], nested: Nested) -> Json | None:
    match field:
        case query.Text():
            return {"type": "string", "maxLength": field.maximum}
        case query.Search():
            return {"type": "string", "maxLength": query.TEXT_MAX}
        case query.Whole():
            return {"type": "integer"} | ({} if field.minimum is None else {"minimum": field.minimum})
        case query.Flag():
            return {"type": "boolean"}
        case query.Moment():
            return dict(_TIME)
        case query.Texts():
            return {"type": "array", "items": {"type": "string"}, "maxItems": query.VALUES_MAX}
        case query.Within():
            return {"type": "object", "properties": {n: json_schema(f, nested) for n, f in field.members.items()}}
        case query.Compare():
            inner = json_schema(field.inner, nested)
            return {"type": "object", "properties": dict.fromkeys(("lt", "lte", "gt", "gte"), inner)}
        case query.AnyOf():
            items = json_schema(field.inner, nested) | ({"enum": sorted(field.choices)} if field.choices else {})
            return {"type": "array", "items": items, "maxItems": query.VALUES_MAX}
        case query.Exactly():
            return json_schema(field.inner, nested)
    return None
