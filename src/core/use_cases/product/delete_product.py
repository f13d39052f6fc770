"""Take a product out of the catalogue."""

from core.domain.actor import Actor
from core.domain.product import ProductNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteProduct:
    """Hide a product with its variants. Deleting what is not there is fine, as in Medusa.

    Orders, and the files people have paid for, are not touched.
    """

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "product.delete") as work:
            try:
                product = work.products.get(id)
            except ProductNotFound:
                return
            product.delete(self._clock.now())
            work.versions.bump("catalogue")
            work.versions.bump("pricing")
            work.commit()
