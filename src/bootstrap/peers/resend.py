"""A stand-in for Resend on 127.0.0.1: takes mails, remembers keys, and misbehaves on request.

Speaks ``POST /emails``, ``POST /emails/batch`` (strict) and ``GET /emails/<id>`` as
https://resend.com/docs/api-reference describes them: bearer key, idempotency keys with 409 for a
changed body, errors as ``{statusCode, name, message}``. Refuses mails to ``@refused.test``.
"""

import json
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

API_KEY = "re_test_key"  # the one that is accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Given instead of doing the work; or after it, when ``takes`` says so. cut: the line is cut."""

    status: int = 500
    name: str = "internal_server_error"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    takes: bool = False
    cut: bool = False


class ResendServer(ThreadingHTTPServer):
    """sent: the mails taken, one per key. asked: (key, body) of every request. answers: what the next
    requests get; silent: they get nothing before the server stops. became: what is told of a mail by its
    id, ``sent`` of the others. on_taken: called with the id of each new mail, and the mail; it must not
    wait for anything."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.sent: list[dict[str, object]] = []
        self.asked: list[tuple[str, Any]] = []
        self.agents: list[str] = []
        self.answers: deque[Answer] = deque()
        self.became: dict[str, str] = {}
        self.on_taken: Callable[[str, Mapping[str, object]], None] = lambda message_id, mail: None
        self.looked_up: list[str] = []
        self.silent = False
        self.over = threading.Event()
        self._known: dict[str, tuple[dict[str, object], str]] = {}
        self._batches: dict[str, tuple[list[dict[str, object]], list[str]]] = {}
        self._lock = threading.Lock()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, key: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        with self._lock:
            known = self._known.get(key)
            if known is not None and known[0] != body:
                return _error(409, "invalid_idempotent_request")
            if known is None:
                known = self._known[key] = (body, str(uuid.uuid4()))
                self.sent.append(body)
                self.on_taken(known[1], body)
            return 200, {"id": known[1]}

    def take_batch(self, key: str, bodies: list[dict[str, object]]) -> tuple[int, dict[str, object]]:
        with self._lock:
            known = self._batches.get(key)
            if known is not None and known[0] != bodies:
                return _error(409, "invalid_idempotent_request")
            if known is None:
                ids = [str(uuid.uuid4()) for _ in bodies]
                known = self._batches[key] = (bodies, ids)
                self.sent.extend(bodies)
                self._known.update({f"{key}:{id}": (body, id) for id, body in zip(ids, bodies, strict=True)})
            return 200, {"data": [{"id": id} for id in known[1]]}

    def tell(self, id: str) -> tuple[int, dict[str, object]]:
        with self._lock:
            self.looked_up.append(id)
            mail = next((body for body, known in self._known.values() if known == id), None)
        if mail is None:
            return _error(404, "not_found")
        shown = {name: value for name, value in mail.items() if name in ("from", "to", "subject", "tags")}
        return 200, {"object": "email", "id": id, "last_event": self.became.get(id, "sent"), **shown}

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *about: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


def _error(status: int, name: str) -> tuple[int, dict[str, object]]:
    return status, {"statusCode": status, "name": name, "message": f"it is {name}"}


class _Request(BaseHTTPRequestHandler):
    server: ResendServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Idempotency-Key", "")
        self.server.asked.append((key, body))
        self.server.agents.append(self.headers.get("User-Agent", ""))
        if self.server.silent:
            self.server.over.wait(10)
            self.close_connection = True
            return
        if self.server.answers:
            self._misbehave(self.server.answers.popleft(), key, body)
        else:
            self._say(*self._obey(key, body))

    def do_GET(self) -> None:
        if self.server.answers:
            self._misbehave(self.server.answers.popleft(), "", {})
        elif self.headers.get("Authorization") != f"Bearer {API_KEY}":
            self._say(*_error(403, "invalid_api_key"))
        else:
            self._say(*self.server.tell(self.path.removeprefix("/emails/")))

    def _obey(self, key: str, body: Any) -> tuple[int, dict[str, object]]:
        if self.headers.get("Authorization") != f"Bearer {API_KEY}":
            return _error(403, "invalid_api_key")
        if self.path not in ("/emails", "/emails/batch"):
            return _error(404, "not_found")
        if not 1 <= len(key) <= 256:
            return _error(400, "invalid_idempotency_key")
        mails = body if isinstance(body, list) else [body]
        if not all(mail.get(name) for mail in mails for name in ("from", "to", "subject")):
            return _error(422, "missing_required_field")
        if any(str(mail["to"]).endswith("@refused.test") for mail in mails):
            return _error(422, "validation_error")
        if isinstance(body, list):
            return self.server.take_batch(key, body) if len(body) <= 100 else _error(422, "validation_error")
        return self.server.take(key, body)

    def _misbehave(self, answer: Answer, key: str, body: Any) -> None:
        if answer.takes:
            self._obey(key, body)
        if answer.cut:
            self.close_connection = True
            return
        status, error = _error(answer.status, answer.name)
        self._say(status, error, answer.headers, answer.raw)

    def _say(
        self, status: int, body: object, headers: dict[str, str] | None = None, raw: bytes | None = None
    ) -> None:
        data = json.dumps(body).encode() if raw is None else raw
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *about: object) -> None:
        """What was asked is kept instead; the terminal stays the caller's."""
