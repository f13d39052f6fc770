"""A shop as the tests of log-ins, invitations and downloads need it: in memory, or on a database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.file_store import InMemoryFileStore
from adapters.memory.identities import InMemoryIdentities
from adapters.memory.passwords import InMemoryPasswords
from adapters.memory.tokens import InMemoryAccessTokens, InMemoryDerivedTokens
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.customer import Customer, CustomerId
from core.domain.order import Order, OrderId, OrderLine
from core.domain.payment import Payment, Refund, RefundLine, RefundState
from core.domain.product import DownloadPolicy, Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.product_file import FileState, ProductFile, ProductFileId
from core.domain.region import Region, RegionId
from core.domain.totals import Totals
from core.domain.values import Metadata
from core.use_cases.customer.register_customer import NewCustomer, RegisterCustomer
from core.use_cases.download.granting import grant_downloads, revoke_refunded
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

ADMIN = Actor(kind=ActorKind.USER, id="usr_admin", role=Role.ADMIN)
PASSWORD = "correct horse"
PRICE = 1_000
POLICY = DownloadPolicy(limit=2, days=30)


def customer_actor(id: str) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, id=id, network="192.0.2.7", agent="Firefox")


class Shop:
    """``memory`` holds what was committed, unless the units of work come from somewhere else."""

    def __init__(self, begin_factory: Callable[[Clock, Ids], Begin] | None = None) -> None:
        self.memory = Memory()
        self.clock = FrozenClock()
        self.ids = CountingIds()
        self.begin: Begin = (
            begin_factory(self.clock, self.ids)
            if begin_factory is not None
            else InMemoryBegin(self.memory, self.clock, self.ids, REACTIONS)
        )
        self.passwords = InMemoryPasswords()
        self.tokens = InMemoryAccessTokens(self.clock)
        self.derived = InMemoryDerivedTokens()
        self.files = InMemoryFileStore(self.clock)
        self.identities = InMemoryIdentities(self.memory)
        with self.begin(SYSTEM, "test.region") as work:
            work.regions.add(Region(id=RegionId("reg_1"), name="EU", currency_code="eur", tax_rate=Decimal(0)))
            work.commit()

    def register(self, email: str = "ada@example.com", password: str = PASSWORD) -> Actor:
        register = RegisterCustomer(self.begin, self.passwords, self.ids)
        return customer_actor(register(ANONYMOUS, NewCustomer(email=email, password=password)))

    def add_guest(self, email: str = "ada@example.com") -> str:
        guest = Customer(id=CustomerId(self.ids.new("cus")), email=email)
        with self.begin(SYSTEM, "test.guest") as work:
            work.customers.add(guest)
            work.commit()
        return guest.id

    def add_product(self, *variants: str, metadata: Metadata | None = None) -> str:
        """A digital product; its id is the one of the first variant with ``prod_`` before it."""
        with self.begin(SYSTEM, "test.product") as work:
            product = Product(
                id=ProductId(f"prod_{variants[0]}"),
                title=f"Pack {variants[0]}",
                handle=f"pack-{variants[0]}",
                profile_id=work.shop.default_profile().id,
                status=ProductStatus.PUBLISHED,
                variants=[Variant(id=VariantId(name), title=name, requires_shipping=False) for name in variants],
                metadata=metadata,
            )
            work.products.add(product)
            work.commit()
        return product.id

    def add_file(
        self,
        product_id: str,
        *,
        variant_id: str | None = None,
        replaces: str | None = None,
        state: FileState = FileState.READY,
    ) -> str:
        id = ProductFileId(self.ids.new("pfile"))
        with self.begin(SYSTEM, "test.file") as work:
            old = work.files.get(replaces) if replaces is not None else None
            work.files.add(
                ProductFile(
                    id=id,
                    product_id=product_id,
                    variant_id=variant_id,
                    chain_id=old.chain_id if old is not None else id,
                    name=f"{id}.zip",
                    mime_type="application/zip",
                    size=3,
                    sha256="00",
                    file_version=old.file_version + 1 if old is not None else 1,
                    state=state,
                    storage_key=f"products/{product_id}/{id}.zip",
                    uploaded_by=None,
                    replaces_id=replaces,
                    created_at=self.clock.now(),
                )
            )
            work.commit()
        return id

    def check_passed(self, file_id: str) -> None:
        with self.begin(SYSTEM, "test.check") as work:
            work.files.get(file_id).pass_check()
            work.commit()

    def delete_file(self, file_id: str, *, sold: bool = True, force: bool = False) -> None:
        with self.begin(SYSTEM, "test.delete") as work:
            work.files.get(file_id).delete(self.clock.now(), sold=sold, force=force)
            work.commit()

    def sell(
        self,
        customer_id: str,
        *lines: tuple[str, int],
        email: str = "ada@example.com",
        paid: bool = True,
        policy: DownloadPolicy = POLICY,
    ) -> str:
        """An order of (variant, quantity) lines at 10.00 each; what it grants is granted."""
        now = self.clock.now()
        with self.begin(SYSTEM, "test.sell") as work:
            offers = work.offers.of([variant for variant, _ in lines])
            items = [
                OrderLine(
                    id=self.ids.new("item"),
                    title=f"Pack {variant}",
                    variant_id=variant,
                    product_id=offers[variant].product_id,
                    requires_shipping=offers[variant].requires_shipping,
                    unit_price=PRICE,
                    quantity=quantity,
                    total=PRICE * quantity,
                )
                for variant, quantity in lines
            ]
            total = sum(item.total for item in items)
            order = Order(
                id=OrderId(self.ids.new("order")),
                display_id=work.sequences.next("order"),
                cart_id=None,
                customer_id=customer_id,
                email=email,
                region_id="reg_1",
                currency_code="eur",
                items=items,
                totals=Totals(subtotal=total, total=total),
                payments=[self._payment(total, now if paid else None)],
                placed_at=now,
            )
            work.orders.add(order)
            grant_downloads(work, order, policy, now, self.ids)
            work.commit()
        return order.id

    def pay(self, order_id: str, policy: DownloadPolicy = POLICY) -> int:
        with self.begin(SYSTEM, "test.pay") as work:
            order = work.orders.get(order_id)
            order.captured(order.payments[0].id, self.clock.now())
            granted = grant_downloads(work, order, policy, self.clock.now(), self.ids)
            work.commit()
        return granted

    def refund(self, order_id: str, amount: int, *lines: tuple[str, int]) -> list[str]:
        """A refund that has gone through, and what it took away."""
        now = self.clock.now()
        with self.begin(SYSTEM, "test.refund") as work:
            order = work.orders.get(order_id)
            refund = Refund(
                id=self.ids.new("ref"),
                payment_id=order.payments[0].id,
                amount=amount,
                items=tuple(
                    RefundLine(id=self.ids.new("refi"), item_id=item_id, quantity=quantity)
                    for item_id, quantity in lines
                ),
                state=RefundState.PENDING,
                created_at=now,
            )
            order.intend_refund(refund)
            order.settle_refund(refund.id, f"re_{refund.id}", now)
            lost = revoke_refunded(work, order)
            work.commit()
        return lost

    def line_ids(self, order_id: str) -> list[str]:
        return [item.id for item in self.memory.orders[order_id].items]

    def download_ids(self, order_id: str) -> list[str]:
        """Of an order, oldest first."""
        return [download.id for download in self.memory.downloads.values() if download.order_id == order_id]

    def token(self, download_id: str) -> str:
        return self.derived.derive("download", download_id, self.memory.downloads[download_id].revision)

    def job_kinds(self) -> list[str]:
        return [job.kind for job in self.memory.jobs.values()]

    def after(self, **span: float) -> datetime:
        return self.clock.advance(timedelta(**span))

    def _payment(self, amount: int, captured_at: datetime | None) -> Payment:
        return Payment(
            id=self.ids.new("pay"),
            provider_id="manual",
            amount=amount,
            currency_code="eur",
            captured_at=captured_at,
        )
