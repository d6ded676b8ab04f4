"""A mail to a resident, and a real mail server that behaves badly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.outbound.errors import LineDown, OutboundError
from central.outbound.smtp import Mailer, MailServer
from tests.integration.watching.receivers import Mailbox, guarded


def mailer(box: Mailbox) -> Mailer:
    url = f"smtp+plain://127.0.0.1:{box.port}"
    return Mailer(MailServer(url, "loket@disdukcapil.example"), 5)


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


def test_a_mail_to_several_is_one_mail_with_its_time() -> None:
    box = Mailbox()

    with box.running():
        mailer(box).send("jaga@example.test, siaga@example.test", "Loket", "Diam.", "satu")

    (mail,), (text,) = box.mails, box.texts
    assert mail.rcpt_tos == ["jaga@example.test", "siaga@example.test"]
    assert "\nDate: " in text.replace("\r\n", "\n")


def test_mail_goes_by_tls_to_whom_the_settings_believe_and_to_nobody_else(tmp_path: Path) -> None:
    box = Mailbox()
    options, certificate = guarded(tmp_path, b"rahasia")
    password = tmp_path / "password"
    password.write_text("rahasia\n")
    stranger = MailServer(
        f"smtp://loket@127.0.0.1:{box.port}", "loket@bekasi.test", password_file=password
    )
    known = replace(stranger, ca_file=certificate)
    mail = ("jaga@bekasi.test", "Perlu dilihat", "Isi.", "w-1")

    with box.running(**options):
        with pytest.raises(LineDown, match="not-believed"):
            Mailer(stranger).send(*mail)
        Mailer(known).send(*mail)
        password.write_text("salah")
        with pytest.raises(LineDown, match="shut-out"):
            Mailer(known).send(*mail)
        password.unlink()
        with pytest.raises(LineDown, match="no-secret"):
            Mailer(known).send(*mail)

    assert len(box.mails) == 1
