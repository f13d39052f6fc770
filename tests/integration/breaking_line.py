"""A line to a PostgreSQL server that breaks when told to, to see what is made of it."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Self

from sqlalchemy import make_url


class BreakingLine:
    """Forwards connections from ``url`` to the server behind another URL."""

    def __init__(self, url: str) -> None:
        target = make_url(url)
        self._server = (str(target.host), target.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        near = target.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        self.url = near.render_as_string(hide_password=False)
        self._lock = Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._before = self._after = b""
        self._for_good = self._closed = False

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def break_before(self, words: bytes) -> None:
        """Break all connections when these words are about to be passed on."""
        self._before = words

    def break_after(self, words: bytes, *, for_good: bool = False) -> None:
        """Pass these words on, and break all connections when the server has answered.
        for_good: take no new ones."""
        self._after, self._for_good = words, for_good

    def cut(self) -> None:
        """Break all connections now."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._closed:
                near.close()
                continue
            far = socket.create_connection(self._server)
            with self._lock:
                self._pairs.append((near, far))
            answered = _Switch()
            Thread(target=self._forward, args=(near, far, answered), daemon=True).start()
            Thread(target=self._back, args=(far, near, answered), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket, answered: _Switch) -> None:
        with suppress(OSError):
            while sent := near.recv(65_536):
                if self._before and self._before in sent:
                    self._before = b""
                    self.cut()
                    return
                if self._after and self._after in sent:
                    self._after = b""
                    answered.breaks = True
                far.sendall(sent)
        self._end(near, far)

    def _back(self, far: socket.socket, near: socket.socket, answered: _Switch) -> None:
        with suppress(OSError):
            while sent := far.recv(65_536):
                if answered.breaks:
                    self._closed = self._for_good
                    self.cut()
                    return
                near.sendall(sent)
        self._end(near, far)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class _Switch:
    breaks = False
