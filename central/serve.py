"""Running the centre under gunicorn."""

from __future__ import annotations

import resource
import socket
import sys
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from central.admission.lingering import Lingering
from central.admission.uploads import Watch, head_is_here, is_refused
from central.app import CENTRE, FOLDER, TURNS, create_central_app
from central.centre import Centre, migrate, open_centre, open_engine
from central.database_away import once_there
from central.scheduler import start_jobs
from central.settings import CentralSettings
from web.logs import configure_logs

_SWITCH_S = 0.0005
"""Who wants Python's lock back from somebody who computes waits so long; its own 5 ms, at each
query, were half of a page's time beside exchanges."""
_LENGTHS = ("CONTENT-LENGTH", "TRANSFER-ENCODING")


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, which lets go of whom no line is as slow as."""

    def init_process(self) -> None:
        self.watch, self.lingering = Watch(self.cfg.threads), Lingering()
        self.watch.start()
        self.lingering.start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        with self.watch.over(conn.sock) as upload:
            kept = super().handle(conn)
        if not upload.refused:
            return kept
        # The worker would read what is left of the body, in this thread and then in the one that
        # accepts: refusing would cost more than serving.
        self.lingering.take(socket.socket(fileno=conn.sock.detach()))
        conn.close = _closed
        return False

    def _keepalive_after(self, conn: Any, keepalive: Any) -> Any:
        return super()._keepalive_after(conn, keepalive and not is_refused())

    def handle_request(self, req: Any, conn: Any) -> Any:
        lengths = {value for name, value in req.headers if name in _LENGTHS}
        # An answer of the app cannot say that the connection ends: gunicorn says it.
        head_is_here(more=bool(lengths - {"0"}), ends=partial(setattr, req, "must_close", True))
        return super().handle_request(req, conn)


def _closed(*, graceful: bool = False) -> None:
    """Somebody else has the connection."""


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings instead of its command line."""

    def __init__(self, settings: CentralSettings, passphrase: str | None) -> None:
        self._settings = settings
        self._passphrase = passphrase
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        options: dict[str, Any] = {
            "bind": [f"{settings.host}:{settings.port}"],
            "workers": settings.processes,
            "worker_class": Worker,
            "threads": settings.threads,
            # A kelurahan on a 64 kbit/s line takes its time; threads wait, processes do not.
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 75,
            # What waits to be accepted: more would only grow old there.
            "backlog": 512,
            # Of all nodes of a province; each holds a socket, and a thread only while it is read.
            "worker_connections": 8192,
            "accesslog": None,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 - heartbeat files only
            "when_ready": _say_ready,
            "post_worker_init": _start_work,
            "worker_exit": _stop_work,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        sys.setswitchinterval(_SWITCH_S)
        # In the worker process: database connections must not cross a fork.
        centre: Centre = once_there(lambda: open_centre(self._settings, self._passphrase))
        return create_central_app(centre, fold_here=self._settings.fold_here)


def _say_ready(server: Any) -> None:
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    print(f"ready centre=http://{host}:{port}", flush=True)  # noqa: T201 - for who started us


def _start_work(worker: Any) -> None:
    folder = worker.wsgi.extensions[FOLDER]
    if folder is not None:
        folder.start()
    worker.loket_jobs = start_jobs(worker.wsgi.extensions[CENTRE], worker.wsgi.extensions[TURNS])


def _stop_work(_server: Any, worker: Any) -> None:
    jobs = getattr(worker, "loket_jobs", None)
    if jobs is not None:
        jobs.shutdown(wait=False)
    wsgi = getattr(worker, "wsgi", None)
    folder = wsgi.extensions[FOLDER] if wsgi is not None else None
    if folder is not None:
        folder.stop()


def serve_centre(settings: CentralSettings, passphrase: str | None) -> None:
    """Serve until stopped. Prints one line with the address when ready.

    :raises VaultError, CryptoError: there is no centre here, or its keys do not open.
    """
    configure_logs(json=not sys.stderr.isatty(), level=settings.log_level)
    # A socket for each node that keeps its connection.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    # Once, before any worker: several migrating at a time would trip over each other. Opening
    # it here also says plainly what is wrong before gunicorn starts.
    engine = open_engine(settings)
    once_there(lambda: migrate(engine))
    engine.dispose()
    open_centre(settings, passphrase).vault.engine.dispose()
    _Server(settings, passphrase).run()
