// Questions as the portal asks them: the same markup, classes and names.

import { h, symbol } from "./dom.js";
import { months, t } from "./words.js";

const RADIOS = 4;
const PARTS = [".hari", ".bulan", ".tahun"];

const optional = (q) =>
  q.required ? null : h("span", { class: "optional" }, ` (${t("boleh_kosong")})`);

const hints = (q, id) => [
  q.help ? h("p", { class: "hint", id: id + "-help" }, q.help) : null,
  q.example ? h("p", { class: "hint", id: id + "-example" }, t("contoh") + ": ",
    h("span", { class: "example" }, q.example)) : null,
];

export const errorText = (id, sentence) => !sentence ? null :
  h("div", { class: "field-error", id: id + "-error" },
    h("p", null, symbol("▲"),
      h("span", { class: "visually-hidden" }, t("perlu_diperbaiki") + ": "), sentence));

const described = (q, id, bad) => [
  q.help ? id + "-help" : "", q.example ? id + "-example" : "", bad ? id + "-error" : "",
].filter(Boolean).join(" ") || null;

const options = (list, value) => [
  h("option", { value: "" }, t("pilih")),
  ...list.map(([one, label]) =>
    h("option", { value: one, selected: one === value ? true : null }, label)),
];

// autocomplete="off" also keeps the browser from writing what is typed to its own disk, for tabs
// that it brings back after a crash.
const common = (q, id, bad) => ({
  class: "input", id, name: q.name, autocomplete: "off", spellcheck: "false",
  "aria-invalid": bad ? "true" : null, "aria-describedby": described(q, id, bad),
  required: q.required ? true : null,
});

const dateBoxes = (q, id, value, bad) => {
  const parts = value ? value.split("-") : ["", "", ""];
  const box = (place, label, control) => h("div", { class: "field" },
    h("label", { for: id + PARTS[place].replace(".", "-") }, label), control);
  const attributes = (place) => ({
    class: "input", id: id + PARTS[place].replace(".", "-"), name: q.name + PARTS[place],
    autocomplete: "off", "aria-invalid": bad ? "true" : null,
  });
  const named = months().map((name, place) => [String(place + 1), name]);
  return h("fieldset", { id, tabindex: "-1", "aria-describedby": bad ? id + "-error" : null },
    h("legend", null, q.label, optional(q)),
    errorText(id, bad),
    h("div", { class: "search-row" },
      box(0, t("tanggal"), h("input", {
        ...attributes(0), value: parts[0] || "", inputmode: "numeric", size: "4", maxlength: "2",
      })),
      box(1, t("bulan"), h("select", attributes(1), options(named, String(Number(parts[1]) || "")))),
      box(2, t("tahun"), h("input", {
        ...attributes(2), value: parts[2] || "", inputmode: "numeric", size: "5", maxlength: "4",
      }))));
};

const radios = (q, id, value, bad) =>
  h("fieldset", { id, tabindex: "-1", "aria-describedby": described(q, id, bad) },
    h("legend", null, q.label, optional(q)), hints(q, id), errorText(id, bad),
    q.choices.map(([one, label]) => h("label", { class: "choice" },
      h("input", {
        type: "radio", name: q.name, value: one, checked: one === value, autocomplete: "off",
        "aria-invalid": bad ? "true" : null,
      }),
      h("span", null, label))));

const control = (q, id, value, bad) => {
  if (q.kind === "choice") return h("select", common(q, id, bad), options(q.choices, value));
  if (q.kind === "textarea") {
    return h("textarea", { ...common(q, id, bad), rows: "3", value, maxlength: q.max_length });
  }
  return h("input", {
    ...common(q, id, bad), value, type: q.kind === "tel" ? "tel" : "text",
    inputmode: q.kind === "numeric" ? "numeric" : q.inputmode || null,
    maxlength: q.kind === "text" ? q.max_length : null,
    list: q.suggestions.length ? id + "-daftar" : null,
  });
};

/** One question with its answer, and what is wrong with that. */
export const field = (q, value, bad) => {
  const id = "f-" + q.name;
  const outer = (kind, ...inner) =>
    h("div", { class: `field field-${kind}${bad ? " field-bad" : ""}` }, ...inner);
  if (q.kind === "date") return outer("boxes", dateBoxes(q, id, value, bad));
  if (q.kind === "choice" && q.choices.length <= RADIOS) return outer("choice", radios(q, id, value, bad));
  return outer(q.kind,
    h("label", { for: id }, q.label, optional(q)), hints(q, id), errorText(id, bad),
    control(q, id, value, bad),
    q.suggestions.length ? h("datalist", { id: id + "-daftar" },
      q.suggestions.map((one) => h("option", { value: one }))) : null);
};

/** What stands in the boxes of a form now; the three of a date become 12-5-1995. */
export const read = (form, questions) => {
  const boxes = new FormData(form);
  const typed = {};
  for (const q of questions) {
    if (q.kind === "date") {
      const parts = PARTS.map((part) => String(boxes.get(q.name + part) || "").trim());
      typed[q.name] = parts.some(Boolean) ? parts.join("-") : "";
    } else {
      typed[q.name] = String(boxes.get(q.name) || "");
    }
  }
  return typed;
};

/** An answer for the eye. */
export const shown = (q, text) => {
  if (!text) return "";
  if (q.kind === "date") {
    const [d, m, y] = text.split("-");
    return [d, months()[Number(m) - 1] || m, y].join(" ");
  }
  const chosen = q.choices.find(([one]) => one === text);
  return chosen ? chosen[1] : text;
};
