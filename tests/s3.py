"""A throw-away S3 store for tests: moto's server as a real process on loopback, ended by pid."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.session import Session

from demo.report import until

BUCKET = "loket"
REGION = "us-east-1"
KEY_ID, SECRET = "uji", "rahasia"


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def client(endpoint: str) -> Any:
    """The store as somebody else sees it."""
    return Session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
    )


@contextmanager
def running_s3() -> Iterator[str]:
    """The endpoint of a running store with one empty bucket."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="loket-s3-") as folder:
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        try:
            until(lambda: process.poll() is not None or _listens(port), 60, "the store")
            endpoint = f"http://127.0.0.1:{port}"
            client(endpoint).create_bucket(Bucket=BUCKET)
            yield endpoint
        finally:
            process.terminate()
            process.wait(timeout=10)
