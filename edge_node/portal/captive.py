"""A phone that joins the kelurahan's own Wi-Fi is led to the portal.

Two ways, for new phones and old. The network tells the address of the Captive Portal API by DHCP
(option 114, RFC 8910), and the phone asks it how things stand (RFC 8908). Older phones know
nothing of that: they fetch a page that their maker keeps on the internet and see what comes back.

Who is led, and where to, hangs on one setting, the portal's public address. Without it nothing of
this is here: a name of somebody else's in the Host header is then a mistake, not a new phone.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from edge_node.portal.limits import phone
from edge_node.portal.opened import Opened

OPENED = "loket.portal.opened"
API = "/captive-portal/api"
"""RFC 8908 leaves the path open; this is the one of its example. Option 114 names it."""
PROBES = (
    # Android and Chrome: 204 means internet, 200 to 399 a portal, anything else a broken network
    # (AOSP, CaptivePortalProbeResult.isPortalCode).
    "/generate_204",
    "/gen_204",
    # iOS and macOS: anything but the page "Success" is a portal.
    "/hotspot-detect.html",
    "/library/test/success.html",
    # Windows: anything but the expected line; /redirect is what it then opens in the browser.
    "/connecttest.txt",
    "/ncsi.txt",
    "/redirect",
    # Firefox compares the body, and takes a redirect for a portal.
    "/success.txt",
    "/canonical.html",
    # NetworkManager as GNOME and Debian set it up; Ubuntu asks for "/" of a host of its own.
    "/check_network_status.txt",
    "/nm",
)
_WATCH = ("health", "web")
"""Blueprints that answer under any name: whoever watches the server asks it by its number."""
_MACHINES = ("CaptiveNetworkSupport", "Microsoft NCSI")
"""Probes of Apple and Windows that follow a redirect by themselves: nobody has seen that page."""

blueprint = Blueprint("captive", __name__)


def lead_newcomers(app: Flask, portal_url: str) -> None:
    """Mount the API and the probes, and lead every other name to `portal_url`."""
    app.extensions[OPENED] = Opened()
    app.config["PORTAL_URL"] = portal_url
    own = urlsplit(portal_url).hostname

    @app.before_request
    def foreign_name() -> Response | None:
        if request.method not in ("GET", "HEAD") or request.blueprint in _WATCH:
            return None
        return None if _name(request.host) == own else _to_portal()

    @app.after_request
    def seen(response: Response) -> Response:
        if _is_opened_page(response):
            _opened().note(phone())
        return response

    app.register_blueprint(blueprint)


@blueprint.get(API)
def state() -> Response:
    """How things stand for this phone (RFC 8908, section 5).

    Captive until the phone has opened the portal: that is all this network wants of anybody. The
    phone may then let go of its small sign-in window, which on many phones can choose no photo,
    and offer the portal (`venue-info-url`) to be opened in the browser that can. Nothing here
    says that there is internet behind: the probes go on saying that there is none.

    The phone is known by its address, which is lent to another one some day: so it is captive
    again after a day at the office, and opening the portal once more puts that off.
    """
    if not request.is_secure:
        # Section 4: over TLS or not at all. To who asks in clear this API is not here.
        return _to_portal()
    portal = _portal_url()
    said: dict[str, bool | int | str] = {"captive": True, "user-portal-url": portal}
    left = _opened().left(phone())
    if left > 0:
        said |= {
            "captive": False,
            "venue-info-url": portal,
            "seconds-remaining": left,
            "can-extend-session": True,
        }
    answer = Response(json.dumps(said), content_type="application/captive+json")
    # RFC 8908 asks for "private" or stricter. A kept answer would outlive its truth.
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def probe() -> Response:
    """To the portal, whatever the phone hoped for."""
    return _to_portal()


for _path in PROBES:
    blueprint.add_url_rule(_path, "probe", probe, methods=["GET"])


def _to_portal() -> Response:
    """302 and not 511: Android takes every status above 399 for a broken network and says nothing.

    RFC 6585 (section 6) keeps 511 for gateways that intercept, besides, and it cannot say where to.
    """
    return redirect(_portal_url(), 302)


def _portal_url() -> str:
    return f"{current_app.config['PORTAL_URL']}/"


def _opened() -> Opened:
    found: Opened = current_app.extensions[OPENED]
    return found


def _is_opened_page(response: Response) -> bool:
    agent = request.user_agent.string
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.mimetype == "text/html"
        and not any(machine in agent for machine in _MACHINES)
    )


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
