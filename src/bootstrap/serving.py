"""Running the shop: the web server with its workers, or a job worker alone, until told to stop."""

import os
import signal
import threading
from pathlib import Path
from types import FrameType

import click
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import Server

from bootstrap.container import build_container
from bootstrap.logs import configure_process_logs
from bootstrap.sentences import CommandRefused
from bootstrap.settings import Settings
from bootstrap.working import job_worker

TARGET = "bootstrap.wsgi:create"
THREADS = 16  # per process: more than its cores, because payment providers may be slow
GRACE_SECONDS = 30
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, never listened on by default


def serve_until_stopped(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve with that many processes, each with threads and a job worker of its own.

    Ctrl-C and SIGTERM let requests under way finish, for at most half a minute.
    Raises CommandRefused when folders cannot be written or the workers cannot start.
    """
    for folder in (settings.files_dir, settings.mail_dir):
        check_folder(folder)
    here = address_of(host, port)
    # The workers read the same environment; links to our own files need an address that works.
    os.environ.setdefault("PUBLIC_URL", here)
    for caution in settings.cautions:
        click.echo(f"perseus: {caution}", err=True)
    server = Server(
        TARGET,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )

    @server.on_startup
    def announce() -> None:
        click.echo(f"Perseus serves on {here}, its documentation on {here}/docs. Ctrl-C stops it.")

    try:
        server.serve()
    except SystemExit as ended:
        if ended.code:
            raise CommandRefused("The server could not keep a worker running; the lines above say why.") from ended


def work_until_stopped(settings: Settings) -> None:
    """Work off jobs until Ctrl-C or SIGTERM; jobs under way are finished."""
    configure_process_logs(settings.log_level)
    for folder in (settings.files_dir, settings.mail_dir):
        check_folder(folder)
    stopping = threading.Event()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker = job_worker(build_container(settings))
    worker.start()
    stopping.wait()
    worker.stop(GRACE_SECONDS)


def address_of(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    name = "localhost" if host in ANYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def check_folder(folder: Path) -> None:
    """Make the folder if it is missing. Raises CommandRefused unless it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandRefused(f"The folder {folder} cannot be made ({error.strerror}). Name another one.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandRefused(f"The folder {folder} cannot be written to. Make it yours, or name another one.")
