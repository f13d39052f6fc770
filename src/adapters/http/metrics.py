"""/metrics"""

from __future__ import annotations

import hmac

from dependency_injector.wiring import Provide, inject
from flask import Response, request
from werkzeug.exceptions import NotFound

from adapters.http.access import PUBLIC
from adapters.http.hooks import hooks
from adapters.http.routing import SERVICE, Resource
from core.domain.errors import Unauthenticated
from ports.metrics import Metrics

metrics = Resource("metrics", __name__, "/metrics", SERVICE)


@metrics.on("GET", "", allow=PUBLIC, statuses=(401, 404))
@inject
def show_metrics(metrics: Metrics = Provide["metrics"]) -> Response:
    """Show what this process has counted, in Prometheus' format, to whoever has the metrics token."""
    token = hooks().settings.metrics_token
    if token is None:
        raise NotFound
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise Unauthenticated("the metrics token is needed: Authorization: Bearer <token>")
    body, content_type = metrics.exposition()
    return Response(body, content_type=content_type)
