"""What the API does: reading requests, following them by a cursor, and deciding as an officer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from central.centre import Centre
from central.store import clients, desk_settings, feed
from central.store.clients import Client
from central.workflows import desk, settling
from central.workflows.acting import acting
from central.workflows.api_clients import author_of
from registration.codes import parse_code
from registration.errors import IllegalAct, InvalidCode
from registration.lifecycle import Act
from registration.texts import N_, Sentence
from sync.change import Context
from vault.engine import Connection, reading, writing
from vault.errors import VaultError
from vault.read import Filter, Record, find_record, read_record
from vault.read import search as search_records

MOST_FOUND = 50
_TEXT = {Act.TERBITKAN: "nomor_dokumen", Act.KEMBALIKAN: "alasan", Act.TOLAK: "alasan"}
"""The field that an act writes beside the status."""


class KeyReused(VaultError):
    """The idempotency key was used for something else."""


def read(centre: Centre, stream: str, record: bytes) -> Record:
    """:raises NoSuchRecord: not held."""
    with reading(centre.vault.engine) as connection:
        return read_record(connection, centre.vault, stream, record)


def find(centre: Centre, kind: str, value: str) -> list[Record]:
    """Requests by `nik`, `kk` (family card) or `kode`, the newest first."""
    if kind == "kode":
        try:
            value = parse_code(value)
        except InvalidCode:
            return []
    else:
        value = "".join(char for char in value if char.isdecimal())
    with reading(centre.vault.engine) as connection:
        return search_records(
            connection, centre.vault, [(kind, value)], lambda _: True, Filter(), MOST_FOUND
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what changed."""

    records: list[Record]
    cursor: int
    """Where the next page begins."""
    more: bool


def changes(centre: Centre, after: int, limit: int) -> Changes:
    """The requests that changed after a cursor, each once and as it is now."""
    with writing(centre.vault.engine) as connection:
        feed.number(connection)
    with reading(centre.vault.engine) as connection:
        rows = feed.page(connection, after, limit + 1)
        here = rows[:limit]
        found = (find_record(connection, centre.vault, s, r) for _, s, r in here)
        records = [one for one in found if one is not None]
    return Changes(records, here[-1][0] if here else after, len(rows) > limit)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a client wants done with a request."""

    stream: str
    record: bytes
    act: Act
    text: str = ""
    """The number or the reason."""
    seen: Context | None = None

    def fingerprint(self) -> bytes:
        # The context is no part of it: a repeat may well name a newer one.
        said = "\0".join((self.stream, self.record.hex(), self.act, self.text))
        return sha256(said.encode()).digest()


def _require_one_is_enough(connection: Connection, centre: Centre, wanted: Decision) -> None:
    """What the office keeps for two officers is no machine's to propose either."""
    found = read_record(connection, centre.vault, wanted.stream, wanted.record)
    if desk_settings.needs_second(connection, wanted.act, str(found.value("layanan", ""))):
        raise IllegalAct(
            Sentence(N_("Tindakan ini butuh dua petugas. Kerjakan di meja verifikasi."))
        )


def decide(
    centre: Centre,
    client: Client,
    key: str,
    wanted: Decision,
    answer_of: Callable[[Record], bytes],
) -> tuple[bytes, bool]:
    """Do it once for each idempotency key; the answer, and whether it is a repeat of one.

    The answer is kept in the transaction of the act: either both are there or neither.

    :param answer_of: puts the record as it is afterwards into an answer.
    :raises KeyReused: the key was used for something else.
    :raises NoSuchRecord, IllegalAct, ChangedMeanwhile: as of the officers' pages.
    """

    def act(connection: Connection) -> None:
        _require_one_is_enough(connection, centre, wanted)
        name = _TEXT.get(wanted.act)
        writes = {name: wanted.text} if name is not None else {}
        desk.act_in(
            connection,
            centre,
            wanted.stream,
            wanted.record,
            wanted.act,
            author_of(client),
            wanted.text,
            seen=wanted.seen,
            **writes,
        )

    return _once(centre, client, key, wanted, act, answer_of)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Differences that a client wants decided."""

    stream: str
    record: bytes
    choices: Mapping[str, str]
    """Field to the key of the side that holds."""
    seen: Mapping[str, Collection[str]]
    """Field to the keys of all sides that were seen."""
    reason: str

    def fingerprint(self) -> bytes:
        chosen = [f"{name}={key}" for name, key in sorted(self.choices.items())]
        return sha256(
            "\0".join((self.stream, self.record.hex(), self.reason, *chosen)).encode()
        ).digest()


def settle(
    centre: Centre,
    client: Client,
    key: str,
    wanted: Settlement,
    answer_of: Callable[[Record], bytes],
) -> tuple[bytes, bool]:
    """Decide differences once for each idempotency key; the answer, and whether it is a repeat.

    As in `decide`, the answer is kept in the transaction of the act.

    :raises KeyReused: the key was used for something else.
    :raises NoSuchRecord, IllegalAct: as of the officers' pages.
    """

    def act(connection: Connection) -> None:
        settling.settle_in(
            connection,
            centre,
            wanted.stream,
            wanted.record,
            wanted.choices,
            author_of(client),
            wanted.reason,
            seen=wanted.seen,
        )

    return _once(centre, client, key, wanted, act, answer_of)


def _once(
    centre: Centre,
    client: Client,
    key: str,
    wanted: Decision | Settlement,
    act: Callable[[Connection], None],
    answer_of: Callable[[Record], bytes],
) -> tuple[bytes, bool]:
    vault = centre.vault
    key_sha = sha256(key.encode()).digest()
    asked = wanted.fingerprint()
    with acting(centre) as connection:
        before = clients.begin_reply(connection, client.id, key_sha, asked, centre.clock())
        if before is not None:
            if before[0] != asked:
                raise KeyReused(client.id)
            return clients.open_reply(vault, before[1]), True
        act(connection)
        answer = answer_of(read_record(connection, vault, wanted.stream, wanted.record))
        clients.keep_reply(connection, vault, client.id, key_sha, answer)
    return answer, False
