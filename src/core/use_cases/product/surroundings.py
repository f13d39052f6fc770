"""What a product is connected with: type, tags, collection, sales channels, pictures."""

from collections.abc import Sequence

from core.domain.category import CategoryNotFound
from core.domain.errors import Invalid
from core.domain.product import Image, ProductTag, ProductType
from core.domain.reference import CollectionNotFound
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def type_id_of(work: UnitOfWork, ids: Ids, value: str) -> str:
    """The type with this value, made when there is none yet."""
    found = work.products.type_of(value)
    if found is None:
        found = ProductType(id=ids.new("ptyp"), value=value)
        work.products.add_type(found)
    return found.id


def tag_ids_of(work: UnitOfWork, ids: Ids, values: Sequence[str]) -> tuple[str, ...]:
    """The tags with these values in order, each once, made where there are none yet."""
    found: list[str] = []
    for value in dict.fromkeys(values):
        tag = work.products.tag_of(value)
        if tag is None:
            tag = ProductTag(id=ids.new("ptag"), value=value)
            work.products.add_tag(tag)
        found.append(tag.id)
    return tuple(found)


def check_collection(work: UnitOfWork, id: object) -> None:
    """Raises CollectionNotFound. None is no collection."""
    if id is not None and not work.products.has_collection(str(id)):
        raise CollectionNotFound(f"Product collection with id: {id} was not found")


def check_channels(work: UnitOfWork, wanted: Sequence[str]) -> tuple[str, ...]:
    """The ids, each once. Raises Invalid naming those that do not exist, in Medusa's words."""
    known = work.shop.known_sales_channels(wanted)
    unknown = [channel for channel in dict.fromkeys(wanted) if channel not in known]
    if unknown:
        raise Invalid(
            "Provided request body contains errors. Please check the data and retry the request",
            extra={"errors": [f"Sales Channels {', '.join(unknown)} do not exist"]},
        )
    return tuple(dict.fromkeys(wanted))


def check_categories(work: UnitOfWork, wanted: Sequence[str]) -> tuple[str, ...]:
    """The ids, each once. Raises CategoryNotFound."""
    known = work.categories.known(wanted)
    for id in wanted:
        if id not in known:
            raise CategoryNotFound(f"ProductCategory with id: {id} was not found")
    return tuple(dict.fromkeys(wanted))


def images_of(ids: Ids, existing: Sequence[Image], urls: Sequence[str]) -> tuple[Image, ...]:
    """One picture per address in order; pictures that were there before keep their ids."""
    before = {image.url: image for image in existing}
    return tuple(before.get(url) or Image(id=ids.new("img"), url=url) for url in dict.fromkeys(urls))
