"""HTTP around the sandbox: who is asking, what goes wrong, what was asked before, and the log of it all."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import time

from flask import Flask, Response, request

from bootstrap.sandbox.control import control_routes
from bootstrap.sandbox.faults import Fault, FaultKind
from bootstrap.sandbox.form import decode
from bootstrap.sandbox.refusals import Refusal, Tree
from bootstrap.sandbox.replays import Answer
from bootstrap.sandbox.sandbox import Request, Sandbox
from bootstrap.sandbox.stripe_api import Call

METHODS = ["GET", "POST", "DELETE"]


def create_sandbox_app(sandbox: Sandbox) -> Flask:
    app = Flask("perseus-sandbox-stripe")
    app.register_blueprint(control_routes(sandbox))
    desk = _Desk(sandbox)

    @app.route("/v1/<path:rest>", methods=METHODS)
    def stripe(rest: str) -> Response:
        return desk.serve()

    return app


class _Desk:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def serve(self) -> Response:
        fault = self._sandbox.faults.next(request.method, request.path)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        form: Tree = {}
        try:
            publishable = self._check_key()
            pairs = request.args if request.method == "GET" else request.form
            form = decode(pairs.items(multi=True))
            answer = self._answer(Call(request.method, request.path, form, publishable), key, fault)
        except Refusal as refusal:
            answer = _refused(refusal)
        self._sandbox.requests.append(
            Request(
                request.method,
                request.path,
                form,
                key,
                answer.status,
                answer.replayed,
                fault.kind.value if fault else None,
            )
        )
        if fault is not None and fault.kind in (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER):
            _hang_up()
        return _response(answer, key, fault)

    def _answer(self, call: Call, key: str | None, fault: Fault | None) -> Answer:
        kind = fault.kind if fault else None
        if kind is FaultKind.ERROR_429:
            raise Refusal("Request rate limit exceeded.", status=429, code="rate_limit")
        if kind in (FaultKind.ERROR_500, FaultKind.DROP_BEFORE):
            raise Refusal("An unknown error occurred.", status=500, type="api_error")

        def act() -> Answer:
            if fault is not None and fault.kind is FaultKind.SLOW:
                time.sleep(fault.seconds)
            with self._sandbox.books.lock:
                try:
                    return Answer(200, json.dumps(self._sandbox.api.answer(call)))
                except Refusal as refusal:
                    return _refused(refusal)

        return self._sandbox.replays.once(key, (call.method, call.path, call.form), act)

    def _check_key(self) -> bool:
        """Whether it is the publishable key; raises for neither."""
        given = request.headers.get("Authorization", "")
        kind, _, value = given.partition(" ")
        if kind.lower() == "basic":
            value = base64.b64decode(value, validate=False).decode("utf-8", "replace").partition(":")[0]
        if value == self._sandbox.key:
            return False
        if value == self._sandbox.publishable_key:
            return True
        if not value:
            raise Refusal("You did not provide an API key.", status=401)
        raise Refusal(f"Invalid API Key provided: {value[:7]}****", status=401)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, json.dumps({"error": refusal.error}))


def _response(answer: Answer, key: str | None, fault: Fault | None) -> Response:
    response = Response(answer.body, status=answer.status, content_type="application/json")
    response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
    if key is not None:
        response.headers["Idempotency-Key"] = key
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if fault is not None and fault.kind is FaultKind.ERROR_429:
        response.headers["Retry-After"] = str(max(1, round(fault.seconds)))
    return response


def _hang_up() -> None:
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
