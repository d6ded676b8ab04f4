"""What admins decide about the desk, and what the desk asks of it. Each change is written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from central.centre import Centre
from central.store import audit, desk_settings
from central.store.desk_settings import Reason
from registration.catalogue import SERVICES
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role
from registration.texts import N_, Sentence
from sync.body import Author
from vault.engine import Connection, reading, writing

__all__ = ["Reason"]

REASONED = (Act.KEMBALIKAN, Act.TOLAK)
"""Acts with a reason that the resident reads."""
SECONDED = (Act.TERBITKAN, Act.TOLAK, Act.KEMBALIKAN, Act.PERBAIKI)
"""Acts that may be made to need two officers."""
MOST_A_DAY = 9_999
SHORTEST, LONGEST = 10, 400
"""Letters of a kept reason: a whole sentence, and room for a word of one's own."""


def reasons(centre: Centre, act: str, layanan: str) -> list[Reason]:
    """The reasons to choose from, of this service first."""
    with reading(centre.vault.engine) as connection:
        return desk_settings.reasons(connection, act, layanan)


def all_reasons(centre: Centre) -> dict[str, list[Reason]]:
    """{act: all reasons, retired ones too}"""
    with reading(centre.vault.engine) as connection:
        return {act: desk_settings.reasons(connection, act, retired=True) for act in REASONED}


def add_reason(centre: Centre, act: str, layanan: str, text: str, by: Author) -> None:
    """:raises IllegalAct: not an admin, or nothing that a resident could read."""
    _check(act, layanan, text)
    with writing(centre.vault.engine) as connection:
        desk_settings.add_reason(connection, act, layanan, _plain(text), centre.clock())
        _note(centre, connection, "desk-reason", f"{act} {layanan}", by, text)


def change_reason(centre: Centre, number: str, layanan: str, text: str, by: Author) -> None:
    """Requests that were returned with the former words keep them.

    :raises IllegalAct: not an admin, there is none, or nothing that a resident could read.
    """
    with writing(centre.vault.engine) as connection:
        found = desk_settings.reason(connection, number)
        if found is None:
            raise _no_reason()
        _check(found.act, layanan, text)
        desk_settings.change_reason(connection, number, layanan, _plain(text))
        _note(centre, connection, "desk-reason", f"{found.act} {layanan}", by, text)


def set_active(centre: Centre, number: str, active: bool, by: Author) -> None:
    """Retire a reason, or offer it again.

    :raises IllegalAct: not an admin, or there is none.
    """
    with writing(centre.vault.engine) as connection:
        found = desk_settings.reason(connection, number)
        if found is None:
            raise _no_reason()
        desk_settings.set_active(connection, number, active)
        act = "desk-reason" if active else "desk-reason-retired"
        _note(centre, connection, act, f"{found.act} {found.layanan}", by, found.text)


def _no_reason() -> IllegalAct:
    return IllegalAct(Sentence(N_("Alasan ini sudah tidak ada.")))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _check(act: str, layanan: str, text: str) -> None:
    if act not in REASONED or layanan not in {"", *(one.code for one in SERVICES)}:
        raise IllegalAct(Sentence(N_("Pilih tindakan dan layanan dari daftar.")))
    if not SHORTEST <= len(_plain(text)) <= LONGEST:
        raise IllegalAct(
            Sentence(
                N_(
                    "Tulis satu kalimat yang dipahami pemohon, %(least)s sampai %(most)s huruf; "
                    "yang diketik %(count)s."
                ),
                {"least": SHORTEST, "most": LONGEST, "count": len(_plain(text))},
            )
        )


def four_eyes(centre: Centre) -> set[tuple[str, str]]:
    """{(act, layanan)} that need two officers."""
    with reading(centre.vault.engine) as connection:
        return desk_settings.all_four_eyes(connection)


def quotas(centre: Centre) -> dict[str, int]:
    """{layanan: how many a day}"""
    with reading(centre.vault.engine) as connection:
        return desk_settings.quotas(connection)


def save(
    centre: Centre,
    seconded: Collection[tuple[str, str]],
    daily: Mapping[str, int],
    by: Author,
) -> None:
    """Which acts need two officers, and how many requests of a service are worked on a day.

    :raises IllegalAct: not an admin, or no such act or service.
    """
    services = {one.code for one in SERVICES}
    known = {(act.value, layanan) for act in SECONDED for layanan in services}
    right = all(0 < number <= MOST_A_DAY for number in daily.values())
    if not (set(seconded) <= known and set(daily) <= services and right):
        raise IllegalAct(Sentence(N_("Pilih tindakan dan layanan dari daftar.")))
    with writing(centre.vault.engine) as connection:
        before = desk_settings.all_four_eyes(connection), desk_settings.quotas(connection)
        if before == (set(seconded), dict(daily)):
            return
        desk_settings.set_four_eyes(connection, seconded)
        desk_settings.set_quotas(connection, daily)
        told = [f"{act}/{layanan}" for act, layanan in sorted(seconded)]
        told += [f"{layanan}={number}" for layanan, number in sorted(daily.items())]
        _note(centre, connection, "desk-rules", " ".join(told), by, "")


def _note(
    centre: Centre, connection: Connection, act: str, subject: str, by: Author, why: str
) -> None:
    if by.role != Role.ADMIN:
        raise IllegalAct(Sentence(N_("Hanya admin yang mengatur meja verifikasi.")))
    audit.note_act(connection, centre.vault, centre.clock(), act, subject, [by], why)
