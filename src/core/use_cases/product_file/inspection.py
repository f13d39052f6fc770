"""What a stored object turns out to be."""

import hashlib
from dataclasses import dataclass

from core.domain.archive import CHUNK, ArchiveLimits, inspect_zip
from core.domain.file_upload import FileUpload
from core.domain.product_file import FileRejected, FileTooLarge, ProductFile, Rejection
from ports.file_store import FileStore, ObjectMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """rejection: None for an archive fit for sale. sha256: as measured; None if that was known before."""

    rejection: Rejection | None
    sha256: str | None = None

    def apply(self, file: ProductFile) -> None:
        if self.sha256 is not None:
            file.sha256 = self.sha256
        if self.rejection is None:
            file.pass_check()
        else:
            file.fail_check(self.rejection)


def inspect(files: FileStore, key: str, limits: ArchiveLimits, upload: FileUpload | None) -> Finding:
    """Look into the object. upload: through which it came past the shop, so that nobody has measured it;
    bytes other than those announced count as corrupt. Raises StorageUnavailable."""
    sha256 = None
    try:
        with files.open(key) as stream:
            if upload is not None:
                digest = hashlib.sha256()
                size = 0
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                sha256 = digest.hexdigest()
                if size != upload.size or upload.sha256 not in (None, sha256):
                    return Finding(rejection=Rejection.CORRUPT, sha256=sha256)
            inspect_zip(stream, limits)
    except FileRejected as refused:
        return Finding(rejection=refused.reason, sha256=sha256)
    except FileTooLarge:
        return Finding(rejection=Rejection.BOMB, sha256=sha256)
    except ObjectMissing:
        return Finding(rejection=Rejection.CORRUPT, sha256=sha256)
    return Finding(rejection=None, sha256=sha256)
