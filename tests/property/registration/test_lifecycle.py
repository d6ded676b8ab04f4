from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status, acts_for, apply, may, resolve_statuses

STATUSES = st.lists(st.sampled_from(Status), max_size=5)


@given(STATUSES, st.randoms(use_true_random=False))
def test_the_outcome_of_concurrent_statuses_does_not_depend_on_their_order(
    statuses: list[Status], random: object
) -> None:
    shuffled = list(statuses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    outcome = resolve_statuses(statuses)

    assert resolve_statuses(shuffled) is outcome
    assert resolve_statuses([*statuses, *shuffled]) is outcome
    assert outcome is None or outcome in statuses


@given(STATUSES)
def test_a_winner_beats_every_other_one_by_a_single_act(statuses: list[Status]) -> None:
    winner = resolve_statuses(statuses)
    if winner is None:
        return

    for other in set(statuses) - {winner}:
        reached = {apply(act, role, other) for role in Role for act in acts_for(role, other)}
        assert winner in reached
        assert resolve_statuses([winner, other]) is winner


def test_may_and_apply_always_agree() -> None:
    for act, role, status in itertools.product(Act, Role, [None, *Status]):
        if may(act, role, status):
            assert apply(act, role, status) in Status
        else:
            with pytest.raises(IllegalAct) as refused:
                apply(act, role, status)
            assert str(refused.value.sentence)


def test_what_is_over_stays_over() -> None:
    for status in (Status.DITOLAK, Status.DISERAHKAN, Status.DIBATALKAN):
        for role in Role:
            assert set(acts_for(role, status)) <= {
                Act.PUTUSKAN,
                Act.PERIKSA_GANDA,
                Act.UJI_PETIK,
                Act.TINJAU_SUSULAN,
                # A word of Disdukcapil's own, taken back by itself.
                *((Act.BUKA_KEMBALI,) if status is Status.DITOLAK else ()),
            }


def test_taking_a_decision_back_never_wins_or_loses_by_rule() -> None:
    for went_on in (Status.SIAP_DIAMBIL, Status.DISERAHKAN):
        assert resolve_statuses([went_on, Status.DIPROSES]) is None
