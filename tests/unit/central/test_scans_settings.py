"""A store for scans is named in whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from environs import Env, EnvError

from central.settings import CentralSettings, settings_from

WHOLE = {
    "LOKET_SCANS_URL": "s3://loket/scans",
    "LOKET_SCANS_ENDPOINT": "https://s3.example.go.id",
    "LOKET_SCANS_REGION": "us-east-1",
    "LOKET_SCANS_KEY_ID": "key-of-this-centre",
    "LOKET_SCANS_SECRET": "secret-of-that-key",
}


def _settings(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> CentralSettings:
    for name in WHOLE:
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return settings_from(Env(), Path("/nowhere"), None)


def test_without_a_store_scans_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _settings(monkeypatch, {}).scans_url == ""


@pytest.mark.parametrize("url", ["s3://loket", "s3://loket/", "s3://loket/pusat/scans"])
def test_a_bucket_may_be_shared_under_a_prefix(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    found = _settings(monkeypatch, {**WHOLE, "LOKET_SCANS_URL": url})

    assert found.scans_url == url
    assert found.scans_endpoint == WHOLE["LOKET_SCANS_ENDPOINT"]
    assert WHOLE["LOKET_SCANS_SECRET"] not in repr(found)


@pytest.mark.parametrize("name", sorted(set(WHOLE) - {"LOKET_SCANS_URL"}))
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    rest = {one: value for one, value in WHOLE.items() if one != name}

    with pytest.raises(EnvError, match=name):
        _settings(monkeypatch, rest)


@pytest.mark.parametrize("url", ["loket/scans", "http://loket", "s3://", "s3://Loket Scans"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(EnvError, match="LOKET_SCANS_URL"):
        _settings(monkeypatch, {**WHOLE, "LOKET_SCANS_URL": url})
