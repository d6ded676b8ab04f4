// The desk's conveniences: keys of one letter, and a photo that can be enlarged and turned. Every
// page does its work without this file.
(() => {
  "use strict";

  // Keys of one letter, shown beside what they do; they can be put off.
  const KEY = "loket.huruf";
  let on = true;
  try { on = localStorage.getItem(KEY) !== "mati"; } catch { /* a browser that keeps nothing */ }
  const show = () => {
    for (const place of document.querySelectorAll("[data-letters]")) {
      place.hidden = false;
      const button = place.querySelector("[data-letters-switch]");
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? button.dataset.on : button.dataset.off;
    }
    document.documentElement.toggleAttribute("data-no-letters", !on);
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-letters-switch]")) return;
    on = !on;
    try { localStorage.setItem(KEY, on ? "nyala" : "mati"); } catch { /* as above */ }
    show();
  });

  const press = (found) => {
    if (found.tagName === "SUMMARY") {
      found.parentElement.open = true;
      const first = found.parentElement.querySelector("select, textarea, input:not([type=hidden])");
      if (first) first.focus();
    } else if (found.form) found.form.requestSubmit(found);
    else found.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const typing = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (event.key === "Escape" && event.target.closest("details.act")) {
      const act = event.target.closest("details.act");
      act.open = false;
      act.querySelector("summary").focus();
      return;
    }
    if (typing || !on) return;
    const letter = event.key.toLowerCase();
    const found = /^[a-z0-9+-]$/.test(letter) && document.querySelector(`[data-letter="${letter}"]`);
    if (found) { event.preventDefault(); press(found); return; }
    if (look(event.key)) event.preventDefault();
  });

  // The photo: each is enlarged and turned by itself.
  const STEPS = [1, 1.5, 2, 3, 4];
  const held = (pane) => {
    pane.step = pane.step || 0;
    pane.turn = pane.turn || 0;
    return pane;
  };
  const draw = (pane) => {
    const view = pane.querySelector(".shelf-view");
    const picture = view.querySelector("img");
    const factor = STEPS[pane.step];
    const wide = pane.turn % 180 !== 0;
    const box = view.clientWidth;
    // A turned picture stands in the height of its former width.
    picture.style.transform = "";
    picture.style.maxWidth = pane.step || wide ? "none" : "";
    picture.style.maxHeight = pane.step || wide ? "none" : "";
    picture.style.width = "";
    picture.style.margin = "";
    view.classList.toggle("shelf-large", pane.step > 0 || wide);
    if (!pane.step && !wide) {
      picture.style.transform = pane.turn ? `rotate(${pane.turn}deg)` : "";
    } else {
      const ratio = picture.naturalHeight / picture.naturalWidth || 1;
      const width = wide ? (box * factor) / ratio : box * factor;
      const height = width * ratio;
      picture.style.width = `${width}px`;
      if (wide) {
        const shift = (height - width) / 2;
        picture.style.margin = `${-shift}px ${shift}px`;
      }
      picture.style.transform = pane.turn ? `rotate(${pane.turn}deg)` : "";
    }
    const said = pane.querySelector("[data-zoom-said]");
    if (said) said.textContent = `${Math.round(factor * 100)}%`;
  };
  const change = (pane, what) => {
    held(pane);
    if (what === "in") pane.step = Math.min(STEPS.length - 1, pane.step + 1);
    else if (what === "out") pane.step = Math.max(0, pane.step - 1);
    else if (what === "right") pane.turn = (pane.turn + 90) % 360;
    else if (what === "left") pane.turn = (pane.turn + 270) % 360;
    else { pane.step = 0; pane.turn = 0; }
    draw(pane);
  };
  const current = () => {
    const chosen = document.querySelector('.shelf-items input[type="radio"]:checked');
    const pane = chosen && document.getElementById(`${chosen.id}-isi`);
    return pane && pane.querySelector("[data-viewer]") ? pane : null;
  };
  const KEYS = { "+": "in", "=": "in", "-": "out", "0": "whole", "r": "right", "R": "left" };
  const look = (key) => {
    if (/^[1-9]$/.test(key)) {
      const box = document.querySelectorAll('.shelf-items input[type="radio"]')[key - 1];
      if (!box) return false;
      box.checked = true;
      return true;
    }
    const pane = current();
    if (!pane || !KEYS[key]) return false;
    change(pane, KEYS[key]);
    return true;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) change(button.closest(".shelf-pane"), button.dataset.view);
  });

  // Whoever stands on an answer sees the paper that it is to be read from.
  const select = (target) => {
    const from = target.closest && target.closest("[data-proof]");
    const box = from && document.getElementById(from.dataset.proof);
    if (box) box.checked = true;
    return Boolean(box);
  };
  document.addEventListener("focusin", (event) => { select(event.target); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-proof]");
    // On a narrow screen the papers stand below: there the link leads to them.
    if (link && select(link) && window.matchMedia("(min-width: 900px)").matches) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    show();
    for (const tools of document.querySelectorAll("[data-viewer]")) tools.hidden = false;
  });
})();
