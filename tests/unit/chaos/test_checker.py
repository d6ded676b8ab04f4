"""The checker notices each way in which a history can be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from registration.lifecycle import Act
from tests.chaos.checker import Law, acknowledged, violations
from tests.chaos.history import Deed, Event, Filing, Held, Look, Outcome, StreamEnd

STREAM, RECORD, CODE, NIK = "32.75.02.1004", "ab" * 16, "BTJ-234-567", "3275020101900001"
WORD = "3275-KTP-000001"
FILED = Filing(STREAM, NIK, Outcome.CONFIRMED, CODE, RECORD, 1)
ISSUED = Deed(STREAM, RECORD, Act.TERBITKAN, Outcome.CONFIRMED, WORD)
HANDED_OVER = Deed(STREAM, RECORD, Act.SERAHKAN, Outcome.CONFIRMED)
HELD = Held(
    RECORD,
    CODE,
    NIK,
    unfinished=True,
    acts={Act.AJUKAN: 1, Act.TERBITKAN: 1, Act.SERAHKAN: 1},
    words={(Act.TERBITKAN, WORD): 1},
    state="5a",
    photos=1,
    whole_photos=1,
)
WHOLE = StreamEnd(STREAM, False, {RECORD: HELD}, {RECORD: HELD}, "77", "77")
EVENTS = (FILED, ISSUED, HANDED_OVER, Look(STREAM, RECORD, True))


def laws(end: StreamEnd, events: Iterable[Event] = EVENTS) -> set[Law]:
    return {one.law for one in violations(list(events), [end])}


def both(**changed: object) -> StreamEnd:
    """Counter and centre hold the request alike, but not as it should be."""
    held = replace(HELD, **changed)
    return replace(WHOLE, counter={RECORD: held}, centre={RECORD: held})


def test_a_history_in_which_all_is_well_has_no_violation() -> None:
    assert violations(EVENTS, [WHOLE]) == []
    assert acknowledged(EVENTS) == 3


@pytest.mark.parametrize("side", ["counter", "centre"])
def test_a_receipt_that_one_side_does_not_hold_is_lost(side: str) -> None:
    assert laws(replace(WHOLE, **{side: {}}), [FILED]) == {Law.LOST}


def test_a_receipt_whose_code_is_of_another_request_is_lost() -> None:
    assert laws(both(code="BTJ-999-999")) == {Law.LOST}


def test_a_form_that_became_two_requests_is_doubled() -> None:
    twin = replace(HELD, record="cd" * 16, code="BTJ-777-777")
    store = {RECORD: HELD, twin.record: twin}

    assert laws(replace(WHOLE, counter=store, centre=store)) == {Law.DOUBLED}


def test_a_form_without_answer_that_became_two_requests_is_doubled() -> None:
    unknown = Filing(STREAM, NIK, Outcome.UNKNOWN)
    twin = replace(HELD, record="cd" * 16)
    store = {RECORD: HELD, twin.record: twin}

    assert laws(replace(WHOLE, counter=store, centre=store), [unknown]) == {Law.DOUBLED}


def test_a_form_without_answer_may_have_been_filed_or_not() -> None:
    unknown = Filing(STREAM, NIK, Outcome.UNKNOWN)

    assert laws(WHOLE, [unknown]) == set()
    assert laws(replace(WHOLE, counter={}, centre={}), [unknown]) == set()


def test_a_request_that_nobody_sent_is_noticed() -> None:
    assert laws(WHOLE, []) == {Law.DOUBLED}


def test_a_request_that_was_filed_by_two_changes_is_doubled() -> None:
    assert laws(both(acts={**HELD.acts, Act.AJUKAN: 2})) == {Law.DOUBLED}


def test_a_photo_that_is_not_whole_is_lost() -> None:
    assert laws(both(whole_photos=0)) == {Law.LOST}


def test_a_photo_that_came_twice_is_doubled() -> None:
    assert laws(both(photos=2, whole_photos=2)) == {Law.DOUBLED}


def test_a_confirmed_act_that_is_not_in_the_history_is_lost() -> None:
    assert laws(both(words={})) == {Law.LOST}
    assert laws(both(acts={Act.AJUKAN: 1})) == {Law.LOST}


def test_an_act_that_stands_in_the_history_twice_is_doubled() -> None:
    assert laws(both(words={(Act.TERBITKAN, WORD): 2})) == {Law.DOUBLED}
    assert laws(both(acts={**HELD.acts, Act.SERAHKAN: 2})) == {Law.DOUBLED}


def test_what_an_act_wrote_may_be_written_again_by_another_act() -> None:
    settled = {**HELD.words, (Act.PUTUSKAN, WORD): 1}

    assert laws(both(words=settled)) == set()


def test_an_act_without_answer_may_stand_there_once_and_not_twice() -> None:
    unknown = replace(ISSUED, outcome=Outcome.UNKNOWN)

    assert laws(WHOLE, [FILED, unknown]) == set()
    assert laws(both(words={}), [FILED, unknown]) == set()
    assert laws(both(words={(Act.TERBITKAN, WORD): 2}), [FILED, unknown]) == {Law.DOUBLED}


def test_an_act_that_was_refused_and_done_all_the_same_is_noticed() -> None:
    refused = replace(ISSUED, outcome=Outcome.REFUSED)

    assert laws(WHOLE, [FILED, refused]) == {Law.DOUBLED}


def test_a_receipt_that_did_not_open_is_lost() -> None:
    assert laws(WHOLE, [FILED, Look(STREAM, RECORD, False)]) == {Law.LOST}


def test_state_hashes_that_differ_are_noticed() -> None:
    assert laws(replace(WHOLE, counter_hash="88")) == {Law.DIVERGED}


def test_a_counter_that_never_sent_all_is_noticed() -> None:
    assert laws(replace(WHOLE, settled=False)) == {Law.DIVERGED}


def test_a_log_that_does_not_verify_is_noticed() -> None:
    assert laws(replace(WHOLE, broken_chains=("log ab at the centre",))) == {Law.BROKEN}


def test_a_new_box_needs_only_what_was_unfinished() -> None:
    over = replace(HELD, unfinished=False)
    new_box = replace(WHOLE, replaced=True, counter_hash="")

    assert laws(replace(new_box, counter={}, centre={RECORD: over})) == set()
    assert laws(replace(new_box, counter={})) == {Law.LOST}
    assert laws(replace(new_box, centre={})) == {Law.LOST, Law.DIVERGED}


def test_a_new_box_that_shows_another_state_is_noticed() -> None:
    other = replace(HELD, state="6b")

    assert laws(replace(WHOLE, replaced=True, counter={RECORD: other})) == {Law.DIVERGED}
