"""``perseus demo --engines production``: the sale on PostgreSQL, S3, Stripe, Resend and Valkey, as processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.demo.world import check_installed
from bootstrap.peers.process import PeerMissing

PATIENCE = 360  # seconds: thirty on an idle machine, and tests share theirs
STOPPED = 130

pytestmark = pytest.mark.timeout(PATIENCE + 60)


@pytest.fixture(autouse=True, scope="module")
def _installed() -> None:
    try:
        check_installed()
    except PeerMissing as reason:
        pytest.skip(" ".join(str(reason).split()))


@pytest.fixture
def folder() -> Iterator[Path]:
    """For everything temporary. Others may pass through it: a database server does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="demo_"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    source = Path(__file__).resolve().parents[2] / "src"
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bootstrap.cli", "demo", "--once", "--engines", "production"]
    with subprocess.Popen(
        # What another shop is set to is none of the demo's business.
        command,
        env=env | {"DATABASE_URL": "nonsense"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.terminate()  # nothing, if it has ended


def still_running(told: str) -> list[int]:
    """Which of the processes that were told to stop are there yet."""
    pids = [int(pid) for pid in re.findall(r"\(pid (\d+)\) stops", told)]
    assert len(pids) >= 5
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_the_sale_goes_through_and_leaves_nothing_behind(demo: subprocess.Popen[str], folder: Path) -> None:
    told, complaints = demo.communicate(timeout=PATIENCE)

    assert (demo.returncode, complaints) == (0, "")
    assert "Everything adds up." in told
    assert "mails with links     3, one per order" in told
    assert "everything was as it should be" in told
    assert still_running(told) == []
    assert list(folder.iterdir()) == []


def test_whoever_interrupts_it_finds_everything_stopped(demo: subprocess.Popen[str], folder: Path) -> None:
    assert demo.stdout is not None
    told = ""
    while "They create a product" not in told:
        line = demo.stdout.readline()
        assert line, told
        told += line
    demo.send_signal(signal.SIGINT)
    rest, complaints = demo.communicate(timeout=PATIENCE)

    assert (demo.returncode, complaints.strip()) == (STOPPED, "Stopped.")
    assert still_running(rest) == []
    assert list(folder.iterdir()) == []
