"""The counter that is practised at: a store that nobody else has keys for, filled with invented
requests in every state of their lives."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from typing import Final

from crypto.identity import Identity, replica_id
from crypto.keys import new_key
from crypto.recipient import Recipient
from edge_node.edge import Edge, edge_on, migrate, open_engine
from edge_node.practice import centre
from edge_node.practice.centre import Centre
from edge_node.practice.mount import FOLDER
from edge_node.store import nodes
from edge_node.workflows import acts
from edge_node.workflows.filing import RESIDENT, Filed, Upload, file_request, new_record
from edge_node.workflows.staff_accounts import carry_over
from registration.acts_schema import HandOver
from registration.catalogue import SERVICES, Case
from registration.form import load_form
from registration.invented.forms import filled
from registration.invented.people import People
from registration.invented.scans import draw_scan
from registration.lifecycle import Act, Role
from sync.body import Author
from vault import accounts
from vault.accounts import StaffAccount
from vault.engine import reading, writing
from vault.keyring import create_keyring

_ROLES: Final = (
    (Role.PETUGAS, "Petugas Latihan"),
    (Role.PAMOR, "Pamor Latihan"),
    (Role.PENYELIA, "Penyelia Latihan"),
)
_REASON: Final = "Foto KK buram; mohon difoto ulang di tempat terang."


@dataclass(slots=True)
class Counter:
    """The practice counter and the Disdukcapil that it believes in."""

    edge: Edge
    centre: Centre
    people: People
    staff: tuple[StaffAccount, ...]
    """One of each role; nobody needs a passphrase here."""

    def close(self) -> None:
        """Nobody practises at it any more; its file can be opened by nobody."""
        self.edge.vault.engine.dispose()


def open_counter(real: Edge, seed: int) -> Counter:
    """A new practice counter beside `real`, in place of the one before.

    Its key-encryption key stands in memory only: what is left on the disk opens for nobody.
    """
    folder = real.settings.data / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    settings = replace(real.settings, data=folder, key_file=None, relays=(), relay_mib=0)
    identity = Identity.generate()
    engine = open_engine(settings)
    migrate(engine)
    with writing(engine) as connection:
        keyring = create_keyring(connection, new_key())
        node = nodes.Node(
            real.stream,
            f"{real.node.name} (latihan)",
            "",
            identity.public,
            Recipient.generate().public,
        )
        nodes.save_node(connection, node)
    edge = edge_on(engine, settings, keyring)
    edge.portal_url = f"{real.portal_url}/latihan"
    with writing(engine) as connection:
        for role, name in _ROLES:
            # Nobody signs in by this passphrase, so nobody knows it.
            accounts.add_account(connection, edge.vault, role, name, role, new_key().hex())
    carry_over(edge)
    with reading(engine) as connection:
        made = {one.role: one for one in accounts.list_accounts(connection, edge.vault)}
    staff = tuple(made[role] for role, _ in _ROLES)
    counter = Counter(
        edge,
        centre.Centre(edge, replica_id(identity.public)),
        People(seed, edge.today()),
        staff,
    )
    _fill(counter, random.Random(seed))
    return counter


def invent(people: People, service_code: str, case: Case) -> dict[str, str]:
    """The answers of somebody who does not exist."""
    typed = filled(people, service_code, case.code)
    return {field.name: typed[field.name] for field in case.fields if field.name in typed}


def papers(people: People, case: Case, draw: random.Random) -> list[Upload]:
    """A photo of each required document, marked as a sample."""
    person = people.person()
    return [
        Upload(one.code, draw_scan(person, one.code, draw, small=True))
        for one in case.documents
        if one.required
    ]


def _fill(counter: Counter, draw: random.Random) -> None:
    """One request of each case, each a step further in life than the one before."""
    cases = [(service.code, case) for service in SERVICES for case in service.cases]
    drawn: dict[str, Upload] = {}
    for number, (service_code, case) in enumerate(cases):
        for code in [one.code for one in case.documents if one.required and one.code not in drawn]:
            drawn[code] = Upload(code, draw_scan(counter.people.person(), code, draw, small=True))
        needed = [drawn[one.code] for one in case.documents if one.required]
        _live(counter, service_code, case, needed, number)
    centre.exchange(counter.edge)


def _live(
    counter: Counter, service_code: str, case: Case, photos: list[Upload], number: int
) -> None:
    edge, pretended = counter.edge, counter.centre
    clerk = _author(counter, Role.PETUGAS)
    stage = number % 8
    record = new_record(edge)
    typed = invent(counter.people, service_code, case)
    doubts = load_form(
        service_code,
        case.code,
        typed,
        version=1,
        today=edge.today(),
    ).warnings
    filed = file_request(
        edge,
        record,
        service_code,
        case.code,
        typed,
        photos[:1] if stage == 0 else photos,
        version=1,
        by=RESIDENT if stage == 1 else clerk,
        confirmed=frozenset(name for name, _ in doubts),
        originals_seen=stage > 1,
    )
    if not isinstance(filed, Filed):
        raise RuntimeError(f"the invented {service_code}/{case.code} was not taken: {filed.errors}")
    if stage == 3:
        pretended.act(record, Act.PROSES)
    elif stage == 4:
        pretended.act(record, Act.KEMBALIKAN, _REASON)
    elif stage >= 5:
        pretended.act(record, Act.TERBITKAN, f"LATIHAN-{number + 1:04d}")
    if stage >= 6:
        acts.document_arrived(edge, record, clerk)
    if stage == 7:
        name = typed.get("nama", clerk.name)
        acts.hand_over(edge, record, clerk, HandOver(name, "diri_sendiri"))


def _author(counter: Counter, role: Role) -> Author:
    one = next(account for account in counter.staff if account.role == role)
    return Author(one.id, one.name, one.role)
