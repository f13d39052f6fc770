"""A stand-in for Stripe over HTTP, with a memory and with tricks (docs/payments.md).

For tests, for the demo, and for whoever builds a storefront and has no account yet. It answers the real
SDK with Stripe's own shapes, sends signed webhooks, and fails on demand. No money, no network.
Source: https://docs.stripe.com/api.
"""
