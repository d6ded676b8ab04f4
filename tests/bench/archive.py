"""A centre on PostgreSQL with the requests of years, filled without counters.

Every request can be opened: its body is sealed and chained as a counter does it, and all that the
pages read of it is there (log, record key, view, blind index, counts). What is simpler than life:
a request is one change (three, where two offices differ) and not some five; bodies repeat those of
5,000 people, while NIK, KK number and code in the blind index are everybody's own; the service of
the queues is given by number and not by the body.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from central.centre import Centre
from central.store import nodes
from crypto import aead
from crypto.chain import GENESIS, digest
from crypto.identity import Identity
from crypto.keys import new_key
from crypto.recipient import Recipient
from registration.lifecycle import Act, Role, Status
from registration.regions import all_kelurahan
from sync.body import Author, Body
from sync.change import associated_data, context_bytes, header_hash
from sync.hlc import pack
from sync.ids import new_record_id
from tests.bench.harness import SITI, filings
from tests.integration.world import make_centre
from vault import accounts
from vault.engine import writing
from vault.projection import name_tokens

KIND = "permohonan"
PASSWORD = "bangku-panjang"
RUDI = Author("rudi", "Rudi", Role.VERIFIKATOR)
_POOL = 5_000
_APART_MS = 86_400
"""1,000 requests a day: two million are five and a half years."""
_OPEN_EACH, _DIFFERS_EACH, _ALIKE_EACH = 10, 400, 400
"""One in so many is still open, has a difference, looks like the one before."""
_KNOWN = 200
"""So many, from all times, can be looked for."""
_OPEN = (*(Status.DIVERIFIKASI,) * 12, *(Status.DIPROSES,) * 6, *(Status.DIKEMBALIKAN,) * 2)
_SERVICES = ("kia", *("akta-kelahiran",) * 4, *("ktp-el",) * 35)
"""One in forty is of the rarest service."""
_COLUMNS = {
    "log": (
        ("stream", "replica", "seq", "hlc", "doubt", "record", "kind", "context", "body", "hash"),
        "text bytea int8 int8 int8 bytea text bytea bytea bytea",
    ),
    "data_key": (("stream", "record", "wrapped", "born"), "text bytea bytea int8"),
    "view": (
        (
            *("stream", "record", "kind", "layanan", "varian", "kanal", "status"),
            *("conflicts", "changed", "verified"),
        ),
        "text bytea text text text text text int2 int8 int8",
    ),
    "blind": (("token", "stream", "record", "number"), "bytea text bytea int4"),
    "alike": (
        ("token", "record_a", "record_b", "stream_a", "stream_b"),
        "bytea bytea bytea text text",
    ),
}


@dataclass(slots=True)
class _Form:
    """What somebody filed, and what it is found by."""

    writes: dict[str, Any]
    names: list[bytes]
    bodies: dict[str, bytes] = field(default_factory=dict)
    """By status."""


@dataclass(slots=True)
class _Log:
    """The end of one log."""

    replica: bytes
    seq: int = 0
    hash: bytes = GENESIS


@dataclass(slots=True)
class Archive:
    """A filled centre; some of what it holds, to look for."""

    centre: Centre
    count: int
    fill_s: float = 0.0
    known: list[tuple[str, bytes, dict[str, Any]]] = field(default_factory=list)
    """(stream, record, what was filed)."""
    differing: list[tuple[str, bytes]] = field(default_factory=list)


def fill(folder: Path, url: str, count: int) -> Archive:
    """A centre that holds `count` requests."""
    centre = make_centre(folder, url)
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, "rudi", "Rudi", Role.VERIFIKATOR, PASSWORD)
    archive = Archive(centre, count)
    started = time.perf_counter()
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection, _without_indexes(connection):
        _Filling(archive).into(plain)
    with psycopg.connect(plain, autocommit=True) as connection:
        _finish(connection)
    archive.fill_s = time.perf_counter() - started
    return archive


class _Filling:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._vault = archive.centre.vault
        self._rng = random.Random(archive.count)
        self._forms = filings(11)
        self._pool = [self._form() for _ in range(min(_POOL, archive.count))]
        keys = [new_key() for _ in range(1_000)]
        self._keys = [(key, self._vault.keyring.wrap(key)) for key in keys]
        self._logs = self._enrolled()
        self._own = {stream: _Log(self._vault.replica) for stream in self._logs}
        self._streams = list(self._logs)
        self._rows: dict[str, Any] = {}

    def into(self, url: str) -> None:
        """One pass, a connection for each table."""
        now = self._archive.centre.clock()
        begun = now - self._archive.count * _APART_MS
        with ExitStack() as stack:
            for table, (columns, types) in _COLUMNS.items():
                cursor = stack.enter_context(psycopg.connect(url)).cursor()
                named = ", ".join(columns)
                copy = stack.enter_context(
                    cursor.copy(f"COPY {table} ({named}) FROM STDIN (FORMAT BINARY)")  # type: ignore[arg-type]
                )
                copy.set_types(types.split())
                self._rows[table] = copy.write_row
            before = ("", b"")
            for number in range(self._archive.count):
                before = self._one(number, begun + number * _APART_MS, before)
        with psycopg.connect(url) as connection:
            for stream, one in [*self._logs.items(), *self._own.items()]:
                connection.execute(
                    "INSERT INTO tip VALUES (%s, %s, %s, %s, %s, false, NULL)",
                    (stream, one.replica, one.seq, one.hash, pack(now)),
                )
                connection.execute(
                    "INSERT INTO folded VALUES (%s, %s, %s)", (stream, one.replica, one.seq)
                )

    def _one(self, number: int, at_ms: int, before: tuple[str, bytes]) -> tuple[str, bytes]:
        """One request; the one before may look the same."""
        stream, record = self._streams[number % len(self._streams)], new_record_id(at_ms)
        known = number % (self._archive.count // _KNOWN) == 0
        form = self._form() if known else self._pool[self._rng.randrange(len(self._pool))]
        key, wrapped = self._keys[self._rng.randrange(len(self._keys))]
        status = Status.DISERAHKAN
        if number % _OPEN_EACH == 0:
            status = _OPEN[number // _OPEN_EACH % len(_OPEN)]
        if status not in form.bodies:
            filed = Body(Act.AJUKAN, SITI, {**form.writes, "status": str(status)})
            form.bodies[status] = self._vault.codec.encode(filed.plain())
        body = form.bodies[status]
        log = self._logs[stream]
        self._change(stream, log, at_ms, record, key, body, {})
        differs = number % _DIFFERS_EACH == 0
        if differs:
            filed = {log.replica: log.seq}
            self._change(stream, log, at_ms + 1, record, key, self._mend("JL. MAWAR 1"), {})
            theirs = self._mend("JL. MELATI 2", RUDI)
            self._change(stream, self._own[stream], at_ms + 2, record, key, theirs, filed)
            self._archive.differing.append((stream, record))
        layanan = self._rng.choice(_SERVICES)
        self._rows["data_key"]((stream, record, wrapped, 0))
        self._rows["view"](
            (stream, record, KIND, layanan, "", "loket", str(status), int(differs), at_ms, at_ms)
        )
        tokens = {os.urandom(12), os.urandom(12), os.urandom(12), *form.names}
        if known:
            self._archive.known.append((stream, record, form.writes))
            token = self._vault.keyring.blind.token
            tokens = {token("nik", form.writes["data.nik"]), *form.names}
            tokens |= {token("kode", form.writes["kode"]), token("kk", form.writes["data.no_kk"])}
        for token_ in tokens:
            self._rows["blind"]((token_, stream, record, 0))
        if number % _ALIKE_EACH == 1:
            self._rows["alike"]((os.urandom(12), before[1], record, before[0], stream))
        return stream, record

    def _change(
        self,
        stream: str,
        log: _Log,
        at_ms: int,
        record: bytes,
        key: bytes,
        body: bytes,
        context: dict[bytes, int],
    ) -> None:
        log.seq += 1
        hlc = pack(at_ms)
        aad = associated_data(stream, log.replica, log.seq, log.hash, hlc, 0, record, KIND, context)
        sealed = aead.seal(key, body, aad)
        log.hash = header_hash(aad, digest(sealed))
        said = context_bytes(context)
        self._rows["log"](
            (stream, log.replica, log.seq, hlc, 0, record, KIND, said, sealed, log.hash)
        )

    def _form(self) -> _Form:
        writes = next(self._forms)
        token = self._vault.keyring.blind.token
        names = [token(kind, value) for kind, value in name_tokens(str(writes["data.nama"]))]
        return _Form(writes, names)

    def _mend(self, alamat: str, by: Author = SITI) -> bytes:
        body = Body(Act.PERBAIKI, by, {"data.alamat": alamat})
        return self._vault.codec.encode(body.plain())

    def _enrolled(self) -> dict[str, _Log]:
        """A server in each kelurahan, and the log that it writes."""
        logs = {}
        with writing(self._vault.engine) as connection:
            for one in all_kelurahan():
                identity = Identity.generate()
                nodes.enrol(
                    connection,
                    b"",
                    replica=identity.replica,
                    stream=one.code,
                    name=one.name,
                    sign_public=identity.public,
                    seal_public=Recipient.generate().public,
                    now_ms=self._archive.centre.clock(),
                )
                logs[one.code] = _Log(identity.replica)
        return logs


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """What is copied in is indexed once, at the end."""
    rows = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('log', 'view', 'blind')"
        " AND indexname NOT LIKE '%_pkey'"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")  # type: ignore[arg-type]
    connection.execute("ALTER TABLE blind DROP CONSTRAINT blind_pkey")
    yield
    for _, definition in rows:
        connection.execute(definition)
    connection.execute("ALTER TABLE blind ADD PRIMARY KEY (token, stream, record)")


def _finish(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "INSERT INTO tally SELECT stream, kind, status, layanan, count(*) FROM view"
        " GROUP BY stream, kind, status, layanan"
    )
    # As `central.store.worklist` and `differences` note what is shown.
    connection.execute(
        "INSERT INTO task SELECT stream, record, layanan, status, verified / 86400000 + 14,"
        " verified, 0, 0 FROM view WHERE status IN ('diverifikasi', 'diproses')"
    )
    connection.execute(
        "INSERT INTO difference SELECT view.stream, view.record, 'data.alamat', log.replica,"
        " log.seq, 'isian', layanan, changed, 0, ''::bytea, 0, '' FROM view"
        " JOIN log ON log.stream = view.stream AND log.record = view.record"
        " WHERE conflicts > 0 AND octet_length(log.context) > 1"
    )
    connection.execute("VACUUM ANALYZE")
