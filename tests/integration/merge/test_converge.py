"""What two people do at once, through real stores and exchanges: one state, one story."""

from __future__ import annotations

import pytest

from central.workflows import desk, settling
from edge_node.workflows import acts
from registration.acts_schema import HandOver
from registration.catalogue import field_of, policy_of, record_field_of
from registration.lifecycle import Act, Role, Status
from sync.body import Author, Body
from tests.integration.world import BTJ, RUDI, SITI, Counter, World
from vault.engine import writing
from vault.fold import lock_stream
from vault.telling import timeline
from vault.write import write

CONFIRMED = frozenset({"nik", "no_kk"})
ANI = Author("ani", "Ani", Role.ADMIN)


def sync(world: World, *counters: Counter) -> None:
    """Until everybody has heard of everything."""
    for _ in range(3):
        for counter in counters:
            assert counter.courier.run()
        world.fold()


def put(
    world: World, counter: Counter | None, record: bytes, by: Author, act: str, **fields: object
) -> None:
    """A change in a log of the centre (None) or of a counter, past the rules of the pages."""
    vault = world.centre.vault if counter is None else counter.edge.vault
    stamp = world.centre.stamp() if counter is None else counter.edge.stamp()
    writes = {name.replace("__", "."): value for name, value in fields.items()}
    note = str(writes.pop("note", ""))
    with writing(vault.engine) as connection:
        lock_stream(connection, BTJ)
        write(connection, vault, BTJ, record, "permohonan", Body(act, by, writes, note), stamp)


def correct(counter: Counter, record: bytes, **changed: str) -> None:
    form = {name: str(value) for name, value in counter.record(record).named("data").items()}
    acts.correct(counter.edge, record, form | changed, [], SITI, confirmed=CONFIRMED)


def torn(world: World, counter: Counter) -> bytes:
    """A request whose name both sides changed."""
    record = counter.file()
    sync(world, counter)
    put(world, None, record, RUDI, Act.PERBAIKI, data__nama="DARI PUSAT")
    correct(counter, record, nama="DARI LOKET")
    sync(world, counter)
    assert counter.record(record).fields["data.nama"].conflicted
    return record


def story(counter: Counter, record: bytes) -> str:
    found = counter.record(record)
    undecided = [name for name, one in found.fields.items() if one.conflicted]
    lines = timeline(found.told, counter.edge.place_of, policy_of, undecided)
    return "\n".join(" ".join([str(line.sentence), *map(str, line.notes)]) for line in lines)


def same_everywhere(world: World, *counters: Counter) -> None:
    states = {world.state(), *(counter.state() for counter in counters)}
    assert len(states) == 1


@pytest.mark.parametrize("second", ["DARI LOKET", "DARI PUSAT"])
def test_two_admins_who_settle_at_once_converge(world: World, second: str) -> None:
    """The other admin's change reaches the stream by another log than the first one's."""
    counter = world.counter()
    record = torn(world, counter)

    put(world, None, record, RUDI, Act.PUTUSKAN, data__nama="DARI LOKET", note="Sesuai KK")
    put(world, counter, record, ANI, Act.PUTUSKAN, data__nama=second, note="Sesuai SIAK")
    sync(world, counter)

    found = counter.record(record)
    same_everywhere(world, counter)
    assert found.value("data.nama") == world.record(record).value("data.nama")
    assert found.fields["data.nama"].conflicted is (second == "DARI PUSAT")
    told = story(counter, record)
    assert "memutuskan perbedaan nama lengkap: Sesuai KK." in told
    assert "memutuskan perbedaan nama lengkap: Sesuai SIAK." in told
    if second == "DARI PUSAT":
        assert (
            "Disdukcapil memutuskan nama lengkap juga, tanpa saling tahu. Menunggu keputusan."
            in told
        )
        settle_all(world, record, "DARI PUSAT")
        sync(world, counter)
        assert counter.record(record).conflicts == 0
        assert "Menunggu keputusan." not in story(counter, record)
        same_everywhere(world, counter)


def settle_all(world: World, record: bytes, value: str) -> None:
    _, conflicts = settling.conflicts_of(world.centre, BTJ, record)
    choices = {
        one.field: next(side.key for side in one.sides if side.value == value) for one in conflicts
    }
    settling.settle(world.centre, BTJ, record, choices, RUDI, "Sesuai KK.")


def test_an_edit_on_its_way_while_an_admin_settles_is_not_lost(world: World) -> None:
    counter = world.counter()
    record = torn(world, counter)
    put(world, counter, record, SITI, Act.PERBAIKI, data__nama="DARI LOKET LAGI")

    settle_all(world, record, "DARI PUSAT")
    sync(world, counter)

    found = counter.record(record)
    same_everywhere(world, counter)
    assert found.fields["data.nama"].conflicted
    assert {one.value for one in found.fields["data.nama"].entries} == {
        "DARI PUSAT",
        "DARI LOKET LAGI",
    }
    assert found.value("data.nama") == "DARI PUSAT"
    assert "tanpa saling tahu. Menunggu keputusan." in story(counter, record)

    settle_all(world, record, "DARI LOKET LAGI")
    sync(world, counter)

    assert counter.record(record).value("data.nama") == "DARI LOKET LAGI"
    assert counter.record(record).conflicts == 0
    same_everywhere(world, counter)


def test_an_edit_of_another_field_while_an_admin_settles_merges_silently(world: World) -> None:
    counter = world.counter()
    record = torn(world, counter)
    correct(counter, record, alamat="JL. BARU NO. 1")

    settle_all(world, record, "DARI PUSAT")
    sync(world, counter)

    found = counter.record(record)
    assert found.conflicts == 0
    assert (found.value("data.nama"), found.value("data.alamat")) == (
        "DARI PUSAT",
        "JL. BARU NO. 1",
    )
    same_everywhere(world, counter)


@pytest.mark.parametrize(
    ("at_counter", "at_centre", "holds"),
    [
        (Status.DIBATALKAN, Status.TERBIT, None),
        (Status.DISERAHKAN, Status.DITOLAK, None),
        (Status.DISERAHKAN, Status.DIBATALKAN, None),
        (Status.DIBATALKAN, Status.DITOLAK, None),
        (Status.DIBATALKAN, Status.DIPROSES, Status.DIBATALKAN),
        (Status.DIBATALKAN, Status.DIKEMBALIKAN, Status.DIBATALKAN),
        (Status.DISERAHKAN, Status.TERBIT, Status.DISERAHKAN),
    ],
)
def test_states_that_cannot_both_be_wait_for_a_person_and_are_told(
    world: World, at_counter: Status, at_centre: Status, holds: Status | None
) -> None:
    counter = world.counter()
    record = counter.file()
    sync(world, counter)

    put(world, None, record, RUDI, "perbaiki", status=at_centre, alasan="Dari pusat.")
    put(world, counter, record, SITI, "perbaiki", status=at_counter, alasan="Dari loket.")
    sync(world, counter)

    found = counter.record(record)
    same_everywhere(world, counter)
    told = story(counter, record)
    # Whoever's clock was behind by the journey of a bundle is told first.
    places = ("Disdukcapil", "Loket Bintarajaya")
    assert any(f"Tanpa saling tahu, {place} mencatat" in told for place in places)
    if holds is None:
        assert found.fields["status"].conflicted
        assert found.status == at_centre
        assert found.value("alasan") == "Dari pusat."
        assert "Menunggu keputusan." in told
        _, (conflict,) = settling.conflicts_of(world.centre, BTJ, record)
        key = next(side.key for side in conflict.sides if side.value == at_counter)
        settling.settle(world.centre, BTJ, record, {"status": key}, RUDI, "Sudah ditanyakan.")
        sync(world, counter)
        assert counter.record(record).status == at_counter
        assert counter.record(record).value("alasan") == "Dari loket."
        assert "Sudah diputuskan." in story(counter, record)
        same_everywhere(world, counter)
    else:
        assert not found.fields["status"].conflicted
        assert found.status == holds
        assert "Menurut alur permohonan, yang berlaku" in told


def test_a_status_of_a_newer_version_against_ours_waits_for_a_person(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    sync(world, counter)

    put(world, None, record, RUDI, "kirim_pos", status="dikirim_pos")
    put(world, counter, record, SITI, Act.BATALKAN, status=Status.DIBATALKAN)
    sync(world, counter)

    assert counter.record(record).fields["status"].conflicted
    assert "mencatat tindakan yang belum dikenal versi ini." in story(counter, record)
    same_everywhere(world, counter)


def test_contact_data_takes_the_later_word_and_says_so(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    sync(world, counter)

    put(world, None, record, RUDI, Act.PERBAIKI, data__telepon="081100000001")
    put(world, counter, record, SITI, Act.PERBAIKI, data__telepon="081100000002")
    sync(world, counter)

    assert counter.record(record).value("data.telepon") == "081100000002"
    assert counter.record(record).conflicts == 0
    assert "nomor HP juga, tanpa saling tahu. Yang terakhir dipakai." in story(counter, record)
    same_everywhere(world, counter)


def test_an_answer_emptied_here_and_changed_there_comes_to_the_later(world: World) -> None:
    counter = world.counter()
    record = counter.file(email="dewi@contoh.id")
    sync(world, counter)

    put(world, None, record, RUDI, Act.PERBAIKI, data__email="baru@contoh.id")
    correct(counter, record, email="")
    sync(world, counter)

    assert counter.record(record).value("data.email") == ""
    assert world.record(record).value("data.email") == ""
    assert "email juga, tanpa saling tahu. Yang terakhir dipakai." in story(counter, record)
    same_everywhere(world, counter)


def test_cancelling_and_correcting_at_once_keeps_both(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    sync(world, counter)
    put(world, counter, record, SITI, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
    sync(world, counter)

    form = {name: str(v) for name, v in world.record(record).named("data").items()}
    desk.correct(
        world.centre, BTJ, record, {**form, "alamat": "JL. PUSAT 1"}, RUDI, confirmed=CONFIRMED
    )
    acts.cancel(counter.edge, record, SITI, "Pemohon pindah.")
    sync(world, counter)

    found = counter.record(record)
    assert (found.status, found.value("data.alamat")) == (Status.DIBATALKAN, "JL. PUSAT 1")
    assert found.conflicts == 0
    same_everywhere(world, counter)


def test_three_replicas_of_a_stream_hold_one_state_whatever_they_did_at_once(
    world: World,
) -> None:
    first = world.counter()
    record = first.file()
    sync(world, first)
    second = world.counter()
    sync(world, first, second)
    assert second.record(record).value("kode") == first.record(record).value("kode")

    put(world, None, record, RUDI, Act.PERBAIKI, data__nama="PUSAT", data__telepon="081100000001")
    put(world, first, record, SITI, Act.PERBAIKI, data__nama="SATU", data__telepon="081100000002")
    put(world, second, record, SITI, Act.PERBAIKI, data__nama="DUA", data__alamat="JL. DUA")
    sync(world, first, second)

    same_everywhere(world, first, second)
    found = second.record(record)
    assert {one.value for one in found.fields["data.nama"].entries} == {"PUSAT", "SATU", "DUA"}
    assert found.value("data.nama") == "PUSAT"
    assert found.value("data.alamat") == "JL. DUA"

    # Settled at the centre, by an admin of another log, and edited, all at once.
    settle_all(world, record, "SATU")
    put(world, first, record, ANI, Act.PUTUSKAN, data__nama="DUA")
    put(world, second, record, SITI, Act.PERBAIKI, data__nama="DUA")
    sync(world, first, second)

    same_everywhere(world, first, second)
    assert {one.value for one in first.record(record).fields["data.nama"].entries} == {
        "SATU",
        "DUA",
    }
    _settle_first(world, record)
    sync(world, first, second)
    same_everywhere(world, first, second)
    assert {one.record(record).conflicts for one in (first, second)} == {0}


def _settle_first(world: World, record: bytes) -> None:
    _, (conflict,) = settling.conflicts_of(world.centre, BTJ, record)
    choice = {conflict.field: conflict.sides[0].key}
    settling.settle(world.centre, BTJ, record, choice, RUDI, "Sesuai KK.")


def test_every_field_of_a_whole_life_is_known_and_merges_on_purpose(world: World) -> None:
    counter = world.counter()
    first, second = counter.file(), counter.file()
    sync(world, counter)
    for record in (first, second):
        put(world, counter, record, SITI, Act.VERIFIKASI, status=Status.DIVERIFIKASI)
    sync(world, counter)
    desk.give_back(world.centre, BTJ, first, RUDI, "Foto KK buram.")
    desk.issue(world.centre, BTJ, second, RUDI, "3275-KTP-1")
    sync(world, counter)
    acts.hand_over(counter.edge, second, SITI, HandOver("DEWI", "diri_sendiri"))

    for record in (first, second):
        names = counter.record(record).fields
        assert [one for one in names if not (field_of(one) or record_field_of(one))] == []
