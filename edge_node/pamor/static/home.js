// The first screen: what is on this phone, told without a name.

import { button, h, heading, notice } from "./dom.js";
import { close } from "./filling.js";
import { drafts, forget } from "./shelf.js";
import { service, t, when } from "./words.js";

const LONG_MS = 30 * 24 * 60 * 60 * 1000; // the key that opens it is kept for three times as long

const line = (app, one, refusal) => {
  const of = service(one.layanan);
  const reason = of && of.keperluan.find((found) => found.kode === one.keperluan);
  const ask = h("div", { class: "stack stack-tight", hidden: true });
  ask.append(
    h("p", null, t("hapus_tanya", { number: one.nomor })),
    button(t("hapus_ya"), async () => { await forget(one.id); app.go("#/"); }, "stop"),
    button(t("batal"), () => { ask.hidden = true; }));
  return h("li", { class: "card stack", "data-draf": one.id },
    h("div", { class: "stack stack-tight" },
      h("p", { class: "card-title" }, t("nomor", { number: one.nomor }), " · ",
        reason ? reason.judul : one.layanan),
      h("p", { class: "muted" }, when(one.dibuat), " · ", t("jumlah_foto", { count: one.foto.length })),
      h("p", { class: one.selesai ? "safe" : null },
        h("span", { "aria-hidden": "true" }, one.selesai ? "✓ " : "○ "),
        t(one.selesai ? "selesai" : "belum_selesai"))),
    refusal ? notice("stop", refusal) : null,
    Date.now() - one.dibuat > LONG_MS ? notice("wait", t("lama")) : null,
    h("p", null, h("button", {
      class: "link-button", type: "button", onclick: () => { ask.hidden = !ask.hidden; },
    }, t("hapus"), h("span", { class: "visually-hidden" }, " " + t("nomor", { number: one.nomor })))),
    ask);
};

export const home = async (app) => {
  const open = app.draft;
  const found = (await drafts()).filter((one) => !open || one.id !== open.id);
  app.show(
    heading(t("judul")),
    app.news(),
    open ? h("div", { class: "notice notice-wait" },
      h("span", { class: "notice-symbol", "aria-hidden": "true" }, "○"),
      h("div", { class: "notice-text" }, h("p", null, t("masih_terbuka", { number: open.number }))),
      button(t("lanjut_isi"), () => app.go("#/isi/1"), "primary"),
      button(t("tutup_dulu"), () => close(app, false), "quiet")) : null,
    open ? null : button(t("mulai"), () => app.go("#/baru"), "primary"),
    h("section", { class: "stack" },
      h("h2", null, t("belum_diserahkan")),
      found.length ? h("p", { class: "muted" }, t("tertutup")) : h("p", { class: "empty" }, t("tidak_ada")),
      h("ul", { class: "stack" }, found.map((one) => line(app, one, (app.refusals || {})[one.id]))),
      found.length ? button(t("serahkan_semua"), () => app.go("#/serah"), "primary") : null,
      button(t("lihat_diserahkan"), () => app.go("#/diserahkan"))));
};
