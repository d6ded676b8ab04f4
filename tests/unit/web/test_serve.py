from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterable
from queue import SimpleQueue
from typing import Any
from urllib.request import Request, urlopen

import pytest

from web.serve import serve_waitress

STORY = textwrap.dedent(
    """
    import time
    from web.app import WebSettings, create_app
    from web.serve import serve_waitress

    def app(word):
        made = create_app("web", WebSettings(secret_key=b"k" * 32))

        @made.get("/kata")
        def say():
            return word

        @made.get("/lambat")
        def slow():
            time.sleep(1)
            return word

        return made

    serve_waitress(
        [(app("petugas"), "127.0.0.1", 0), (app("warga"), "127.0.0.1", 0)],
        lambda addresses: print(*(port for _, port in addresses), flush=True),
    )
    print("selesai", flush=True)
    """
)

# The kernel gives a signal to the main thread where it can, and to another where it cannot.
TO_ANOTHER_THREAD = textwrap.dedent(
    """
    import signal, threading, time
    from web.serve import serve_waitress

    def send_to_oneself():
        time.sleep(0.3)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    serve_waitress(
        [(lambda environ, start: [], "127.0.0.1", 0)],
        lambda _: threading.Thread(target=send_to_oneself).start(),
    )
    print("selesai", flush=True)
    """
)


def get(port: int, path: str = "/kata") -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_two_servers_in_one_process_end_at_one_sigterm_after_answering() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STORY], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        assert process.stdout
        first, second = map(int, process.stdout.readline().split())
        assert (get(first), get(second)) == ("petugas", "warga")

        answers: list[str] = []
        asking = threading.Thread(target=lambda: answers.append(get(second, "/lambat")))
        asking.start()
        time.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        asking.join()
        rest = process.stdout.read()

    assert answers == ["warga"]
    assert rest == "selesai\n"
    assert process.returncode == 0
    with pytest.raises(OSError):
        get(first)


def test_a_sigterm_that_another_thread_got_ends_the_server_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TO_ANOTHER_THREAD],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "selesai\n"), done.stderr


def test_a_taken_port_is_told_before_anything_is_served() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(OSError):
            serve_waitress([(echo, "127.0.0.1", 0), (echo, "127.0.0.1", port)], lambda _: None)


def test_large_bodies_both_ways_touch_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    spooled: list[str] = []
    temporary = tempfile.TemporaryFile

    def watched(*args: Any, **more: Any) -> Any:
        spooled.append("file")
        return temporary(*args, **more)

    monkeypatch.setattr(tempfile, "TemporaryFile", watched)
    stop: SimpleQueue[object] = SimpleQueue()
    ports: SimpleQueue[int] = SimpleQueue()
    serving = threading.Thread(
        target=serve_waitress,
        args=([(echo, "127.0.0.1", 0)], lambda addresses: ports.put(addresses[0][1])),
        kwargs={"stop": stop},
    )
    serving.start()
    body = os.urandom(5_000_000)

    try:
        request = Request(f"http://127.0.0.1:{ports.get(timeout=10)}/", data=body)
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            returned = answer.read()
    finally:
        stop.put(None)
        serving.join(timeout=20)

    assert returned == body
    assert spooled == []
    assert not serving.is_alive()


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
