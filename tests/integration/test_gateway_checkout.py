"""Checkout and payments over the gateway: each endpoint's shape, and each refusal it documents."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.memory.payments import Fault, InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders
from core.domain.money import Money
from core.domain.payment import ProviderPayment
from core.domain.values import Metadata
from tests.integration.gateway_shop import (
    ABROAD,
    ADDRESS,
    CANCEL,
    DOWNLOAD,
    GIFT,
    JAPAN,
    POST,
    REGION,
    RETURN,
    SHIRT,
    GatewayShop,
)
from tests.integration.shops import run_jobs

BILLING = {**ADDRESS, "firstName": "Charles", "taxId": "GB9"}
SHOWN = {**ADDRESS, "district": "NRW"}
COMPLETE = {
    "shippingAddress": ADDRESS,
    "sameAsBillingAddress": False,
    "billingAddress": BILLING,
    "shippingMethodId": POST,
    "paymentProviderId": "pp_system_default",
    "returnUrl": RETURN,
    "cancelUrl": CANCEL,
    "notes": "Ring twice",
    "email": "guest@buy.test",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GatewayShop:
    return GatewayShop(Path(tmp_path_factory.mktemp("gateway")))


def eur(value: str) -> dict[str, Any]:
    return {"value": Decimal(value), "currency": "EUR"}


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


class TestAddresses:
    def test_both_come_back_as_they_were_sent(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))
        body = {"shippingAddress": ADDRESS, "billingAddress": BILLING, "notes": "n", "email": "guest@buy.test"}

        shown = shop.send("POST", f"/checkout/{cart}/addresses", body)

        assert shown["shippingAddress"] == SHOWN
        assert shown["billingAddress"] == {**BILLING, "district": "NRW"}
        assert (shown["notes"], shown["email"]) == ("n", "guest@buy.test")

    def test_each_sets_its_own_and_is_replaced_as_a_whole(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))
        path = f"/checkout/{cart}/addresses"

        first = shop.send("POST", path, {"billingAddress": BILLING})
        second = shop.send("POST", path, {"shippingAddress": ADDRESS})
        third = shop.send("POST", path, {"shippingAddress": without(ADDRESS, "taxId", "apartment", "phone")})

        assert "shippingAddress" not in first
        assert second["billingAddress"]["firstName"] == "Charles"
        assert third["shippingAddress"] == without(SHOWN, "taxId", "apartment", "phone")

    def test_shipping_can_be_a_copy_of_billing_sent_or_stored(self, shop: GatewayShop) -> None:
        sent, stored = shop.cart((SHIRT, 1)), shop.cart((SHIRT, 1))
        shop.send("POST", f"/checkout/{stored}/addresses", {"billingAddress": BILLING})

        same = shop.send(
            "POST", f"/checkout/{sent}/addresses", {"billingAddress": BILLING, "sameAsBillingAddress": True}
        )
        copied = shop.send("POST", f"/checkout/{stored}/addresses", {"sameAsBillingAddress": True})

        assert same["shippingAddress"] == same["billingAddress"]
        assert copied["shippingAddress"] == copied["billingAddress"]
        assert copied["shippingAddress"]["taxId"] == "GB9"

    def test_saved_address_of_the_customer_wins_over_one_in_the_body(self, shop: GatewayShop) -> None:
        body = {"address": {"first_name": "Ada", "last_name": "L", "address_1": "Saved", "city": "Paris"}}
        body["address"] |= {"country_code": "fr", "postal_code": "75001"}
        kept = shop.ask("POST", "/store/customers/me/addresses", shop.me, body).json
        id = kept["customer"]["shipping_addresses"][0]["id"]  # type: ignore[index]
        cart = shop.cart((SHIRT, 1), headers=shop.me)
        wanted = {"shippingAddressId": id, "shippingAddress": ADDRESS, "billingAddressId": id}

        shown = shop.send("POST", f"/checkout/{cart}/addresses", wanted, shop.me)

        assert (shown["shippingAddress"]["streetName"], shown["shippingAddress"]["country"]) == ("Saved", "FR")
        assert shown["billingAddress"]["streetName"] == "Saved"

    def test_unknown_saved_address_is_not_found_and_counts_for_nothing_without_a_login(
        self, shop: GatewayShop
    ) -> None:
        cart, free = shop.cart((SHIRT, 1), headers=shop.me), shop.cart((SHIRT, 1))
        body = {"shippingAddressId": "addr_none"}

        shop.refused("POST", f"/checkout/{cart}/addresses", body, shop.me, status=404)
        shown = shop.send("POST", f"/checkout/{free}/addresses", {**body, "shippingAddress": ADDRESS})

        assert shown["shippingAddress"] == SHOWN

    @pytest.mark.parametrize("body", [{}, {"notes": "n"}, {"sameAsBillingAddress": True}, {"shippingAddressId": "a"}])
    def test_some_address_is_needed(self, shop: GatewayShop, body: dict[str, Any]) -> None:
        shop.refused(
            "POST",
            f"/checkout/{shop.cart((SHIRT, 1))}/addresses",
            body,
            message="At least one address (shipping or billing) is required",
        )

    @pytest.mark.parametrize(
        "address",
        [
            without(ADDRESS, "city"),
            {**ADDRESS, "country": "Germany"},
            {**ADDRESS, "country": "US"},
            {**ADDRESS, "streetName": " "},
            {**ADDRESS, "postalCode": 53111},
            [],
        ],
    )
    def test_address_that_does_not_fit_is_refused(self, shop: GatewayShop, address: Any) -> None:
        shop.refused("POST", f"/checkout/{shop.cart((SHIRT, 1))}/addresses", {"shippingAddress": address})

    def test_steps_need_a_cart_with_something_in_it(self, shop: GatewayShop) -> None:
        empty = "Cart must have items before checkout"
        cart = shop.cart()

        for step, body in (
            ("addresses", {"shippingAddress": ADDRESS}),
            ("shipping-method", {"shippingOptionId": POST}),
            ("payment", {"providerId": "manual", "returnUrl": RETURN}),
        ):
            shop.refused("POST", f"/checkout/cart_none/{step}", body, status=404, message="Cart not found")
            if step != "payment":
                shop.refused("POST", f"/checkout/{cart}/{step}", body, message=empty)
        shop.refused("POST", f"/checkout/{cart}/place-order", {"email": "a@b.test"}, message=empty)


class TestShipping:
    def test_options_say_what_they_cost_with_and_without_tax(self, shop: GatewayShop) -> None:
        options = shop.send("GET", f"/checkout/{shop.cart((SHIRT, 1))}/shipping-options")

        assert options == {
            "data": [{"id": POST, "name": "Post", "total": eur("5.5"), "subtotal": eur("5")}],
            "total": 1,
        }

    def test_download_is_not_shipped(self, shop: GatewayShop) -> None:
        assert shop.send("GET", f"/checkout/{shop.cart((DOWNLOAD, 1))}/shipping-options") == {"data": [], "total": 0}

    def test_chosen_option_is_the_carts_method(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))

        shown = shop.send("POST", f"/checkout/{cart}/shipping-method", {"shippingOptionId": POST})

        assert shown["shippingMethod"] == {"id": POST, "name": "Post", "total": eur("5.5"), "subtotal": eur("5")}
        assert (shown["subtotal"], shown["shippingTotal"]) == (eur("20"), eur("5"))
        assert (shown["taxTotal"], shown["total"]) == (eur("2.5"), eur("27.5"))

    @pytest.mark.parametrize(("option", "status"), [("so_none", 404), (ABROAD, 400), (None, 400), ("", 400)])
    def test_option_that_is_not_offered_is_refused(self, shop: GatewayShop, option: Any, status: int) -> None:
        path = f"/checkout/{shop.cart((SHIRT, 1))}/shipping-method"

        shop.refused("POST", path, {"shippingOptionId": option}, status=status)


class TestPayment:
    def test_providers_of_a_region_are_listed(self, shop: GatewayShop) -> None:
        assert shop.send("GET", f"/payments/providers?regionId={REGION}") == {
            "data": [
                {
                    "id": "manual",
                    "name": "manual",
                    "type": "manual",
                    "isEnabled": True,
                    "requiresRedirect": False,
                    "config": {},
                }
            ],
            "total": 1,
        }

    def test_region_is_required_and_an_unknown_one_has_none(self, shop: GatewayShop) -> None:
        shop.refused("GET", "/payments/providers", message="regionId is required to list payment providers")
        assert shop.send("GET", "/payments/providers?regionId=reg_none") == {"data": [], "total": 0}

    @pytest.mark.parametrize("path", ["/checkout/{}/payment", "/payments/sessions"])
    def test_session_is_opened_and_the_cart_knows_it(self, shop: GatewayShop, path: str) -> None:
        cart = shop.cart((SHIRT, 1))
        body = {"cartId": cart, "providerId": "pp_system_default", "returnUrl": RETURN, "cancelUrl": CANCEL}

        session = shop.send("POST", path.format(cart), {**body, "metadata": {"campaign": "x"}})
        shown = shop.send("GET", f"/carts/{cart}")

        id = session.pop("id")
        assert session == {
            "cartId": cart,
            "providerId": "manual",
            "status": "PENDING",
            "metadata": {"campaign": "x", "returnUrl": RETURN, "cancelUrl": CANCEL},
        }
        assert shown["paymentMethod"] == {"id": "manual", "name": "manual"}
        assert shown["paymentSessionId"] == id
        assert shown["metadata"] == {
            "paymentSessionId": id,
            "paymentMethod": {"id": "manual", "name": "manual", "type": "OTHER"},
        }

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"cartId": "cart_none"}, 404),
            ({"cartId": None}, 400),
            ({"providerId": "paypal"}, 400),
            ({"providerId": ""}, 400),
            ({"returnUrl": None}, 400),
            ({"returnUrl": "https://evil.example/x"}, 400),
            ({"cancelUrl": "https://evil.example/x"}, 400),
            ({"metadata": []}, 400),
        ],
    )
    def test_what_does_not_fit_is_refused(self, shop: GatewayShop, changes: dict[str, Any], status: int) -> None:
        body = {"cartId": shop.cart((SHIRT, 1)), "providerId": "manual", "returnUrl": RETURN, **changes}

        shop.refused("POST", "/payments/sessions", body, status=status)

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "//evil.example/",
            "/relative",
            "https://example.com.evil.example/",
            "https://example.com@evil.example/",
            "https://evil.example\\@example.com/",
            "https://example.com:444/",
            "http://example.com/",
            "https://example.com/\n",
            "https://example.com:x/",
            "https://exam ple.com/",
            " https://example.com/",
            "https://user@example.com/",
        ],
    )
    def test_buyer_is_sent_nowhere_else(self, shop: GatewayShop, url: str) -> None:
        path = f"/checkout/{shop.cart((SHIRT, 1))}/payment"

        said = shop.refused("POST", path, {"providerId": "manual", "returnUrl": url})

        assert said["message"].startswith("returnUrl must be")

    @pytest.mark.parametrize(
        "url", ["http://localhost:3000/x?y=1#z", "https://example.com", "HTTPS://EXAMPLE.com:443/"]
    )
    def test_buyer_comes_back_to_pages_the_shop_trusts(self, shop: GatewayShop, url: str) -> None:
        path = f"/checkout/{shop.cart((SHIRT, 1))}/payment"

        session = shop.send("POST", path, {"providerId": "manual", "returnUrl": url})

        assert session["metadata"]["returnUrl"] == url

    def test_what_costs_nothing_is_not_paid(self, shop: GatewayShop) -> None:
        path = f"/checkout/{shop.cart((GIFT, 1))}/payment"

        assert shop.refused("POST", path, {"providerId": "manual", "returnUrl": RETURN})["code"] == "NOTHING_TO_PAY"

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_sessions_by_id_are_not_implemented(self, shop: GatewayShop, method: str) -> None:
        shop.refused(method, "/payments/sessions/ps_1", status=501, message="Not Implemented")


class TestSummaryAndOrder:
    def test_parts_are_asked_for_one_after_the_other(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))
        path = f"/checkout/{cart}"
        steps: list[tuple[str, str, str, dict[str, Any]]] = [
            (
                "Shipping address",
                "Shipping and billing addresses are required",
                "addresses",
                {"shippingAddress": ADDRESS},
            ),
            (
                "Billing address",
                "Shipping and billing addresses are required",
                "addresses",
                {"billingAddress": BILLING},
            ),
            ("Shipping method", "Shipping method is required", "shipping-method", {"shippingOptionId": POST}),
            (
                "Payment method",
                "Payment method is required",
                "payment",
                {"providerId": "manual", "returnUrl": RETURN},
            ),
        ]

        for name, place, step, body in steps:
            shop.refused("GET", f"{path}/summary", message=f"{name} is required for checkout summary")
            shop.refused("POST", f"{path}/place-order", {"email": "a@b.test"}, message=place)
            shop.send("POST", f"{path}/{step}", body)

        assert shop.send("GET", f"{path}/summary")["cart"]["id"] == cart

    def test_guest_needs_an_e_mail_address(self, shop: GatewayShop) -> None:
        cart = shop.cart((DOWNLOAD, 1))
        shop.send("POST", f"/checkout/{cart}/payment", {"providerId": "manual", "returnUrl": RETURN})

        said = shop.refused("POST", f"/checkout/{cart}/place-order", message="Email is required for guest checkout")

        assert (said["step"], said["code"]) == ("place-order", "CART_NOT_READY")

    def test_unknown_cart_is_not_found(self, shop: GatewayShop) -> None:
        for method, step in (("GET", "summary"), ("GET", "shipping-options"), ("POST", "place-order")):
            shop.refused(method, f"/checkout/cart_none/{step}", status=404, message="Cart not found")
        shop.refused("POST", "/checkout/cart_none/complete", COMPLETE, status=404, message="Cart not found")

    def test_completed_cart_answers_its_order_and_takes_no_change(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))

        first = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)
        again = shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)
        placed = shop.send("POST", f"/checkout/{cart}/place-order")

        assert first["order"]["id"] == again["order"]["id"] == placed["order"]["id"]
        assert shop.refused("PATCH", f"/carts/{cart}", {"notes": "late"})["code"] == "CART_COMPLETED"
        run_jobs(shop.container)


class TestAtOnce:
    def test_each_step_sent_twice_with_one_key_is_taken_once(self, shop: GatewayShop) -> None:
        path = f"/checkout/{shop.cart((SHIRT, 1))}"
        steps: list[tuple[str, dict[str, Any]]] = [
            ("addresses", {"shippingAddress": ADDRESS, "billingAddress": BILLING, "email": "guest@buy.test"}),
            ("shipping-method", {"shippingOptionId": POST}),
            ("payment", {"providerId": "manual", "returnUrl": RETURN}),
            ("place-order", {}),
            ("complete", COMPLETE),
        ]

        for step, body in steps:
            key = {"Idempotency-Key": f"{path}/{step}"}
            first, again = (shop.send("POST", f"{path}/{step}", body, key) for _ in range(2))
            assert first == again, step

    def test_empty_cart_is_not_begun_with(self, shop: GatewayShop) -> None:
        path = f"/checkout/{shop.cart()}"

        for step, body in (("complete", COMPLETE), ("addresses", {"shippingAddress": ADDRESS})):
            shop.refused("POST", f"{path}/{step}", body, message="Cart must have items before checkout")

    def test_everything_is_done_and_the_order_shows_it(self, shop: GatewayShop) -> None:
        done = shop.send("POST", f"/checkout/{shop.cart((SHIRT, 2))}/complete", COMPLETE)

        assert done.keys() == {"order"}
        order = done["order"]
        (item,) = order["items"]["data"]
        assert (order["status"], order["paymentStatus"], order["email"]) == ("PENDING", "PENDING", "guest@buy.test")
        assert (order["subtotal"], order["shippingTotal"], order["shippingSubtotal"]) == (
            eur("40"),
            eur("5"),
            eur("5"),
        )
        assert (order["tax"], order["total"], order["discountTotal"]) == (eur("4.5"), eur("49.5"), eur("0"))
        assert (order["shippingAddress"], order["currency"]) == (SHOWN, "EUR")
        assert order["shippingMethods"] == [{"id": POST, "name": "Post", "total": eur("5.5"), "subtotal": eur("5")}]
        assert order["customerComment"] == "Ring twice"
        assert (item["productId"], item["quantity"], item["total"]) == ("prod_shirt", 2, eur("44"))
        assert item["product"]["variantId"] == SHIRT

    @pytest.mark.parametrize(
        ("gone", "step", "message"),
        [
            (("shippingMethodId",), "shipping-method", "Shipping method is required for checkout"),
            (("paymentProviderId",), "payment", "Payment provider is required for checkout"),
            (("returnUrl",), "payment", "returnUrl should not be empty"),
            (("billingAddress",), "place-order", "Shipping and billing addresses are required"),
            (("email",), "addresses", "Email is required for guest checkout"),
        ],
    )
    def test_refusal_names_its_step_and_the_cart_can_be_finished(
        self, shop: GatewayShop, gone: tuple[str, ...], step: str, message: str
    ) -> None:
        cart = shop.cart((SHIRT, 1))

        said = shop.refused("POST", f"/checkout/{cart}/complete", without(COMPLETE, *gone), message=message)

        assert said["step"] == step
        assert shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]["total"] == eur("27.5")

    @pytest.mark.parametrize(
        ("changes", "step", "status"),
        [
            ({"shippingAddress": {**ADDRESS, "country": "JP"}}, "addresses", 400),
            ({"shippingMethodId": ABROAD}, "shipping-method", 400),
            ({"shippingMethodId": "so_none"}, "shipping-method", 404),
            ({"paymentProviderId": "paypal"}, "payment", 400),
        ],
    )
    def test_steps_before_a_failed_one_stand(
        self, shop: GatewayShop, changes: dict[str, Any], step: str, status: int
    ) -> None:
        cart = shop.cart((SHIRT, 1))

        said = shop.refused("POST", f"/checkout/{cart}/complete", {**COMPLETE, **changes}, status=status)
        left = shop.send("GET", f"/carts/{cart}")

        assert said["step"] == step
        assert ("shippingAddress" in left) == (step != "addresses")
        assert ("shippingMethod" in left) == (step == "payment")
        assert shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]["id"].startswith("order_")

    def test_download_needs_neither_address_nor_shipping(self, shop: GatewayShop) -> None:
        body = without(COMPLETE, "shippingAddress", "billingAddress", "shippingMethodId", "sameAsBillingAddress")

        order = shop.send("POST", f"/checkout/{shop.cart((DOWNLOAD, 1))}/complete", body)["order"]

        assert (order["total"], order["shippingMethods"]) == (eur("11"), [])
        assert "shippingAddress" not in order

    def test_what_costs_nothing_needs_no_payment(self, shop: GatewayShop) -> None:
        order = shop.send("POST", f"/checkout/{shop.cart((GIFT, 1))}/complete", {"email": "guest@buy.test"})["order"]

        assert order["total"] == eur("0")

    def test_yen_have_no_fraction(self, shop: GatewayShop) -> None:
        address = {**ADDRESS, "country": "jp"}
        body = {**COMPLETE, "shippingAddress": address, "billingAddress": address, "shippingMethodId": ABROAD}

        order = shop.send("POST", f"/checkout/{shop.cart((SHIRT, 1), region=JAPAN)}/complete", body)["order"]

        assert order["total"] == {"value": 4356, "currency": "JPY"}


class Redirecting(InMemoryPayments):
    """Takes the payment on a page of its own, and keeps what it was told of the way back."""

    def __init__(self) -> None:
        super().__init__("manual")
        self.told: list[Metadata] = []

    def initiate(self, amount: Money, context: Metadata, *, idempotency_key: str) -> ProviderPayment:
        self.told.append(context)
        opened = super().initiate(amount, context, idempotency_key=idempotency_key)
        return self._with_page(opened)

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        return self._with_page(super().authorize(data, amount, idempotency_key=idempotency_key))

    def _with_page(self, payment: ProviderPayment) -> ProviderPayment:
        payment.data.update(redirect_url="https://pay.example/1", client_secret="cs_1", internal="secret")
        return payment


class TestProviderWithPages:
    @pytest.fixture
    def provider(self, shop: GatewayShop) -> Iterator[Redirecting]:
        provider = Redirecting()
        with shop.container.payment_providers.override(InMemoryPaymentProviders(provider)):
            yield provider

    def test_buyer_is_led_there_and_back_and_sees_no_more_than_needed(
        self, shop: GatewayShop, provider: Redirecting
    ) -> None:
        body = {"providerId": "manual", "returnUrl": RETURN, "cancelUrl": CANCEL}

        session = shop.send("POST", f"/checkout/{shop.cart((SHIRT, 1))}/payment", body)

        assert (session["redirectUrl"], session["clientSecret"]) == ("https://pay.example/1", "cs_1")
        assert "secret" not in session["metadata"].values()
        assert (provider.told[-1]["return_url"], provider.told[-1]["cancel_url"]) == (RETURN, CANCEL)

    def test_order_waits_for_a_buyer_who_still_has_to_act(self, shop: GatewayShop, provider: Redirecting) -> None:
        cart = shop.cart((SHIRT, 1))
        provider.plan("authorize", Fault.REQUIRES_MORE)

        said = shop.refused(
            "POST", f"/checkout/{cart}/complete", COMPLETE, message="Failed to create order from cart"
        )

        assert (said["step"], said["paymentRedirectUrl"]) == ("place-order", "https://pay.example/1")

    def test_declined_payment_keeps_its_status_and_the_cart(self, shop: GatewayShop, provider: Redirecting) -> None:
        cart = shop.cart((SHIRT, 1))
        provider.plan("authorize", Fault.DECLINE)

        said = shop.refused("POST", f"/checkout/{cart}/complete", COMPLETE, status=422)

        assert (said["step"], said["code"]) == ("place-order", "PAYMENT_FAILED")
        assert shop.send("POST", f"/checkout/{cart}/complete", COMPLETE)["order"]["id"]
