"""An S3 server on 127.0.0.1 that checks signatures and expiry: rclone (https://rclone.org/commands/rclone_serve_s3/)."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.storage.s3_bucket import S3Access, S3Bucket
from bootstrap.peers.process import EXTRA, PeerMissing, PeerProcess, free_port, is_listening

KEY_ID, SECRET = "AKIDTESTTESTTEST", "a-secret-that-signs-requests"


class S3Server:
    """port: where it listens, also after a restart. Objects are kept in memory until ``stop``."""

    def __init__(self, log: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: PeerProcess | None = None
        self._log = log
        self._buckets = 0

    def start(self) -> None:
        """Raises PeerMissing, PeerFailed."""
        address = ["--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{KEY_ID},{SECRET}"]
        self.process = PeerProcess(
            "The S3 server",
            [program(), "serve", "s3", *address, ":memory:"],
            env={"RCLONE_CONFIG": os.devnull, "HOME": "/nonexistent"},
            log=self._log,
        )
        self.process.wait_until(lambda: is_listening(self.port))

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None

    def access(self, bucket: str, *, key_id: str = KEY_ID, secret: str = SECRET) -> S3Access:
        return S3Access(endpoint=self.url, bucket=bucket, access_key_id=key_id, secret_access_key=secret)

    def bucket(self) -> S3Bucket:
        """A fresh one."""
        self._buckets += 1
        bucket = S3Bucket(self.access(f"perseus-{self._buckets}"))
        bucket.client.create_bucket(Bucket=bucket.name)
        return bucket


@contextmanager
def running_s3() -> Iterator[S3Server]:
    server = S3Server()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def program() -> Path:
    """Beside our own interpreter, or else wherever commands are. Raises PeerMissing."""
    wheel = Path(sysconfig.get_path("scripts")) / ("rclone.exe" if os.name == "nt" else "rclone")
    found = wheel if wheel.is_file() else shutil.which("rclone")
    if found is None:
        raise PeerMissing(f"There is no S3 server (rclone) for {sys.platform} here. This brings one: {EXTRA}")
    return Path(found)
