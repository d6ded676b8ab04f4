"""The jobs that speak with other systems, where the settings name any."""

from __future__ import annotations

import random

from apscheduler.schedulers.background import BackgroundScheduler

from central.centre import Centre
from central.outbound.smtp import Mailer
from central.outbound.webhook import Gateway
from central.siak.http import HttpSiak
from central.workflows import notices, siak
from central.workflows.notices import MAIL, TEXT, Send
from central.workflows.outbound import Line

_EVERY_S = 3
_uniform = random.SystemRandom().uniform


def add_interface_jobs(scheduler: BackgroundScheduler, centre: Centre) -> None:
    """Every process has them; what one has taken the others leave alone."""
    settings = centre.settings
    if settings.siak_url:
        line = HttpSiak(settings.siak_url, settings.siak_token)
        scheduler.add_job(
            siak.work, "interval", seconds=_EVERY_S, id="siak", args=[centre, line, _uniform]
        )
    ways = ways_to_residents(centre)
    if ways:
        scheduler.add_job(
            notices.work, "interval", seconds=_EVERY_S, id="notices", args=[centre, ways, _uniform]
        )


def ways_to_residents(centre: Centre) -> dict[Line, Send]:
    """How messages leave this server.

    :raises ValueError: the mail server's address is none.
    """
    settings = centre.settings
    ways: dict[Line, Send] = {}
    if settings.mail.usable:
        ways[MAIL] = Mailer(settings.mail).send
    if settings.gateway_url:
        gateway = Gateway(settings.gateway_url, settings.gateway_token)

        def send(to: str, _subject: str, text: str, message_id: str) -> None:
            gateway.send(to, text, message_id)

        ways[TEXT] = send
    return ways
