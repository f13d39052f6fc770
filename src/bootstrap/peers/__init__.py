"""Servers on 127.0.0.1 that play the world around a shop: for the demo and for tests, never for a shop's own data.

Real ones (PostgreSQL, S3, Valkey) come from the wheels of the extra ``demo``, which are looked for only
when one is started; the rest is played by us.
"""
