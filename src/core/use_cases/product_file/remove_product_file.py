"""Take a file off sale."""

from core.domain.actor import Actor
from core.domain.product_file import ProductFile, ProductFileId, ProductFileNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin, UnitOfWork


class RemoveProductFile:
    """Withdraw a file; its object is deleted by a reaction. Removing it again is fine.

    What somebody has paid for stays available to them, unless ``force``. Raises ProductFileNotFound, also
    for a file of another product.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, product_id: str, file_id: str, force: bool) -> None:
        with self._begin(actor, "product_file.delete") as work:
            file = file_of(work, product_id, file_id)
            file.delete(self._clock.now(), sold=work.downloads.any_of_file(file.id), force=force)
            work.commit()


def file_of(work: UnitOfWork, product_id: str, file_id: str) -> ProductFile:
    """The file, if it belongs to the product. Raises ProductFileNotFound."""
    file = work.files.get(ProductFileId(file_id))
    if file.product_id != product_id:
        raise ProductFileNotFound(f"Product file with id: {file_id} was not found")
    return file
