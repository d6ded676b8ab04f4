"""The container of the file carrier: what is whole is read, what is not is told precisely."""

from __future__ import annotations

import io
import os
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.identity import Identity
from sync import cose
from sync.carrier_file import (
    CarrierFile,
    Damaged,
    Direction,
    Header,
    Reader,
    WouldOverwrite,
    is_carrier_file,
)

NODE, CENTRE = (Identity.from_seed(bytes([n]) * 32) for n in (1, 2))
HEADER = Header(Direction.UP, "32.75.02.1004", NODE.replica, CENTRE.replica, 1_795_551_683_000)
BUNDLES = [cose.sign1(NODE, bytes([n]) * size) for n, size in enumerate((0, 20, 300, 70_000))]


def written(folder: Path, bundles: list[bytes] = BUNDLES, header: Header = HEADER) -> bytes:
    with CarrierFile(folder / "bawa.loket", header) as file:
        for raw in bundles:
            file.add(raw)
    return (folder / "bawa.loket").read_bytes()


def read(data: bytes) -> tuple[list[bytes], str]:
    """The bundles that were given, and what was said of the file ("" for nothing)."""
    found: list[bytes] = []
    said, whole = "", None
    try:
        for raw in Reader(io.BytesIO(data)):
            found.append(raw)
    except Damaged as damaged:
        said, whole = str(damaged), damaged.whole
    assert whole in (None, len(found))
    return found, said


@pytest.mark.parametrize("count", [0, 1, 4])
def test_what_was_written_is_read_again(tmp_path: Path, count: int) -> None:
    data = written(tmp_path, BUNDLES[:count])

    reader = Reader(io.BytesIO(data))

    assert reader.header == HEADER
    assert list(reader) == BUNDLES[:count]
    assert [path.name for path in tmp_path.iterdir()] == ["bawa.loket"]


def test_it_is_a_cbor_sequence_that_any_reader_understands(tmp_path: Path) -> None:
    stream = io.BytesIO(written(tmp_path))
    items = []
    while stream.tell() < len(stream.getvalue()):
        items.append(cbor2.load(stream))

    assert items[0][:2] == ["loket carrier", 1]
    assert [item.tag for item in items[1:-1]] == [18] * 4
    assert items[-1][:2] == ["end", 4]


def test_cut_anywhere_it_gives_the_whole_bundles_before_the_cut(tmp_path: Path) -> None:
    data = written(tmp_path)
    starts = [data.index(raw) + len(raw) for raw in BUNDLES]
    cuts = {*range(0, len(data), 701), *starts, *(at + 1 for at in starts), len(data) - 1}

    for at in sorted(cuts - {len(data)}):
        found, said = read(data[:at])

        assert found == [raw for raw, end in zip(BUNDLES, starts, strict=True) if end <= at]
        assert said
        if found:
            assert said.startswith(f"the file is damaged behind bundle {len(found)}: it was cut")


def test_altered_anywhere_it_is_noticed_and_what_lies_before_is_given(tmp_path: Path) -> None:
    data = written(tmp_path, BUNDLES[:3])
    starts = [data.index(raw) + len(raw) for raw in BUNDLES[:3]]

    for at in range(len(data)):
        found, said = read(data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :])

        before = [raw for raw, end in zip(BUNDLES, starts, strict=False) if end <= at]
        assert said
        assert found[: len(before)] == before


def test_what_is_added_behind_the_end_and_what_is_no_file_of_ours_is_refused(
    tmp_path: Path,
) -> None:
    data = written(tmp_path)

    assert "behind the end" in read(data + b"x")[1]
    assert "not a carrier file" in read(b"")[1]
    assert "not a carrier file" in read(b"PK\x03\x04 a picture, a letter")[1]
    assert "not a carrier file" in read(cbor2.dumps(["something", 1, 2, 3, 4, 5, 6]))[1]
    newer = cbor2.dumps(["loket carrier", 2, *cbor2.loads(data)[2:]], canonical=True)
    assert "version 2" in read(newer)[1]


def test_bundles_left_out_or_put_in_twice_are_noticed(tmp_path: Path) -> None:
    data = written(tmp_path)

    fewer = data.replace(BUNDLES[1], b"")
    doubled = data.replace(BUNDLES[1], BUNDLES[1] * 2)

    assert "3 are whole" in read(fewer)[1]
    assert "5 are whole" in read(doubled)[1]


def test_a_length_beyond_any_bundle_is_not_believed(tmp_path: Path) -> None:
    data = written(tmp_path, [])
    end = data.index(b"\x83\x63end")
    liar = data[:end] + b"\xd2\x84\x43abc\xa0\x5a\xff\xff\xff\xff"

    assert read(liar) == (
        [],
        "the file is damaged before its first bundle: it was altered",
    )


def test_nothing_stands_under_the_name_before_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "bawa.loket"
    old = written(tmp_path, BUNDLES[:1])
    file = CarrierFile(path, HEADER).__enter__()
    file.add(BUNDLES[3])
    before = path.read_bytes()
    file.__exit__(ZeroDivisionError, None, None)

    assert before == old
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["bawa.loket"]


def test_only_a_carrier_file_may_be_written_over(tmp_path: Path) -> None:
    data = written(tmp_path)
    letter, half = tmp_path / "letter.odt", tmp_path / "half.loket"
    letter.write_bytes(b"PK\x03\x04")
    half.write_bytes(data[:400])

    assert is_carrier_file(half)
    assert not is_carrier_file(letter)
    with pytest.raises(WouldOverwrite):
        CarrierFile(letter, HEADER).__enter__()
    assert letter.read_bytes() == b"PK\x03\x04"


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(noise: bytes) -> None:
    good = [BUNDLES[0], BUNDLES[1]]
    head = cbor2.dumps(
        [
            "loket carrier",
            1,
            "up",
            "32.75.02.1004",
            NODE.replica,
            CENTRE.replica,
            1,
        ],
        canonical=True,
    )

    assert read(noise)[1]
    found, said = read(head + b"".join(good) + noise)
    assert found[:2] == good
    assert said
