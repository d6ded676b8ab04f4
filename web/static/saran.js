// Suggestions while somebody types into the search box (the combobox pattern of the ARIA practices).
// Without this file the box is a plain form. What is typed goes in a body, never into an address.
(() => {
  "use strict";

  const box = document.querySelector("input[data-suggest]");
  if (!box) return;
  const list = document.getElementById("saran");
  const said = document.getElementById("saran-kabar");
  const PAUSE_MS = 200; // between two keys of somebody who types
  const LEAST = 3; // letters; fewer find half of the kelurahan
  let pause = 0;
  let asking = null;
  let active = -1;

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const options = () => [...list.children];
  const isOpen = () => !list.hidden;

  const activate = (index) => {
    active = index;
    options().forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
    if (active < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  };
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    activate(-1);
  };
  const open = () => {
    if (!list.children.length) return;
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  };
  const forget = () => {
    clearTimeout(pause);
    if (asking) asking.abort();
    asking = null;
    close();
    list.replaceChildren();
    said.textContent = "";
  };

  const part = (name, text) => {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  };
  const option = (one, at) => {
    const item = document.createElement("li");
    item.id = "saran-" + at;
    item.className = "suggestion";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = one.url;
    const sub = part("row-sub", "");
    sub.append(part("", one.what), " ", part("code", one.code), " ", part("", one.status));
    item.append(part("queue-title", one.name), " ", sub);
    return item;
  };

  const ask = async () => {
    if (asking) asking.abort();
    const mine = asking = new AbortController();
    let found;
    try {
      const answer = await fetch(box.dataset.suggest, {
        method: "POST",
        body: new URLSearchParams(new FormData(box.form)),
        headers: { Accept: "application/json" },
        redirect: "manual",
        credentials: "same-origin",
        signal: mine.signal,
      });
      if (!answer.ok) return; // too often, or logged out: the button still searches
      found = await answer.json();
    } catch { return; } // aborted, or no line to the server: the same
    if (mine !== asking || document.activeElement !== box) return;
    list.replaceChildren(...found.options.map(option));
    said.textContent = found.said;
    close();
    open();
  };

  const go = (item) => {
    forget();
    location.assign(item.dataset.url);
  };

  box.addEventListener("input", () => {
    if (box.value.trim().length < LEAST) { forget(); return; }
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const count = list.children.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!isOpen()) open();
      // From the box to the first or the last; past either end back into the box.
      activate((active + 1 + step + count + 1) % (count + 1) - 1);
    } else if (event.key === "Enter" && isOpen() && active >= 0) {
      event.preventDefault();
      go(list.children[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault(); // the first one closes the list, the next one empties the box
      close();
    }
  });
  box.addEventListener("focus", () => { if (box.value.trim().length >= LEAST) open(); });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", forget);
  // The box keeps the focus while somebody presses on a suggestion.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) go(item);
  });
})();
