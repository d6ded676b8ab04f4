// A box to sign in. What is drawn goes with the form as strokes: "x,y x,y;x,y", on 900 by 300.
(() => {
  "use strict";

  const WIDTH = 900, HEIGHT = 300, LEAST = 3, LINE = 5;

  const begin = (field) => {
    const pad = field.querySelector("[data-sign-pad]");
    const canvas = pad.querySelector("canvas");
    const kept = field.querySelector("input[type=hidden]");
    const said = field.querySelector("[data-sign-said]");
    // The answer that means this box; none where there is no other way.
    const screen = field.querySelector("[data-sign-choice] input");
    const ink = canvas.getContext("2d");
    const parsed = (text) => text.split(";").filter(Boolean)
      .map((stroke) => stroke.split(" ").map((point) => point.split(",").map(Number)));
    let strokes = parsed(kept.value);
    let pen = null;

    const line = (from, to) => {
      ink.beginPath();
      ink.moveTo(...from);
      ink.lineTo(to[0] + (from === to ? 0.1 : 0), to[1]);
      ink.stroke();
    };
    const draw = () => {
      // As many dots as the screen has, whatever the box's size is now.
      const box = canvas.getBoundingClientRect();
      if (!box.width) return;
      const wide = Math.round(box.width * (window.devicePixelRatio || 1));
      canvas.width = wide;
      canvas.height = Math.round(wide * HEIGHT / WIDTH);
      ink.scale(wide / WIDTH, wide / WIDTH);
      ink.lineWidth = LINE;
      ink.lineCap = ink.lineJoin = "round";
      ink.strokeStyle = getComputedStyle(canvas).color;
      for (const stroke of strokes) {
        if (stroke.length === 1) line(stroke[0], stroke[0]);
        for (let at = 1; at < stroke.length; at += 1) line(stroke[at - 1], stroke[at]);
      }
    };
    const keep = () => {
      kept.value = strokes.map((stroke) => stroke.map((point) => point.join(",")).join(" ")).join(";");
      said.textContent = strokes.length ? said.dataset.signed : said.dataset.empty;
    };
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      const at = (part, whole, most) => Math.min(most - 1, Math.max(0, Math.round(part / whole * most)));
      return [at(event.clientX - box.left, box.width, WIDTH), at(event.clientY - box.top, box.height, HEIGHT)];
    };

    canvas.addEventListener("pointerdown", (event) => {
      if (pen !== null || event.button !== 0) return; // the ball of the hand beside the pen
      event.preventDefault();
      pen = event.pointerId;
      canvas.setPointerCapture(pen);
      const point = place(event);
      strokes.push([point]);
      line(point, point);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== pen) return;
      const stroke = strokes[strokes.length - 1];
      const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      for (const one of all.length ? all : [event]) {
        const from = stroke[stroke.length - 1], to = place(one);
        if (Math.hypot(to[0] - from[0], to[1] - from[1]) < LEAST) continue;
        stroke.push(to);
        line(from, to);
      }
    });
    const lift = (event) => {
      if (event.pointerId !== pen) return;
      pen = null;
      keep();
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    field.querySelector("[data-sign-clear]").addEventListener("click", () => {
      strokes = [];
      keep();
      draw();
    });

    const show = () => { pad.hidden = Boolean(screen) && !screen.checked; };
    field.addEventListener("change", show);
    // A phone signs: each signature that comes from it takes the box once.
    let came = "";
    const look = () => {
      const phone = field.parentElement.querySelector("[data-strokes]");
      const text = phone ? phone.dataset.strokes : "";
      if (!text || text === came) return;
      came = text;
      strokes = parsed(text);
      keep();
      draw();
    };
    document.addEventListener("htmx:afterSwap", look);
    new ResizeObserver(draw).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    if (screen) {
      screen.closest("[data-sign-choice]").hidden = false;
      // Nobody has chosen yet: where a box to sign in works, it is the usual way.
      if (!field.querySelector("input[type=radio]:checked")) screen.checked = true;
    }
    keep();
    show();
    look();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-sign]").forEach(begin);
  });
})();
