"""Tables of the centre's own people, beside the accounts that both servers have."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from central.store.tables import metadata

person = Table(
    "person",
    metadata,
    Column("account", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("code_until_ms", BigInteger, nullable=False),
    Column("totp", LargeBinary),
    Column("totp_new", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("wrong_ms", BigInteger, nullable=False),
)
"""What the centre knows of an account besides name, role and password; no row: nothing of it.

`stream`: the kelurahan of a penyelia; `code_until_ms`: the password is a one-time code, good until
then; `totp`: the sealed secret of the codes by phone, `totp_new`: one not confirmed yet;
`totp_step`: the last time step whose code was used; `wrong`, `wrong_ms`: wrong codes in a row."""

web_session = Table(
    "web_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False),
    Column("stamp", LargeBinary, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("browser", Text, nullable=False),
    Column("emergency", Boolean, nullable=False),
)
"""Who is signed in where. `digest`: of the random id in the cookie; `stamp`: of the password and
role it began with, so that a change of either ends it, whoever makes it and by whatever way."""
Index("web_session_account", web_session.c.account)
Index("web_session_seen", web_session.c.seen_ms)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)
"""For who lost the phone: each good once. Codes of 78 random bits need no slow hash."""

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
)
"""`uses`: what the device counts; `sealed`: what its owner calls it."""
Index("passkey_account", passkey.c.account)

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    Column("challenge", LargeBinary, primary_key=True),
    Column("until_ms", BigInteger, nullable=False),
)
"""Asked and not answered yet: each is answered once."""

role_demand = Table("role_demand", metadata, Column("role", Text, primary_key=True))
"""Roles that need a second step or a passkey."""

emergency = Table(
    "emergency",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
)
"""One-time codes made on the server for who cannot sign in otherwise; `used_ms` 0: not yet."""
Index("emergency_used", emergency.c.used_ms)

emergency_seen = Table(
    "emergency_seen",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Text, primary_key=True),
)
"""Admins who have read that it was used. Each reads for himself: an intruder hides it from none."""
