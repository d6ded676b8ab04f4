// Back on the kelurahan's Wi-Fi: signing in, handing over, and what was handed over before.

import { button, h, heading, notice, submit } from "./dom.js";
import { openDrafts } from "./draft.js";
import { Cut, Refused } from "./handover.js";
import { drafts } from "./shelf.js";
import { service, t } from "./words.js";

const signIn = (app, then, said = "", typed = "") => {
  const enter = async (event) => {
    event.preventDefault();
    const boxes = new FormData(event.target);
    const user = String(boxes.get("pengguna") || "");
    try {
      await app.office.signIn(user, String(boxes.get("sandi") || ""));
    } catch (error) {
      const why = error instanceof Refused && error.message ? error.message : t("terputus");
      return signIn(app, then, why, user);
    }
    return then(app);
  };
  return app.show(
    heading(t("masuk_judul")),
    said ? notice("stop", said, "", true) : null,
    h("form", { class: "card form", novalidate: true, autocomplete: "off", onsubmit: enter },
      h("p", { class: "muted" }, t("masuk_apa")),
      h("div", { class: "field" },
        h("label", { for: "f-pengguna" }, t("pengguna")),
        h("input", {
          class: "input", id: "f-pengguna", name: "pengguna", autocapitalize: "none",
          autocomplete: "off", spellcheck: "false", required: true, value: typed,
        })),
      h("div", { class: "field" },
        h("label", { for: "f-sandi" }, t("sandi")),
        h("input", {
          class: "input", id: "f-sandi", name: "sandi", type: "password", autocomplete: "off",
          required: true,
        })),
      submit(t("masuk")),
      button(t("kembali"), () => app.go("#/"))));
};

const whoIsHere = (app) => h("div", { class: "spread" },
  h("p", { class: "muted" }, t("masuk_sebagai", { name: app.office.name })),
  h("button", {
    class: "link-button", type: "button", onclick: () => { app.office.signOut(); app.go("#/"); },
  }, t("keluar")));

const result = (draft, told) => {
  const of = service(draft.layanan);
  const title = `${t("nomor", { number: draft.nomor })} · ${of ? of.singkat : draft.layanan}`;
  if (told.hasil === "diajukan") {
    return h("li", { class: "card stack stack-tight", "data-hasil": "diajukan" },
      h("p", { class: "card-title" }, title),
      h("p", { class: "safe" }, h("span", { "aria-hidden": "true" }, "✓ "), t("diajukan", { code: "" }).trim(), " ",
        h("span", { class: "code code-big" }, told.kode)),
      told.perkiraan ? h("p", null, t("perkiraan", { day: told.perkiraan })) : null,
      told.sebab ? h("p", { class: "muted" }, told.sebab) : null);
  }
  return h("li", { class: "card stack stack-tight", "data-hasil": "loket" },
    h("p", { class: "card-title" }, title),
    h("p", null, h("span", { "aria-hidden": "true" }, "○ "), t("di_loket")),
    h("ul", { class: "muted" }, told.alasan.map((one) => h("li", null, one))));
};

/** Hand over what is on this phone; pressing twice is the same as once. */
export const handing = (app) => {
  if (!app.busy) app.busy = handAll(app).finally(() => { app.busy = null; });
  return app.busy;
};

/** Whether somebody still looks at the screen that tells how it goes. */
const isWatched = () => location.hash === "#/serah";

const handAll = async (app) => {
  if (!app.office.token) return signIn(app, handing);
  const results = app.results || (app.results = []);
  const outcome = h("ul", { class: "stack" }, results);
  const progress = h("p", { role: "status" }, t("menyerahkan"));
  app.show(heading(t("serahkan_semua")), whoIsHere(app), progress, outcome);
  app.refusals = {};
  const open = await openDrafts();
  for (const one of await drafts()) {
    if (open.indexOf(one.id) >= 0 || (app.draft && app.draft.id === one.id)) continue;
    try {
      const told = await app.office.take(one, (percent) => {
        progress.textContent = `${t("nomor", { number: one.nomor })}: ${t("mengirim", { percent })}`;
      });
      results.push(result(one, told));
      outcome.append(results[results.length - 1]);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return isWatched() && signIn(app, handing, t("sesi_habis"));
      if (error instanceof Refused && error.message) app.refusals[one.id] = error.message;
      else if (error instanceof Cut || error instanceof Refused) return stopped(app, outcome);
      else throw error;
    }
  }
  return finished(app, outcome);
};

const stopped = (app, outcome) => isWatched() && app.show(
  heading(t("serahkan_semua")),
  notice("wait", t("terputus"), "", true),
  button(t("coba_lagi"), () => handing(app), "primary"),
  button(t("kembali"), () => app.go("#/")),
  outcome);

const finished = (app, outcome) => {
  if (!isWatched()) return;
  const left = Object.values(app.refusals);
  const some = outcome.querySelector("[data-hasil=diajukan]");
  app.results = [];
  app.show(
    heading(t("serahkan_semua")),
    app.draft ? notice("wait", t("masih_terbuka", { number: app.draft.number })) : null,
    left.length ? h("div", { class: "stack" }, left.map((one) => notice("stop", one, "", true)))
      : notice("good", t("semua_diserahkan"), some ? t("catat_kode") : "", true),
    outcome,
    button(t("kembali"), () => app.go("#/"), "primary"),
    button(t("lihat_diserahkan"), () => app.go("#/diserahkan")));
};

/** What this account handed over lately; only the kelurahan knows. */
export const list = async (app) => {
  if (!app.office.token) return signIn(app, list);
  let found;
  try {
    found = await app.office.handedOver();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return signIn(app, list, t("sesi_habis"));
    return app.show(
      heading(t("sudah_diserahkan")), notice("wait", t("terputus"), "", true),
      button(t("kembali"), () => app.go("#/")));
  }
  return app.show(
    heading(t("sudah_diserahkan")), whoIsHere(app),
    found.length ? null : h("p", { class: "empty" }, t("belum_ada_diserahkan")),
    h("ul", { class: "stack" }, found.map((one) => h("li", { class: "card stack stack-tight" },
      h("p", { class: "card-title" }, one.kode ? h("span", { class: "code" }, one.kode) : null,
        one.kode && one.layanan ? " · " : null, one.layanan),
      h("p", null, one.keadaan),
      h("p", { class: "muted" }, one.pukul)))),
    button(t("kembali"), () => app.go("#/")));
};
