"""Sealed chunks in an S3-compatible store, one object per chunk. Durable when `put` returns.

botocore alone: boto3 adds objects over it that nothing here needs, s3fs an event loop beside our
threads, and MinIO's client a second set of cipher libraries. Imported only where it is used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from vault.blobs import Piece
from vault.errors import BlobsAway

_AT_ONCE = 8
"""Objects on their way: a bundle's pieces cost a few turns to the store rather than one each."""
_CONNECT_S = 3
_ANSWER_S = 10
_TRIES = 3
_NOT_THERE = ("NoSuchKey", "404")


@dataclass(frozen=True, slots=True)
class S3Place:
    """Where the objects are, and who asks."""

    bucket: str
    prefix: str
    """Put before each name; empty, or ends with a slash."""
    endpoint: str
    region: str
    key_id: str = field(repr=False)
    secret: str = field(repr=False)


class S3Blobs:
    """Content-addressed objects of one bucket."""

    def __init__(self, place: S3Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._opened: Any = None
        self._pool: ThreadPoolExecutor | None = None

    def put(self, pieces: Iterable[Piece]) -> None:
        """Keep each under its hash; what is there already is the same by definition.

        :raises BlobsAway: not all of them are kept.
        """
        client = self._client()
        assert self._pool is not None  # noqa: S101 - made with the client
        with _told():
            for _ in self._pool.map(lambda piece: self._put(client, *piece), pieces):
                pass

    def get(self, sha: bytes) -> bytes | None:
        """The chunk, or None where it is not held.

        :raises BlobsAway: the store does not say.
        """
        with _told():
            try:
                found = self._client().get_object(**self._named(sha))
                data: bytes = found["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] in _NOT_THERE:
                    return None
                raise
        return data

    def remove(self, sha: bytes) -> None:
        """Let go of a chunk; nothing, where it is not held.

        :raises BlobsAway: it may still be there.
        """
        with _told():
            self._client().delete_object(**self._named(sha))

    def _put(self, client: Any, sha: bytes, data: bytes) -> None:
        client.put_object(**self._named(sha), Body=data, ContentType="application/octet-stream")

    def _named(self, sha: bytes) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "Key": self._place.prefix + sha.hex()}

    def _client(self) -> Any:
        """Made at first use, so that no connection crosses a fork."""
        with self._lock:
            if self._opened is None:
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="scans")
                self._opened = self._open()
            return self._opened

    def _open(self) -> Any:
        place = self._place
        return Session().create_client(
            "s3",
            region_name=place.region,
            endpoint_url=place.endpoint,
            aws_access_key_id=place.key_id,
            aws_secret_access_key=place.secret,
            config=Config(
                connect_timeout=_CONNECT_S,
                read_timeout=_ANSWER_S,
                retries={"max_attempts": _TRIES - 1, "mode": "standard"},
                max_pool_connections=2 * _AT_ONCE,
                # A proxy of the machine must not see citizens' scans pass, sealed or not.
                proxies={},
                # Other makers' stores do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path"},
            ),
        )


@contextmanager
def _told() -> Iterator[None]:
    """The client's many errors as one word; its messages name the endpoint and the object."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise BlobsAway(type(error).__name__) from error
