// The form that is being filled in: in clear only here, in the memory of the open page. Whatever is
// kept is sealed to the kelurahan first.

import { hex, joined, seal, sha256, utf8 } from "./hpke.js";
import { keep, nextNumber } from "./shelf.js";

const BUCKET = 1024;

const unbase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** Spaces at the end, which JSON does not mind: the length tells less of what was typed. */
const padded = (text) => {
  const plain = utf8(text);
  const rest = new Uint8Array((BUCKET - (plain.length % BUCKET)) % BUCKET).fill(32);
  return joined(plain, rest);
};

const LOCK = "halo-pamor ";

/** While a form is open here, no other tab of this app hands it over half-way. */
const hold = (draft) => {
  if (!navigator.locks) return;
  navigator.locks.request(LOCK + draft.id, () => new Promise((resolve) => { draft.close = resolve; }));
};

/** The names of the drafts that are open, in whatever tab. */
export const openDrafts = async () => {
  if (!navigator.locks) return [];
  return (await navigator.locks.query()).held
    .filter((one) => one.name.startsWith(LOCK)).map((one) => one.name.slice(LOCK.length));
};

export class Draft {
  constructor(know, form, service, consent) {
    this.id = hex(crypto.getRandomValues(new Uint8Array(16)));
    this.number = nextNumber();
    this.key = { id: know.kunci.id, point: unbase64(know.kunci.publik) };
    this.service = service;
    this.case = form.kode;
    this.version = form.versi;
    this.begun = Date.now();
    this.consent = consent;
    this.typed = {};
    this.sure = new Set();
    this.bring = new Set();
    this.photos = []; // { sha, kind, thumb, name }
    this.done = false;
    this.fresh = [];
    this.saving = Promise.resolve();
    this.close = () => null;
    hold(this);
  }

  photosOf(kind) {
    return this.photos.filter((one) => one.kind === kind);
  }

  info(what) {
    return utf8(`loket pamor 1\n${this.id}\n${what}`);
  }

  async addPhoto(kind, picture) {
    const plain = joined(utf8(kind + "\n"), picture.bytes);
    const sealed = await seal(this.key.point, this.info("foto"), plain);
    const sha = await sha256(sealed);
    this.fresh.push({ sha, draf: this.id, isi: sealed });
    this.photos.push({ sha, kind, thumb: picture.thumb });
    await this.save();
  }

  async removePhoto(sha) {
    this.photos = this.photos.filter((one) => one.sha !== sha);
    await this.save();
  }

  /** Seal what there is now and put it on the disk; savings follow each other. */
  save() {
    this.saving = this.saving.catch(() => null).then(() => this.sealAndKeep());
    return this.saving;
  }

  async sealAndKeep() {
    const photos = this.photos.map((one) => one.sha);
    const fresh = this.fresh.slice();
    const said = JSON.stringify({
      layanan: this.service,
      keperluan: this.case,
      versi: this.version,
      isian: this.typed,
      yakin: [...this.sure],
      bawa: [...this.bring],
      setuju: this.consent,
      selesai: this.done,
      foto: photos,
    });
    const sealed = await seal(this.key.point, this.info("isian"), padded(said));
    await keep({
      id: this.id,
      nomor: this.number,
      layanan: this.service,
      keperluan: this.case,
      kunci: this.key.id,
      dibuat: this.begun,
      selesai: this.done,
      foto: photos,
      isi: sealed,
      sha: await sha256(sealed),
    }, fresh);
    this.fresh = this.fresh.filter((one) => fresh.indexOf(one) < 0);
  }
}
