// What it is about, and the resident's word that it may be filled in on this phone.

import { button, choices, h, heading, notice, submit } from "./dom.js";
import { Draft } from "./draft.js";
import { errorText } from "./fields.js";
import { form, service, services as known, t } from "./words.js";

export const services = (app) => app.show(
  heading(t("pilih_layanan")),
  choices(known().map((one) => ({ href: "#/baru/" + one.kode, label: one.judul, note: one.ringkas }))),
  button(t("kembali"), () => app.go("#/")));

export const reasons = (app, code) => {
  const of = service(code);
  if (!of) return app.go("#/baru");
  return app.show(
    heading(of.judul),
    choices(of.keperluan.map((one) => (
      { href: `#/baru/${code}/${one.kode}`, label: one.judul, note: one.ringkas }))),
    button(t("kembali"), () => app.go("#/baru")));
};

const papersOf = (asked) => h("section", { class: "prose" },
  h("h2", null, t("siapkan")),
  h("ul", null, asked.berkas.filter((one) => one.wajib).map((one) =>
    h("li", null, h("strong", null, one.label), one.bantuan ? ` — ${one.bantuan}` : ""))));

export const consent = (app, code, reason, tried = false) => {
  const asked = form(code, reason);
  if (!asked) return app.go("#/baru");
  // Back from the first questions: the form that is open goes on.
  if (app.draft && app.draft.service === code && app.draft.case === reason) return app.go("#/isi/1");
  const box = h("input", {
    type: "checkbox", id: "f-setuju", name: "setuju", autocomplete: "off",
    "aria-invalid": tried === true ? "true" : null,
  });
  const begin = (event) => {
    event.preventDefault();
    if (!box.checked) return consent(app, code, reason, true);
    const said = { ...app.know.persetujuan, pukul: new Date().toISOString().slice(0, 19) + "Z" };
    if (app.draft) app.draft.close();
    app.draft = new Draft(app.know, asked, code, said);
    return app.go("#/isi/1");
  };
  return app.show(
    heading(asked.judul, t("persetujuan")),
    papersOf(asked),
    h("form", { class: "form", novalidate: true, autocomplete: "off", onsubmit: begin },
      h("div", { class: "card stack" },
        h("h2", null, t("persetujuan")),
        h("p", null, t("bacakan")),
        h("blockquote", null, t("teks_persetujuan")),
        h("div", { class: "field" + (tried === true ? " field-bad" : "") },
          tried === true ? errorText("f-setuju", t("setuju_dulu")) : null,
          h("label", { class: "choice" }, box, h("span", null, t("setuju"))))),
      notice("info", t("setelah_ditutup")),
      submit(t("mulai_isi")),
      button(t("kembali"), () => app.go("#/baru/" + code))));
};
