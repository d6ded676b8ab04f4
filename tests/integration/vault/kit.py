"""What the tests of the sealed store share."""

from __future__ import annotations

from sync.body import Author, Body
from sync.ids import new_record_id
from vault.core import Stamp, Vault, wall_ms
from vault.engine import writing
from vault.write import write

STREAM = "32.75.02.1004"
SITI = Author("1", "Siti", "petugas")


def put(vault: Vault, record: bytes | None = None, **fields: object) -> bytes:
    known = record is not None
    record = record or new_record_id(wall_ms())
    writes = fields if known else {"status": "diajukan", "layanan": "ktp-el", **fields}
    writes = {name.replace("__", "."): value for name, value in writes.items()}
    with writing(vault.engine) as connection:
        write(
            connection,
            vault,
            STREAM,
            record,
            "permohonan",
            Body("ajukan", SITI, writes),
            Stamp(wall_ms(), 0),
            new=not known,
        )
    return record
