"""What goes wrong on the command line, as a sentence that says what to do about it.

Only for what the person at the keyboard can mend. Anything else is a bug and keeps its traceback.
"""

import errno
import socket

from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bootstrap.settings import SettingsError
from core.domain.errors import DomainError, Invalid

WRONG_USAGE = 2
REFUSED = 1


class CommandRefused(Exception):
    """A command cannot do its work; the message says what to do."""


def sentence_for(error: BaseException) -> str | None:
    """The sentence, or None for a bug."""
    if isinstance(error, Invalid) and error.fields:
        return "; ".join(f"{problem.field}: {problem.message}" for problem in error.fields)
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, (SettingsError, CommandRefused)):
        return str(error)
    if isinstance(error, CommandError):
        return f"The database cannot be migrated: {error}"
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return (
            f"DATABASE_URL cannot be read ({error}). It looks like sqlite:////full/path/to/shop.db "
            "or postgresql://user:password@host/database"
        )
    if isinstance(error, SQLAlchemyError):
        return _about_database(error)
    if isinstance(error, OSError):
        return _about_system(error)
    return None


def exit_code_for(error: BaseException) -> int:
    """2 for wrong settings, as for wrong options; 1 for everything else."""
    return WRONG_USAGE if isinstance(error, (SettingsError, ArgumentError, NoSuchModuleError)) else REFUSED


def check_port(host: str, port: int) -> int:
    """The port to listen on; 0 picks a free one. Raises CommandRefused when it cannot be had.

    Asked before the server starts, because several servers would share a port without complaint.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CommandRefused(f"The host {host} is not known here. Try --host 127.0.0.1") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CommandRefused(_about_port(error, host, port)) from error
        return int(probe.getsockname()[1])


def _about_port(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken. Stop what is using it, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have. Choose one above 1023, for example --port 9000"
    return f"Cannot listen on {host}, port {port} ({error.strerror}). Try --host 127.0.0.1 --port 9000"


def _about_database(error: SQLAlchemyError) -> str:
    cause = str(getattr(error, "orig", None) or error)
    if "unable to open database file" in cause or "readonly" in cause:
        return "The database file cannot be written. Check that its folder (DATABASE_URL) exists and is yours."
    if "no such table" in cause or "no such column" in cause or _sqlstate(error) in ("42P01", "42703"):
        return "The database is not up to date. Run: perseus migrate"
    if "locked" in cause or _sqlstate(error) == "55P03":
        return "The database is busy with somebody else's writing. Try again in a moment."
    return f"The database cannot be used: {' '.join(cause.split())}"


def _sqlstate(error: SQLAlchemyError) -> str | None:
    """PostgreSQL's code for what went wrong."""
    code: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code


def _about_system(error: OSError) -> str | None:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where}not allowed. Check that the folder is yours to write to, or name another one in the settings."
    if error.errno == errno.ENOSPC:
        return f"{where}the disk is full. Free some space, then try again."
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST) and error.filename:
        return f"{where}{error.strerror}. Check the path in the settings."
    if error.errno == errno.EMFILE:
        return "Too many open files. Raise the limit (ulimit -n 4096), then try again."
    return None
