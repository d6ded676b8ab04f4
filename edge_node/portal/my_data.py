"""What happens with my data, all that is held of a request, and a copy to take along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from edge_node.edge import JAKARTA
from edge_node.portal import my_data_files
from edge_node.portal.access import looked_up, not_here
from edge_node.portal.current import lang, limits, say, t, the_edge
from edge_node.portal.limits import hold
from edge_node.portal.my_data_files import Copy
from edge_node.portal.work import Elsewhere
from edge_node.workflows import my_data, portal
from edge_node.workflows.my_data import Kept, MyData
from registration.acts_schema import RELATION
from registration.catalogue import label_of
from registration.display import show
from registration.format import long_date, short_when
from registration.kinds import COMPLAINT, REQUEST, status_label
from registration.retention import schedule
from registration.texts import N_

blueprint = Blueprint("my_data", __name__)

_YEAR = 365
_RELATIONS = {choice.value: choice.label for choice in RELATION.choices}
_UNTITLED = {REQUEST: N_("Permohonan"), COMPLAINT: N_("Pengaduan")}


@blueprint.get("/data-saya")
def index() -> str:
    """In plain words: what is kept, why, how long, who sees it, and whom to ask."""
    return render_template(
        "portal/my_data.html",
        kept=[
            (_kept_label(rule.kind, rule.status), how_long(rule.days))
            for rule in schedule().rules
            if rule.kind in _UNTITLED
        ],
        may_see=looked_up() is not None,
    )


def _kept_label(kind: str, status: str) -> str:
    label = t(status_label(status) or status)
    # What a complaint has come to names it already.
    return label if kind == COMPLAINT else f"{t(_UNTITLED[kind])} {label.lower()}"


def how_long(days: int) -> str:
    """`5 tahun`, as people count."""
    years, rest = divmod(days, _YEAR)
    if years and not rest:
        return str(ngettext("%(num)s tahun", "%(num)s tahun", years))
    return str(ngettext("%(num)s hari", "%(num)s hari", days))


def _owned() -> MyData:
    record = looked_up()
    found = my_data.read(the_edge(), record) if record is not None else None
    if found is None:
        raise Elsewhere(url_for("following.ask", lagi=1))
    return found


@dataclass(frozen=True, slots=True)
class ViewPhoto:
    """A photo as the page shows it."""

    label: str
    note: str
    url: str
    small_url: str | None


@blueprint.get("/cek/data")
def mine() -> str:
    """Everything that is held, and who did what with it."""
    found = _owned()
    return render_template(
        "portal/my_data_mine.html",
        copy=_copy(found),
        photos=[_view_photo(found, one) for one in found.photos],
    )


def _copy(found: MyData) -> Copy:
    progress = found.progress
    history = tuple((short_when(one.at, lang()), say(one.sentence)) for one in progress.lines)
    return Copy(
        office=str(gettext("Kelurahan %(place)s", place=the_edge().node.name)),
        title=t(progress.case.title),
        code=str(found.record.value("kode", "")),
        made=datetime.fromtimestamp(the_edge().stamp().now_ms / 1000, UTC).astimezone(JAKARTA),
        made_words=_made_words(),
        parts=(
            (t(N_("Isian")), tuple(_words(found, one) for one in found.answers)),
            (t(N_("Tentang permohonan ini")), tuple(_words(found, one) for one in found.about)),
            (t(N_("Siapa melakukan apa")), history),
        ),
        kept=_kept_words(found),
    )


def _made_words() -> str:
    return long_date(the_edge().today(), lang())


def _kept_words(found: MyData) -> str:
    if found.kept_days is None:
        return str(gettext("Disimpan selama permohonan ini masih diurus."))
    return str(
        gettext("Disimpan %(time)s sejak selesai, lalu dihapus.", time=how_long(found.kept_days))
    )


def _words(found: MyData, kept: Kept) -> tuple[str, str]:
    told = " / ".join(_value(found, kept.field, value) for value in kept.values)
    return t(label_of(kept.field)), told


def _value(found: MyData, field: str, value: object) -> str:
    if field == "varian":
        return t(found.progress.case.title)
    if isinstance(value, Mapping):
        relation = t(_RELATIONS.get(str(value.get("hubungan", "")), ""))
        name = str(value.get("nama", ""))
        return f"{name} ({relation.lower()})" if relation else name
    return say(show(field, value, lang()))


def _view_photo(found: MyData, one: my_data.Photo) -> ViewPhoto:
    note = gettext("%(count)s KB", count=max(1, one.bytes // 1024))
    if one.taken_away:
        note = gettext("%(size)s, tidak dipakai lagi", size=note)
    is_picture = one.mime == "image/jpeg"
    return ViewPhoto(
        _paper(found, one.jenis),
        str(note),
        url_for("my_data.photo", scan=one.id),
        url_for("my_data.photo_small", scan=one.id) if is_picture else None,
    )


def _paper(found: MyData, jenis: str) -> str:
    labels = {one.code: one.label for one in found.progress.case.documents}
    return t(labels.get(jenis, jenis))


@blueprint.get("/cek/data/foto/<scan>")
def photo(scan: str) -> Response:
    """A photo in full."""
    return _serve(scan, small=False)


@blueprint.get("/cek/data/foto/<scan>/kecil")
def photo_small(scan: str) -> Response:
    """A few kilobytes of it."""
    return _serve(scan, small=True)


def _serve(scan: str, *, small: bool) -> Response:
    found = _owned()
    if all(one.id != scan for one in found.photos):
        raise not_here()
    kept = portal.photo(the_edge(), found.record.id, scan, small=small)
    if kept is None:
        raise not_here()
    mime, data = kept
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = "inline; filename=berkas"
    if mime == "application/pdf":
        response.headers["Content-Security-Policy"] = "sandbox"
    return response


@blueprint.get("/cek/data/salinan.pdf")
def as_pdf() -> Response:
    """To read and to print, with the photos. Made in memory, kept nowhere."""
    found = _owned()
    hold(limits().photos)
    pictures = []
    for one in found.photos:
        kept = portal.photo(the_edge(), found.record.id, one.id, small=False)
        if kept is not None and kept[0] == "image/jpeg":
            pictures.append((_paper(found, one.jenis), kept[1]))
    return _file(my_data_files.pdf(_copy(found), pictures), "application/pdf", "pdf")


@blueprint.get("/cek/data/salinan.json")
def as_json() -> Response:
    """For another computer to read, as the law wants it."""
    found = _owned()
    fields = {one.field: list(one.values) for one in (*found.answers, *found.about)}
    photos = [
        {"jenis": one.jenis, "mime": one.mime, "bytes": one.bytes, "dipakai": not one.taken_away}
        for one in found.photos
    ]
    history = [
        {"waktu": one.at.isoformat(), "keterangan": say(one.sentence)}
        for one in found.progress.lines
    ]
    data = my_data_files.as_json(_copy(found), fields, photos, history)
    return _file(data, "application/json", "json")


def _file(data: bytes, mime: str, ending: str) -> Response:
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = f"attachment; filename=data-saya.{ending}"
    response.headers["Cache-Control"] = "no-store"
    return response
