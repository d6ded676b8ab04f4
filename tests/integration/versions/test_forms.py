"""A form's second version beside drafts and requests of the first, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from central.workflows import desk
from edge_node.workflows import acts, portal
from edge_node.workflows.filing import Filed, NotYet, file_request, new_record, read_draft
from registration import catalogue, form
from registration.catalogue import Document, Field, FieldGroup, Service, service
from registration.errors import FormFromFuture, FormInvalid
from registration.services.ktp_el import KTP_EL
from sync.policy import Policy
from tests.integration.world import BTJ, RUDI, SITI, Counter, World

MOTHER = Field("nama_ibu", "Nama ibu kandung", since=2, policy=Policy.REVIEW)
CONFIRMED = frozenset({"nik", "no_kk"})


def second_version() -> Service:
    """One question more, one less, one more paper."""
    (lost,) = [case for case in KTP_EL.cases if case.code == "hilang"]
    groups = tuple(
        FieldGroup(
            group.title,
            tuple(
                replace(one, until=1) if one.name == "kantor_polisi" else one
                for one in group.fields
            ),
        )
        for group in lost.groups
    )
    later = replace(
        lost,
        groups=(*groups, FieldGroup("Orang tua", (MOTHER,))),
        documents=(*lost.documents, Document("swafoto", "Swafoto", since=2)),
    )
    cases = tuple(later if case.code == "hilang" else case for case in KTP_EL.cases)
    return replace(KTP_EL, version=2, cases=cases)


def _forget() -> None:
    catalogue._data_fields.cache_clear()
    form.schema_class.cache_clear()


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Everybody gets the second version (or, with False, goes back to the first)."""

    def to(second: bool = True) -> None:
        monkeypatch.setattr(catalogue, "SERVICES", (second_version() if second else KTP_EL,))
        _forget()

    yield to
    monkeypatch.undo()
    _forget()


def typed(counter: Counter) -> dict[str, str]:
    return counter.people.person().form("hilang")


def file(counter: Counter, record: bytes, answers: dict[str, str], version: int) -> Filed | NotYet:
    return file_request(
        counter.edge, record, "ktp-el", "hilang", answers, [], version=version, by=SITI
    )


def test_a_page_opened_before_the_upgrade_can_still_be_sent(
    world: World, upgrade: Callable[[bool], None]
) -> None:
    counter = world.counter()
    record, answers = new_record(counter.edge), typed(counter)
    upgrade(True)

    filed = file(counter, record, answers, 1)

    assert isinstance(filed, Filed)
    found = counter.record(record)
    assert (found.value("versi"), found.value("data.nama_ibu")) == (1, None)
    assert found.value("data.kantor_polisi")


def test_the_new_form_asks_its_own_questions(world: World, upgrade: Callable[[bool], None]) -> None:
    counter = world.counter()
    upgrade(True)
    answers = typed(counter)

    lacking = file(counter, new_record(counter.edge), answers, 2)
    del answers["kantor_polisi"]
    record = new_record(counter.edge)
    filed = file(counter, record, {**answers, "nama_ibu": "SITI AMINAH"}, 2)

    assert isinstance(lacking, NotYet)
    assert set(lacking.errors) == {"nama_ibu", "_form"}
    assert isinstance(filed, Filed)
    assert counter.record(record).value("versi") == 2
    assert counter.record(record).value("data.nama_ibu") == "SITI AMINAH"


def test_a_resident_s_draft_of_the_first_version_is_filed_as_that(
    world: World, upgrade: Callable[[bool], None]
) -> None:
    counter = world.counter()
    draft = portal.begin(counter.edge, "ktp-el", "hilang")
    kept = read_draft(counter.edge, draft)
    assert kept is not None
    portal.keep(counter.edge, kept, typed(counter))
    upgrade(True)

    again = read_draft(counter.edge, draft)
    assert again is not None
    checked = portal.check(counter.edge, again, again.typed, frozenset(again.typed))
    sent = portal.send(counter.edge, again, CONFIRMED)

    assert again.version == 1
    assert not checked.errors
    assert isinstance(sent, Filed)
    assert counter.record(draft).value("versi") == 1
    begun = portal.begin(counter.edge, "ktp-el", "hilang")
    fresh = read_draft(counter.edge, begun)
    assert fresh is not None
    assert fresh.version == 2


def test_a_request_of_the_first_version_opens_and_is_corrected_at_both_ends(
    world: World, upgrade: Callable[[bool], None]
) -> None:
    counter = world.counter()
    record, answers = new_record(counter.edge), typed(counter)
    file(counter, record, answers, 1)
    counter.courier.run()
    world.fold()
    upgrade(True)

    acts.correct(counter.edge, record, {**answers, "alamat": "JL. LOKET 1"}, [], SITI)
    counter.courier.run()
    world.fold()
    with pytest.raises(FormInvalid):
        acts.correct(counter.edge, record, {**answers, "nama_ibu": "SITI"}, [], SITI)

    found = world.record(record)
    assert found.value("data.alamat") == "JL. LOKET 1"
    assert found.value("data.kantor_polisi") == counter.record(record).value("data.kantor_polisi")
    assert (found.value("versi"), found.conflicts) == (1, 0)
    assert world.state() == counter.state()
    # The paper that the second version asks for is not missing from a request of the first.
    asked = {one.code for one in service("ktp-el").case("hilang", found.value("versi")).documents}
    assert "swafoto" not in asked
    progress = portal.progress(counter.edge, record)
    assert progress is not None
    assert "swafoto" not in progress.lacking


def test_a_request_of_a_newer_version_is_kept_and_shown_but_not_corrected_by_an_older_one(
    world: World, upgrade: Callable[[bool], None]
) -> None:
    counter = world.counter()
    upgrade(True)
    record, answers = new_record(counter.edge), typed(counter)
    del answers["kantor_polisi"]
    file(counter, record, {**answers, "nama_ibu": "SITI AMINAH"}, 2)
    counter.courier.run()
    world.fold()
    upgrade(False)

    with pytest.raises(FormFromFuture):
        acts.correct(counter.edge, record, {**answers, "alamat": "X 1"}, [], SITI)
    acts.cancel(counter.edge, record, SITI, "Pemohon pindah.")
    counter.courier.run()
    world.fold()

    found = world.record(record)
    assert found.value("data.nama_ibu") == "SITI AMINAH"
    assert found.value("versi") == 2
    assert found.status == "dibatalkan"
    assert world.state() == counter.state()
    progress = portal.progress(counter.edge, record)
    assert progress is not None
    assert progress.newer_form
    assert not progress.can_correct


def test_the_centre_corrects_what_it_was_asked_in_the_version_it_was_asked(
    world: World, upgrade: Callable[[bool], None]
) -> None:
    counter = world.counter()
    record, answers = new_record(counter.edge), typed(counter)
    file(counter, record, answers, 1)
    from registration.lifecycle import Act, Status
    from sync.body import Body
    from vault.engine import writing
    from vault.write import write

    with writing(counter.edge.vault.engine) as connection:
        body = Body(Act.VERIFIKASI, SITI, {"status": Status.DIVERIFIKASI})
        vault, stamp = counter.edge.vault, counter.edge.stamp()
        write(connection, vault, BTJ, record, "permohonan", body, stamp)
    counter.courier.run()
    world.fold()
    upgrade(True)

    _, doubts = desk.correct(
        world.centre, BTJ, record, {**answers, "alamat": "JL. PUSAT 1"}, RUDI, confirmed=CONFIRMED
    )

    assert doubts == []
    assert world.record(record).value("data.alamat") == "JL. PUSAT 1"
