"""Connections that never get to the end of a request (slow-loris): a byte now and then.

Half of them drip the head, half the body of a bundle that they announced. One that the centre ends
is opened again at once.
"""

from __future__ import annotations

import asyncio

from load.http import Place
from load.lines import Run
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import EXCHANGE_PATH

_ANNOUNCED = 50_000


async def drip(run: Run, number: int, every_s: float) -> None:
    """Drip until the run is over; it is cancelled then."""
    # Not all at the same moment.
    await asyncio.sleep(every_s * (number % 10) / 10)
    while True:
        opened = run.now()
        try:
            await _one(run.place, body=bool(number % 2), every_s=every_s)
        except OSError:
            await asyncio.sleep(every_s)
        run.notes.drips_cut += 1
        run.notes.drips_open_s.append(run.now() - opened)


async def _one(place: Place, *, body: bool, every_s: float) -> None:
    """One connection, until the centre answers or ends it."""
    reader, writer = await place.connect()
    try:
        head = (
            f"POST {place.base}{EXCHANGE_PATH} HTTP/1.1\r\nHost: {place.host}:{place.port}\r\n"
            f"Content-Type: {MEDIA_TYPE}\r\n"
        )
        if body:
            head += f"Content-Length: {_ANNOUNCED}\r\n\r\n"
        writer.write(head.encode())
        answered = asyncio.create_task(reader.read(1))
        try:
            while not answered.done():
                writer.write(b"\xd2" if body else b"X")
                await asyncio.wait({answered}, timeout=every_s)
        finally:
            answered.cancel()
            await asyncio.gather(answered, return_exceptions=True)
    finally:
        writer.transport.abort()
