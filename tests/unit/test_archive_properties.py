"""Whatever zipfile writes passes, whatever is damaged is noticed, and nothing breaks the inspection."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.product_file import Rejection
from tests.unit.archives import METHODS, Unseekable, a_zip, as_zip64, reason_of, streamed_zip

steps = st.text(st.characters(exclude_characters="\\/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
names = st.lists(steps.filter(lambda s: s not in (".", "..") and s[1:2] != ":"), min_size=1, max_size=3).map("/".join)


@settings(deadline=None)
@given(
    st.dictionaries(names, st.binary(max_size=200), min_size=1, max_size=6),
    st.sampled_from(METHODS),
    st.booleans(),
)
def test_whatever_zipfile_writes_passes_or_has_colliding_names(files, method, stream_it):
    target = Unseekable() if stream_it else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    data = bytes(target.data) if isinstance(target, Unseekable) else target.getvalue()

    reason = reason_of(data)

    assert reason is None or (reason is Rejection.DUPLICATE and len(files) > 1)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6), st.sampled_from(METHODS))
def test_whatever_zipfile_writes_under_distinct_names_passes(contents, method):
    assert reason_of(a_zip({f"file {i}.bin": content for i, content in enumerate(contents)}, method)) is None


def read_all(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


@pytest.mark.parametrize("data", [a_zip(method=method) for method in METHODS] + [streamed_zip(), as_zip64(a_zip())])
def test_a_changed_byte_is_noticed_or_changes_nothing_for_the_buyer(data):
    before = read_all(data)
    chance = random.Random(7)
    for at in range(len(data)):
        for flip in (0xFF, 1 << chance.randrange(8)):
            changed = bytearray(data)
            changed[at] ^= flip
            if reason_of(bytes(changed)) is None:
                assert read_all(bytes(changed)) == before, f"byte {at} ^ {flip:#x}"


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400))
def test_noise_is_refused_without_another_error(noise):
    assert reason_of(noise) is not None


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_scrambled_archives_never_break_the_inspection(data):
    archive = bytearray(data.draw(st.sampled_from([a_zip(), streamed_zip(), as_zip64(a_zip())])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(archive) - 1))
        value = data.draw(st.binary(min_size=1, max_size=8))
        archive[at : at + len(value)] = value

    reason_of(bytes(archive))
