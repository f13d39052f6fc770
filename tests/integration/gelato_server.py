"""A stand-in for Gelato's order API on 127.0.0.1: takes orders, moves them, and misbehaves on request.

Speaks ``POST /v4/orders``, ``GET /v4/orders/:id``, ``:cancel`` and ``orders:search`` as
https://dashboard.gelato.com/docs/orders/v4/ describes them.
"""

import json
import threading
import uuid
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

API_KEY = "gelato-test-key"
Reply = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Given instead of doing the work; or after it, when ``takes`` says so. cut: the line is cut."""

    status: int = 500
    raw: bytes | None = None
    takes: bool = False
    cut: bool = False


class GelatoServer(ThreadingHTTPServer):
    """orders: by Gelato's id. asked: (method, path) of every request. faults: by path, what the next
    requests there get; silent: nobody gets anything before the test is over."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.orders: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.silent = False
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fail(self, path: str, *faults: Fault) -> None:
        self.faults.setdefault(path, deque()).extend(faults)

    def obey(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        with self._lock:
            if (method, path) == ("POST", "/v4/orders"):
                return self._create(body)
            if (method, path) == ("POST", "/v4/orders:search"):
                wanted = body["orderReferenceIds"]
                found = [order for order in self.orders.values() if order["orderReferenceId"] in wanted]
                return 200, {"orders": found}
            order_id, _, verb = unquote(path.removeprefix("/v4/orders/")).partition(":")
            order = self.orders.get(order_id)
            if order is None:
                return 404, {"code": "not_found", "message": "no such order"}
            if verb == "cancel":
                if order["fulfillmentStatus"] not in ("created", "passed"):
                    return 400, {"code": "invalid_request_data", "message": "too late"}
                order["fulfillmentStatus"] = "canceled"
            return 200, order

    def move(self, order_id: str, status: str, *parcels: dict[str, str]) -> None:
        """Have an order and all its items reach this status, in these packages."""
        with self._lock:
            order = self.orders[order_id]
            order["fulfillmentStatus"] = status
            for item in order["items"]:
                item["fulfillmentStatus"] = status
            if parcels:
                held = [item["id"] for item in order["items"]]
                packages = [{"id": str(uuid.uuid4()), "orderItemIds": held, **parcel} for parcel in parcels]
                order["shipment"] = {"shipmentMethodName": "DHL Global Mail", "packages": packages}

    def _create(self, body: dict[str, Any]) -> Reply:
        missing = [
            name for name in ("orderReferenceId", "currency", "items", "shippingAddress") if not body.get(name)
        ]
        missing += [name for name in ("city", "country", "addressLine1") if not body["shippingAddress"].get(name)]
        if missing:
            return 400, {"code": "invalid_request_data", "message": f"missing: {', '.join(missing)}"}
        items = [item | {"id": str(uuid.uuid4()), "fulfillmentStatus": "created"} for item in body["items"]]
        order = body | {
            "id": str(uuid.uuid4()),
            "fulfillmentStatus": "created",
            "createdAt": f"2026-01-01T00:00:{len(self.orders):02d}+00:00",
            "items": items,
        }
        self.orders[order["id"]] = order
        return 201, order

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *about: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    server: GelatoServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET", {})

    def do_POST(self) -> None:
        self._serve("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}"))

    def _serve(self, method: str, body: dict[str, Any]) -> None:
        self.server.asked.append((method, self.path))
        if self.server.silent:
            self.server.over.wait(10)
            self.close_connection = True
            return
        if self.headers.get("X-API-KEY") != API_KEY:
            self._say(401, {"code": "unauthorized", "message": "who are you"})
            return
        faults = self.server.faults.get(self.path)
        fault = faults.popleft() if faults else None
        if fault is None:
            self._say(*self.server.obey(method, self.path, body))
            return
        if fault.takes:
            self.server.obey(method, self.path, body)
        if fault.cut:
            self.close_connection = True
            return
        self._say(fault.status, {"code": "trouble", "message": "it is broken"}, fault.raw)

    def _say(self, status: int, body: object, raw: bytes | None = None) -> None:
        data = json.dumps(body).encode() if raw is None else raw
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *about: object) -> None:
        """Tests look at what was asked instead."""
