"""``perseus`` as an operator runs it: processes with settings in their environment and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from bootstrap.demo.story import DemoFailed, Story
from bootstrap.peers.process import PeerProcess

COMMAND_SECONDS = 300
START_SECONDS = 180


class Perseus:
    """env: the whole environment of its processes. Their output goes to ``folder/<name>.log``."""

    def __init__(self, story: Story, folder: Path, env: Mapping[str, str]) -> None:
        self._story = story
        self._folder = folder
        self._env = env

    def prepare(self) -> None:
        """A database, and the sample shop in it."""
        with self._story.waiting("perseus migrate, which creates the tables"):
            self.run("migrate")
        with self._story.waiting("perseus seed, which fills a small shop"):
            made = self.run("seed", PERSEUS_ENV="development")
        for line in made:
            self._story.say(f"      {line}", "dim")

    def run(self, *arguments: str, **more: str) -> list[str]:
        """A command to its end; the lines it printed. more: settings for this command alone. Raises DemoFailed."""
        try:
            done = subprocess.run(
                _command(*arguments),
                env={**self._env, **more},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DemoFailed(f"perseus {arguments[0]} took more than {COMMAND_SECONDS} seconds.") from error
        if done.returncode:
            raise DemoFailed(f"perseus {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout.splitlines()

    def start(self, name: str, *arguments: str) -> PeerProcess:
        """A command that runs until it is stopped. name: for its log and for messages."""
        return PeerProcess(name, _command(*arguments), env=self._env, log=self.log(name))

    def log(self, name: str) -> Path:
        return self._folder / f"{name.replace(' ', '-')}.log"

    @contextmanager
    def serving(self, base: str, port: int, *more: str) -> Iterator[PeerProcess]:
        """``perseus serve`` that answers, and is stopped at the end. Raises PeerFailed."""
        server = self.start("server", "serve", "--host", "127.0.0.1", "--port", str(port), *more)
        try:
            with self._story.waiting("perseus serve, which answers when it has reached its database"):
                server.wait_until(lambda: is_ready(f"{base}/health/ready"), START_SECONDS)
            yield server
        finally:
            stop_told(self._story, server)


def stop_told(story: Story, process: PeerProcess) -> None:
    """Nothing if it has ended already."""
    if process.exit_code is not None:
        return
    try:
        story.say(f"    {process.name} (pid {process.pid}) stops", "dim")
    finally:  # whoever listened may have gone
        process.stop()


def is_ready(url: str) -> bool:
    with requests.Session() as http:
        http.trust_env = False
        try:
            return http.get(url, timeout=5).status_code == 200
        except requests.RequestException:
            return False  # not yet; whoever waits has a deadline


def kept_environment() -> dict[str, str]:
    """What a process needs of ours. Settings of another shop stay outside."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bootstrap.cli", *arguments]
