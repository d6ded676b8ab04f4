"""The merge laws, over generated histories of three replicas."""

from __future__ import annotations

import os
import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from registration.catalogue import policy_of
from registration.lifecycle import Status, resolve_statuses
from sync.record import (
    EMPTY,
    Dot,
    Write,
    covers,
    decode,
    encode,
    fold,
    fold_all,
    full_context,
    merge,
    several,
    state_hash,
)
from sync.resolve import Rules, count_conflicts, resolve_all
from tests.property.sync.histories import FIELDS, REPLICAS, VALUES, folded, histories

MANY = settings(max_examples=int(os.environ.get("LOKET_EXAMPLES", "700")), deadline=None)
"""`make soak` lives through many more."""
RULES = Rules(policy_of, lambda _: None, lambda replica: int(replica == REPLICAS[0]))


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(writes: list[Write], rng: random.Random) -> None:
    shuffled = list(writes)
    rng.shuffle(shuffled)

    assert encode(folded(shuffled)) == encode(folded(writes))


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_a_repeat_changes_nothing(writes: list[Write], rng: random.Random) -> None:
    repeated = writes + [rng.choice(writes) for _ in range(3)] if writes else writes
    rng.shuffle(repeated)

    assert encode(folded(repeated)) == encode(folded(writes))


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_merge_is_commutative_associative_idempotent_and_agrees_with_fold(
    writes: list[Write], rng: random.Random
) -> None:
    parts = [folded([write for write in writes if rng.random() < 0.6]) for _ in range(3)]
    one, two, three = parts

    assert encode(merge(one, two)) == encode(merge(two, one))
    assert encode(merge(merge(one, two), three)) == encode(merge(one, merge(two, three)))
    assert encode(merge(one, one)) == encode(one)
    assert encode(merge(one, EMPTY)) == encode(one)
    whole = merge(merge(one, two), merge(three, folded(writes)))
    assert encode(whole) == encode(folded(writes))


@MANY
@given(histories())
@example([Write(Dot(REPLICAS[0], 1), 0, 0, {}, {"status": 1})])
def test_a_value_stands_until_somebody_who_saw_it_replaces_it(writes: list[Write]) -> None:
    state = folded(writes)

    for name in {field for write in writes for field in write.fields}:
        standing = {entry.dot for entry in state.fields[name].entries}
        expected = {
            write.dot
            for write in writes
            if name in write.fields
            and not any(
                other.dot != write.dot
                and name in other.fields
                and covers(full_context(other), write.dot)
                for other in writes
            )
        }
        assert standing == expected
        assert standing


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_every_replica_with_the_same_changes_shows_the_same(
    writes: list[Write], rng: random.Random
) -> None:
    shuffled = list(writes)
    rng.shuffle(shuffled)

    assert resolve_all(folded(shuffled), RULES) == resolve_all(folded(writes), RULES)


CONTEXTS = st.dictionaries(st.sampled_from(REPLICAS), st.integers(0, 4))


@MANY
@given(histories(), st.lists(CONTEXTS, max_size=20), st.booleans(), st.integers(0, 20))
def test_a_straight_history_folds_to_what_folding_one_by_one_gives(
    writes: list[Write], strays: list[dict[bytes, int]], by_stamp: bool, keep: int
) -> None:
    """Whatever contexts an author claims, and in whatever order the writes are told."""
    told = [
        write._replace(context=stray) for write, stray in zip(writes, strays, strict=False)
    ] + writes[len(strays) :]
    if by_stamp:
        told.sort(key=lambda write: (write.hlc, write.dot))
    told = told[: keep or None]

    at_once = fold_all(told)

    assert at_once == folded(told)
    assert count_conflicts(at_once, RULES) == count_conflicts(folded(told), RULES)


@MANY
@given(
    st.lists(
        st.tuples(
            st.sampled_from(REPLICAS),
            st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3),
        ),
        max_size=12,
    )
)
def test_of_a_straight_history_the_last_value_of_each_field_stands(
    steps: list[tuple[bytes, dict[str, int]]],
) -> None:
    writes: list[Write] = []
    for author, fields in steps:
        writes.append(settle(writes, author, dict(fields)))

    state = fold_all(writes)

    assert state == folded(writes)
    assert encode(state) == encode(folded(writes))
    assert list(several(state)) == []
    last = {name: value for _, fields in steps for name, value in fields.items()}
    assert {name: found.value for name, found in resolve_all(state, RULES).items()} == last


@MANY
@given(histories())
def test_a_state_survives_its_encoding(writes: list[Write]) -> None:
    state = folded(writes)
    encoded = encode(state)

    assert decode(encoded) == state
    assert encode(decode(encoded)) == encoded
    assert state_hash(encoded) == state_hash(encode(decode(encoded)))


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_settling_ends_a_conflict_on_every_replica(writes: list[Write], rng: random.Random) -> None:
    state = folded(writes)
    author = REPLICAS[0]
    seq = state.context.get(author, 0) + 1
    context = {replica: s for replica, s in state.context.items() if replica != author}
    settle = Write(Dot(author, seq), 99, 0, context, {"data.nama": 7})
    everything = [*writes, settle]
    rng.shuffle(everything)

    assert [entry.value for entry in folded(everything).fields["data.nama"].entries] == [7]


@MANY
@given(histories(), st.integers(0, 3), st.integers(0, 3), st.randoms(use_true_random=False))
def test_two_admins_settling_at_once_converge(
    writes: list[Write], first: int, second: int, rng: random.Random
) -> None:
    state = folded(writes)
    settles = []
    for author, value in ((REPLICAS[0], first), (REPLICAS[1], second)):
        seq = state.context.get(author, 0) + 1
        context = {replica: s for replica, s in state.context.items() if replica != author}
        settles.append(Write(Dot(author, seq), 99, 0, context, {"data.nama": value}))
    everything = [*writes, *settles]
    rng.shuffle(everything)
    shuffled = folded(everything)

    assert resolve_all(shuffled, RULES) == resolve_all(folded([*writes, *settles]), RULES)
    assert shuffled.fields["data.nama"].entries
    conflicted = resolve_all(shuffled, RULES)["data.nama"].conflicted
    assert conflicted == (first != second)


def settle(writes: list[Write], author: bytes, fields: dict[str, object]) -> Write:
    """A change of one who has seen all of `writes`."""
    context = dict(folded(writes).context)
    seq = context.pop(author, 0) + 1
    return Write(Dot(author, seq), 99, 0, context, fields)


@MANY
@given(
    histories(),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_three_admins_settling_at_once_leave_what_they_chose_and_one_more_word_ends_it(
    writes: list[Write], values: list[int], rng: random.Random
) -> None:
    chosen = zip(REPLICAS, values, strict=True)
    settles = [settle(writes, author, {"data.nama": value}) for author, value in chosen]
    everything = [*writes, *settles]
    rng.shuffle(everything)

    standing = folded(everything).fields["data.nama"].entries
    last = settle(everything, REPLICAS[1], {"data.nama": 7})
    ended = [*everything, last]
    rng.shuffle(ended)

    assert [entry.value for entry in standing] == values
    assert resolve_all(folded(everything), RULES)["data.nama"].conflicted == (len(set(values)) > 1)
    assert [entry.value for entry in folded(ended).fields["data.nama"].entries] == [7]


@MANY
@given(histories(), st.data(), st.randoms(use_true_random=False))
def test_an_edit_that_arrives_while_somebody_settles_stands_beside_the_settling(
    writes: list[Write], data: st.DataObject, rng: random.Random
) -> None:
    """Whoever settles covers what it saw and nothing else."""
    settler, editor = data.draw(st.permutations(REPLICAS))[:2]
    seen_by_editor = [write for write in writes if write.dot.replica == editor]
    decided = settle(writes, settler, {"data.nama": 7})
    edit = settle(seen_by_editor, editor, {"data.nama": 8, "data.telepon": 3})
    everything = [*writes, decided, edit]
    rng.shuffle(everything)

    state = folded(everything)

    assert sorted(entry.value for entry in state.fields["data.nama"].entries) == [7, 8]
    assert 3 in [entry.value for entry in state.fields["data.telepon"].entries]
    assert resolve_all(state, RULES)["data.nama"].conflicted


STATUSES = st.sampled_from([str(status) for status in Status])
LAWFUL = Rules(
    policy_of,
    lambda found: resolve_statuses({Status(one) for one in found}),
    lambda replica: int(replica == REPLICAS[0]),
)


@MANY
@given(
    st.lists(st.tuples(STATUSES, st.integers(0, 5)), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_states_written_at_once_by_three_come_to_one_everywhere_with_the_reason_of_its_act(
    acts: list[tuple[str, int]], rng: random.Random
) -> None:
    writes = [
        Write(Dot(replica, 1), clock, 0, {}, {"status": status, "alasan": f"{status} {number}"})
        for number, (replica, (status, clock)) in enumerate(zip(REPLICAS, acts, strict=True))
    ]
    shown = resolve_all(folded(writes), LAWFUL)
    rng.shuffle(writes)

    assert resolve_all(folded(writes), LAWFUL) == shown
    assert str(shown["alasan"].value).startswith(f"{shown['status'].value} ")
    assert not shown["alasan"].conflicted
    statuses = {Status(status) for status, _ in acts}
    lawful = len(statuses) == 1 or resolve_statuses(statuses) is not None
    assert shown["status"].conflicted is not lawful


@MANY
@given(histories())
def test_folding_on_is_folding_from_zero(writes: list[Write]) -> None:
    state = EMPTY
    for count, write in enumerate(writes, 1):
        state = fold(decode(encode(state)), write)

        assert encode(state) == encode(folded(writes[:count]))
