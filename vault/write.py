"""Writing an act: append to the own log and show it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from crypto import aead
from crypto.chain import digest
from crypto.keys import new_key
from sync.body import Body
from sync.change import Change, associated_data, header_hash
from sync.hlc import UNKNOWN_DOUBT, ms_of, observe, tick
from vault import data_keys, log
from vault.core import Stamp, Vault
from vault.errors import NoSuchRecord
from vault.fold import Told, open_changes, show, state_of
from vault.history import changes_of


def _next_stamp(own: log.LogEnd, ends: Iterable[log.LogEnd], stamp: Stamp) -> tuple[int, int]:
    """(HLC, doubt) of the next change. A stamp that runs ahead of the clock is in doubt by that."""
    now_ms = stamp.now_ms
    last = 0
    # Our own log too is followed only where a clock could have been: after a wrong one is set
    # right, stamps go back to the time.
    for end in (own, *ends):
        last = observe(last, end.hlc, now_ms)
    hlc = tick(last, now_ms)
    ahead_s = (ms_of(hlc) - now_ms) // 1000
    return hlc, min(max(stamp.doubt, ahead_s), UNKNOWN_DOUBT)


def write(
    connection: Connection,
    vault: Vault,
    stream: str,
    record: bytes,
    kind: str,
    body: Body,
    stamp: Stamp,
    *,
    new: bool = False,
) -> Change:
    """Append an act to the own log of `stream` and show it; durable when the transaction commits.

    The caller holds the stream's fold lock where several processes write (PostgreSQL).

    :param new: the record begins with this change.
    :raises NoSuchRecord: not new and not held here.
    """
    vault.keys_in(connection)
    ends = log.log_ends(connection, stream)
    own = ends.get(vault.replica, log.NO_LOG)
    key = data_keys.key_of(connection, vault, stream, record)
    told: list[Told] = []
    if key is not None:
        told = open_changes(vault, key, changes_of(connection, stream, record))
        if not told:
            data_keys.set_born(connection, stream, record, own.seq + 1)
    elif new:
        key = new_key()
        data_keys.add_key(connection, vault, stream, record, key, born=own.seq + 1)
    else:
        raise NoSuchRecord(record.hex())
    hlc, doubt = _next_stamp(own, ends.values(), stamp)
    # Our own log up to here is implied, and costs nothing on the wire.
    context = {r: seq for r, seq in state_of(told).context.items() if r != vault.replica}
    aad = associated_data(
        stream, vault.replica, own.seq + 1, own.hash, hlc, doubt, record, kind, context
    )
    sealed = aead.seal(key, vault.codec.encode(body.plain()), aad)
    sha = digest(sealed)
    change = Change(
        stream,
        vault.replica,
        own.seq + 1,
        own.hash,
        hlc,
        doubt,
        record,
        kind,
        context,
        sealed,
        sha,
        header_hash(aad, sha),
    )
    log.append(connection, [change])
    show(connection, vault, stream, record, told, [*told, Told(change, body)])
    return change
