"""The demo opens with something said, and with a result that may be shown."""

from __future__ import annotations

from pathlib import Path

from demo.voices import fill_voices
from edge_node.edge import open_edge
from edge_node.workflows import complaints, survey
from edge_node.workflows.survey import Period
from registration.lifecycle import Role
from tests.integration.world import make_world


def test_each_counter_has_complaints_and_a_survey_result(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    counter = world.counter()

    fill_voices(counter.edge, 7)

    edge = open_edge(counter.edge.settings)
    assert complaints.waiting(edge, Role.PENYELIA).count == 2
    assert complaints.waiting(edge, Role.PETUGAS).count == 1, "one is about the staff"
    found = survey.findings(edge, Period.BULAN)
    assert found.whole is not None
    assert len(found.comments) == 3
    edge.vault.engine.dispose()
    world.centre.vault.engine.dispose()
