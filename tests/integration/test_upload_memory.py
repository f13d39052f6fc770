"""A real server takes the largest upload without growing by more than a small part of it."""

import http.client
import json
import os
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.shops import PASSWORD, variables

MEGABYTE = 1 << 20
FILE_SIZE = 500_000_000
MAY_GROW = 64 * MEGABYTE
BOUNDARY = "a-boundary-that-does-not-occur"

pytestmark = [
    pytest.mark.deep,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc"),
]


def an_archive(path: Path, size: int) -> Path:
    """Stored noise, so that nothing shrinks on the way."""
    noise = random.Random(1).randbytes(MEGABYTE)
    with zipfile.ZipFile(path, "w") as archive, archive.open("noise.bin", "w", force_zip64=True) as entry:
        for _ in range(size // MEGABYTE):
            entry.write(noise)
    return path


class Server:
    """``perseus serve`` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        perseus = Path(sys.executable).with_name("perseus")
        environment = {**os.environ, **variables(folder), "LOG_LEVEL": "error"}
        admin = ["create-admin", "--email", "admin@shop.test", "--password", PASSWORD]
        subprocess.run([perseus, *admin], env=environment, check=True, capture_output=True)
        command = [perseus, "serve", "--port", "0"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self.headers: dict[str, str] = {}
        try:
            self._log_in(admin[2])
        except BaseException:
            self.stop()
            raise

    def _log_in(self, email: str) -> None:
        assert self.process.stdout is not None
        found = re.search(r"http://\S+?(?=,)", self.process.stdout.readline())
        assert found is not None
        self.host = urlsplit(found[0]).netloc
        deadline = time.monotonic() + 30
        while True:
            try:
                self.call("GET", "/health/ready")
                break
            except OSError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)
        answer = self.call("POST", "/auth/user/emailpass", json.dumps({"email": email, "password": PASSWORD}))
        self.headers = {"Authorization": f"Bearer {answer['token']}"}

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self.host, timeout=120)
        given = headers or {**self.headers, "Content-Type": "application/json"}
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (answer.status, text)
        tree: dict[str, Any] = json.loads(text)
        return tree

    def upload(self, product_id: str, archive: Path) -> dict[str, Any]:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{archive.name}"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        ).encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def pieces() -> Iterator[bytes]:
            yield head
            with archive.open("rb") as file:
                while piece := file.read(MEGABYTE):
                    yield piece
            yield tail

        headers = {
            **self.headers,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + archive.stat().st_size + len(tail)),
        }
        file: dict[str, Any] = self.call("POST", f"/admin/products/{product_id}/files", pieces(), headers)["file"]
        return self.settled(product_id, file["id"])

    def settled(self, product_id: str, file_id: str) -> dict[str, Any]:
        """The file once the job that inspects it is done."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for file in self.call("GET", f"/admin/products/{product_id}/files")["files"]:
                if file["id"] == file_id and file["state"] not in ("pending", "checking"):
                    settled: dict[str, Any] = file
                    return settled
            time.sleep(0.1)
        raise AssertionError("the file was never inspected")

    def peak(self) -> int:
        """The most memory the server's processes ever held, in bytes, each for itself and added up."""
        pids, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            pids.append(pid)
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        statuses = (Path(f"/proc/{pid}/status").read_text() for pid in pids)
        return sum(int(found[1]) * 1024 for text in statuses if (found := re.search(r"VmHWM:\s+(\d+) kB", text)))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(40)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_five_hundred_megabytes_add_at_most_sixty_four(tmp_path: Path) -> None:
    small, large = an_archive(tmp_path / "small.zip", MEGABYTE), an_archive(tmp_path / "large.zip", FILE_SIZE)
    (tmp_path / "shop").mkdir()
    server = Server(tmp_path / "shop")
    try:
        product_id = server.call("POST", "/admin/products", json.dumps({"title": "Pack"}))["product"]["id"]
        assert server.upload(product_id, small)["state"] == "ready"
        before = server.peak()
        started = time.monotonic()

        file = server.upload(product_id, large)

        grown = server.peak() - before
        print(f"{file['size']:,} bytes in {time.monotonic() - started:.1f} s, {grown / MEGABYTE:.1f} MiB more memory")
        assert (file["state"], file["size"]) == ("ready", large.stat().st_size)
        assert grown <= MAY_GROW
    finally:
        server.stop()
