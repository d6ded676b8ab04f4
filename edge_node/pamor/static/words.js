// The words of the app, in the language that was chosen on this phone.

const KEPT = "pamor.bahasa";
let spoken = "id";
let known = {};

export const learn = (languages) => {
  known = languages;
  const chosen = localStorage.getItem(KEPT);
  speak(chosen in languages ? chosen : "id");
};

export const speak = (lang) => {
  spoken = lang;
  localStorage.setItem(KEPT, lang);
  document.documentElement.lang = lang;
};

export const lang = () => spoken;
export const languages = () => Object.entries(known).map(([code, one]) => [code, one.nama]);

/** A text by its name, with `%(name)s` filled in. */
export const t = (name, values = {}) =>
  known[spoken].teks[name].replace(/%\((\w+)\)s/g, (_, key) => String(values[key]));

export const services = () => known[spoken].layanan;
export const months = () => known[spoken].bulan;
const question = (place) => known[spoken].pertanyaan[place];

export const service = (code) => services().find((one) => one.kode === code);

/** A form: its pages with their questions, and its papers. */
export const form = (code, reason) => {
  const of = service(code);
  const found = of && of.keperluan.find((one) => one.kode === reason);
  if (!found) return null;
  const pages = found.langkah.map((page) => ({ ...page, isi: page.isi.map(question) }));
  return { ...found, versi: of.versi, langkah: pages };
};

export const when = (ms) => new Date(ms).toLocaleString(spoken === "en" ? "en-GB" : "id-ID", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta",
});
