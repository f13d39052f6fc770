"""The web application: the shop's container behind the HTTP adapter."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

from flask import Flask

from adapters.http.app import create_http
from adapters.http.hooks import Hooks
from adapters.http.resources import resources
from adapters.http.routing import Resource
from bootstrap.container import Container


def create_app(container: Container) -> Flask:
    """A WSGI app on this container; its providers may have been overridden. Call once per process:
    views get their use cases from the container that was wired last."""
    served = resources()
    container.wire(modules=[views_of(served)])
    hooks = Hooks(
        settings=container.http_settings(),
        clock=container.clock(),
        ids=container.ids(),
        tokens=container.access_tokens(),
        identify_actor=container.identify_actor(),
        identify_key=container.identify_key(),
        identify_outsider=container.identify_outsider(),
        rate_limits=container.rate_limits(),
        idempotency=container.idempotency_keys(),
        reads=container.reads(),
        metrics=container.metrics(),
    )
    return create_http(hooks, served)


def views_of(served: list[Resource]) -> ModuleType:
    """A module of all functions that something may be injected into: what routes call, and what else
    their modules define. The container looks at whatever a module holds, also what it imports and the
    methods of all that; wiring the modules themselves takes longer than everything else at a start."""
    called = [function for each in served for route in each.routes for function in (route.view, route.answers)]
    functions = {function for function in called if function is not None}
    for name in {function.__module__ for function in functions}:
        functions |= {
            member
            for member in vars(sys.modules[name]).values()
            if isinstance(member, FunctionType) and member.__module__ == name
        }
    views = ModuleType("views")
    for number, function in enumerate(functions):
        setattr(views, f"view_{number}", function)
    return views
