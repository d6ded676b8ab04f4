// Light checks, while the papers are at hand. The kelurahan checks everything once more.

import { t } from "./words.js";

const digits = (text) => text.replace(/[^0-9]/g, "");

const day = (text) => {
  const [d, m, y] = text.split("-").map(Number);
  const made = new Date(Date.UTC(y, m - 1, d));
  const real = y > 1850 && made.getUTCMonth() === m - 1 && made.getUTCDate() === d;
  return real ? { d, m, y } : null;
};

const CHECKS = {
  nik: (text) => sixteen(text),
  kk: (text) => sixteen(text),
  date: (text) => day(text) ? "" : t("tanggal_salah"),
  postcode: (text) => /^[1-9][0-9]{4}$/.test(text) ? "" : t("kode_pos"),
  number: (text) => /^[0-9]{1,9}$/.test(text) ? "" : t("angka_saja"),
  rt_rw: (text) => /^(r\.?[tw]\.?\s*)?0*[1-9][0-9]{0,2}$/i.test(text) ? "" : t("rt_rw"),
  time: (text) => /^([01]?[0-9]|2[0-3])[.: ]?[0-5][0-9]$/.test(text) ? "" : t("jam"),
  phone: (text) => digits(text).length >= 9 ? "" : t("hp_salah"),
};

const sixteen = (text) => {
  const count = digits(text).length;
  return count === 16 ? "" : t("enam_belas", { count });
};

/** What is wrong with an answer, as a sentence; nothing: "". */
export const wrong = (question, typed) => {
  const text = (typed || "").trim();
  if (!text) {
    if (!question.required) return "";
    return t(question.jenis === "choice" ? "pilih_dulu" : "belum_diisi", { label: question.label });
  }
  const check = CHECKS[question.jenis];
  if (check) return check(text);
  const most = question.max_length;
  return text.length > most ? t("terlalu_panjang", { most, count: text.length }) : "";
};

/** Whether NIK, birth date and sex contradict each other: to be looked at, and then confirmed. */
export const nikDiffers = (typed) => {
  const nik = digits(typed.nik || "");
  const born = typed.tanggal_lahir && day(typed.tanggal_lahir);
  if (nik.length !== 16 || !born || !typed.jenis_kelamin) return false;
  const two = (number) => String(number % 100).padStart(2, "0");
  const woman = typed.jenis_kelamin === "P" ? 40 : 0;
  return nik.slice(6, 12) !== two(born.d + woman) + two(born.m) + two(born.y);
};
