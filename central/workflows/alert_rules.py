"""What admins set of the rules: from where on each speaks, and when counters are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from central.centre import Centre
from central.office_hours import OfficeHours
from central.rules import Limits
from central.store import alerts, audit
from registration.texts import N_
from sync.body import Author
from vault.engine import Connection, reading, writing

ACT = "alert-rules"
MOST: Mapping[str, int] = {
    "silent_hours": 1000,
    "growing_exchanges": 100_000,
    "forked": 1,
    "disk_percent": 100,
    "clock_minutes": 100_000,
    "refused_a_day": 100_000,
}
"""Up to where a limit is a limit."""
OPENS, CLOSES, DAYS_OFF = "opens", "closes", "days_off"
_MOST_DAYS_OFF = 400

NOT_A_NUMBER = N_("Isi angka bulat dari 0 sampai %(most)s; 0 mematikan aturan ini.")
NOT_A_TIME = N_("Tulis jam seperti 08.00.")
NOT_AFTER = N_("Jam tutup harus setelah jam buka.")
NOT_A_DAY = N_("Tulis satu tanggal per baris, seperti 2026-12-25. Yang belum benar: %(line)s")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a value cannot be taken."""

    text: str
    params: Mapping[str, object]


def limits_in(connection: Connection) -> Limits:
    kept = alerts.read_settings(connection)
    numbers = {name: int(kept[name]) for name in MOST if name in kept}
    hours = OfficeHours(
        time.fromisoformat(kept.get(OPENS, "08:00")),
        time.fromisoformat(kept.get(CLOSES, "16:00")),
        frozenset(date.fromisoformat(line) for line in kept.get(DAYS_OFF, "").split()),
    )
    return Limits(**numbers, hours=hours)


def limits(centre: Centre) -> Limits:
    with reading(centre.vault.engine) as connection:
        return limits_in(connection)


def as_typed(held: Limits) -> dict[str, str]:
    """The limits as the form shows them."""
    numbers = {name: str(getattr(held, name)) for name in MOST}
    return {
        **numbers,
        OPENS: f"{held.hours.opens:%H.%M}",
        CLOSES: f"{held.hours.closes:%H.%M}",
        DAYS_OFF: "\n".join(str(day) for day in sorted(held.hours.days_off)),
    }


def change(centre: Centre, typed: Mapping[str, str], by: Author) -> dict[str, Mistake]:
    """Keep what an admin typed, all or nothing; {field: what is wrong with it}."""
    values, mistakes = _read(typed)
    if mistakes:
        return mistakes
    with writing(centre.vault.engine) as connection:
        before = as_typed(limits_in(connection))
        alerts.save_settings(connection, values)
        after = as_typed(limits_in(connection))
        told = [f"{n}: {before[n]!r} → {after[n]!r}" for n in after if after[n] != before[n]]
        if told:
            now_ms, reason = centre.clock(), "; ".join(told)
            audit.note_act(connection, centre.vault, now_ms, ACT, "", (by,), reason)
    return {}


def _read(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Mistake]]:
    values: dict[str, str] = {}
    mistakes: dict[str, Mistake] = {}
    for name, most in MOST.items():
        text = typed.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most:
            values[name] = str(int(text))
        else:
            mistakes[name] = Mistake(NOT_A_NUMBER, {"most": most})
    for name in (OPENS, CLOSES):
        try:
            values[name] = _time(typed.get(name, ""))
        except ValueError:
            mistakes[name] = Mistake(NOT_A_TIME, {})
    if not mistakes.keys() & {OPENS, CLOSES} and values[OPENS] >= values[CLOSES]:
        mistakes[CLOSES] = Mistake(NOT_AFTER, {})
    days: set[date] = set()
    for line in typed.get(DAYS_OFF, "").split():
        try:
            days.add(date.fromisoformat(line))
        except ValueError:
            mistakes.setdefault(DAYS_OFF, Mistake(NOT_A_DAY, {"line": line[:20]}))
    values[DAYS_OFF] = "\n".join(str(day) for day in sorted(days)[:_MOST_DAYS_OFF])
    return values, mistakes


def _time(text: str) -> str:
    """:raises ValueError: not a time of the day."""
    hour, minute = text.strip().replace(":", ".").split(".")
    return time(int(hour), int(minute)).isoformat("minutes")
