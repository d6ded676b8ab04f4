"""What every place for sealed chunks must do, and what the S3 store does beside."""

from __future__ import annotations

import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crypto.chain import digest
from tests import s3
from vault.blobs import Blobs, FileBlobs
from vault.errors import BlobsAway
from vault.s3_blobs import S3Blobs, S3Place


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3.running_s3() as found:
        yield found


def _store(endpoint: str, prefix: str = "", bucket: str = s3.BUCKET) -> S3Blobs:
    return S3Blobs(S3Place(bucket, prefix, endpoint, s3.REGION, s3.KEY_ID, s3.SECRET))


Opened = Callable[[], Blobs]


@pytest.fixture(params=["files", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens one place once more, as each process does."""
    if request.param == "files":
        return lambda: FileBlobs(tmp_path / "scans")
    found: str = request.getfixturevalue("endpoint")
    prefix = f"{uuid.uuid4().hex}/"
    return lambda: _store(found, prefix)


def _pieces(*contents: bytes) -> list[tuple[bytes, bytes]]:
    return [(digest(one), one) for one in contents]


class TestBlobs:
    """The contract of `vault.blobs.Blobs`."""

    def test_what_was_put_is_there_for_whoever_opens_it_next(self, opened: Opened) -> None:
        pieces = _pieces(b"", b"one", bytes(range(256)) * 128)

        opened().put(pieces)

        again = opened()
        assert [again.get(sha) for sha, _ in pieces] == [data for _, data in pieces]

    def test_more_pieces_than_go_at_once_all_arrive(self, opened: Opened) -> None:
        pieces = _pieces(*(b"piece %d" % number for number in range(60)))
        blobs = opened()

        blobs.put(pieces)

        assert all(blobs.get(sha) == data for sha, data in pieces)

    def test_what_is_put_twice_is_kept_once(self, opened: Opened) -> None:
        blobs = opened()
        (piece,) = _pieces(b"the same")

        blobs.put([piece, piece])
        blobs.put([piece])
        blobs.remove(piece[0])

        assert blobs.get(piece[0]) is None

    def test_what_is_not_held_is_none_and_lets_itself_be_removed(self, opened: Opened) -> None:
        blobs = opened()

        blobs.remove(digest(b"nothing"))

        assert blobs.get(digest(b"nothing")) is None

    def test_removing_one_leaves_the_others(self, opened: Opened) -> None:
        blobs = opened()
        (kept, gone) = _pieces(b"kept", b"gone")
        blobs.put([kept, gone])

        blobs.remove(gone[0])

        assert (blobs.get(kept[0]), blobs.get(gone[0])) == (b"kept", None)

    def test_nothing_to_put_is_no_trouble(self, opened: Opened) -> None:
        opened().put([])


def test_objects_lie_under_their_prefix_in_the_bucket(endpoint: str) -> None:
    (piece,) = _pieces(b"findable")

    _store(endpoint, "pusat/scans/").put([piece])

    name = f"pusat/scans/{piece[0].hex()}"
    found = s3.client(endpoint).get_object(Bucket=s3.BUCKET, Key=name)
    assert found["Body"].read() == b"findable"


def test_a_store_that_is_not_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    blobs = _store(f"http://127.0.0.1:{port}")
    (piece,) = _pieces(b"anything")

    with pytest.raises(BlobsAway):
        blobs.put([piece])
    with pytest.raises(BlobsAway):
        blobs.get(piece[0])
    with pytest.raises(BlobsAway):
        blobs.remove(piece[0])


def test_a_bucket_that_is_not_there_keeps_nothing_and_says_so(endpoint: str) -> None:
    blobs = _store(endpoint, bucket="another")
    (piece,) = _pieces(b"anything")

    with pytest.raises(BlobsAway):
        blobs.put([piece])
    with pytest.raises(BlobsAway):
        blobs.get(piece[0])


def test_the_stores_secret_does_not_show_in_what_is_logged() -> None:
    place = S3Place("b", "", "http://store", "r", "the-key-id", "the-secret")

    assert "the-key-id" not in repr(place)
    assert "the-secret" not in repr(place)


def test_nobody_loads_the_client_of_a_store_that_is_not_used() -> None:
    asked = (
        "import sys, edge_node.app, central.centre, central.app; print('botocore' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
