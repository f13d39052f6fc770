"""Shipping by hand: the shop packs and sends the goods itself."""

from core.domain.values import Metadata
from ports.fulfillments import Shipment


class ManualFulfillment:
    """Two options, as Medusa v1's manual provider has them: sending and taking back.

    Whatever data an admin or a buyer gives an option is kept as it is.
    """

    id = "manual"

    def options(self) -> list[Metadata]:
        return [{"id": "manual-fulfillment"}, {"id": "manual-fulfillment-return", "is_return": True}]

    def check_option(self, data: Metadata) -> None:
        return None

    def validate(self, option_data: Metadata, data: Metadata) -> Metadata:
        return dict(data)

    def fulfill(self, shipment: Shipment) -> Metadata:
        """Nobody has to be told: whoever asked for it does it."""
        return {}

    def take_back(self, shipment: Shipment) -> Metadata:
        return {}

    def call_off(self, reference: str, data: Metadata) -> None:
        return None
