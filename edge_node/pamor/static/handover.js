// Handing over: sealed things piece by piece, going on where a cut left off; then the word to open.

import { forget, photosOf } from "./shelf.js";
import { lang } from "./words.js";

const PIECE = 64 << 10;
const PATIENCE_MS = 30000;
const OPENING_MS = 180000; // a small box makes twenty photos ready
const MOST_TURNS = 5; // a server that says the same offset again and again

/** What the kelurahan answered instead of taking it: a sentence. */
export class Refused extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

/** Nobody answered. */
export class Cut extends Error {}

export class Office {
  constructor(api) {
    this.api = api;
    this.token = null; // in memory only: a lost phone is signed in nowhere
    this.name = "";
  }

  async ask(path, { patience = PATIENCE_MS, ...options } = {}) {
    const headers = { Accept: "application/json", "Accept-Language": lang(), ...options.headers };
    if (this.token) headers.Authorization = "Bearer " + this.token;
    // A line that hangs says nothing: after a while, or when the phone notices, it counts as cut.
    const hanging = new AbortController();
    const give = () => hanging.abort();
    const waiting = setTimeout(give, patience);
    window.addEventListener("offline", give);
    try {
      return await fetch(this.api + path, {
        ...options, headers, credentials: "omit", cache: "no-store", redirect: "error",
        signal: hanging.signal,
      });
    } catch (lost) {
      throw new Cut();
    } finally {
      clearTimeout(waiting);
      window.removeEventListener("offline", give);
    }
  }

  async json(path, options) {
    const answer = await this.ask(path, options);
    if (answer.status === 401) this.token = null;
    if (!answer.ok) throw await refused(answer);
    return answer.json();
  }

  post(path, told, patience = PATIENCE_MS) {
    return this.json(path, {
      patience, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told),
    });
  }

  async signIn(pengguna, sandi) {
    const told = await this.post("/masuk", { pengguna, sandi });
    this.token = told.tanda;
    this.name = told.nama;
  }

  signOut() {
    this.token = null;
    this.name = "";
  }

  handedOver() {
    return this.json("/diserahkan");
  }

  /** Send what is not there yet of a sealed thing; `sent` is told how many bytes more are there. */
  async send(sha, bytes, sent) {
    const path = "/potongan/" + sha;
    let at = offsetOf(await this.checked(await this.ask(path, { method: "HEAD" })));
    sent(at);
    for (let turns = 0; at < bytes.length;) {
      const answer = await this.ask(path, {
        method: "PATCH",
        headers: {
          "Content-Type": "application/partial-upload",
          "Upload-Offset": String(at),
          "Upload-Length": String(bytes.length),
        },
        body: bytes.slice(at, at + PIECE),
      });
      const known = answer.headers.has("Upload-Offset");
      if (!(answer.ok || (answer.status === 409 && known)) || (turns += answer.ok ? 0 : 1) > MOST_TURNS) {
        await this.checked(answer);
        throw new Refused(answer.status, "");
      }
      sent(offsetOf(answer) - at);
      at = offsetOf(answer);
    }
  }

  async checked(answer) {
    if (answer.status === 401) this.token = null;
    if (!answer.ok) throw await refused(answer);
    return answer;
  }

  /** Hand one draft over. It is forgotten here once the kelurahan says that it holds it. */
  async take(draft, progress) {
    const photos = await photosOf(draft.id);
    const named = photos.filter((one) => draft.foto.indexOf(one.sha) >= 0);
    const whole = named.reduce((sum, one) => sum + one.isi.length, draft.isi.length);
    let done = 0;
    const sent = (more) => progress(Math.min(100, Math.round((100 * (done += more)) / whole)));
    for (const one of named) await this.send(one.sha, one.isi, sent);
    await this.send(draft.sha, draft.isi, sent);
    const asked = { kunci: draft.kunci, isian: draft.sha };
    const told = await this.post("/serah/" + draft.id, asked, OPENING_MS);
    await forget(draft.id);
    return told;
  }
}

const offsetOf = (answer) => Number(answer.headers.get("Upload-Offset"));

const refused = async (answer) => {
  let said = "";
  try {
    said = (await answer.json()).title;
  } catch (unreadable) {
    said = ""; // HEAD has no body
  }
  return new Refused(answer.status, said || "");
};
