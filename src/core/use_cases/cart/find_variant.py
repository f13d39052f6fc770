"""Which variant does a sku, or an id, name?"""

from core.domain.actor import Actor
from ports.unit_of_work import Begin


class FindVariant:
    """Answers the id of the live variant with exactly this sku; a name that is no sku is taken for an id,
    which whoever uses it checks."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, name: str) -> str:
        with self._begin(actor, "cart.find_variant") as work:
            return work.offers.id_of_sku(name) or name
