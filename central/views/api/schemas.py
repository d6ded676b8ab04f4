"""What goes in and out of the API; the document of it is made from these."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from registration.lifecycle import Status

CODE = r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$"
RECORD = r"^[0-9a-f]{32}$"
CURSOR = r"^(0|[1-9][0-9]{0,17})$"
KEY = r"^[A-Za-z0-9._:-]{8,80}$"
LIMIT = 200
_NUMBER = r"^[A-Z0-9][A-Z0-9./-]{1,58}[A-Z0-9]$"


class StatusOut(Schema):
    """Where a request stands. Nothing about the person."""

    kelurahan = fields.Str(required=True, metadata={"description": "Kode wilayah kelurahan"})
    id = fields.Str(required=True, metadata={"pattern": RECORD})
    kode = fields.Str(required=True, metadata={"description": "Kode pada tanda terima"})
    layanan = fields.Str(required=True)
    varian = fields.Str(required=True)
    status = fields.Str(
        required=True,
        metadata={"description": "Salah satu dari: " + ", ".join(Status)},
    )
    perbedaan = fields.Int(
        required=True,
        metadata={"description": "Isian yang berbeda dan belum diputuskan orang"},
    )
    diubah = fields.AwareDateTime(required=True, format="iso")
    diubah_terakhir = fields.Str(
        required=True, metadata={"description": "ETag: dipakai sebagai If-Match"}
    )


class ScanOut(Schema):
    """A photographed paper."""

    jenis = fields.Str(required=True)
    ukuran = fields.Int(required=True, metadata={"description": "Byte"})


class RequestOut(StatusOut):
    """A whole request, with what stands in the form."""

    data = fields.Dict(
        keys=fields.Str(),
        required=True,
        metadata={"description": "Isian formulir menurut nama isiannya"},
    )
    nomor_dokumen = fields.Str(required=True, allow_none=True)
    alasan = fields.Str(required=True, allow_none=True)
    berkas = fields.List(fields.Nested(ScanOut), required=True)


class ChangesOut(Schema):
    """A page of what changed."""

    permohonan = fields.List(fields.Nested(StatusOut), required=True)
    kursor = fields.Str(
        required=True, metadata={"description": "Untuk panggilan berikutnya", "pattern": CURSOR}
    )
    masih_ada = fields.Bool(required=True)


class FoundOut(Schema):
    """What a search came to."""

    permohonan = fields.List(fields.Nested(StatusOut), required=True)


class NodeOut(Schema):
    """A kelurahan's server."""

    kelurahan = fields.Str(required=True)
    nama = fields.Str(required=True)
    dicabut = fields.Bool(required=True)
    diam = fields.Bool(required=True, metadata={"description": "Lebih dari 15 menit tanpa kabar"})
    kontak_terakhir = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    selisih_jam_ms = fields.Int(required=True)
    belum_terbaca = fields.Int(required=True)
    ditolak = fields.Int(required=True)


class NodesOut(Schema):
    """All kelurahan servers."""

    loket = fields.List(fields.Nested(NodeOut), required=True)


class _In(Schema):
    """What is not known is refused: a misspelt name must not be taken for nothing."""

    class Meta:
        unknown = RAISE


class FindIn(_In):
    """What to look for. In the body, so that no number of a person stands in an address."""

    jenis = fields.Str(required=True, validate=validate.OneOf(["nik", "kk", "kode"]))
    nilai = fields.Str(required=True, validate=validate.Length(1, 40))


class IssueIn(_In):
    """The document is made."""

    nomor_dokumen = fields.Str(required=True, validate=validate.Regexp(_NUMBER))


class ReasonIn(_In):
    """Why; the resident reads it."""

    alasan = fields.Str(required=True, validate=validate.Length(5, 500))


class ProblemOut(Schema):
    """A refusal (RFC 9457)."""

    type = fields.Str(required=True)
    title = fields.Str(required=True)
    status = fields.Int(required=True)
    detail = fields.Str()
    reference = fields.Str()
    errors = fields.Dict(keys=fields.Str(), values=fields.List(fields.Str()))
