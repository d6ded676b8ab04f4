"""The generator's connections over real sockets; the server answers as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from load.http import Line, Place, Reply
from load.lines import check
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import CentreBusy, LineCut, RefusedByCentre
from sync.link import Cut

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LARGE = bytes(32 << 20)


def talk(serve: Serve, body: bytes = b"x", times: int = 1, patience_s: float = 20.0) -> list[Reply]:
    """The answers to so many requests on one line."""

    async def go() -> list[Reply]:
        async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await serve(reader, writer)
            finally:
                writer.transport.abort()

        server = await asyncio.start_server(once, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = Line(Place.of(f"http://127.0.0.1:{port}"))
        try:
            return [await line.call("POST", "/x", {}, body, patience_s) for _ in range(times)]
        finally:
            line.close()
            server.close()
            await server.wait_closed()
            await asyncio.sleep(0)

    return asyncio.run(go())


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """Read one request to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.split("\r\n") if line.startswith("Content-Length"))
    return await reader.readexactly(int(length.split(":")[1]))


def saying(head: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_requests_go_one_after_the_other_on_one_connection() -> None:
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while True:
            try:
                body = await request_of(reader)
            except asyncio.IncompleteReadError:
                return
            writer.write(saying(f"200 OK\r\nContent-Type: {MEDIA_TYPE}", body))

    answers = talk(serve, b"abc", times=3)

    assert [one.body for one in answers] == [b"abc"] * 3
    assert len(opened) == 1
    assert all(one.sent_at <= one.first_byte_at <= one.done_at for one in answers)


def test_a_refusal_before_the_body_is_read_is_heard_and_the_connection_given_up() -> None:
    read: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(saying("503 Busy\r\nRetry-After: 7\r\nConnection: close"))
        await writer.drain()
        read.append(0)
        while piece := await reader.read(1 << 16):
            read[-1] += len(piece)

    answers = talk(serve, LARGE, times=2)

    assert [one.status for one in answers] == [503, 503]
    # Each on a connection of its own, and no more of the body than was under way.
    assert len(read) == 2
    assert max(read) < len(LARGE)
    with pytest.raises(CentreBusy) as busy:
        check(answers[0], len(LARGE))
    assert busy.value.retry_after == 7


def test_a_body_in_pieces_is_put_together() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
        await writer.drain()
        await reader.read()

    assert [one.body for one in talk(serve)] == [b"abcde"]


@pytest.mark.parametrize(
    ("said", "how"),
    [
        (b"", Cut.BROKEN_UP),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Cut.BROKEN_UP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Cut.BROKEN_DOWN),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", Cut.BROKEN_DOWN),
        (b"SSH-2.0-something\r\n\r\n", Cut.BROKEN_UP),
    ],
)
def test_an_answer_that_is_none_or_not_whole_is_a_cut_line(said: bytes, how: Cut) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(said)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    with pytest.raises(LineCut) as cut:
        talk(serve)

    assert cut.value.how is how


def test_a_server_that_says_nothing_is_silent_and_one_that_is_not_there_unreached() -> None:
    async def serve(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(LineCut) as silent:
        talk(serve, patience_s=0.2)
    with pytest.raises(LineCut) as unreached:
        asyncio.run(Line(Place.of("http://127.0.0.1:9")).call("GET", "/", {}))

    assert (silent.value.how, unreached.value.how) == (Cut.SILENT, Cut.UNREACHED)


@pytest.mark.parametrize(
    ("status", "content_type", "expected"),
    [
        (429, "", CentreBusy),
        (413, "", LineCut),
        (502, "text/html", LineCut),
        (200, "text/html", LineCut),
        (403, "application/problem+json", RefusedByCentre),
    ],
)
def test_answers_are_read_as_the_edges_own_carrier_reads_them(
    status: int, content_type: str, expected: type[Exception]
) -> None:
    problem = b'{"type": "urn:loket:problem:revoked"}'
    reply = Reply(status, {"content-type": content_type}, (), problem, 0.0, 0.0, 0.0)

    with pytest.raises(expected):
        check(reply, 10)
    check(Reply(200, {"content-type": MEDIA_TYPE}, (), b"", 0.0, 0.0, 0.0), 10)


@pytest.mark.parametrize("url", ["centre:8080", "ftp://centre", "http://"])
def test_what_is_no_address_of_a_centre_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        Place.of(url)
