"""The OpenAPI 3.1 description of every route, one document per surface.

flask-smorest collects paths, parameters and bodies; this module adds what it cannot know: who may
call, how they prove it, and every status with the body of its dialect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields

from adapters.http.described import json_schema
from adapters.http.dialect import Dialect
from adapters.http.examples import Example, by_route, read, text
from adapters.http.route import Route
from adapters.http.routing import Resource
from core.domain.actor import ActorKind

Json = dict[str, Any]
SURFACES = ("store", "admin", "custom", "gateway", "auth", "service")
TITLES = {
    "store": "Perseus store API",
    "admin": "Perseus admin API",
    "custom": "Perseus files, downloads and invites",
    "gateway": "Perseus gateway API",
    "auth": "Perseus sign-in",
    "service": "Perseus health and documentation",
}
SECURITY_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "connect.sid"},
    "apiToken": {"type": "http", "scheme": "basic", "description": "`Basic <api token>`"},
    "accessToken": {"type": "apiKey", "in": "header", "name": "x-medusa-access-token"},
}
_TEXT: Json = {"type": "string"}
_ERRORS = {Dialect.CUSTOM: "CustomError", Dialect.GATEWAY: "GatewayError"}
ERROR_SCHEMAS: Json = {
    "NativeError": {
        "type": "object",
        "required": ["code", "type", "message"],
        "properties": {"code": _TEXT, "type": _TEXT, "message": _TEXT},
    },
    "OutOfStockError": {
        "type": "object",
        "required": ["errors"],
        "properties": {"errors": {"type": "array", "items": {"$ref": "#/components/schemas/NativeError"}}},
    },
    "GatewayError": {
        "type": "object",
        "required": ["statusCode", "message"],
        "properties": {"statusCode": {"type": "integer"}, "message": _TEXT, "error": _TEXT, "code": _TEXT},
    },
    "CustomError": {
        "type": "object",
        "required": ["type", "message", "code"],
        "properties": {
            "type": {"const": "error"},
            "message": _TEXT,
            "code": _TEXT,
            "request_id": {"type": ["string", "null"]},
            "errors": {
                "type": "array",
                "items": {"type": "object", "properties": {"field": _TEXT, "message": _TEXT}},
            },
        },
    },
}


class Documentation:
    """``document`` answers one surface's description of these resources. The first that asks waits for
    all of them to be read: a server that has just started has better things to do."""

    def __init__(self, resources: Sequence[Resource], version: str, server: str) -> None:
        self._resources = tuple(resources)
        self._version = version
        self._server = server
        self._routes = {
            (_openapi_path(route.rule), route.method.lower()): route
            for resource in resources
            for route in resource.routes
        }
        self._reading = Lock()
        self._read: Json | None = None

    def document(self, surface: str) -> Json:
        whole = self._whole()
        examples = by_route(read(text()), self._routes.values())
        paths: Json = {}
        for path, operations in whole["paths"].items():
            for method, operation in operations.items():
                route = self._routes.get((path, method))
                if route is not None and surface_of(route) == surface:
                    completed = _completed(operation, route)
                    paths.setdefault(path, {})[method] = _exemplified(completed, examples.get(route, ()))
                    if "parameters" in operations:
                        paths[path]["parameters"] = operations["parameters"]
        schemas = {**whole.get("components", {}).get("schemas", {}), **ERROR_SCHEMAS}
        return {
            "openapi": "3.1.0",
            "info": {"title": TITLES[surface], "version": whole["info"]["version"]},
            "servers": [{"url": self._server}],
            "tags": _used_tags(paths),
            "paths": paths,
            "components": {"schemas": _reachable(schemas, paths), "securitySchemes": SECURITY_SCHEMES},
        }

    def _whole(self) -> Json:
        with self._reading:
            if self._read is None:
                self._read = _collected(self._resources, self._version)
            return self._read


def _collected(resources: Sequence[Resource], version: str) -> Json:
    """What flask-smorest makes of them, registered with an app that serves nobody."""
    app = Flask("documentation", static_folder=None)
    app.config.update(API_TITLE="Perseus", API_VERSION=version, OPENAPI_VERSION="3.1.0")
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin})
    converter = plugin.converter
    assert converter is not None  # noqa: S101 - set by init_spec, which Api has just called

    def described(self: Any, field: fields.Field[Any], **_: object) -> Json:
        return json_schema(field, converter.resolve_nested_schema)

    converter.add_attribute_function(described)  # type: ignore[no-untyped-call]
    for resource in resources:
        api.register_blueprint(resource.blueprint)
    collected: Json = api.spec.to_dict()
    return collected


def surface_of(route: Route) -> str:
    """Which document a route is described in; each in exactly one."""
    if route.dialect is Dialect.CUSTOM:
        return "custom"
    if route.surface.name == "auth" or route.rule.startswith(("/store/auth", "/admin/auth")):
        return "auth"
    return route.surface.name


def statuses_of(route: Route) -> list[int]:
    """Every status a route can refuse with."""
    found = {400, 429, 500, 503, *route.statuses}
    found |= {401} if route.allow.kinds else set()
    found |= {403} if route.allow.permission or (route.writes and route.allow.kinds) else set()
    found |= {404} if "<" in route.rule else set()
    if route.writes:
        found |= {409} if route.dialect is Dialect.CUSTOM else {409, 422}
    found |= {413, 415} if route.body_schema is not None or route.upload else set()
    return sorted(status for status in found if status >= 400)


def _completed(operation: Mapping[str, Any], route: Route) -> Json:
    parameters = list(operation.get("parameters", []))
    if route.writes:
        parameters.append({"in": "header", "name": "Idempotency-Key", "schema": {"type": "string", "maxLength": 255}})
    completed: Json = {
        **operation,
        "operationId": f"{route.method.lower()}_{route.module.removeprefix('adapters.http.').replace('.', '_')}"
        f"_{route.view.__name__}",
        "parameters": parameters,
        "responses": {str(status): _success(route, status) for status in _successes(route)}
        | {str(status): _refusal(route, status) for status in statuses_of(route)},
    }
    if route.allow.kinds:
        completed["security"] = _security(route)
    return completed


def _exemplified(operation: Json, examples: Sequence[Example]) -> Json:
    """The first example with a body stands for the request; each status shows the first answer it had."""
    bodies = [example.body for example in examples if example.body is not None]
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if bodies and sent is not None:
        content = {"application/json": {**sent, "example": bodies[0]}}
        operation = {**operation, "requestBody": {**operation["requestBody"], "content": content}}
    for example in reversed(examples):
        content = operation["responses"].get(str(example.status), {}).get("content", {})
        if isinstance(example.answer, dict) and "application/json" in content:
            content["application/json"]["example"] = example.answer
    return operation


def _successes(route: Route) -> list[int]:
    return [route.status, *(status for status in route.statuses if status < 400)]


def _success(route: Route, status: int) -> Json:
    response: Json = {"description": HTTPStatus(status).phrase}
    if status in (204, 304):
        return response
    schema: Json = {}
    if route.shown is not None and route.is_list:
        count = {"type": "integer", "minimum": 0}
        schema = {
            "type": "object",
            "required": [route.shown.many, "count", "offset", "limit"],
            "properties": {
                route.shown.many: {"type": "array", "items": {"type": "object"}},
                "count": count,
                "offset": count,
                "limit": count,
            },
        }
    elif route.shown is not None:
        schema = {"type": "object", "properties": {route.shown.one: {"type": "object"}}}
    response["content"] = {"application/json": {"schema": schema or {"type": ["object", "array"]}}}
    return response


def _refusal(route: Route, status: int) -> Json:
    response: Json = {"description": HTTPStatus(status).phrase}
    if status == 401 and route.dialect is Dialect.NATIVE:
        response["content"] = {"text/plain": {"schema": {"const": "Unauthorized"}}}
        return response
    name = _ERRORS.get(route.dialect, "NativeError")
    schema: Json = {"$ref": f"#/components/schemas/{name}"}
    if status == 409 and route.dialect is Dialect.NATIVE and route.surface.name == "store":
        schema = {"anyOf": [schema, {"$ref": "#/components/schemas/OutOfStockError"}]}
    response["content"] = {"application/json": {"schema": schema}}
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return response


def _security(route: Route) -> list[Json]:
    ways: list[Json] = [{"bearer": []}, {"cookie": []}]
    if ActorKind.API_KEY in route.allow.kinds:
        ways += [{"apiToken": []}, {"accessToken": []}]
    return ways if route.allow.required else [*ways, {}]


def _openapi_path(rule: str) -> str:
    return rule.replace("<path:", "{").replace("<", "{").replace(">", "}")


def _schema_name(schema: type[Schema] | Schema | str) -> str:
    """Body schemas of different resources may share a name, so the module is part of it."""
    kind = schema if isinstance(schema, type) else type(schema)
    module = kind.__module__.removeprefix("adapters.http.").replace(".", "_")
    return f"{module}_{kind.__name__}"


def _used_tags(paths: Json) -> list[Json]:
    names = {tag for operations in paths.values() for each in operations.values() for tag in _tags(each)}
    return [{"name": name} for name in sorted(names)]


def _tags(operation: object) -> list[str]:
    return operation.get("tags", []) if isinstance(operation, dict) else []


def _reachable(schemas: Json, paths: Json) -> Json:
    """The schemas that these paths lead to."""
    found: set[str] = set()
    waiting = list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting += _references(schemas[name])
    return {name: schemas[name] for name in sorted(found)}


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [str(node["$ref"]).rsplit("/", 1)[-1]] if "$ref" in node else []
        return own + [name for below in node.values() for name in _references(below)]
    return [name for below in node for name in _references(below)] if isinstance(node, list) else []
