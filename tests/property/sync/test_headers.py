"""Headers put together by columns are the deterministic CBOR that the protocol asks for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.chain import digest
from sync.bundle import Run
from sync.log import Tip as End
from sync.log import check_run, cut, header_hashes, new_changes, without_bodies
from tests.property.sync.test_wire import STREAM, runs
from vault.arrivals import _packed, _unpacked

_EDGES = [1, 20, 0xFB, 0xFFFB, (1 << 32) - 5, 1 << 33]
"""Positions just before an integer gets longer."""


def plainly(stream: str, run: Run) -> list[bytes]:
    """The hashes of a run's headers, an array and a call to cbor2 each."""
    hashes = [run.prev]
    for at in range(len(run)):
        body = run.bodies[at]
        header = [
            stream,
            run.replica,
            run.first + at,
            hashes[-1],
            run.hlcs[at],
            run.doubts[at],
            run.records[at],
            run.kinds[at],
            dict(run.contexts[at]),
            run.shas[at] if body is None else digest(body),
        ]
        hashes.append(digest(cbor2.dumps(header, canonical=True)))
    return hashes[1:]


def begun(run: Run) -> Run:
    """A run that may be the beginning of a log."""
    return replace(run, prev=bytes(32)) if run.first == 1 else run


def alike(run: Run) -> Run:
    """The most frequent run: one kind, one doubt, nothing seen of others."""
    count = len(run)
    return replace(
        run, doubts=run.doubts[:1] * count, kinds=run.kinds[:1] * count, contexts=[{}] * count
    )


@settings(max_examples=300, deadline=None)
@given(runs(), st.sampled_from(_EDGES), st.booleans(), st.booleans())
def test_headers_by_columns_are_deterministic_cbor(
    run: Run, first: int, same: bool, recent: bool
) -> None:
    run = replace(run, first=first)
    if same:
        run = alike(run)
    if recent:
        run = replace(run, hlcs=[max(hlc, 1 << 32) for hlc in run.hlcs])

    hashes, _ = header_hashes(STREAM, run)

    assert hashes == plainly(STREAM, run)


@settings(max_examples=200, deadline=None)
@given(runs(), st.data())
def test_what_is_held_is_cut_off_and_the_chain_goes_on(run: Run, data: st.DataObject) -> None:
    run = begun(run)
    hashes, shas = header_hashes(STREAM, run)
    held = data.draw(st.integers(0, len(run) - 1))
    before = [run.prev, *hashes]

    checked = check_run(
        STREAM,
        run,
        End(run.first + held - 1, before[held]),
        lambda seq: before[seq - run.first + 1],
    )
    rest = cut(run, held, hashes)

    assert checked == (held, hashes, shas)
    assert (rest.first, rest.last, rest.prev) == (run.first + held, run.last, before[held])
    assert header_hashes(STREAM, rest) == (hashes[held:], shas[held:])


@settings(max_examples=200, deadline=None)
@given(runs())
def test_a_run_is_laid_out_as_it_came(run: Run) -> None:
    run = begun(run)
    kept = _unpacked(run.replica, run.first, _packed(run))

    assert kept == run
    changes = new_changes(STREAM, kept, End(run.first - 1, run.prev), lambda seq: run.prev)
    assert [one.hash for one in changes] == plainly(STREAM, run)
    assert all(one.hash == two.prev for one, two in pairwise(changes))


@settings(max_examples=200, deadline=None)
@given(runs())
def test_a_run_without_some_bodies_has_the_same_chain(run: Run) -> None:
    hashes, shas = header_hashes(STREAM, run)

    dropped = without_bodies(run, {run.records[0]}, shas)

    assert header_hashes(STREAM, dropped) == (hashes, shas)
    assert dropped.bodies[0] is None
