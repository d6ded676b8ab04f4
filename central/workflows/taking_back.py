"""The centre takes back what an old backup lost, from a node that kept it.

A node keeps the logs that the centre handed down to it, and the centre's seal on their ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from central.workflows.acting import begin_new_log
from sync.bundle import Bundle, LogSeal, Run
from sync.errors import BadSignature
from sync.log import run_end
from sync.seals import check_seal
from vault import log
from vault.core import Vault
from vault.engine import Connection
from vault.exchange import take_run
from vault.fold import fold_changes, fold_records, lock_stream
from vault.laying_out import lay_out
from vault.recovery import agreement, write_again

_log = structlog.get_logger()


def take_back(connection: Connection, vault: Vault, stream: str, run: Run) -> bool:
    """Append a run that a node kept for this centre, and whose origin was checked.

    What stands at those positions since the centre was restored is written once more in a log of
    the centre: the nodes have seen the first, and contexts name it.

    Returns whether it could be joined: False where it does not even begin where the two agree.
    """
    lock_stream(connection, stream)
    log.log_end(connection, stream, run.replica, lock=True)
    lay_out(connection, vault, stream)
    agreed = agreement(connection, stream, run)
    if agreed is None:
        return False
    end = log.log_end(connection, stream, run.replica)
    again: list[bytes] = []
    if agreed < min(end.seq, run.last):
        _log.error("this centre was restored and wrote on", stream=stream, from_seq=agreed + 1)
        if run.replica == vault.replica or log.log_end(connection, stream, vault.replica).seq:
            # What moves has seen nothing of the log it moves to: it must come first there.
            begin_new_log(connection, vault)
        again = write_again(connection, vault, stream, run.replica, agreed)
    closed = run.replica in vault.central_writers and run.replica != vault.replica
    fresh = take_run(connection, stream, run, closed=closed)
    fold_changes(connection, vault, stream, fresh)
    fold_records(connection, vault, stream, again)
    return True


_STEP = 64
"""How far before the end of its log the centre looks first for where the branches part."""


def parted(connection: Connection, stream: str, request: Bundle) -> dict[bytes, int]:
    """{log: a position from where to give it back}, of those that a node holds otherwise."""
    found: dict[bytes, int] = {}
    for replica, end in request.ends.items():
        seq = request.have.get(replica, 0)
        held = log.log_end(connection, stream, replica)
        if 0 < seq <= held.seq:
            own = log.hash_reader(connection, stream, replica)(seq)
            if own[: len(end)] != end:
                found[replica] = max(seq - _STEP, 0)
    return found


def require_seal(vault: Vault, stream: str, run: Run, seals: Sequence[LogSeal]) -> None:
    """:raises BadSignature: the run is not what this centre sealed, up to its end."""
    for seal in seals:
        if seal.replica == run.replica and seal.seq == run.last:
            keyring = vault.keyring
            check_seal((keyring.identity.public, *keyring.former_publics), stream, seal)
            if run_end(stream, run) == seal.hash:
                return
    raise BadSignature("a log of the centre is given back without the centre's seal")
