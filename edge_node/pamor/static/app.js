// The app: which screen, in which language, and what all screens share.

import { h, notice } from "./dom.js";
import { stopCamera } from "./camera.js";
import { Office } from "./handover.js";
import { openShelf } from "./shelf.js";
import { languages, lang, learn, speak, t } from "./words.js";
import { home } from "./home.js";
import { consent, reasons, services } from "./choosing.js";
import { page, papers, review } from "./filling.js";
import { handing, list } from "./handing.js";

const { worker, forms, api } = document.body.dataset;
const layar = document.getElementById("layar");

export const app = {
  know: null,
  draft: null, // the form that is open, in memory only
  office: new Office(api),
  said: null, // one notice for the next screen
  go(hash) {
    if (location.hash === hash) render();
    else location.hash = hash;
  },
  show(...parts) {
    stopCamera();
    layar.replaceChildren(...parts.flat().filter(Boolean));
    const first = layar.querySelector("[data-focus]") || layar.querySelector("h1");
    if (first) first.focus();
    window.scrollTo(0, 0);
  },
  /** What the last act came to, once. */
  news() {
    const said = this.said;
    this.said = null;
    return said && notice(said.kind, said.text, said.detail || "", true);
  },
};

const ROUTES = [
  [/^#\/baru$/, services],
  [/^#\/baru\/([\w-]+)$/, reasons],
  [/^#\/baru\/([\w-]+)\/(\w+)$/, consent],
  [/^#\/isi\/(\d+)$/, page],
  [/^#\/foto$/, papers],
  [/^#\/periksa$/, review],
  [/^#\/serah$/, handing],
  [/^#\/diserahkan$/, list],
];

const render = async () => {
  for (const [pattern, screen] of ROUTES) {
    const found = pattern.exec(location.hash);
    if (found) {
      await screen(app, ...found.slice(1));
      return;
    }
  }
  await home(app);
};

const languageSwitch = () => {
  document.getElementById("bahasa").replaceChildren(...languages()
    .filter(([code]) => code !== lang())
    .map(([code, name]) => h("button", {
      class: "link-button", type: "button", lang: code,
      onclick: () => { speak(code); languageSwitch(); state(); render(); },
    }, name)));
};

/** Whether the app would open here without a network, in words at the foot. */
const state = () => {
  const ready = navigator.serviceWorker && navigator.serviceWorker.controller;
  const parts = [ready ? t("siap") : t("belum_siap")];
  if (!navigator.onLine) parts.unshift(t("tanpa_jaringan"));
  document.getElementById("keadaan").textContent = parts.join(" ");
};

/** What a form that is open would lose: nothing that was sealed, but it could be read no more. */
const beforeClosing = (event) => {
  if (app.draft) event.preventDefault();
};

const sealOnHide = () => {
  if (document.visibilityState === "hidden" && app.draft) app.draft.save().catch(() => null);
};

const start = async () => {
  learn((app.know = await (await fetch(forms)).json()).bahasa);
  languageSwitch();
  if (!window.isSecureContext || !crypto.subtle || !navigator.serviceWorker || !window.indexedDB) {
    app.show(notice("stop", t("tidak_bisa"), t("tidak_bisa_apa"), true));
    return;
  }
  await openShelf();
  navigator.serviceWorker.addEventListener("controllerchange", state);
  // A newer set, if there is one, is fetched now and stands at the next start.
  const kept = await navigator.serviceWorker.register(worker);
  kept.update().catch(() => null);
  for (const name of ["online", "offline"]) window.addEventListener(name, state);
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#/") || !location.hash) render();
  });
  window.addEventListener("beforeunload", beforeClosing);
  document.addEventListener("visibilitychange", sealOnHide);
  state();
  await render();
};

start().catch((error) => {
  layar.textContent = document.body.dataset.broken;
  throw error;
});
