"""Codes, passwords, and the names of browsers."""

from __future__ import annotations

import pyotp
import pytest

from central.browsers import kind_of
from central.workflows.signing_in import step_of
from vault.one_time import as_code, new_code, password_trouble

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_NOW_MS = 1_700_000_010_000
_STEP = _NOW_MS // 30_000


def test_a_code_is_read_however_it_was_typed() -> None:
    code = new_code()

    assert as_code(f" {code.lower().replace('-', ' ')} ") == code
    assert as_code(code.replace("-", "")) == code
    assert new_code() != code


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_s_clock_may_be_half_a_minute_off(steps: int) -> None:
    code = pyotp.TOTP(_SECRET).generate_otp(_STEP + steps)

    assert step_of(_SECRET, code, _NOW_MS, 0) == _STEP + steps


def test_codes_of_long_ago_of_tomorrow_and_used_ones_are_not_taken() -> None:
    phone = pyotp.TOTP(_SECRET)

    assert step_of(_SECRET, phone.generate_otp(_STEP - 2), _NOW_MS, 0) is None
    assert step_of(_SECRET, phone.generate_otp(_STEP + 2), _NOW_MS, 0) is None
    assert step_of(_SECRET, phone.generate_otp(_STEP), _NOW_MS, _STEP) is None


@pytest.mark.parametrize("weak", ["pendek", "rudi dan kawan", "aaaaaaaaaaaa", "x" * 201])
def test_weak_passwords_are_told(weak: str) -> None:
    assert password_trouble("rudi", weak) is not None


def test_a_sentence_is_a_good_password() -> None:
    assert password_trouble("rudi", "kuda putih makan rumput") is None


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/120.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_has_a_name_that_people_know(agent: str, kind: str) -> None:
    assert kind_of(agent) == kind
