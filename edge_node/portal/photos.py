"""Photos of the papers: kept as soon as they come, or the paper is brought to the counter."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from edge_node.portal.access import entry_of, looked_up, not_here
from edge_node.portal.current import limits, say, say_all, t, the_edge
from edge_node.portal.limits import hold
from edge_node.portal.steps import by_document
from edge_node.portal.work import Elsewhere, Work, open_work
from edge_node.workflows import portal
from edge_node.workflows.filing import Filed, Upload
from edge_node.workflows.legible import ADVICE, Flaw, flaw_of
from registration.catalogue import SCAN, Document

blueprint = Blueprint("photos", __name__)

BRING = "bawa"


@blueprint.route("/isi/<token>/foto", methods=["GET", "POST"])
def index(token: str) -> str | AnyResponse | tuple[str, int]:
    """Add photos, or say that the paper comes to the counter."""
    work = open_work(token)
    if request.method == "GET":
        return _page(work, {})
    told = set(work.entry.flaws)
    errors = _take(work)
    stays = request.form.get("simpan", "")
    if not stays:
        for document in work.lacking():
            missing = gettext(
                "Foto belum ada. Ambil foto %(document)s, atau centang “Saya bawa aslinya ke "
                "loket”.",
                document=t(document.label),
            )
            errors.setdefault(SCAN + document.code, [missing])
    if errors:
        return _page(work, errors), 422
    if stays:
        return redirect(url_for("photos.index", token=token) + f"#f-{SCAN}{stays}", 303)
    if work.entry.flaws.keys() - told:
        # Said once, while the paper is at hand; the next press goes on whatever the photo is like.
        return redirect(url_for("photos.index", token=token), 303)
    return redirect(url_for("filing.review", token=token), 303)


@blueprint.post("/isi/<token>/foto/hapus/<scan>")
def remove(token: str, scan: str) -> AnyResponse | tuple[str, int]:
    """Take a photo away again; others that came with the same press are kept."""
    work = open_work(token)
    jenis = work.draft.scans.get(scan, {}).get("jenis", "")
    errors = _take(work, removed=[scan])
    if errors:
        return _page(work, errors), 422
    return redirect(url_for("photos.index", token=token) + f"#f-{SCAN}{jenis}", 303)


def _take(work: Work, removed: list[str] | None = None) -> dict[str, list[str]]:
    """Keep what came; returns what to say beside what could not be kept."""
    uploads: list[Upload] = []
    errors: dict[str, list[str]] = {}
    for document in work.case.documents:
        files = [file for file in request.files.getlist(SCAN + document.code) if file.filename]
        refused = portal.too_many(work.draft.scans, document.code, len(files))
        if files and refused is not None:
            errors[SCAN + document.code] = [say(refused)]
        else:
            uploads += [Upload(document.code, file.read()) for file in files]
    if uploads:
        hold(limits().photos)
    if uploads or removed:
        kept = portal.keep(the_edge(), work.draft, {}, uploads, removed or ())
        if isinstance(kept, Filed):
            raise Elsewhere(url_for("filing.receipt", token=work.token))
        before, work.draft = work.draft, kept.draft
        _look_at(work, work.draft.scans.keys() - before.scans.keys())
        refused_photos = {n: said for n, said in kept.errors.items() if n.startswith(SCAN)}
        for name, said in say_all(refused_photos).items():
            errors.setdefault(name, []).extend(said)
    ticked = set(request.form.getlist(BRING))
    work.entry.bring = {one.code for one in work.case.documents if one.code in ticked}
    work.entry.save()
    return errors


def _look_at(work: Work, fresh: AbstractSet[str]) -> None:
    """Remember what is wrong with the photos that came, and forget those that are gone."""
    found = {scan: flaw_of(the_edge(), work.draft.record, scan) for scan in fresh}
    known = work.entry.flaws | {scan: flaw for scan, flaw in found.items() if flaw is not None}
    work.entry.flaws = {scan: flaw for scan, flaw in known.items() if scan in work.draft.scans}


def _page(work: Work, errors: dict[str, list[str]]) -> str:
    return render_template(
        "portal/photos.html",
        documents=[_document(work, one) for one in work.case.documents],
        errors=errors,
        unclear=bool(work.entry.flaws),
        back_url=url_for("filing.review", token=work.token)
        if work.target
        else url_for("filing.step", token=work.token, number=len(work.steps)),
        **work.head(len(work.steps) + 1),
    )


def _document(work: Work, document: Document) -> dict[str, object]:
    new = by_document(work.draft.scans).get(document.code, [])
    old = by_document(work.filed_scans).get(document.code, [])
    stored = [
        _photo(work, scan, gettext("Foto %(number)s", number=n), old=True)
        for n, scan in enumerate(old, start=1)
    ]
    stored += [
        _photo(work, scan, gettext("Foto %(number)s", number=n), old=False)
        for n, scan in enumerate(new, start=len(old) + 1)
    ]
    return {
        "code": document.code,
        "name": SCAN + document.code,
        "label": t(document.label),
        "look": document.look,
        "help": t(document.help),
        "required": document.required,
        "stored": stored,
        "bring": document.code in work.entry.bring,
    }


def _photo(work: Work, scan: str, name: str, *, old: bool) -> dict[str, object]:
    manifest = (work.filed_scans if old else work.draft.scans)[scan]
    token, flaws = work.token, work.entry.flaws
    return {
        "id": scan,
        "name": name,
        "note": gettext("sudah terkirim") if old else "",
        "advice": say(ADVICE[Flaw(flaws[scan])]) if scan in flaws else "",
        "url": url_for("photos.show", token=token, scan=scan),
        "thumb_url": url_for("photos.show_small", token=token, scan=scan)
        if manifest["mime"] == "image/jpeg"
        else None,
        "remove_url": None if old else url_for("photos.remove", token=token, scan=scan),
    }


@blueprint.get("/isi/<token>/foto/<scan>")
def show(token: str, scan: str) -> Response:
    """A photo in full, to see whether it can be read."""
    return _serve(token, scan, small=False)


@blueprint.get("/isi/<token>/foto/<scan>/kecil")
def show_small(token: str, scan: str) -> Response:
    """A few kilobytes of it."""
    return _serve(token, scan, small=True)


def _serve(token: str, scan: str, *, small: bool) -> Response:
    entry = entry_of(token)
    edge = the_edge()
    found = portal.photo(edge, entry.record, scan, small=small)
    if found is None and entry.target is not None and looked_up() == entry.target:
        found = portal.photo(edge, entry.target, scan, small=small)
    if found is None:
        raise not_here()
    mime, data = found
    response = Response(data, mimetype=mime)
    response.headers["Content-Disposition"] = "inline; filename=berkas"
    if mime == "application/pdf":
        response.headers["Content-Security-Policy"] = "sandbox"
    return response
