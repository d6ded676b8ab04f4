"""Residents hear of it once: real SMTP, a real gateway, on both databases."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from central.app import create_central_app
from central.centre import Centre, open_centre
from central.interface_jobs import ways_to_residents
from central.outbound.smtp import MailServer
from central.store import jobs
from central.workflows import desk, notices
from registration.lifecycle import Act, Status
from sync.body import Author
from tests.integration.central_views.conftest import PASSWORD, Officer
from tests.integration.interfaces.conftest import Clock
from tests.integration.world import BTJ, Counter, World
from vault import accounts
from vault.engine import writing

RUDI = Author("rudi", "Rudi", "verifikator")
WHY = "Foto KK buram; mohon difoto ulang."


@dataclass
class Mailbox:
    """What came by SMTP. `answer`: what the server says to the next mails."""

    mails: list[email.message.Message] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content))
        return self.answer


@dataclass
class Gateway:
    """What came to the gateway's webhook. `status`: what it answers."""

    taken: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    url: str = ""


class FreePort(Controller):
    """Knocks where the system let it listen."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def smtp() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    controller = FreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    yield box, f"smtp+plain://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def mailbox(smtp: tuple[Mailbox, str]) -> Mailbox:
    box = smtp[0]
    box.mails.clear()
    box.answer = "250 OK"
    return box


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if found.status == 200:
                assert self.headers["Authorization"] == "Bearer rahasia-gerbang"
                assert self.headers["Idempotency-Key"] == body["id"]
                found.taken.append(body)
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/pesan"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def centre(
    world: World, clock: Clock, smtp: tuple[Mailbox, str], gateway: Gateway
) -> Iterator[Centre]:
    """A centre that tells residents; the world's own from now on."""
    settings = replace(
        world.centre.settings,
        mail=MailServer(smtp[1], "Loket <loket@bekasi.example>"),
        gateway_url=gateway.url,
        gateway_token="rahasia-gerbang",
        secure_cookies=False,
    )
    before = world.centre
    world.centre = replace(open_centre(settings), clock=clock)
    yield world.centre
    before.vault.engine.dispose()


def shortest(low: float, _high: float) -> float:
    return low


def agreed(world: World, loket: Counter, consent: str = "portal-1") -> bytes:
    """A verified request of somebody who agreed to be told (or not)."""
    record = loket.verified()
    if consent:
        loket.act(record, Act.PERBAIKI, persetujuan=consent)
    loket.exchange()
    world.fold()
    return record


def tell(centre: Centre) -> int:
    return notices.work(centre, ways_to_residents(centre), shortest)


def test_who_agreed_is_told_once_by_each_way(
    world: World, centre: Centre, clock: Clock, mailbox: Mailbox, gateway: Gateway
) -> None:
    record = agreed(world, world.counter(BTJ))
    desk.give_back(centre, BTJ, record, RUDI, WHY)

    tell(centre)
    tell(centre)

    [mail] = mailbox.mails
    [text] = gateway.taken
    fields = world.record(record).shown
    said = mail.get_payload(decode=True).decode()
    assert mail["To"] == fields["data.email"]
    assert text["to"] == fields["data.telepon"]
    for told in (said, text["text"]):
        told = " ".join(told.split())
        assert str(fields["kode"]) in told
        assert "perlu diperbaiki" in told
        assert str(fields["data.nik"]) not in told
        assert str(fields["data.nama"]) not in told
        assert WHY not in told


def test_each_event_is_told_and_a_second_return_is_another_event(
    world: World, centre: Centre, clock: Clock, mailbox: Mailbox
) -> None:
    loket = world.counter(BTJ)
    record = agreed(world, loket)

    desk.give_back(centre, BTJ, record, RUDI, WHY)
    tell(centre)
    loket.exchange()
    loket.act(record, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
    loket.exchange()
    world.fold()
    clock.pass_by(minutes=30)
    desk.give_back(centre, BTJ, record, RUDI, WHY)
    tell(centre)
    loket.exchange()
    loket.act(record, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
    loket.exchange()
    world.fold()
    desk.issue(centre, BTJ, record, RUDI, "3275-KTP-9")
    tell(centre)
    loket.exchange()
    loket.act(record, Act.TERIMA_DOKUMEN, status=Status.SIAP_DIAMBIL)
    loket.exchange()
    world.fold()
    tell(centre)

    told = [" ".join(one.get_payload(decode=True).decode().split()) for one in mailbox.mails]
    assert len(told) == 4
    assert "perlu diperbaiki" in told[0]
    assert "perlu diperbaiki" in told[1]
    assert "sudah jadi" in told[2]
    assert "bisa diambil" in told[3]


def test_two_boxes_that_say_the_same_are_one_event(
    world: World, centre: Centre, clock: Clock, mailbox: Mailbox
) -> None:
    loket = world.counter(BTJ)
    record = agreed(world, loket)
    desk.issue(centre, BTJ, record, RUDI, "3275-KTP-9")
    loket.exchange()
    other = world.counter(BTJ)
    other.exchange()
    loket.act(record, Act.TERIMA_DOKUMEN, status=Status.SIAP_DIAMBIL)
    other.act(record, Act.TERIMA_DOKUMEN, status=Status.SIAP_DIAMBIL)
    loket.exchange()
    world.fold()
    tell(centre)
    other.exchange()
    world.fold()

    tell(centre)

    assert len(world.record(record).fields["status"].entries) == 2
    assert len(mailbox.mails) == 1


def test_nobody_is_told_who_did_not_agree_or_long_after(
    world: World, centre: Centre, clock: Clock, mailbox: Mailbox, gateway: Gateway
) -> None:
    loket = world.counter(BTJ)
    never = agreed(world, loket, consent="")
    late = agreed(world, loket)
    desk.reject(centre, BTJ, never, RUDI, WHY)
    tell(centre)
    desk.reject(centre, BTJ, late, RUDI, WHY)
    clock.pass_by(minutes=4 * 24 * 60)

    tell(centre)

    assert mailbox.mails == []
    assert gateway.taken == []


def test_what_cannot_be_sent_waits_and_comes_later_once(
    world: World, centre: Centre, clock: Clock, mailbox: Mailbox, gateway: Gateway
) -> None:
    record = agreed(world, world.counter(BTJ))
    desk.reject(centre, BTJ, record, RUDI, WHY)
    mailbox.answer = "451 try later"
    gateway.status = 503

    for _ in range(20):
        tell(centre)
        clock.pass_by(minutes=1)
    waiting = {one.line.queue: one for one in notices.overview(centre)}
    mailbox.answer = "250 OK"
    gateway.status = 200
    for _ in range(3):
        clock.pass_by(minutes=10)
        tell(centre)

    assert [one.count(jobs.WAITING) for one in waiting.values()] == [1, 1]
    assert {one.breaker.reason for one in waiting.values()} == {"failing"}
    assert len(mailbox.mails) == len(gateway.taken) == 1


def test_several_processes_at_once_tell_once(
    world: World, centre: Centre, mailbox: Mailbox, gateway: Gateway
) -> None:
    loket = world.counter(BTJ)
    for record in [agreed(world, loket) for _ in range(4)]:
        desk.reject(centre, BTJ, record, RUDI, WHY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, [centre] * 4))

    keys = [one["id"] for one in gateway.taken]
    assert len(keys) == len(set(keys)) == 4
    assert len({one["Message-ID"] for one in mailbox.mails}) == len(mailbox.mails) == 4


def test_an_admin_sees_what_was_refused_and_has_it_tried_again(
    world: World, centre: Centre, mailbox: Mailbox
) -> None:
    record = agreed(world, world.counter(BTJ))
    desk.reject(centre, BTJ, record, RUDI, WHY)
    mailbox.answer = "550 no such mailbox"
    tell(centre)
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, "ani", "Ani", "admin", PASSWORD)
    ani = Officer(create_central_app(centre, fold_here=False).test_client())
    ani.log_in("ani")

    page = ani.get("/sambungan/pesan-warga").text
    mailbox.answer = "250 OK"
    key = page.split('name="pesan" value="')[1].split('"')[0]
    ani.post("/sambungan/pesan-warga/ulang", {"jalur": "notice-mail", "pesan": key})
    tell(centre)

    fields = world.record(record).shown
    assert "alamat atau nomornya ditolak" in page
    assert str(fields["kode"]) in page
    assert str(fields["data.email"]) not in page
    assert len(mailbox.mails) == 1
    assert "1 pesan terkirim" in ani.get("/sambungan/pesan-warga").text
