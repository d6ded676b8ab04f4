"""Nodes of every released version at today's centre: their real bundles, recorded then.

The centre's own log stood in its database and is put back from the recorded answers; everything
else is today's code. It must say what that version's centre said, and end in the same state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central.centre import Centre
from central.workflows.enrolment import enrol
from central.workflows.folding import fold_all
from central.workflows.ingest import take_bundle
from crypto.identity import Identity
from sync import wire
from sync.bundle import Bundle, Run
from sync.cose import unverified_payload, verify1
from sync.enrol import read_admission
from sync.errors import Replayed
from sync.log import new_changes
from tests.recorded import script
from tests.recorded.script import CENTRE_SEED, NODE_SEED, STREAM, centre_of, code_of, told
from vault import log
from vault.engine import writing
from vault.fold import fold_changes, lock_stream

FOLDER = Path(script.__file__).parent
RELEASES = sorted(found.parent.name for found in FOLDER.glob("*/traffic.json"))
NODE, CENTRE = Identity.from_seed(NODE_SEED), Identity.from_seed(CENTRE_SEED)


@pytest.fixture(params=RELEASES)
def recorded(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / request.param / "traffic.json").read_text())
    return loaded


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    url = request.getfixturevalue("postgres_centre") if request.param == "postgresql" else ""
    made = centre_of(tmp_path / "central", url)
    yield made
    made.vault.engine.dispose()


def content(raw: bytes) -> Bundle:
    return wire.decode(unverified_payload(raw))


def own_runs(answer: Bundle) -> list[Run]:
    return [run for run in answer.runs if run.replica == CENTRE.replica]


def put_back(centre: Centre, answer: Bundle) -> None:
    """What officers had written before this answer was given."""
    vault = centre.vault
    with writing(vault.engine) as connection:
        lock_stream(connection, STREAM)
        for run in own_runs(answer):
            end = log.log_end(connection, STREAM, run.replica)
            reader = log.hash_reader(connection, STREAM, run.replica)
            fresh = new_changes(STREAM, run, end.tip, reader)
            log.append(connection, fresh)
            fold_changes(connection, vault, STREAM, fresh)


def admit(centre: Centre, recorded: dict[str, Any]) -> None:
    """The recorded node applies, as it did then."""
    asked = bytes.fromhex(recorded["enrolment"])
    then = replace(centre, clock=lambda: script.START_MS)
    admitted = read_admission(enrol(then, asked), code_of(centre), asked)
    assert admitted.stream == STREAM


def said(answer: Bundle) -> dict[str, Any]:
    """What an answer says, without what is sealed afresh each time."""
    return {
        "have": dict(answer.have),
        "got_chunks": answer.got_chunks,
        "answers": answer.answers,
        "runs": [(run.replica, run.first, run.prev, run.bodies) for run in answer.runs],
        "lacks": (answer.lacks_keys, answer.lacks_chunks),
        "protocol": answer.protocol,
    }


def test_there_is_a_recording_of_the_first_release() -> None:
    assert "0.1.0" in RELEASES


def test_an_old_node_is_answered_as_then_and_ends_in_the_same_state(
    centre: Centre, recorded: dict[str, Any]
) -> None:
    admit(centre, recorded)

    for passed in recorded["exchanges"]:
        then = content(bytes.fromhex(passed["answer"]))
        put_back(centre, then)
        at = replace(centre, clock=lambda passed=passed: passed["at_ms"])
        raw = take_bundle(at, bytes.fromhex(passed["sent"]))
        fold_all(centre)

        _, payload = verify1(raw, lambda _: CENTRE.public)
        assert said(wire.decode(payload)) == said(then)

    records = [bytes.fromhex(record) for record in recorded["ending"]["records"]]
    assert told(centre, records) == recorded["ending"]


def test_an_old_node_s_bundles_again_are_refused_and_change_nothing(
    centre: Centre, recorded: dict[str, Any]
) -> None:
    admit(centre, recorded)
    for passed in recorded["exchanges"]:
        put_back(centre, content(bytes.fromhex(passed["answer"])))
        take_bundle(centre, bytes.fromhex(passed["sent"]))
    fold_all(centre)

    for passed in recorded["exchanges"]:
        with pytest.raises(Replayed):
            take_bundle(centre, bytes.fromhex(passed["sent"]))
    fold_all(centre)

    records = [bytes.fromhex(record) for record in recorded["ending"]["records"]]
    assert told(centre, records) == recorded["ending"]


def test_the_recording_says_something(recorded: dict[str, Any]) -> None:
    """A recording of nothing would pass every test above."""
    sent = [content(bytes.fromhex(passed["sent"])) for passed in recorded["exchanges"]]
    answers = [content(bytes.fromhex(passed["answer"])) for passed in recorded["exchanges"]]

    assert sum(len(run) for one in sent for run in one.runs) > 10
    assert any(one.chunks for one in sent)
    assert any(one.keys for one in sent)
    assert any(one.epochs for one in sent)
    assert any(context for one in sent for run in one.runs for context in run.contexts)
    assert sum(len(run) for one in answers for run in own_runs(one)) >= 5
    firsts = [run.first for one in sent for run in one.runs]
    assert len(firsts) > len(set(firsts)), "a lost answer made the node send something again"
    statuses = {one["status"] for one in recorded["ending"]["records"].values()}
    assert statuses == {"diverifikasi", "siap_diambil", "dibatalkan"}
    assert {run.replica for one in sent for run in one.runs} == {NODE.replica}
