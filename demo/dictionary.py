"""Training the zstd dictionary of change bodies: `python -m demo.dictionary FILE`.

Run once per dictionary number; the result is committed, because logs that were written with it
must stay readable for ever. Generated people only: nothing real may end up in a shipped file.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbor2
import zstandard

from registration.catalogue import DATA, SCAN
from registration.codes import new_code
from registration.form import load_form
from registration.invented.people import CASES, DOCUMENTS, REFERENCE_DAY, People
from registration.lifecycle import Act, Role, Status
from registration.regions import all_kelurahan
from sync.body import Author, Body

_BYTES = 24 << 10
_FILED = 3000
_STAFF = ("Siti Aminah", "Rudi Hartono", "Dewi Anggraini", "Budi Santoso", "Wulan Sari", "Agus")
_REASONS = (
    "Foto KK buram; mohon difoto ulang di tempat terang.",
    "Nomor KK tidak sesuai dengan foto KK. Periksa lagi.",
    "Surat kehilangan belum ada cap kantor polisi.",
    "Foto KTP terpotong; seluruh kartu harus terlihat.",
    "Nama berbeda dengan yang tertulis di KK.",
)


def _scan(jenis: str, rng: random.Random) -> dict[str, Any]:
    size = rng.randint(60_000, 400_000)
    return {
        "jenis": jenis,
        "mime": "image/jpeg",
        "size": size,
        "sha256": os.urandom(32),
        "width": rng.choice((1316, 1754, 1240)),
        "height": rng.choice((1754, 1316, 1240)),
        "chunks": [os.urandom(32) for _ in range(-(-size // 32768))],
    }


def bodies(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Plain bodies as a counter writes them, of generated people."""
    rng = random.Random(seed)
    people = People(seed)
    places = list(all_kelurahan())
    for _ in range(count):
        case = rng.choice(CASES)
        person = people.person(ages=(17, 18)) if case == "baru" else people.person()
        form = load_form(
            "ktp-el", case, person.form(case), version=1, today=REFERENCE_DAY, confirmed=_ALL
        )
        by = Author(os.urandom(6).hex(), rng.choice(_STAFF), Role.PETUGAS)
        officer = Author(os.urandom(6).hex(), rng.choice(_STAFF), Role.VERIFIKATOR)
        resident = Author("", "", Role.PEMOHON)
        scans = {
            SCAN + os.urandom(8).hex(): _scan(jenis, rng)
            for jenis in DOCUMENTS[case]
            if rng.random() < 0.7
        }
        filed = {
            **form.record_fields(),
            "kode": new_code(rng.choice(places).abbr, rng.randrange),
            "kanal": rng.choice(("loket", "loket", "portal")),
            "status": Status.DIAJUKAN,
        }
        yield Body(Act.AJUKAN, rng.choice((by, resident)), {**filed, **scans}).plain()
        yield Body(Act.VERIFIKASI, by, {"status": Status.DIVERIFIKASI}).plain()
        yield Body(Act.PROSES, officer, {"status": Status.DIPROSES}).plain()
        reason = rng.choice(_REASONS)
        returned = {"status": Status.DIKEMBALIKAN, "alasan": reason}
        yield Body(Act.KEMBALIKAN, officer, returned, reason).plain()
        number = f"3275-KTP-{rng.randrange(10**6):06d}"
        issued = {"status": Status.TERBIT, "nomor_dokumen": number}
        yield Body(Act.TERBITKAN, officer, issued, number).plain()
        yield Body(Act.TERIMA_DOKUMEN, by, {"status": Status.SIAP_DIAMBIL}).plain()
        handed = {
            "status": Status.DISERAHKAN,
            "penerima": {"nama": person.nama, "hubungan": "diri_sendiri"},
        }
        yield Body(Act.SERAHKAN, by, handed, person.nama).plain()
        yield Body(Act.PERBAIKI, by, {DATA + "alamat": person.alamat}).plain()


_ALL = frozenset({"nik", "no_kk"})


def train(target: Path) -> None:
    samples: list[bytes | bytearray | memoryview] = [
        cbor2.dumps(body, canonical=True) for body in bodies(20261124, _FILED)
    ]
    trained = zstandard.train_dictionary(_BYTES, samples, level=9)
    target.write_bytes(trained.as_bytes())
    print(f"{target}: {len(trained.as_bytes())} bytes from {len(samples)} bodies")


if __name__ == "__main__":
    train(Path(sys.argv[1]))
