"""What stood against each other: told the same in any order, and as the fold has it."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from registration.catalogue import policy_of
from sync.differences import differences, is_straight
from sync.record import Write, fold_all
from sync.resolve import Rules, resolve_all
from tests.property.sync.histories import REPLICAS, histories

RULES = Rules(policy_of, lambda found: None, lambda replica: int(replica == REPLICAS[0]))


@given(histories(), st.randoms(use_true_random=False))
def test_told_the_same_in_whatever_order_it_came(
    writes: list[Write], shuffling: random.Random
) -> None:
    other = list(writes)
    shuffling.shuffle(other)

    assert differences(writes, RULES) == differences(other, RULES)


@given(histories())
def test_what_waits_is_what_the_fold_leaves_undecided(writes: list[Write]) -> None:
    found = differences(writes, RULES)

    shown = resolve_all(fold_all(writes), RULES)
    undecided = {name for name, one in shown.items() if one.conflicted}
    assert {one.field for one in found if one.settled is None} == undecided
    for one in found:
        if one.settled is None:
            assert one.sides == shown[one.field].entries


@given(histories())
def test_what_was_settled_stood_against_something(writes: list[Write]) -> None:
    for one in differences(writes, RULES):
        assert len({str(side.value) for side in one.sides}) > 1
        if one.settled is not None:
            assert one.field in one.settled.fields


@given(histories())
def test_nothing_stood_against_anything_in_a_straight_history(writes: list[Write]) -> None:
    ordered = sorted(writes, key=lambda write: (write.hlc, write.dot))
    if is_straight(ordered):
        shown = resolve_all(fold_all(writes), RULES)
        assert not any(one.conflicted for one in shown.values())
