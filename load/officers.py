"""Virtual officers: they log in and open pages at their own pace, whatever the edges do."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

from load.http import Line, Place, Reply
from load.lines import Run
from load.watching import Visit
from sync.carrier_http import LineCut

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_REQUEST = re.compile(r'href="(/permohonan/[0-9.]+/[0-9a-f]{32})"')
_LISTS = ("/", "/?kelompok=semua", "/?kelompok=menunggu", "/?halaman=2", "/perbedaan", "/ganda")
_PATIENCE_S = 60.0


class NotIn(Exception):
    """The centre does not let this officer in."""


class Officer:
    """One session in a browser without scripts."""

    def __init__(self, place: Place, rng: random.Random) -> None:
        self._line = Line(place)
        self._rng = rng
        self._cookies: dict[str, str] = {}
        self._requests: list[str] = []
        """Addresses of requests that stood in the lists."""

    async def log_in(self, username: str, password: str) -> None:
        """:raises NotIn: name or password are wrong, or a second step is asked for.
        :raises LineCut: nobody answered.
        """
        page = await self._get("/masuk")
        found = _CSRF.search(page.body.decode("utf-8", "replace"))
        if found is None:
            raise NotIn(f"the centre has no page to log in: {page.status}")
        token = unescape(found.group(1))
        form = {"csrf_token": token, "username": username, "password": password}
        answer = await self._call("POST", "/masuk", urlencode(form).encode())
        if answer.status != 303 or answer.headers.get("location", "").startswith("/masuk"):
            raise NotIn(f"{username} cannot log in with a password alone: {answer.status}")

    async def live(self, run: Run, planned: list[float]) -> None:
        """Open a page at each of these times; who is kept waiting opens the next one at once."""
        try:
            for at in planned:
                await run.until(at)
                status = await self._open()
                run.notes.visits.append(Visit(at, run.now() - at, status))
        finally:
            self.close()

    def close(self) -> None:
        self._line.close()

    async def _open(self) -> int:
        if self._requests and self._rng.random() < 0.5:
            path = self._rng.choice(self._requests)
        else:
            path = self._rng.choice(_LISTS)
        try:
            reply = await self._get(path)
        except LineCut:
            return 0
        if reply.status == 200 and path in _LISTS:
            found = _REQUEST.findall(reply.body.decode("utf-8", "replace"))
            self._requests = found or self._requests
        return reply.status

    async def _get(self, path: str) -> Reply:
        return await self._call("GET", path)

    async def _call(self, method: str, path: str, body: bytes = b"") -> Reply:
        headers: dict[str, str] = {"Accept": "text/html", "User-Agent": "loket simulate-load"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in self._cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        reply = await self._line.call(method, path, headers, body, _PATIENCE_S)
        self._cookies.update(_cookies(reply))
        return reply


def _cookies(reply: Reply) -> Mapping[str, str]:
    found = {}
    for line in reply.cookies:
        name, _, rest = line.partition("=")
        found[name] = rest.split(";")[0]
    return found
