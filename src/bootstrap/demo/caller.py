"""Somebody who calls the API: the admin, a customer, a passer-by. HTTP and nothing else."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import requests

from bootstrap.demo.story import DemoFailed, Story, cut, expect

PATIENCE = 20  # seconds a call may take
Answer = dict[str, Any]


class Caller:
    """Calls as one person; each call is told, and its status checked.

    base: the shop's address without a trailing slash. token: their bearer token, once logged in.
    """

    def __init__(self, story: Story, base: str) -> None:
        self._story = story
        self._base = base
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy in the environment must not stand between us and localhost
        self.token: str | None = None

    def get(self, path: str, *, expected: int = 200, params: Mapping[str, str] | None = None) -> Answer:
        return self._answer("GET", path, expected, params=params)

    def post(self, path: str, body: Mapping[str, object] | None = None, *, expected: int = 200) -> Answer:
        return self._answer("POST", path, expected, json=dict(body or {}))

    def upload(self, path: str, name: str, stream: BinaryIO) -> Answer:
        return self._answer("POST", path, 201, files={"file": (name, stream, "application/zip")})

    def refused(self, method: str, path: str, expected: int, code: str) -> Answer:
        """A call that must be refused with this status and code."""
        answer = self._answer(method, path, expected)
        expect(
            answer.get("code") == code, f"{method} {path} should be refused with {code}, not {answer.get('code')}."
        )
        self._story.show("code", answer["code"])
        self._story.show("message", answer.get("message"))
        return answer

    def fetch(self, url: str) -> bytes:
        """The bytes behind a link, which needs no token."""
        reply = self._reply("GET", url, headers={"Authorization": ""})
        path = url.removeprefix(self._base)
        self._story.call("GET", path, reply.status_code)
        expect(reply.status_code == 200, f"The link to the file answered {reply.status_code}, expected 200.")
        return reply.content

    def _answer(self, method: str, path: str, expected: int, **request: Any) -> Answer:
        reply = self._reply(method, self._base + path, **request)
        self._story.call(method, reply.request.path_url, reply.status_code)
        if reply.status_code != expected:
            raise DemoFailed(
                f"{method} {path} answered {reply.status_code}, expected {expected}: {cut(reply.text)}\n"
                f"Its request id is {reply.headers.get('X-Request-Id', 'missing')}; the server's log has the rest."
            )
        try:
            answer = reply.json()
        except ValueError as error:
            raise DemoFailed(f"{method} {path} should answer JSON, not: {cut(reply.text)}") from error
        expect(isinstance(answer, dict), f"{method} {path} should answer an object, not: {cut(answer)}")
        return dict(answer)

    def _reply(self, method: str, url: str, **request: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= request.pop("headers", {})
        try:
            return self._http.request(method, url, headers=headers, timeout=PATIENCE, **request)
        except requests.RequestException as error:
            raise DemoFailed(
                f"{method} {url} got no answer ({type(error).__name__}). Has the server stopped?"
            ) from error
