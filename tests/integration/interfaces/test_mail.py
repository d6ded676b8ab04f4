"""A mail to a resident, and a real mail server that behaves badly."""

from __future__ import annotations

import pytest

from central.outbound.errors import OutboundError
from central.outbound.smtp import Mailer
from tests.integration.watching.receivers import Mailbox


def mailer(box: Mailbox) -> Mailer:
    return Mailer(f"smtp+plain://127.0.0.1:{box.port}", "loket@disdukcapil.example", 5)


def test_a_mail_that_was_taken_counts_however_the_server_takes_leave() -> None:
    box = Mailbox(leave="421 not today")

    with box.running():
        mailer(box).send("dewi@example.test", "KTP", "Sudah jadi.", "satu")

    assert len(box.mails) == 1


def test_a_mail_that_was_not_taken_says_so() -> None:
    box = Mailbox(says="451 later", leave="421 not today")

    with box.running(), pytest.raises(OutboundError):
        mailer(box).send("dewi@example.test", "KTP", "Sudah jadi.", "satu")

    assert box.mails == []
