"""The example settings and proxy files keep what the project promises about them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge_node.portal.captive import API
from edge_node.portal.opened import DAY_AT_OFFICE

DEPLOY = Path(__file__).parents[3] / "deploy"
EVERYWHERE = {
    "LOKET_DATA",
    "LOKET_KEY_FILE",
    "LOKET_HOST",
    "LOKET_PORT",
    "LOKET_SECURE_COOKIES",
    "LOKET_LOG",
    "LOKET_TRUSTED_PROXIES",
}
EDGE = {
    "LOKET_PORTAL_HOST",
    "LOKET_PORTAL_PORT",
    "LOKET_PORTAL_URL",
    "LOKET_CENTRE_URL",
    "LOKET_EXCHANGE_SECONDS",
    "LOKET_RELAYS",
    "LOKET_RELAY_MIB",
}
CENTRE = {
    "LOKET_DATABASE_URL",
    "LOKET_SCANS_URL",
    "LOKET_SCANS_ENDPOINT",
    "LOKET_SCANS_REGION",
    "LOKET_SCANS_KEY_ID",
    "LOKET_SCANS_SECRET",
    "LOKET_PROCESSES",
    "LOKET_THREADS",
    "LOKET_FOLD_HERE",
    "LOKET_PUBLIC_URL",
    "LOKET_SIAK_URL",
    "LOKET_SIAK_TOKEN",
    "LOKET_SIAK_AUTO",
    "LOKET_SMTP_URL",
    "LOKET_SMTP_PASSWORD_FILE",
    "LOKET_SMTP_CA_FILE",
    "LOKET_MAIL_FROM",
    "LOKET_GATEWAY_URL",
    "LOKET_GATEWAY_TOKEN",
    "LOKET_TELL_COUNTER",
}
ALERTS = {
    "LOKET_ALERT_MAIL_TO",
    "LOKET_ALERT_WEBHOOK_URL",
    "LOKET_ALERT_WEBHOOK_KEY_FILE",
}


@pytest.mark.parametrize(("half", "own"), [("edge", EDGE), ("central", CENTRE | ALERTS)])
def test_the_example_names_every_setting_once_and_explains_it(half: str, own: set[str]) -> None:
    lines = (DEPLOY / "settings" / f"{half}.env.example").read_text().splitlines()
    settings = [(number, match) for number, line in enumerate(lines) if (match := _named(line))]

    assert sorted(match[1] for _, match in settings) == sorted(EVERYWHERE | own)
    explained = False
    for number, match in settings:
        above = lines[number - 1]
        explained = above.startswith("# ") or (explained and _named(above) is not None)
        assert explained, f"{match[1]} has no comment above it"


@pytest.mark.parametrize("half", ["edge", "central"])
def test_the_example_means_the_same_to_systemd_and_to_a_shell(half: str) -> None:
    for line in (DEPLOY / "settings" / f"{half}.env.example").read_text().splitlines():
        if _named(line):
            assert re.fullmatch(r"#?LOKET_[A-Z_]+=[^\s\"'$&;|<>()*`\\]+", line), line


def test_the_units_do_not_wait_for_a_network_to_open_the_counter() -> None:
    unit = (DEPLOY / "systemd" / "loket-edge.service").read_text()

    ordered = re.findall(r"^(?:After|Wants|Requires)=(.*)$", unit, re.MULTILINE)
    assert not any("network-online" in value for value in ordered)


@pytest.mark.parametrize("name", ["loket-edge", "loket-central@", "loket-central-worker"])
def test_each_unit_gets_its_key_as_a_credential(name: str) -> None:
    unit = (DEPLOY / "systemd" / f"{name}.service").read_text()

    assert "LoadCredential=loket.key:/etc/loket/" in unit
    assert "LOKET_KEY_FILE=%d/loket.key" in unit


@pytest.mark.parametrize("half", ["edge", "central"])
def test_every_proxied_site_keeps_bodies_off_the_disk_and_queries_out_of_the_log(half: str) -> None:
    site = (DEPLOY / "reverse-proxy" / f"{half}.conf").read_text()
    shared = (DEPLOY / "reverse-proxy" / "loket-site.conf").read_text()
    common = (DEPLOY / "reverse-proxy" / "loket-common.conf").read_text()

    for server in site.split("\nserver {")[1:]:
        assert "include snippets/loket-site.conf;" in server or "return 301" in server
    for line in (
        "proxy_request_buffering off;",
        "proxy_max_temp_file_size 0;",
        "client_body_in_file_only off;",
        "ssl_protocols TLSv1.2 TLSv1.3;",
    ):
        assert line in shared
    told = re.search(r"log_format loket (.*?);", common, re.DOTALL)
    assert told is not None
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", told[1])


@pytest.mark.parametrize("half", ["edge", "central"])
def test_a_redirect_cannot_be_split(half: str) -> None:
    site = (DEPLOY / "reverse-proxy" / f"{half}.conf").read_text()

    # $uri is decoded: %0d%0a in it would end the header.
    assert re.findall(r"return 301 (\S+);", site) == ["https://$host$request_uri"]


def test_the_wi_fi_tells_phones_the_address_of_the_api_that_the_portal_has() -> None:
    wifi = (DEPLOY / "captive-portal" / "dnsmasq.conf").read_text()
    site = (DEPLOY / "reverse-proxy" / "edge.conf").read_text()

    told = re.findall(r"^dhcp-option=114,https://([^/]+)(/.*)$", wifi, re.MULTILINE)

    assert [path for _, path in told] == [API]
    assert all(f"server_name {name};" in site for name, _ in told)
    assert f",{DAY_AT_OFFICE / 3600:.0f}h\n" in wifi, "an address is lent as long as it is known"


def test_other_names_get_no_more_of_the_box_than_where_to_go() -> None:
    site = (DEPLOY / "captive-portal" / "nginx.conf").read_text()
    edge = (DEPLOY / "reverse-proxy" / "edge.conf").read_text()

    assert "listen 80 default_server;" in site
    assert "default_server" not in edge, "two defaults on one port and nginx does not start"
    assert re.findall(r"proxy_pass (\S+);", site) == ["http://loket_portal"]
    assert "upstream loket_portal" in edge
    assert 'proxy_set_header Cookie "";' in site


def _named(line: str) -> re.Match[str] | None:
    return re.match(r"#?(LOKET_[A-Z_]+)=", line)
