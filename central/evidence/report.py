"""The check's outcome in plain words, in Indonesian or English. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from central.evidence.findings import Checked, Finding, Wrong

LANGUAGES = ("id", "en")
_JAKARTA = ZoneInfo("Asia/Jakarta")

_WRONG: dict[Wrong, tuple[str, str]] = {
    Wrong.UNREADABLE: (
        "berkas terpotong atau berubah; tidak terbaca mulai bita {at}, sesudah “{where}”",
        "the file is cut short or altered; unreadable from byte {at}, after “{where}”",
    ),
    Wrong.MALFORMED: (
        "bagian “{where}” tidak terbaca seluruhnya",
        "member “{where}” cannot be read to its end",
    ),
    Wrong.ORDER: (
        "{where}: di nomor {at} ada catatan yang hilang, disisipkan, atau bertukar tempat",
        "{where}: at number {at} an entry is missing, was put in, or stands elsewhere",
    ),
    Wrong.ALTERED: (
        "{where}: catatan nomor {at} berubah, atau tidak menyambung dengan yang sebelumnya",
        "{where}: entry {at} was altered, or does not follow on the one before",
    ),
    Wrong.CONTENT: (
        "bagian “{where}” bukan yang ditandatangani",
        "member “{where}” is not the one that was signed",
    ),
    Wrong.MEMBER: (
        "bagian “{where}” hilang, berlebih, atau salah tempat",
        "member “{where}” is missing, one too many, or out of place",
    ),
    Wrong.SIGNATURE: (
        "{where} {at}: tanda tangan tidak cocok, atau dengan kunci yang bukan milik pusat",
        "{where} {at}: the signature does not verify, or is by a key that is not the centre's",
    ),
    Wrong.OTHER_KEY: (
        "berkas ini ditandatangani kunci lain ({where}…), bukan yang diharapkan",
        "this file is signed by another key ({where}…) than the one that was expected",
    ),
    Wrong.CHECKPOINT: (
        "{where}: pusat dulu menandatangani ujung lain di nomor {at}",
        "{where}: the centre once signed another end at number {at}",
    ),
    Wrong.NO_CHECKPOINT: (
        "{where}: tanda tangan pusat di nomor {at} tidak ada",
        "{where}: the centre's signature at number {at} is missing",
    ),
    Wrong.ACT: (
        "{where} {at}: tindakan pengelola dan jejak tidak cocok",
        "{where} {at}: acts of admins and the trail do not match",
    ),
    Wrong.TABLE: (
        "tabel “{where}” tidak sama dengan rantai catatannya",
        "table “{where}” says something else than the chain",
    ),
    Wrong.OWNER: (
        "{where}: ditulis oleh server yang tidak pernah didaftarkan",
        "{where}: written by a server that was never enrolled",
    ),
    Wrong.KEY: (
        "kunci publik server {where} tidak cocok dengan nomornya",
        "the public key of {where} does not belong to its id",
    ),
    Wrong.GONE: (
        "{where} {at}: ada di berkas lama, hilang di berkas ini",
        "{where} {at}: an older file has it, this one has not",
    ),
    Wrong.REWRITTEN: (
        "{where} {at}: isinya lain daripada di berkas lama; ditulis ulang",
        "{where} {at}: differs from the older file; it was written anew",
    ),
    Wrong.NOT_OLDER: (
        "berkas pembanding dibuat sesudah berkas ini",
        "the file to compare with was made after this one",
    ),
}


def told(finding: Finding, language: str) -> str:
    sentence = _WRONG[finding.what][LANGUAGES.index(language)]
    at = "" if finding.at is None else str(finding.at)
    return " ".join(sentence.format(where=finding.where or "–", at=at).split())


def lines(checked: Checked, language: str, *, compared: bool) -> Iterator[str]:
    """The report, line by line."""
    at = datetime.fromtimestamp(checked.made_ms / 1000, UTC).astimezone(_JAKARTA)
    first, last, end = checked.span
    facts = {
        "made": f"{at:%Y-%m-%d %H:%M} WIB",
        "key": " ".join(checked.fingerprint[i : i + 4] for i in range(0, 32, 4)),
        "logs": checked.logs,
        "changes": checked.changes,
        "entries": checked.entries,
        "first": first,
        "last": last,
        "end": end,
        "acts": checked.acts,
        "points": checked.checkpoints,
        "compared": checked.compared,
        "count": checked.count,
    }
    for sentence in _FACTS[language]:
        yield sentence.format(**facts)
    if compared:
        yield _COMPARED[language].format(**facts)
        for name in checked.uncompared:
            yield _UNCOMPARED[language].format(name=name)
    if checked.good:
        yield _GOOD[language]
        return
    yield _BAD[language].format(**facts)
    for finding in checked.findings:
        yield f"  - {told(finding, language)}"
    if checked.count > len(checked.findings):
        yield _MORE[language].format(num=checked.count - len(checked.findings))


_FACTS = {
    "id": (
        "Dibuat pusat      : {made}",
        "Sidik kunci pusat : {key}",
        "Jejak akses       : {entries} catatan, nomor {first} sampai {last} dari {end}",
        "Titik periksa     : {points}; tindakan pengelola: {acts}",
        "Log perubahan     : {logs} log, {changes} perubahan",
    ),
    "en": (
        "Made by the centre: {made}",
        "Centre's key      : {key}",
        "Trail of access   : {entries} entries, number {first} to {last} of {end}",
        "Checkpoints       : {points}; acts of admins: {acts}",
        "Logs of changes   : {logs} logs, {changes} changes",
    ),
}
_COMPARED = {
    "id": "Dibandingkan      : {compared} ujung rantai dari berkas lama",
    "en": "Compared          : {compared} ends of chains of the older file",
}
_UNCOMPARED = {
    "id": "Tidak terbanding  : {name}; ujung lamanya di luar rentang berkas ini",
    "en": "Not compared      : {name}; its older end lies outside of this file's span",
}
_GOOD = {
    "id": "UTUH: semua rantai, tanda tangan, dan titik periksa cocok.",
    "en": "WHOLE: all chains, signatures and checkpoints agree.",
}
_BAD = {
    "id": "TIDAK UTUH: {count} temuan.",
    "en": "NOT WHOLE: {count} findings.",
}
_MORE = {
    "id": "  … dan {num} temuan lagi",
    "en": "  … and {num} more findings",
}
