// Conveniences only: every page does its work without this file.
(() => {
  "use strict";

  const reveal = () => {
    for (const found of document.querySelectorAll("[data-print], [data-tick-all]")) found.hidden = false;
  };

  // A second click must not send a form twice (the server refuses it too).
  const busy = (button) => {
    if (!button) return;
    button.dataset.label = button.innerHTML;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy || document.body.dataset.busy || "…";
  };
  const ready = (form) => {
    delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[data-label]")) {
      if (button.form !== form) continue;
      button.innerHTML = button.dataset.label;
      delete button.dataset.label;
      button.removeAttribute("aria-disabled");
    }
  };
  const tell = (sentence) => {
    const place = document.getElementById("kabar");
    if (!place || !sentence) return;
    const notice = document.createElement("div");
    notice.className = "notice notice-wait";
    notice.textContent = "○ " + sentence;
    place.replaceChildren(notice);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-again")) return; // answers with a download: may be sent again
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    // The rest after the other listeners, which may stop it; the button's name is sent by then.
    setTimeout(() => {
      const swapped = form.hasAttribute("hx-post") || form.hasAttribute("hx-get");
      if (event.defaultPrevented && !swapped) delete form.dataset.sent;
      else busy(event.submitter);
    });
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) ready(form);
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => tell(document.body.dataset.lost));
  }
  // Back from the next page: the form is as it was left, and can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) ready(form);
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "F2") {
      const link = document.querySelector('a[data-key="F2"]');
      if (link) { event.preventDefault(); link.click(); }
    } else if ((event.key === "F4" || event.key === "F8") && !event.altKey && !event.repeat) {
      const button = document.querySelector(`button[data-key="${event.key}"]`);
      if (button) { event.preventDefault(); button.form.requestSubmit(button); }
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const box = document.querySelector("[data-search]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      const button = document.querySelector('button[data-key="Ctrl+S"]');
      const form = button ? button.form : document.querySelector("form[data-main]");
      if (form) { event.preventDefault(); form.requestSubmit(button || undefined); }
    }
  });

  // What is typed is kept a moment after each pause: a power cut costs a few words at most.
  const PAUSE_MS = 700;
  let pause = 0;
  const keep = async (form, leaving) => {
    pause = 0;
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
    const said = form.querySelector("[data-draft-said]");
    let kept = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: typed, redirect: "manual", keepalive: leaving, credentials: "same-origin",
      });
      kept = answer.status === 204;
    } catch { /* told below */ }
    if (!said) return;
    const time = new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
    said.textContent = kept ? form.dataset.kept + " · " + time : form.dataset.unkept;
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft || event.target.type === "file") return;
    clearTimeout(pause);
    pause = setTimeout(() => keep(form, false), PAUSE_MS);
  });
  // A link that shows what is kept: what was typed just now goes first.
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => {
      const link = event.target.closest && event.target.closest("[data-keep-first]");
      const form = link && link.closest("form[data-draft]");
      if (!form || !pause) return;
      clearTimeout(pause);
      keep(form, false);
    });
  }
  document.addEventListener("visibilitychange", () => {
    const form = document.querySelector("form[data-draft]");
    if (!form || !pause || document.visibilityState !== "hidden" || form.dataset.sent) return;
    clearTimeout(pause);
    keep(form, true);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // One box for all boxes of its form.
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-tick-all]");
    if (!all) return;
    for (const box of all.closest("form").querySelectorAll("input[type=checkbox][name]")) box.checked = event.target.checked;
  });

  // What was chosen is shown at once, before anything is sent.
  const size = (bytes) => bytes < 1048576
    ? Math.max(1, Math.round(bytes / 1024)) + " KB"
    : (bytes / 1048576).toFixed(1).replace(".", ",") + " MB";
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("input[type=file][data-preview]")) return;
    const list = input.parentElement.querySelector(".previews");
    if (!list) return;
    list.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.className = "scan";
      if (file.type.startsWith("image/")) {
        const picture = document.createElement("img");
        picture.alt = "";
        picture.src = URL.createObjectURL(file);
        picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src);
        item.append(picture);
      }
      const text = document.createElement("span");
      text.className = "scan-text";
      text.textContent = file.name + " · " + size(file.size);
      item.append(text);
      return item;
    }));
    list.hidden = input.files.length === 0;
  });

  // "05/03" is March or May, as the browser's language has it; words leave no doubt.
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("input[type=date]")) return;
    const words = input.parentElement.querySelector("[data-date-words]");
    if (!words) return;
    words.textContent = input.valueAsDate ? input.valueAsDate.toLocaleDateString(
      document.documentElement.lang,
      { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }) : "";
  });

  // A page that tells how things stand asks again by itself; without script a meta refresh does.
  const watched = document.querySelector("[data-refresh]");
  if (watched) {
    setInterval(async () => {
      if (document.hidden) return;
      let page;
      try {
        const answer = await fetch(location.href, { cache: "no-store" });
        if (!answer.ok) return;
        page = await answer.text();
      } catch (lost) { return; } // the next one may get through
      const now = new DOMParser().parseFromString(page, "text/html").querySelector("[data-refresh]");
      if (!now) location.reload();
      else if (now.innerHTML !== watched.innerHTML) watched.innerHTML = now.innerHTML;
    }, watched.dataset.refresh * 1000);
  }

  document.addEventListener("DOMContentLoaded", () => {
    reveal();
    // Reload and the back button come to this very form again, not to an empty one.
    const begun = document.querySelector("form[data-resume]");
    if (begun && !location.search.includes("lanjut=")) history.replaceState(null, "", begun.dataset.resume);
    const first = document.querySelector("[data-focus]");
    if (first) first.focus();
  });
  document.addEventListener("htmx:afterSwap", reveal);
})();
