"""What the API's document promises is held, whatever is sent (Schemathesis, from a fixed seed)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS

from central.app import create_central_app
from central.views.api.document import CALLS, Call
from central.workflows import api_clients
from central.workflows.api_clients import Scope
from sync.body import Author
from tests.integration.world import BTJ, make_world

BUDGET = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def promised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document, with ids of requests that are there beside those that are not."""
    world = make_world(tmp_path_factory.mktemp("contract") / "world")
    loket = world.counter(BTJ)
    records = [loket.verified().hex() for _ in range(12)]
    loket.exchange()
    world.fold()
    made = api_clients.add(
        world.centre, "Pemeriksa", Scope, Author("ani", "Ani", "admin"), per_minute=6000
    )
    app = create_central_app(world.centre, fold_here=False)
    told = app.test_client().get("/api/v1/openapi.json").json
    for path in told["paths"].values():
        for parameter in (one for call in path.values() for one in call["parameters"]):
            if parameter["in"] == "path":
                there = records if parameter["name"] == "record" else [BTJ]
                parameter["schema"] = {"enum": there}
    schema = schemathesis.openapi.from_dict(told)
    schema.app = app
    yield schema, made.token
    world.centre.vault.engine.dispose()
    for counter in world.counters:
        counter.edge.vault.engine.dispose()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
@pytest.mark.parametrize("mode", GenerationMode)
def test_the_api_keeps_its_word(promised: Any, call: Call, mode: GenerationMode) -> None:
    schema, token = promised
    # What is written passes the gate of the officers' pages too, which knows more than a schema
    # can say; and what was decided once cannot be decided again.
    excluded = [CHECKS.get_one("positive_data_acceptance")] if call.writes else []
    cases = schema[call.path][call.method].as_strategy(generation_mode=mode)

    @BUDGET
    @given(case=cases)
    def sent(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded
        )

    sent()
