"""The production server of an edge: several waitress servers in one process."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import structlog
from waitress import create_server, wasyncore

from web.settings import MIB

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = structlog.get_logger(__name__)

_NEVER = 1 << 60
_LOOKS_UP_S = 1.0


def serve_waitress(
    apps: Sequence[tuple[WSGIApplication, str, int]],
    ready: Callable[[list[tuple[str, int]]], None],
    *,
    threads: int = 8,
    connection_limit: int = 100,
    grace_seconds: float = 10.0,
    stop: SimpleQueue[object] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is being answered and return.

    Port 0 takes a free port; `ready` is called once all sockets listen, with the real
    addresses in the order of `apps`. Putting anything into `stop` ends serving as well.
    """
    # SimpleQueue.put may be called from a signal handler; Event.set may deadlock there.
    stop = stop if stop is not None else SimpleQueue()
    sockets: list[socket.socket] = []
    try:
        for _, host, port in apps:
            sockets.append(_listen(host, port))
    except OSError:
        for opened in sockets:
            opened.close()
        raise
    servers = [
        _server(app, sock, threads, connection_limit)
        for (app, _, _), sock in zip(apps, sockets, strict=True)
    ]
    restore = _on_signals(stop)
    loops = [
        threading.Thread(target=_loop, args=(server, stop), name=f"http-{number}", daemon=True)
        for number, server in enumerate(servers)
    ]
    try:
        for loop in loops:
            loop.start()
        ready([sock.getsockname()[:2] for sock in sockets])
        _wait_for(stop)
    finally:
        for server in servers:
            _stop_accepting(server)
        _drain(servers, time.monotonic() + grace_seconds)
        for server in servers:
            server.task_dispatcher.shutdown(timeout=1)
            server.trigger.pull_trigger(lambda m=server._map: wasyncore.close_all(m))
        for loop in loops:
            if loop.is_alive():
                loop.join(timeout=5)
        restore()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def _server(app: Any, sock: socket.socket, threads: int, connection_limit: int) -> Any:
    config = getattr(app, "config", {})
    largest = config.get("MAX_CONTENT_LENGTH") or 64 * MIB
    return create_server(
        app,
        map={},
        sockets=[sock],
        threads=threads,
        connection_limit=connection_limit,
        # Above the app's own limit, so that a person with a somewhat too large photo reads
        # the app's sentence; far above it waitress cuts the line.
        max_request_body_size=largest * 2,
        # Beyond these waitress writes bodies to a temporary file, in clear. Never.
        inbuf_overflow=_NEVER,
        outbuf_overflow=_NEVER,
        ident=None,
        clear_untrusted_proxy_headers=False,
    )


def _wait_for(stop: SimpleQueue[object]) -> None:
    """Until there is something in it.

    The kernel may give a signal to any thread, but Python answers it in the main one, which nobody
    wakes from a wait without end: so it looks up now and then.
    """
    while True:
        try:
            stop.get(timeout=_LOOKS_UP_S)
        except Empty:
            continue
        return


def _on_signals(stop: SimpleQueue[object]) -> Callable[[], None]:
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = {
        number: signal.signal(number, lambda received, _frame: stop.put(received))
        for number in (signal.SIGTERM, signal.SIGINT)
    }

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore


def _loop(server: Any, stop: SimpleQueue[object]) -> None:
    try:
        server.run()
    except Exception:
        log.exception("http.loop_failed")
    finally:
        # One dead server ends the process, so that its supervisor starts it whole again.
        stop.put(None)


def _stop_accepting(server: Any) -> None:
    # Sockets belong to the loop's thread: the trigger runs this there.
    server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))


def _drain(servers: Sequence[Any], deadline: float) -> None:
    time.sleep(0.05)  # what was accepted a moment ago becomes visible as a request
    while time.monotonic() < deadline and any(_busy(server) for server in servers):
        time.sleep(0.05)


def _busy(server: Any) -> bool:
    channels = list(server.active_channels.values())
    return any(channel.requests or channel.total_outbufs_len for channel in channels)
