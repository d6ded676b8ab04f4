"""From a server that is not as it should be to the word in somebody's mailbox."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from central.alert_settings import MAIL, AlertSettings
from central.centre import Centre
from central.outbound.smtp import MailServer
from central.rules import Rule
from central.scheduler import start_jobs
from central.store import alerts, audit, health, turns
from central.turns import Turn, Turns
from central.workflows import alerting
from central.workflows.alert_rules import as_typed, change, limits
from central.workflows.consent import Consent
from central.workflows.revoking import revoke
from sync.body import Author
from sync.health import Health
from tests.integration.watching.receivers import Hook, Mailbox
from tests.integration.world import Counter, World
from vault.engine import reading, writing

ANI = Author("ani", "Ani Suryani", "admin")
KEY = b"a key that both sides hold"
MINUTE = 60_000


@dataclass
class Watched:
    """A centre whose clock is ours, with one counter."""

    centre: Centre
    counter: Counter
    later_ms: int = 0

    def tell(self, free: int = 50, waiting: int = 0) -> None:
        word = Health("0.1.0", 1 if waiting else 0, waiting, 0, free, 100, 60)
        with writing(self.centre.vault.engine) as connection:
            health.keep(connection, self.replica, word, self.centre.clock(), 0)

    @property
    def replica(self) -> bytes:
        return self.counter.edge.vault.replica

    def look(self) -> list[Rule]:
        alerting.look(self.centre, pause_ms=0)
        return [one.rule for one in self.open()]

    def open(self) -> list[alerts.Alert]:
        still, _, _ = alerting.latest(self.centre)
        return still

    def sent(self) -> list[alerts.Sent]:
        still, closed, sent = alerting.latest(self.centre)
        assert still or closed
        return sent


@pytest.fixture
def watched(world: World, tmp_path: Path) -> Callable[..., Watched]:
    def make(box: Mailbox | None = None, webhook_url: str = "", public_url: str = "") -> Watched:
        counter = world.counter()
        # Nobody's office hours run here: those have tests of their own.
        nobody_waits = {"opens": "00.00", "closes": "00.01", "days_off": ""}
        held = {"silent_hours": 0, "growing_exchanges": 3, "forked": 1, "disk_percent": 10}
        typed = {**held, "clock_minutes": 0, "refused_a_day": 20, **nobody_waits}
        assert change(world.centre, {n: str(v) for n, v in typed.items()}, ANI) == {}
        key = tmp_path / "hook.key"
        key.write_bytes(KEY)
        port = box.port if box else 0
        made = Watched(world.centre, counter)
        clock = world.centre.clock
        made.centre = replace(
            world.centre,
            settings=replace(
                world.centre.settings,
                public_url=public_url,
                mail=MailServer(f"smtp+plain://127.0.0.1:{port}", "loket@bekasi.test"),
                alerts=AlertSettings(("jaga@bekasi.test",) if box else (), webhook_url, key),
            ),
            clock=lambda: clock() + made.later_ms,
        )
        return made

    return make


def test_an_alert_opens_once_and_closes_when_it_is_over(watched: Callable[..., Watched]) -> None:
    town = watched()
    town.tell(free=9)

    first, again = town.look(), town.look()
    (alert,) = town.open()
    town.tell(free=11)
    nearly = town.look()
    town.tell(free=12)
    over = town.look()
    town.tell(free=9)
    anew = town.look()

    assert first == again == [Rule.DISK]
    assert (alert.value, alert.stream) == (9, town.counter.edge.stream)
    assert nearly == [Rule.DISK]
    assert over == []
    assert anew == [Rule.DISK]
    assert town.open()[0].id != alert.id


def test_a_backlog_that_grows_exchange_by_exchange_is_told(watched: Callable[..., Watched]) -> None:
    town = watched()
    town.tell(waiting=10)
    seen = []
    for waiting in (20, 30, 30, 40, 5):
        town.tell(waiting=waiting)
        seen.append(town.look())

    assert seen == [[], [], [], [Rule.GROWING], []]


def test_what_is_long_over_is_forgotten_and_what_is_open_is_not(
    watched: Callable[..., Watched],
) -> None:
    town = watched(webhook_url="http://127.0.0.1:9/")
    town.tell(free=9)
    town.look()
    town.tell(free=50)
    town.look()
    town.tell(free=8)
    town.look()

    town.later_ms += 401 * 24 * 60 * MINUTE
    town.look()

    still, closed, sent = alerting.latest(town.centre)
    assert (len(still), closed) == (1, [])
    assert [one.event for one in sent] == ["dibuka"]


def test_a_revoked_server_troubles_nobody(watched: Callable[..., Watched]) -> None:
    town = watched()
    town.tell(free=1)
    before = town.look()
    revoke(town.centre, town.replica, Consent((ANI,), "Perangkat dicuri."))

    assert before == [Rule.DISK]
    assert town.look() == []


def test_a_mail_says_what_is_the_matter_and_another_that_it_is_over(
    watched: Callable[..., Watched],
) -> None:
    box = Mailbox()
    town = watched(box)
    town.tell(free=7)
    town.look()
    with box.running():
        alerting.send_due(town.centre)
        town.tell(free=70)
        town.look()
        alerting.send_due(town.centre)
        alerting.send_due(town.centre)

    opened, over = box.texts
    assert "Subject: [Loket] Perlu dilihat: Bintarajaya (penyimpanan)" in opened
    assert "tersisa 7 persen" in opened
    assert "Sudah beres" in over
    assert box.mails[0].rcpt_tos == ["jaga@bekasi.test"]
    assert [one.accepted_ms > 0 for one in town.sent()] == [True, True]


def test_a_mail_server_that_is_down_or_refuses_gets_it_later_and_only_once(
    watched: Callable[..., Watched],
) -> None:
    box = Mailbox(says="451 try again")
    town = watched(box)
    town.tell(free=7)
    town.look()

    down = alerting.send_due(town.centre)
    too_soon = alerting.send_due(town.centre)
    tried_once = town.sent()[0]
    town.later_ms += alerting.pause_ms(1)
    with box.running():
        refused = alerting.send_due(town.centre)
        tried_twice = town.sent()[0]
        box.says = "250 OK"
        town.later_ms += alerting.pause_ms(2)
        taken = alerting.send_due(town.centre)
        town.later_ms += 10 * alerting.pause_ms(20)
        again = alerting.send_due(town.centre)

    assert (down, too_soon, refused, taken, again) == (0, 0, 0, 1, 0)
    assert (tried_once.attempts, tried_once.trouble) == (1, "unreached")
    assert (tried_twice.attempts, tried_twice.trouble) == (2, "failing")
    assert len(box.mails) == 1


def test_a_mail_server_that_takes_a_mail_and_leaves_badly_has_it(
    watched: Callable[..., Watched],
) -> None:
    box = Mailbox(leave="421 not today")
    town = watched(box)
    town.tell(free=7)
    town.look()

    with box.running():
        taken = alerting.send_due(town.centre)
        town.later_ms += 10 * alerting.pause_ms(20)
        again = alerting.send_due(town.centre)

    assert (taken, again, len(box.mails)) == (1, 0, 1)


def test_a_webhook_is_signed_and_a_repeat_can_be_told_from_a_new_word(
    watched: Callable[..., Watched],
) -> None:
    hook = Hook(says=500)
    town = watched(webhook_url=hook.url, public_url="https://pusat.test/")
    town.tell(free=7)
    town.look()
    with hook.running():
        failed = alerting.send_due(town.centre)
        hook.says = 302
        town.later_ms += alerting.pause_ms(1)
        elsewhere = alerting.send_due(town.centre)
        hook.says = 204
        town.later_ms += alerting.pause_ms(2)
        taken = alerting.send_due(town.centre)
        town.later_ms += 10 * alerting.pause_ms(20)
        again = alerting.send_due(town.centre)

    assert (failed, elsewhere, taken, again) == (0, 0, 1, 0)
    assert len(hook.came) == 3
    headers, body = hook.came[-1]
    stamp, mac = (part.split("=")[1] for part in headers["Loket-Signature"].split(","))
    assert mac == hmac.new(KEY, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert len({came["Idempotency-Key"] for came, _ in hook.came}) == 1
    said = json.loads(body)
    assert (said["event"], said["rule"], said["value"]) == ("dibuka", "penyimpanan", 7)
    assert said["link"] == f"https://pusat.test/node/{town.replica.hex()}"


def test_many_processes_open_one_alert_and_send_one_word_by_each_channel(
    watched: Callable[..., Watched],
) -> None:
    box, hook = Mailbox(), Hook()
    town = watched(box, webhook_url=hook.url)
    town.tell(free=7)

    with box.running(), hook.running(), ThreadPoolExecutor(6) as crowd:
        looked = [crowd.submit(alerting.look, town.centre, 0) for _ in range(6)]
        assert [one.result() for one in looked] == [True] * 6
        sent = [crowd.submit(alerting.send_due, town.centre) for _ in range(6)]
        total = sum(one.result() for one in sent)

    assert len(town.open()) == 1
    assert total == 2
    assert (len(box.mails), len(hook.came)) == (1, 1)


def test_a_look_is_taken_by_one_process_at_a_time(watched: Callable[..., Watched]) -> None:
    town = watched()

    first = alerting.look(town.centre)
    second = alerting.look(town.centre)
    town.later_ms += alerting.LOOK_MS
    third = alerting.look(town.centre)

    assert (first, second, third) == (True, False, True)


def test_a_word_whose_process_died_is_taken_up_when_its_lease_is_over(
    watched: Callable[..., Watched],
) -> None:
    box = Mailbox()
    town = watched(box)
    town.tell(free=7)
    town.look()
    now_ms = town.centre.clock()
    with writing(town.centre.vault.engine) as connection:
        leased = alerts.lease_next(
            connection, town.centre.vault, (MAIL,), now_ms, now_ms + MINUTE, 24
        )

    with box.running():
        meanwhile = alerting.send_due(town.centre)
        town.later_ms += 2 * MINUTE
        afterwards = alerting.send_due(town.centre)

    assert leased is not None
    assert (meanwhile, afterwards) == (0, 1)


def test_who_took_note_is_kept_sealed_and_the_first_one_counts(
    watched: Callable[..., Watched],
) -> None:
    town = watched()
    town.tell(free=7)
    town.look()
    (alert,) = town.open()

    taken = alerting.take_note(town.centre, alert.id, ANI)
    alerting.take_note(town.centre, alert.id, Author("x", "Orang Lain", "admin"))

    (after,) = town.open()
    assert taken
    assert after.seen_by == ANI
    assert not alerting.take_note(town.centre, "0" * 32, ANI)
    assert alerting.unseen(town.centre) == 0
    with reading(town.centre.vault.engine) as connection:
        sealed = connection.exec_driver_sql("SELECT seen_by FROM alert").scalar_one()
    assert b"Ani" not in bytes(sealed)


def test_limits_are_all_kept_or_none_and_the_change_is_written_down(world: World) -> None:
    typed = as_typed(limits(world.centre))
    wrong = {
        **typed,
        "silent_hours": "empat",
        "closes": "07.00",
        "days_off": "2026-12-25 besok",
        "disk_percent": "101",
    }

    mistakes = change(world.centre, wrong, ANI)
    unchanged = as_typed(limits(world.centre))
    done = change(world.centre, {**typed, "silent_hours": "2", "days_off": "2026-12-25"}, ANI)

    assert set(mistakes) == {"silent_hours", "closes", "days_off", "disk_percent"}
    assert unchanged == typed
    assert done == {}
    assert as_typed(limits(world.centre)) == {
        **typed,
        "silent_hours": "2",
        "days_off": "2026-12-25",
    }
    with reading(world.centre.vault.engine) as connection:
        (act,) = audit.list_acts(connection, world.centre.vault)
    assert "silent_hours: '4' → '2'" in act.reason


def test_the_jobs_of_a_process_look_after_the_servers(watched: Callable[..., Watched]) -> None:
    town = watched()
    town.tell(free=9)
    replica = town.counter.edge.vault.replica
    given = Turns()
    given.note(replica, Turn(2, 1))
    jobs = start_jobs(town.centre, given)

    try:
        for name in ("alerts", "turns"):
            job = jobs.get_job(name)
            job.func(*job.args)
    finally:
        jobs.shutdown()

    with reading(town.centre.vault.engine) as connection:
        assert turns.kept(connection) == {replica: Turn(2, 1)}
    assert [one.rule for one in town.open()] == [Rule.DISK]
