// Building a screen out of the same elements and classes as the server's pages.

/** An element. `null` among attributes and children is nothing; `onclick` and the like are heard. */
export const h = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in { value: 1, checked: 1, hidden: 1 }) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) made.append(child);
  }
  return made;
};

export const symbol = (sign) => h("span", { "aria-hidden": "true" }, sign + " ");

export const button = (label, press, kind = "plain", more = {}) =>
  h("button", { class: "button button-" + kind, type: "button", onclick: press, ...more }, label);

export const submit = (label, kind = "primary") =>
  h("button", { class: "button button-" + kind, type: "submit" }, label);

const SIGNS = { good: "✓", wait: "○", stop: "▲", info: "●" };

export const notice = (kind, sentence, detail = "", loud = false) =>
  h("div", { class: "notice notice-" + kind, role: loud ? "alert" : null },
    h("span", { class: "notice-symbol", "aria-hidden": "true" }, SIGNS[kind]),
    h("div", { class: "notice-text" },
      h("p", null, sentence),
      detail ? h("p", { class: "muted" }, detail) : null));

/** A list of large choices, one question on a screen. */
export const choices = (items) =>
  h("ul", { class: "choices" }, items.map((item) =>
    h("li", null, h("a", { href: item.href },
      h("span", null, item.label, item.note ? h("span", { class: "muted" }, item.note) : null),
      h("span", { class: "chevron", "aria-hidden": "true" }, "›")))));

export const heading = (text, above = "") =>
  h("div", { class: "stack stack-tight" },
    above ? h("p", { class: "muted" }, above) : null,
    h("h1", { tabindex: "-1" }, text));
