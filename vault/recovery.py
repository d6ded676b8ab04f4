"""Taking back what a restored or copied store lost, and keeping what it wrote meanwhile.

A log that two stores continued differently (an old backup, a copied disk) has two branches. The
branch that the other side holds stands; the other is written once more as the log of a new
replica, with the same records, stamps, words and contexts, so that nothing is lost and nothing
overwritten.
"""

from __future__ import annotations

from sqlalchemy import Connection

from crypto import aead
from crypto.chain import digest
from sync.bundle import Run
from sync.change import Change, associated_data, header_hash, origin_of
from sync.errors import Forked
from sync.log import new_changes
from vault import data_keys, log
from vault.core import Vault
from vault.history import changes_of


def agreement(connection: Connection, stream: str, run: Run) -> int | None:
    """How far our copy of a log agrees with `run` of it; None: not even before its first change.

    Says nothing about what lies behind the end of either.
    """
    end = log.log_end(connection, stream, run.replica)
    if run.first > end.seq + 1:
        return None
    try:
        new_changes(stream, run, end.tip, log.hash_reader(connection, stream, run.replica))
    except Forked as fork:
        return fork.seq - 1 if fork.seq >= run.first else None
    return min(run.last, end.seq)


def parts(connection: Connection, stream: str, run: Run) -> bool:
    """Whether `run` is of another branch of its log than ours."""
    end = log.log_end(connection, stream, run.replica)
    agreed = agreement(connection, stream, run)
    return run.first <= end.seq + 1 and agreed != min(run.last, end.seq)


def write_again(
    connection: Connection, vault: Vault, stream: str, former: bytes, after: int
) -> list[bytes]:
    """Move the changes of `former` behind `after` to the end of the own log; their records.

    `former` is a log that this store wrote, `vault.replica` the one it writes now. Contexts named
    everything of `former` before each change; of that, what stays in `former` is named still, and
    what moves is implied, as one's own log always is.
    """
    moved = log.read_changes(connection, stream, former, after, _ALL)
    own = log.log_end(connection, stream, vault.replica)
    seq, prev = own.seq, own.hash
    again: list[Change] = []
    begun: set[bytes] = set()
    seen_former = _touched(connection, stream, former, after, {c.record for c in moved})
    for change in moved:
        seq += 1
        context = dict(change.context)
        if change.record in seen_former:
            context[former] = seen_former[change.record]
        aad = associated_data(
            stream,
            vault.replica,
            seq,
            prev,
            change.hlc,
            change.doubt,
            change.record,
            change.kind,
            context,
        )
        key = data_keys.key_of(connection, vault, stream, change.record)
        body, sha = change.body, change.body_sha
        if key is not None and body is not None:
            body = aead.seal(key, _with_origin(vault, key, change), aad)
            sha = digest(body)
        own_hash = header_hash(aad, sha)
        again.append(
            Change(
                stream,
                vault.replica,
                seq,
                prev,
                change.hlc,
                change.doubt,
                change.record,
                change.kind,
                context,
                body if key is not None else None,
                sha,
                own_hash,
            )
        )
        if change.record not in seen_former and change.record not in begun:
            begun.add(change.record)
            data_keys.set_born(connection, stream, change.record, seq)
        prev = own_hash
    log.cut_off(connection, stream, former, after)
    log.append(connection, again)
    return list(dict.fromkeys(change.record for change in moved))


def _with_origin(vault: Vault, key: bytes, change: Change) -> bytes:
    """A change's plain body that names the original, ready to be sealed again.

    Another copy of this disk may move the same change, too: all copies are one.
    """
    plain = vault.codec.decode(aead.unseal(key, change.body or b"", change.associated))
    return vault.codec.encode({**plain, "o": plain.get("o") or origin_of(change, b"")})


_ALL = 1 << 40


def _touched(
    connection: Connection, stream: str, replica: bytes, upto: int, records: set[bytes]
) -> dict[bytes, int]:
    """{record: last position in the log up to `upto` that is about it}."""
    found: dict[bytes, int] = {}
    for record in records:
        for change in changes_of(connection, stream, record):
            if change.replica == replica and change.seq <= upto:
                found[record] = max(found.get(record, 0), change.seq)
    return found
