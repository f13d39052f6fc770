"""A sign-in service on 127.0.0.1: signs tokens, publishes the keys to check them with."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://id.example.test/", "shop"


class SignInService(ThreadingHTTPServer):
    """answer: (status, headers, body) of the address with the keys. asked: how often that was fetched."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.asked = 0
        self.private: dict[str, tuple[str, Any]] = {}
        self.answer: tuple[int, dict[str, str], bytes] = (503, {}, b"")
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/keys"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join(5)

    def publish(self, *keys: Mapping[str, object]) -> None:
        self.answer = (200, {"Content-Type": "application/json"}, json.dumps({"keys": list(keys)}).encode())

    def make_key(self, kid: str, algorithm: str = "RS256", bits: int = 2_048) -> dict[str, object]:
        """A new private key; its public half, not published yet."""
        if algorithm.startswith("ES"):
            private: Any = ec.generate_private_key(ec.SECP256R1())
            public = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
        else:
            private = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
            public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        self.private[kid] = (algorithm, private)
        return {**public, "kid": kid, "use": "sig"}

    def sign(self, claims: Mapping[str, object], kid: str) -> str:
        algorithm, key = self.private[kid]
        return jwt.encode(dict(claims), key, algorithm=algorithm, headers={"kid": kid})


class _Request(BaseHTTPRequestHandler):
    server: SignInService

    def do_GET(self) -> None:
        self.server.asked += 1
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted, not printed."""
