"""``/_sandbox/*``: the buyer's, the bank's and the dashboard's side, and the knobs. Bodies are JSON.

Listed in docs/payments.md. Never part of a real provider, so under a path of its own.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bootstrap.sandbox.courier import Manner
from bootstrap.sandbox.faults import Fault, FaultKind
from bootstrap.sandbox.refusals import Refusal, Tree
from bootstrap.sandbox.sandbox import Sandbox


def control_routes(sandbox: Sandbox) -> Blueprint:
    routes = Blueprint("sandbox", __name__, url_prefix="/_sandbox")

    @routes.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[Response, int]:
        return jsonify(error=refusal.error), refusal.status

    @routes.errorhandler(ValueError)
    @routes.errorhandler(TypeError)
    def misunderstood(error: Exception) -> tuple[Response, int]:
        return jsonify(error={"type": "invalid_request_error", "message": str(error)}), 400

    @routes.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    _add_desk(routes, sandbox)
    _add_webhooks(routes, sandbox)
    _add_knobs(routes, sandbox)
    return routes


def _add_desk(routes: Blueprint, sandbox: Sandbox) -> None:
    @routes.post("/payment_intents/<id>/finish")
    def finish(id: str) -> Response:
        with sandbox.at_the_desk() as api:
            return _shown(sandbox, api.intents.finish(id, succeed=bool(_body().get("succeed", True))))

    @routes.post("/refunds")
    def refund() -> Response:
        with sandbox.at_the_desk() as api:
            return _shown(sandbox, api.charges.refund(_texts()))

    @routes.post("/refunds/<id>/fail")
    def fail_refund(id: str) -> Response:
        with sandbox.at_the_desk() as api:
            return _shown(sandbox, api.charges.fail_refund(id))

    @routes.post("/disputes")
    def dispute() -> Response:
        with sandbox.at_the_desk() as api:
            return _shown(sandbox, api.charges.dispute(_texts()))

    @routes.post("/disputes/<id>/close")
    def close_dispute(id: str) -> Response:
        with sandbox.at_the_desk() as api:
            return _shown(sandbox, api.charges.close_dispute(id, str(_body().get("status"))))


def _add_webhooks(routes: Blueprint, sandbox: Sandbox) -> None:
    @routes.post("/webhooks")
    def configure() -> Response:
        """url and secret: the endpoint; anything else: the manner of delivery, see Manner."""
        body = _body()
        if "url" in body:
            sandbox.courier.url = body.pop("url")
        if "secret" in body:
            sandbox.courier.secret = str(body.pop("secret"))
        sandbox.courier.manner = replace(Manner(), **body)
        return jsonify(url=sandbox.courier.url, manner=asdict(sandbox.courier.manner))

    @routes.post("/webhooks/flush")
    def flush() -> Response:
        body = _body()
        sent = sandbox.courier.flush(reverse=bool(body.get("reverse")), only=body.get("only"))
        return jsonify(sent=sent)

    @routes.post("/events/<id>/resend")
    def resend(id: str) -> Response:
        with sandbox.books.lock:
            event = sandbox.books.shown(sandbox.books.get("event", id))
        sandbox.courier.send(event, replace(Manner(), **_body()))
        return jsonify(event)

    @routes.get("/deliveries")
    def deliveries() -> Response:
        return jsonify(data=[delivery.shown() for delivery in sandbox.deliveries])


def _add_knobs(routes: Blueprint, sandbox: Sandbox) -> None:
    @routes.post("/faults")
    def plan() -> Response:
        body = _body()
        fault = Fault(**{**body, "kind": FaultKind(str(body.get("kind")))})
        sandbox.faults.plan(fault)
        return jsonify(asdict(fault))

    @routes.delete("/faults")
    def clear() -> Response:
        sandbox.faults.clear()
        return jsonify(cleared=True)

    @routes.get("/requests")
    def requests() -> Response:
        return jsonify(data=[asdict(entry) for entry in list(sandbox.requests)])


def _body() -> dict[str, Any]:
    given = request.get_json(force=True, silent=True)
    return given if isinstance(given, dict) else {}


def _texts() -> Tree:
    """The body as it would come through a form."""
    return {name: value if isinstance(value, dict) else str(value) for name, value in _body().items()}


def _shown(sandbox: Sandbox, thing: Tree) -> Response:
    return jsonify(sandbox.books.shown(thing))
