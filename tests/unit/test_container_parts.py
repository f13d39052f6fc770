"""The container is put together from parts; none hides what another provides."""

from collections import Counter

from bootstrap.container import Container

PARTS = [part for part in Container.__mro__ if "cls_providers" in vars(part)]


def test_every_provider_is_given_by_one_part() -> None:
    given = Counter(name for part in PARTS for name in part.cls_providers)

    assert len(PARTS) > 5
    assert [name for name, times in given.items() if times > 1] == []
    assert given.keys() == Container.providers.keys() - {"__self__"}  # which is there once it was wired
