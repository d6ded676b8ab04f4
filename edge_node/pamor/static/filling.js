// The form itself: its pages, its papers, and everything once more.

import { button, h, heading, notice, submit, symbol } from "./dom.js";
import { nikDiffers, wrong } from "./checks.js";
import { errorText, field, read, shown } from "./fields.js";
import { hasCamera, openCamera } from "./camera.js";
import { BadPhoto, fromBitmap, prepared } from "./photos.js";
import { form, t } from "./words.js";

const PAUSE_MS = 700;

const asked = (app) => app.draft && form(app.draft.service, app.draft.case);

const above = (draft, of, now) =>
  `${of.judul} · ${t("langkah", { now, all: of.langkah.length + 2 })}`;

/** Seal, and say so; the line at the bottom of a form. */
const keeping = (app) => {
  const line = h("p", { class: "muted", "aria-live": "polite", "data-tersimpan": true });
  let pause = 0;
  const keep = async () => {
    clearTimeout(pause);
    const draft = app.draft;
    if (!draft) return false;
    try {
      await draft.save();
    } catch (full) {
      line.textContent = "▲ " + t("gagal_simpan");
      return false;
    }
    const time = new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
    line.textContent = `✓ ${t("tersimpan")} · ${time}`;
    return true;
  };
  return {
    line,
    keep,
    soon() {
      clearTimeout(pause);
      line.textContent = t("menyegel");
      pause = setTimeout(keep, PAUSE_MS);
    },
  };
};

const summary = (bad) => bad.length === 0 ? null :
  h("div", { class: "notice notice-stop error-summary", role: "alert", tabindex: "-1", "data-focus": true },
    h("h2", null, t("ada_perbaikan")),
    h("p", null, t("tidak_hilang")),
    h("ul", null, bad.map(([id, sentence]) => h("li", null, h("a", {
      href: "#" + id,
      onclick: (event) => {
        event.preventDefault();
        document.getElementById(id).focus();
      },
    }, sentence)))));

/** A page of questions. What is typed is sealed at every pause, right or wrong. */
export const page = (app, number, tried = false) => {
  const of = asked(app);
  const now = Number(number);
  const here = of && of.langkah[now - 1];
  if (!here) return app.go("#/");
  const draft = app.draft;
  const errors = {};
  if (tried) for (const q of here.isi) errors[q.name] = wrong(q, draft.typed[q.name]);
  const bad = here.isi.filter((q) => errors[q.name]).map((q) => ["f-" + q.name, errors[q.name]]);
  const kept = keeping(app);
  const next = async (event) => {
    event.preventDefault();
    Object.assign(draft.typed, read(made, here.isi));
    await kept.keep();
    if (here.isi.some((q) => wrong(q, draft.typed[q.name]))) return page(app, number, true);
    return app.go(now < of.langkah.length ? `#/isi/${now + 1}` : "#/foto");
  };
  const typing = () => {
    Object.assign(draft.typed, read(made, here.isi));
    kept.soon();
  };
  const made = h("form", {
    class: "form", novalidate: true, autocomplete: "off", onsubmit: next, oninput: typing,
  });
  made.append(
    ...here.isi.map((q) => field(q, draft.typed[q.name] || "", errors[q.name])),
    kept.line,
    submit(t("lanjut")),
    ...leaving(app, now > 1 ? `#/isi/${now - 1}` : null));
  return app.show(heading(here.judul, above(draft, of, now)), summary(bad), made);
};

const leaving = (app, back) => [
  back ? button(t("kembali"), () => app.go(back)) : null,
  button(t("tutup_dulu"), () => close(app, false), "quiet"),
].filter(Boolean);

/** Seal for the last time; from now on only the kelurahan can read it. */
export const close = async (app, done) => {
  const draft = app.draft;
  if (!draft) return; // pressed twice
  draft.done = done;
  try {
    await draft.save();
  } catch (full) {
    draft.done = false;
    app.show(notice("stop", t("gagal_simpan"), "", true), button(t("kembali"), () => app.go("#/periksa")));
    return;
  }
  draft.close();
  app.draft = null;
  app.said = { kind: "good", text: t(done ? "tersimpan_lengkap" : "tersimpan_belum") };
  app.go("#/");
};

const lacking = (draft, of) => of.berkas.filter((one) =>
  one.wajib && !draft.bring.has(one.kode) && draft.photosOf(one.kode).length === 0);

const taken = (app, one, again) => h("ul", { class: "scans" },
  app.draft.photosOf(one.kode).map((photo, place) => h("li", { class: "scan" },
    photo.thumb ? h("img", { src: photo.thumb, alt: "", width: "72", height: "72" })
      : h("span", { class: "scan-paper", "aria-hidden": "true" }, "PDF"),
    h("span", { class: "scan-text" }, `${one.label} ${place + 1}`,
      h("span", { class: "muted" }, symbol("✓"), t("tersimpan"))),
    h("button", {
      class: "link-button", type: "button",
      onclick: async () => { await app.draft.removePhoto(photo.sha); again(); },
    }, t("hapus"), h("span", { class: "visually-hidden" }, ` ${one.label} ${place + 1}`)))));

/** Photos of the papers: each is made small and sealed as soon as it is taken. */
export const papers = (app, tried = false, said = {}) => {
  const of = asked(app);
  if (!of) return app.go("#/");
  const draft = app.draft;
  const errors = { ...said };
  if (tried) for (const one of lacking(draft, of)) errors[one.kode] = errors[one.kode] || t("foto_kurang");
  const bad = of.berkas.filter((one) => errors[one.kode]).map((one) =>
    [`f-berkas.${one.kode}`, `${one.label}: ${errors[one.kode]}`]);
  const again = (more = {}) => papers(app, tried, more);
  const add = async (one, pictures) => {
    const wrongs = {};
    const most = app.know.foto_terbanyak;
    for (const picture of pictures) {
      try {
        if (draft.photosOf(one.kode).length >= most) wrongs[one.kode] = t("foto_banyak", { most });
        else await draft.addPhoto(one.kode, await picture());
      } catch (error) {
        wrongs[one.kode] = t(error instanceof BadPhoto ? error.message : "gagal_simpan");
      }
    }
    if (app.draft !== draft || location.hash !== "#/foto") return;
    again(wrongs);
    const place = document.getElementById(`f-berkas.${one.kode}`);
    if (place && !wrongs[one.kode]) place.focus();
  };
  const look = async (one, place) => {
    try {
      await openCamera(place, (bitmap) => add(one, [() => fromBitmap(bitmap)]));
    } catch (refused) {
      again({ [one.kode]: t("kamera_gagal") });
    }
  };
  const card = (one) => {
    const id = `f-berkas.${one.kode}`;
    const has = draft.photosOf(one.kode).length > 0;
    const input = h("input", {
      class: "file-input", type: "file", id, name: `berkas.${one.kode}`, multiple: true,
      accept: "image/*,application/pdf", "aria-invalid": errors[one.kode] ? "true" : null,
      onchange: () => {
        input.disabled = true;
        add(one, Array.from(input.files, (file) => () => prepared(file)));
      },
    });
    const viewfinder = h("div", { class: "stack stack-tight" });
    const brought = h("input", {
      type: "checkbox", name: "bawa", value: one.kode, checked: draft.bring.has(one.kode), autocomplete: "off",
      onchange: async () => {
        if (brought.checked) draft.bring.add(one.kode);
        else draft.bring.delete(one.kode);
        await kept.keep();
      },
    });
    return h("div", { class: "card stack" },
      h("div", { class: `field field-file${errors[one.kode] ? " field-bad" : ""}` },
        h("label", { for: id }, one.label,
          one.wajib ? null : h("span", { class: "optional" }, ` (${t("boleh_kosong")})`)),
        one.bantuan ? h("p", { class: "hint" }, one.bantuan) : null,
        errorText(id, errors[one.kode]),
        has ? taken(app, one, again) : null,
        hasCamera() ? button(t("kamera"), () => look(one, viewfinder), "plain") : null,
        viewfinder,
        input),
      one.wajib && !has ? h("label", { class: "choice" }, brought,
        h("span", null, t("bawa"), h("span", { class: "visually-hidden" }, " " + one.label))) : null);
  };
  const kept = keeping(app);
  const last = of.langkah.length;
  const next = async (event) => {
    event.preventDefault();
    await kept.keep();
    return lacking(draft, of).length ? papers(app, true) : app.go("#/periksa");
  };
  return app.show(
    heading(t("foto_berkas"), above(draft, of, last + 1)),
    summary(bad),
    h("p", null, t("foto_cara")),
    hasCamera() ? h("p", { class: "muted" }, t("galeri")) : null,
    h("form", { class: "form", novalidate: true, autocomplete: "off", onsubmit: next },
      of.berkas.map(card),
      kept.line,
      submit(t("lanjut")),
      leaving(app, `#/isi/${last}`)));
};

const part = (title, back, rows) => h("section", { class: "card stack" },
  h("div", { class: "spread" }, h("h2", null, title),
    h("a", { href: back }, t("ubah"), h("span", { class: "visually-hidden" }, " " + title))),
  h("dl", { class: "definitions" }, rows.map(([label, value]) =>
    h("div", null, h("dt", null, label), h("dd", null, value || t("tidak_diisi"))))));

/** Everything once more, to be read to the resident; then it is sealed for good. */
export const review = (app, tried = false) => {
  const of = asked(app);
  if (!of) return app.go("#/");
  const draft = app.draft;
  const bad = [];
  of.langkah.forEach((step, place) => step.isi.forEach((q) => {
    const said = wrong(q, draft.typed[q.name]);
    if (said) bad.push([`#/isi/${place + 1}`, `${q.label}: ${said}`]);
  }));
  for (const one of lacking(draft, of)) bad.push(["#/foto", `${one.label}: ${t("foto_kurang")}`]);
  const odd = nikDiffers(draft.typed);
  const sure = h("input", {
    type: "checkbox", name: "konfirmasi", value: "nik", checked: draft.sure.has("nik"), autocomplete: "off",
    onchange: () => (sure.checked ? draft.sure.add("nik") : draft.sure.delete("nik")),
  });
  const doubt = odd && h("div", { class: "notice notice-wait field-warning", role: tried ? "alert" : null },
    h("p", null, symbol("▲"), t("nik_beda")),
    h("label", { class: "choice" }, sure, h("span", null, t("memang_begitu"))));
  const finish = () => {
    if (odd && !draft.sure.has("nik")) return review(app, true);
    return close(app, true);
  };
  const count = (one) => {
    const photos = draft.photosOf(one.kode).length;
    if (photos) return t("jumlah_foto", { count: photos });
    return draft.bring.has(one.kode) ? t("dibawa") : "";
  };
  return app.show(
    heading(t("periksa"), above(draft, of, of.langkah.length + 2)),
    bad.length ? h("div", { class: "notice notice-stop error-summary", role: "alert" },
      h("h2", null, t("ada_perbaikan")),
      h("ul", null, bad.map(([href, said]) => h("li", null, h("a", { href }, said))))) : null,
    h("p", null, t("periksa_apa")),
    of.langkah.map((step, place) => part(step.judul, `#/isi/${place + 1}`,
      step.isi.map((q) => [q.label, shown(q, draft.typed[q.name])]))),
    part(t("foto_berkas"), "#/foto", of.berkas.map((one) => [one.label, count(one)])),
    doubt,
    notice("info", t("setelah_ditutup")),
    bad.length ? null : button(t("selesai_simpan"), finish, "primary"),
    ...leaving(app, "#/foto"));
};
