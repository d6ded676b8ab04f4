"""Finding out which protocol two sides speak."""

from __future__ import annotations

import pytest

from sync.protocol import PROTOCOL, SPOKEN, Speech, highest_common, newer_than


def test_one_begins_with_the_newest_that_one_speaks() -> None:
    assert Speech((1, 2, 3)).protocol == 3
    assert Speech().protocol == PROTOCOL == max(SPOKEN)


@pytest.mark.parametrize(
    ("theirs", "protocol"), [([1, 2], 2), ([1], 1), ([2, 4, 9], 2), ([1, 2, True], 2)]
)
def test_one_falls_back_to_the_newest_that_both_speak(theirs: list[int], protocol: int) -> None:
    speech = Speech((1, 2, 3))

    assert speech.turned_down(theirs)
    assert speech.protocol == protocol


@pytest.mark.parametrize("theirs", [[4, 5], [], None, "1", [1, "2"], {"1": 1}, 1, [3], [2.0, "x"]])
def test_where_nothing_older_is_common_one_stays_and_does_not_try_again(theirs: object) -> None:
    speech = Speech((1, 2, 3))

    assert not speech.turned_down(theirs)
    assert speech.protocol == 3


def test_forged_refusals_end() -> None:
    """They are not signed: they may push downwards, and only so far."""
    speech = Speech((1, 2, 3))
    said = [speech.turned_down(theirs) for theirs in ([2], [3], [1], [3], [2], [1])]

    assert said == [True, False, True, False, False, False]
    assert speech.protocol == 1


def test_a_signed_answer_leads_up_again() -> None:
    speech = Speech((1, 2, 3))
    speech.turned_down([1])

    speech.answered(1, (2, 9))
    assert speech.protocol == 2
    speech.answered(2, ())
    assert speech.protocol == 2


def test_nothing_is_told_where_both_are_alike() -> None:
    assert newer_than(3, (1, 2, 3)) == ()
    assert newer_than(1, (1, 2, 3)) == (2, 3)
    assert highest_common((1, 2), (3,)) is None
