"""Let staff send a large file straight into the storage."""

from contextlib import suppress
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid, Unavailable
from core.domain.file_upload import UPLOAD_LIFE, FileUpload, UploadId, part_size_for
from core.use_cases.product_file.versions import Claims, UploadSettings
from ports.clock import Clock, Ids
from ports.part_uploads import PartUploads
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What is announced. sha256: lower-case hex, or None; what arrives has to match it."""

    product_id: str
    name: str
    size: int
    mime_type: str
    sha256: str | None = None
    variant_id: str | None = None
    replaces: str | None = None

    @property
    def claims(self) -> Claims:
        return Claims(
            product_id=self.product_id,
            name=self.name,
            size=self.size,
            mime_type=self.mime_type,
            variant_id=self.variant_id,
            replaces=self.replaces,
        )


class StartUpload:
    """Open an upload for the parts of one file; answers its id. LinkParts gives the parts' addresses.

    Raises ProductNotFound, VariantNotFound, ProductFileNotFound (replaces), FileTypeNotAllowed, FileTooLarge,
    Invalid, StorageUnavailable.
    """

    def __init__(self, begin: Begin, parts: PartUploads, clock: Clock, ids: Ids, settings: UploadSettings) -> None:
        self._begin = begin
        self._parts = parts
        self._clock = clock
        self._ids = ids
        self._settings = settings

    def __call__(self, actor: Actor, new: NewUpload) -> str:
        name = new.claims.check(self._settings.limits)
        if new.size < 1:
            raise Invalid("the file is empty", fields=[FieldProblem("size", "must not be less than 1")])
        with self._begin(actor, "product_file.start_upload") as work:
            new.claims.predecessor(work)
        file_id = self._ids.new("pfile")
        key = f"products/{new.product_id}/{file_id}.zip"
        ref = self._parts.start_parts(key)
        try:
            return self._record(actor, new, name, file_id, key, ref)
        except BaseException:
            with suppress(Unavailable):  # the sweep takes what cannot be aborted now
                self._parts.abort_parts(key, ref)
            raise

    def _record(self, actor: Actor, new: NewUpload, name: str, file_id: str, key: str, ref: str) -> str:
        upload = FileUpload(
            id=UploadId(self._ids.new("upload")),
            product_id=new.product_id,
            variant_id=new.variant_id,
            replaces_id=new.replaces,
            file_id=file_id,
            name=name,
            mime_type=new.mime_type,
            size=new.size,
            sha256=new.sha256,
            part_size=part_size_for(new.size),
            storage_key=key,
            storage_ref=ref,
            started_by=actor.user_id,
            expires_at=(self._clock.now() + UPLOAD_LIFE).replace(microsecond=0),
        )
        with self._begin(actor, "product_file.start_upload") as work:
            work.uploads.add(upload)
            work.commit()
        return upload.id
