"""Change who a cart is for, where it goes, and in which region it is bought."""

from dataclasses import dataclass, replace

from core.domain.actor import Actor
from core.domain.cart import Cart, CartType, SwapCartFixed
from core.domain.customer import Customer, CustomerId
from core.domain.region import Region
from core.domain.values import Address, Metadata, check_room, merge_metadata, normalise_email
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.addresses import (
    AddressInput,
    AddressNotKnown,
    NoAddress,
    check_country,
    check_there_is,
    derive_country,
    revised,
)
from core.use_cases.cart.channels import move_to_channel
from core.use_cases.cart.discounts import enter_codes
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.gift_card.applying import apply_cards
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChanges:
    """None leaves a thing as it is; ``clear_shipping_address`` removes the address. An address id names
    one of the customer's saved addresses, which is copied. Codes: all that are to count, none clears.

    country_code counts only together with region_id, as in Medusa. ships_to_billing: the shipping address
    becomes a copy of what the billing address is after this change.
    """

    region_id: str | None = None
    country_code: str | None = None
    email: str | None = None
    sales_channel_id: str | None = None
    publishable_key: str | None = None
    shipping_address: AddressInput | None = None
    shipping_address_id: str | None = None
    clear_shipping_address: bool = False
    billing_address: AddressInput | None = None
    billing_address_id: str | None = None
    ships_to_billing: bool = False
    discount_codes: tuple[str, ...] | None = None
    gift_card_codes: tuple[str, ...] | None = None
    context: Metadata | None = None
    metadata: Metadata | None = None


class UpdateCart:
    """Applies in Medusa's order: customer, region, addresses, channel, discounts, gift cards, context.

    A guest's e-mail finds or makes the guest customer; a signed-in customer's own address always wins.
    A new region re-prices every line, drops lines without a price there, shipping methods, gift cards
    and payment sessions, and keeps the discounts that hold there. A list of codes replaces those there
    are. Raises CartNotFound, CartCompleted, CartInCompletion, RegionNotFound, NotFound for an unknown
    code, CountryNotKnown, SwapCartFixed, DiscountInvalid, DiscountLimitReached, DiscountNotHere,
    GiftCardNotFound, Invalid, NotAllowed.
    Source: https://docs.medusajs.com/api/store#carts_postcartscart (v1).
    """

    def __init__(
        self,
        begin: Begin,
        pricing: CartPricing,
        sync: SessionSync,
        abandon: AbandonSessions,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync
        self._abandon = abandon
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, cart_id: str, changes: CartChanges) -> None:
        if self._change(actor, cart_id, changes):
            self._sync.after_edit(cart_id)

    @replayed
    def _change(self, actor: Actor, cart_id: str, changes: CartChanges) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.update") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            if changes.email is not None and actor.customer_id is None:
                self._become_guest(work, cart, normalise_email(changes.email))
            moved = changes.region_id is not None and changes.region_id != cart.region_id
            _check_exchange(cart, changes, moved=moved)
            region = work.regions.get(changes.region_id or cart.region_id)
            if changes.region_id is not None:
                self._move(work, cart, region, changes.country_code, moved=moved)
            self._address(work, cart, region, changes)
            if changes.sales_channel_id is not None:
                move_to_channel(work, cart, changes.sales_channel_id, changes.publishable_key)
            if changes.discount_codes is not None:
                enter_codes(work, cart, changes.discount_codes, self._pricing.buyer(work, cart))
            if changes.gift_card_codes is not None:
                apply_cards(work, cart, changes.gift_card_codes, self._clock.now(), self._ids)
            if changes.context is not None:
                cart.context = check_room("context", {**cart.context, **changes.context})
            cart.metadata = merge_metadata(cart.metadata, changes.metadata)
            self._pricing(work, cart, drop_unpriced=moved)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions

    def _become_guest(self, work: UnitOfWork, cart: Cart, email: str) -> None:
        if cart.email == email and cart.customer_id is not None:
            return
        guest = work.customers.guest(email)
        if guest is None:
            guest = Customer(id=CustomerId(self._ids.new("cus")), email=email)
            work.customers.add(guest)
        cart.email = email
        cart.customer_id = guest.id

    def _move(self, work: UnitOfWork, cart: Cart, region: Region, country_code: str | None, *, moved: bool) -> None:
        if moved:
            # First: what they hold is owed in the currency they were begun in.
            self._abandon(work, cart, cart.payment_sessions, "REGION_CHANGED")
            cart.region_id = region.id
            cart.gift_cards = ()
            cart.change_currency(region.currency_code)
            address = cart.shipping_address
            if address is not None and address.country_code not in region.country_codes:
                cart.shipping_address = revised(address, AddressInput(values={"country_code": None}), self._ids)
        derive_country(cart, region, country_code, self._ids)

    def _address(self, work: UnitOfWork, cart: Cart, region: Region, changes: CartChanges) -> None:
        if changes.clear_shipping_address:
            cart.shipping_address = None
        if changes.shipping_address is not None:
            cart.shipping_address = revised(cart.shipping_address, changes.shipping_address, self._ids)
        if changes.shipping_address_id is not None:
            cart.shipping_address = self._saved(work, cart, changes.shipping_address_id)
        if changes.billing_address is not None:
            check_there_is(work, changes.billing_address, region.country_codes)
            cart.billing_address = revised(cart.billing_address, changes.billing_address, self._ids)
        if changes.billing_address_id is not None:
            cart.billing_address = self._saved(work, cart, changes.billing_address_id)
        if changes.ships_to_billing:
            if cart.billing_address is None:
                raise NoAddress("At least one address (shipping or billing) is required")
            cart.shipping_address = replace(cart.billing_address, id=self._ids.new("addr"))
        check_country(region, cart.shipping_address)

    def _saved(self, work: UnitOfWork, cart: Cart, address_id: str) -> Address:
        """A copy of the cart's own address under that id, or of one its customer has saved."""
        own = [a for a in (cart.shipping_address, cart.billing_address) if a is not None]
        customer = work.customers.get(cart.customer_id) if cart.customer_id is not None else None
        saved = (*customer.addresses, customer.billing_address) if customer is not None else ()
        for address in (*own, *saved):
            if address is not None and address.id == address_id:
                return replace(address, id=self._ids.new("addr"))
        raise AddressNotKnown(f"Address with id {address_id} was not found")


def _check_exchange(cart: Cart, changes: CartChanges, *, moved: bool) -> None:
    """What a swap's cart credits was paid in the order's region, and its discounts are the order's."""
    wanted = moved or changes.discount_codes or changes.gift_card_codes
    if wanted and cart.type is CartType.SWAP:
        raise SwapCartFixed("a swap keeps the region and the discounts of its order, and takes no gift cards")
