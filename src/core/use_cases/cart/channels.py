"""In which sales channel a cart is: the one named, the storefront's, or the shop's own."""

from core.domain.cart import Cart
from core.domain.errors import Invalid
from core.domain.publishable_key import PublishableKey, PublishableKeyNotFound
from ports.unit_of_work import UnitOfWork


def channel_of_new(work: UnitOfWork, named: str | None, key_id: str | None) -> str:
    """Raises PublishableKeyRevoked, OutOfScope, ChannelNotNamed, SalesChannelNotFound, and Invalid for a
    disabled channel."""
    key = _storefront(work, key_id)
    chosen = named if key is None else key.channel_of_new_cart(named)
    return _open(work, chosen or work.shop.store().default_sales_channel_id)


def move_to_channel(work: UnitOfWork, cart: Cart, channel_id: str, key_id: str | None) -> None:
    """Take the cart to another channel; lines that are not sold there stay behind. Raises as ``channel_of_new``."""
    key = _storefront(work, key_id)
    if key is not None:
        key.check_named(channel_id)
    cart.sales_channel_id = _open(work, channel_id)
    offers = work.offers.of({item.variant_id for item in cart.items if item.variant_id is not None})
    for item in list(cart.items):
        offer = offers.get(item.variant_id or "")
        if item.variant_id is not None and (offer is None or channel_id not in offer.sales_channel_ids):
            cart.remove(item.id)


def _storefront(work: UnitOfWork, key_id: str | None) -> PublishableKey | None:
    """None without a key, and for an unknown one, as in Medusa."""
    if key_id is None:
        return None
    try:
        return work.publishable_keys.get(key_id)
    except PublishableKeyNotFound:
        return None


def _open(work: UnitOfWork, id: str) -> str:
    channel = work.shop.sales_channel(id)
    if channel.is_disabled:
        raise Invalid(f'Unable to assign the cart to a disabled Sales Channel "{channel.name}"')
    return channel.id
