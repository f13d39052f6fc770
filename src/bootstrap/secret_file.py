"""The secret of a shop under development: made once, kept in a file, the same for all processes."""

import os
import secrets
from pathlib import Path

SECRET_BYTES = 48


def kept_secret(folder: Path) -> str:
    """The secret in ``folder/secret_key``, which is made (mode 0600) if it is not there.

    Processes that start together agree: whoever links the file first has made it. Raises OSError.
    """
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(file)
    return file.read_text(encoding="ascii").strip()


def _make(file: Path) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(SECRET_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)  # refuses to replace, unlike a rename
        except FileExistsError:
            return
    finally:
        draft.unlink()
