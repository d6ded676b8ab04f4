"""The verification desk: open work, claims, proposals, reasons, quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0005"
down_revision = "central0004"
branch_labels = None
depends_on = "vault0003"

_ORDER = ["due", "verified", "record"]
_CARE = [sa.text("care DESC"), *_ORDER]
_RETURN = (
    ("", "Foto KK buram atau terpotong; mohon difoto ulang di tempat terang, seluruh halaman."),
    ("", "NIK di formulir tidak sama dengan NIK di KK; mohon dicocokkan."),
    ("", "Nama di formulir tidak sama dengan nama di KK; mohon dicocokkan."),
    ("", "Bukti perubahan belum ada; mohon ditambahkan fotonya."),
    *(
        (layanan, text)
        for layanan in ("ktp-el", "kk", "kia")
        for text in (
            "Surat kehilangan tidak terbaca; mohon difoto ulang sampai nomor dan capnya jelas.",
            "Surat kehilangan sudah lebih dari 30 hari; mohon dibuat yang baru di kantor polisi.",
        )
    ),
    ("ktp-el", "Foto KTP yang rusak belum ada; mohon ditambahkan."),
    ("akta-kelahiran", "Surat keterangan lahir tidak terbaca; mohon difoto ulang."),
    ("akta-kematian", "Surat keterangan kematian tidak terbaca; mohon difoto ulang."),
)
_REJECT = (
    ("", "Pemohon tercatat sebagai penduduk kota lain; permohonan diajukan di daerah itu."),
    ("ktp-el", "KTP-el sudah dicetak untuk permohonan lain dari orang yang sama."),
    ("ktp-el", "Pemohon tercatat sudah meninggal; mohon datang ke Disdukcapil dengan berkas asli."),
)


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("verified", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("care", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    op.create_index("task_due", "task", _ORDER)
    op.create_index("task_due_service", "task", ["layanan", *_ORDER])
    op.create_index("task_due_place", "task", ["stream", *_ORDER])
    op.create_index("task_care", "task", _CARE)
    op.create_index("task_care_service", "task", ["layanan", *_CARE])
    op.create_index("task_verified", "task", ["layanan", "verified"])
    op.create_table(
        "claim",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    op.create_index("claim_account", "claim", ["account", "until_ms"])
    op.create_table(
        "proposal",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    op.create_index("proposal_state", "proposal", ["state", "at_ms"])
    op.create_table(
        "four_eyes",
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("act", "layanan"),
    )
    reasons = op.create_table(
        "desk_reason",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(
        reasons,
        [
            {
                "id": f"awal-{act}-{number}",
                "act": act,
                "layanan": layanan,
                "text": text,
                "active": True,
                "place": number,
            }
            for act, seeds in (("kembalikan", _RETURN), ("tolak", _REJECT))
            for number, (layanan, text) in enumerate(seeds, start=1)
        ],
    )
    op.create_table(
        "desk_quota",
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("daily", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("layanan"),
    )
    op.create_table(
        "desk_done",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "layanan"),
    )
    # The next worker shows once more what is still to be worked on, and so fills the list.
    op.execute(
        "INSERT INTO parked SELECT stream, record FROM view "
        "WHERE status IN ('diverifikasi', 'diproses') ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    for table in ("desk_done", "desk_quota", "desk_reason", "four_eyes", "proposal", "claim"):
        op.drop_table(table)
    op.drop_table("task")
