"""Somebody who calls an API: the admin, a customer, a passer-by. HTTP and nothing else."""

from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any, BinaryIO

import requests

from bootstrap.demo.story import DemoFailed, Story, cut, expect

PATIENCE = 60  # seconds a call may take on a machine that is busy with something else
CHANGE_PATIENCE = 120  # seconds until what somebody waits for must have happened
GLANCE = 0.2
Answer = dict[str, Any]


class Caller:
    """Calls as one person; each call is told, and its status checked.

    base: the address of the API without a trailing slash. whose: told with every call, where it is not the
    shop's. told: whether calls are told. token: their bearer token, once logged in.
    """

    def __init__(self, story: Story, base: str, *, whose: str = "", told: bool = True) -> None:
        self._story = story
        self._base = base
        self._whose = f"{whose}: " if whose else ""
        self._told = told
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy in the environment must not stand between us and localhost
        self.token: str | None = None

    def get(self, path: str, *, expected: int = 200, params: Mapping[str, str] | None = None) -> Answer:
        return self._answer("GET", path, expected, params=params)

    def post(self, path: str, body: Mapping[str, object] | None = None, *, expected: int = 200) -> Answer:
        return self._answer("POST", path, expected, json=dict(body or {}))

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        return self._answer("POST", path, 200, data=dict(fields))

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
        reply = self._without_token("GET", url)
        expect(reply.status_code == 200, f"The link to the file answered {reply.status_code}, expected 200.")
        return reply.content

    def fetch_refused(self, url: str, expected: int) -> None:
        """A link that must not work."""
        status = self._without_token("GET", url).status_code
        expect(status == expected, f"The link should be refused with {expected}, not answer {status}.")

    def put(self, url: str, data: bytes) -> str:
        """Send bytes to a link, which needs no token; the ETag of what is there now."""
        reply = self._without_token("PUT", url, data=data)
        expect(reply.status_code == 200, f"The link for uploading answered {reply.status_code}, expected 200.")
        return str(reply.headers["ETag"])

    def wait_until(self, path: str, holds: Callable[[Answer], bool], sentence: str) -> Answer:
        """Ask again and again, until the answer is a 200 and as it should be. Only that one is told.

        sentence: what is waited for.
        """
        deadline = monotonic() + CHANGE_PATIENCE
        with self._story.waiting(sentence):
            while True:
                reply = self._reply("GET", self._base + path)
                if reply.status_code == 200 and holds(answer := dict(reply.json())):
                    break
                expect(
                    monotonic() < deadline,
                    f"{sentence}: not within {CHANGE_PATIENCE} seconds. GET {path} answers {reply.status_code}: "
                    f"{cut(reply.text)}",
                )
                sleep(GLANCE)
        self._tell("GET", path, reply.status_code)
        return answer

    def _without_token(self, method: str, url: str, **request: Any) -> requests.Response:
        reply = self._reply(method, url, headers={"Authorization": None}, **request)
        path, _, signed = url.removeprefix(self._base).partition("?")
        self._tell(method, f"{path}?..." if signed else path, reply.status_code)
        return reply

    def _tell(self, method: str, path: str, status: int) -> None:
        if self._told:
            self._story.call(method, path, status, whose=self._whose)

    def _answer(self, method: str, path: str, expected: int, **request: Any) -> Answer:
        reply = self._reply(method, self._base + path, **request)
        self._tell(method, reply.request.path_url, reply.status_code)
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
        headers: dict[str, str | None] = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= request.pop("headers", {})
        try:
            return self._http.request(method, url, headers=headers, timeout=PATIENCE, **request)
        except requests.RequestException as error:
            raise DemoFailed(
                f"{method} {url} got no answer ({type(error).__name__}). Has its server stopped?"
            ) from error
