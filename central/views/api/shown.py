"""Requests and servers as the API tells of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from central.workflows.seen import seen_token
from central.workflows.watching import KnownNode, Watch
from vault.read import Record


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def status_of(record: Record) -> dict[str, Any]:
    return {
        "kelurahan": record.stream,
        "id": record.id.hex(),
        "kode": str(record.value("kode", "")),
        "layanan": str(record.value("layanan", "")),
        "varian": str(record.value("varian", "")),
        "status": record.status,
        "perbedaan": record.conflicts,
        "diubah": _moment(record.changed_ms),
        "diubah_terakhir": etag_of(record),
    }


def request_of(record: Record) -> dict[str, Any]:
    return {
        **status_of(record),
        "data": record.named("data"),
        "nomor_dokumen": _text(record.value("nomor_dokumen")),
        "alasan": _text(record.value("alasan")),
        "berkas": [
            {"jenis": str(one.get("jenis", "")), "ukuran": int(one.get("size", 0))}
            for one in record.scans.values()
        ],
    }


def etag_of(record: Record) -> str:
    """What had been seen of the record; a write that names it decides over nothing unseen."""
    return f'"{seen_token(record)}"'


def node_of(node: KnownNode, lines: Watch) -> dict[str, Any]:
    return {
        "kelurahan": node.stream,
        "nama": node.name,
        "dicabut": node.revoked,
        "diam": lines.silent(node),
        "kontak_terakhir": _moment(node.last_contact_ms) if node.last_contact_ms else None,
        "selisih_jam_ms": node.clock_drift_ms,
        "belum_terbaca": node.unfolded,
        "ditolak": node.refused,
    }
