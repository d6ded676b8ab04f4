"""Histories of one record: several replicas write, and read each other's logs, in any order."""

from __future__ import annotations

from hypothesis import strategies as st

from sync.record import EMPTY, Dot, RecordState, Write, fold

REPLICAS = tuple(bytes([number]) * 16 for number in (1, 2, 3))
FIELDS = ("data.nama", "data.telepon", "status", "berkas.01")
VALUES = st.integers(0, 3)

_write = st.tuples(
    st.just("write"),
    st.sampled_from(REPLICAS),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=3),
    st.integers(0, 5),
)
_read = st.tuples(
    st.just("read"), st.sampled_from(REPLICAS), st.sampled_from(REPLICAS), st.integers(1, 4)
)


@st.composite
def histories(draw: st.DrawFn, max_steps: int = 14) -> list[Write]:
    """All writes of a record, each with the context its author really had.

    A replica reads another's log from where it stopped, so what it has seen of a log is always a
    prefix; how far clocks disagree is drawn as well.
    """
    logs: dict[bytes, list[Write]] = {replica: [] for replica in REPLICAS}
    seen: dict[bytes, dict[bytes, int]] = {replica: {} for replica in REPLICAS}
    for step in draw(st.lists(st.one_of(_write, _read), min_size=1, max_size=max_steps)):
        if step[0] == "write":
            _, replica, fields, clock = step
            context = {other: seq for other, seq in seen[replica].items() if other != replica}
            seq = len(logs[replica]) + 1
            write = Write(
                Dot(replica, seq), clock, draw(st.sampled_from((0, 9999))), context, fields
            )
            logs[replica].append(write)
            seen[replica][replica] = seq
        else:
            _, reader, other, count = step
            if reader != other:
                held = seen[reader].get(other, 0)
                upto = min(len(logs[other]), held + count)
                if upto:
                    seen[reader][other] = upto
    return [write for log in logs.values() for write in log]


def folded(writes: list[Write]) -> RecordState:
    state = EMPTY
    for write in writes:
        state = fold(state, write)
    return state
