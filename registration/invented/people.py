"""Residents who do not exist: generated names, valid NIKs, the form of each KTP-el case.

Everything comes from one seed, so a check can ask for the same people again and search every
database file and every captured byte for them. That search only means something when a name is
unlike any other text, so names are at least eight characters long and never given twice.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

REFERENCE_DAY: Final = date(2026, 11, 24)
"""Ages are counted back from here unless told otherwise: a seed always gives the same people."""

MIN_NAME: Final = 8

_BEKASI: Final = tuple(f"3275{kecamatan:02d}" for kecamatan in range(1, 13))
# People keep the NIK of where they were first registered.
_ELSEWHERE: Final = (
    ("317101", "JAKARTA"),
    ("317507", "JAKARTA"),
    ("320112", "BOGOR"),
    ("327301", "BANDUNG"),
    ("330110", "CILACAP"),
    ("331204", "WONOGIRI"),
    ("340407", "SLEMAN"),
    ("357803", "SURABAYA"),
    ("127102", "MEDAN"),
    ("137108", "PADANG"),
)
_RELIGIONS: Final = (
    ("islam", 84),
    ("kristen", 8),
    ("katolik", 4),
    ("hindu", 1),
    ("buddha", 2),
    ("konghucu", 1),
)
_BLOOD: Final = (("A", 18), ("B", 20), ("AB", 5), ("O", 27), ("tidak_tahu", 30))
_JOBS: Final = (
    "KARYAWAN SWASTA",
    "WIRASWASTA",
    "BURUH HARIAN LEPAS",
    "PEDAGANG",
    "GURU",
    "PERAWAT",
    "SOPIR",
    "PEGAWAI NEGERI SIPIL",
    "BELUM/TIDAK BEKERJA",
)
_STREETS: Final = (
    "JL. BINTARA JAYA",
    "JL. KELAPA DUA",
    "JL. PATRIOT",
    "JL. NUSANTARA",
    "JL. MELATI",
    "GG. HAJI MUCHTAR",
    "GG. MASJID",
    "JL. CEMARA",
    "PERUM HARAPAN INDAH BLOK",
)
_PHONE_PREFIXES: Final = ("0812", "0813", "0852", "0856", "0857", "0878", "0896", "0821")


CASES: Final = ("baru", "perubahan", "hilang", "rusak")
DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "baru": ("kk",),
    "perubahan": ("kk", "ktp_lama", "bukti_perubahan"),
    "hilang": ("kk", "surat_kehilangan"),
    "rusak": ("kk", "ktp_rusak"),
}
"""The scans that each case must have."""


@dataclass(frozen=True, slots=True)
class Person:
    """One generated resident; choices are written as the KTP-el form codes them."""

    nik: str
    no_kk: str
    nama: str
    tempat_lahir: str
    tanggal_lahir: date
    jenis_kelamin: str
    golongan_darah: str
    alamat: str
    rt: str
    rw: str
    kode_pos: str
    agama: str
    status_perkawinan: str
    pekerjaan: str
    telepon: str
    email: str

    def fields(self) -> dict[str, str]:
        """The fields that every case of KTP-el asks for."""
        return {
            "nik": self.nik,
            "no_kk": self.no_kk,
            "nama": self.nama,
            "tempat_lahir": self.tempat_lahir,
            "tanggal_lahir": self.tanggal_lahir.isoformat(),
            "jenis_kelamin": self.jenis_kelamin,
            "golongan_darah": self.golongan_darah,
            "alamat": self.alamat,
            "rt": self.rt,
            "rw": self.rw,
            "kode_pos": self.kode_pos,
            "agama": self.agama,
            "status_perkawinan": self.status_perkawinan,
            "pekerjaan": self.pekerjaan,
            "telepon": self.telepon,
            "email": self.email,
        }

    def form(self, case: str) -> dict[str, str]:
        """The filled-in form for `baru`, `perubahan`, `hilang` or `rusak`."""
        return self.fields() | _EXTRAS[case](self)


def _no_extras(_: Person) -> dict[str, str]:
    return {}


def _change(person: Person) -> dict[str, str]:
    serial = person.nik[-4:]
    if person.status_perkawinan == "kawin":
        return {
            "unsur": "status_perkawinan",
            "nilai_lama": "BELUM KAWIN",
            "nilai_baru": "KAWIN",
            "dasar_perubahan": f"BUKU NIKAH NO. {serial}/045/VI/2024",
        }
    return {
        "unsur": "alamat",
        "nilai_lama": f"JL. LAMA NO. {int(serial) % 90 + 1}",
        "nilai_baru": person.alamat,
        "dasar_perubahan": f"SURAT PENGANTAR RT {person.rt} NO. {serial}",
    }


def _loss(person: Person) -> dict[str, str]:
    serial = int(person.nik[-4:])
    return {
        "nomor_laporan": f"SKTLK/{serial:04d}/XI/2026/SPKT",
        "tanggal_laporan": (REFERENCE_DAY - timedelta(days=serial % 20 + 1)).isoformat(),
        "kantor_polisi": "POLSEK BEKASI BARAT",
    }


def _damage(person: Person) -> dict[str, str]:
    ways = (
        "Kartu patah, foto tidak terlihat.",
        "Lapisan terkelupas, NIK tidak terbaca.",
        "Terkena air, tulisan luntur.",
    )
    return {"kerusakan": ways[int(person.nik[-4:]) % len(ways)]}


_EXTRAS: Final[Mapping[str, Callable[[Person], dict[str, str]]]] = {
    "baru": _no_extras,
    "perubahan": _change,
    "hilang": _loss,
    "rusak": _damage,
}


def make_nik(region: str, birth: date, sex: str, serial: int) -> str:
    """A NIK as the rule says: region, DDMMYY with 40 added to a woman's day, serial."""
    if not re.fullmatch(r"\d{6}", region) or not 1 <= serial <= 9999:
        raise ValueError(f"no NIK of region {region!r}, serial {serial}")
    day = birth.day + (40 if sex == "P" else 0)
    return f"{region}{day:02d}{birth:%m%y}{serial:04d}"


def make_no_kk(region: str, issued: date, serial: int) -> str:
    """A family card number: region, date of issue DDMMYY, serial."""
    if not re.fullmatch(r"\d{6}", region) or not 1 <= serial <= 9999:
        raise ValueError(f"no KK number of region {region!r}, serial {serial}")
    return f"{region}{issued:%d%m%y}{serial:04d}"


class People:
    """An endless, repeatable supply of residents."""

    def __init__(self, seed: int, today: date = REFERENCE_DAY) -> None:
        """:param today: ages and dates are counted back from here."""
        self.today = today
        self._random = random.Random(seed)
        # Takes as long to load as a web framework, and only practice and checks need it.
        from faker import Faker

        self._faker = Faker("id_ID")
        self._faker.seed_instance(seed)
        self._names: set[str] = set()
        self._niks: set[str] = set()

    def __iter__(self) -> Iterator[Person]:
        while True:
            yield self.person()

    def take(self, count: int) -> list[Person]:
        return [self.person() for _ in range(count)]

    def person(self, ages: tuple[int, int] = (17, 77), sex: str = "") -> Person:
        """The next resident, of an age between the two (a first card is asked for at 17)."""
        draw = self._random
        drawn = draw.choice("LP")
        sex = sex or drawn
        name = self._name(sex)
        birth = self.today - timedelta(days=draw.randint(ages[0] * 366, ages[1] * 366))
        home = draw.choice(_BEKASI)
        region, born_in = home, "BEKASI"
        if draw.random() < 0.25:
            region, born_in = draw.choice(_ELSEWHERE)
        married, job = self._station(birth, sex)
        return Person(
            nik=self._nik(region, birth, sex),
            no_kk=make_no_kk(home, self._kk_issued(), draw.randint(1, 9999)),
            nama=name,
            tempat_lahir=born_in,
            tanggal_lahir=birth,
            jenis_kelamin=sex,
            golongan_darah=_weighted(draw, _BLOOD),
            alamat=f"{draw.choice(_STREETS)} NO. {draw.randint(1, 180)}",
            rt=f"{draw.randint(1, 12):03d}",
            rw=f"{draw.randint(1, 22):03d}",
            kode_pos=str(draw.randint(17131, 17137)),
            agama=_weighted(draw, _RELIGIONS),
            status_perkawinan=married,
            pekerjaan=job,
            telepon=draw.choice(_PHONE_PREFIXES) + f"{draw.randint(10_000_000, 99_999_999)}",
            email=f"{re.sub('[^a-z]+', '.', name.lower())}{draw.randint(1, 999)}@example.com",
        )

    def _name(self, sex: str) -> str:
        """One to three words: a name of one word is normal, and there is no family name."""
        fake = self._faker
        first, last = (
            (fake.first_name_male, fake.last_name_male)
            if sex == "L"
            else (fake.first_name_female, fake.last_name_female)
        )
        words = self._random.choices((1, 2, 3), weights=(12, 63, 25))[0]
        while True:
            parts = [first()]
            if words == 3:
                parts.append(first())
            if words >= 2:
                parts.append(last())
            name = " ".join(parts).upper()
            repeated = len(set(parts)) < len(parts)
            if len(name) >= MIN_NAME and not repeated and name not in self._names:
                self._names.add(name)
                return name
            # There are few long single-word names: give one more word rather than search for ever.
            words = max(words, 2) if self._random.random() < 0.05 else words

    def _nik(self, region: str, birth: date, sex: str) -> str:
        while True:
            nik = make_nik(region, birth, sex, self._random.randint(1, 9999))
            if nik not in self._niks:
                self._niks.add(nik)
                return nik

    def _kk_issued(self) -> date:
        return self.today - timedelta(days=self._random.randint(30, 12 * 365))

    def _station(self, birth: date, sex: str) -> tuple[str, str]:
        """Marital status and work that fit the age."""
        draw = self._random
        age = (self.today - birth).days // 365
        if age < 22:
            return "belum_kawin", "PELAJAR/MAHASISWA"
        if age > 60:
            status = draw.choice(("kawin", "kawin", "cerai_mati"))
        elif age < 28:
            status = draw.choice(("belum_kawin", "kawin"))
        else:
            status = draw.choice(("kawin", "kawin", "kawin", "belum_kawin", "cerai_hidup"))
        if sex == "P" and status == "kawin" and draw.random() < 0.5:
            return status, "MENGURUS RUMAH TANGGA"
        return status, draw.choice(_JOBS)


def _weighted(draw: random.Random, choices: tuple[tuple[str, int], ...]) -> str:
    values, weights = zip(*choices, strict=True)
    return str(draw.choices(values, weights=weights)[0])
