"""Tables of Disdukcapil's server beside those of the sealed store."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text

metadata = MetaData()

node = Table(
    "node",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("stream", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sign_public", LargeBinary, nullable=False),
    Column("seal_public", LargeBinary, nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("last_contact_ms", BigInteger, nullable=False),
    Column("clock_drift_ms", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("last_refusal", Text, nullable=False),
    Column("told_more", Boolean, nullable=False),
    Column("former", LargeBinary),
    Column("retired", Boolean, nullable=False),
    Column("takes_over", Boolean, nullable=False),
)
"""An enrolled kelurahan server. `former`: the replica that it wrote as before; `retired`: another
identity came after this one; `takes_over`: it is being given the open requests of its stream."""

enrolment = Table(
    "enrolment",
    metadata,
    Column("code_id", LargeBinary, primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("stream", Text, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_by", LargeBinary),
)
"""One-time codes."""
