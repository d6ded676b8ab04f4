// HPKE (RFC 9180), base mode, single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// Only sealing: nothing in this app can open what it sealed.

const subtle = globalThis.crypto && globalThis.crypto.subtle;
const P256 = { name: "ECDH", namedCurve: "P-256" };
const HASH_BYTES = 32;
const NONCE_BYTES = 12;

export const utf8 = (text) => new TextEncoder().encode(text);

export const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const uint16 = (number) => Uint8Array.of(number >> 8, number & 255);
const NONE = new Uint8Array(0);
const VERSION = utf8("HPKE-v1");
const KEM = joined(utf8("KEM"), uint16(0x0010));
const HPKE = joined(utf8("HPKE"), uint16(0x0010), uint16(0x0001), uint16(0x0002));
const BASE = Uint8Array.of(0);

const hmac = async (key, data) => {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  // WebCrypto takes no empty key; HMAC fills a short one up with zeros, so this is the same.
  const raw = key.length ? key : new Uint8Array(HASH_BYTES);
  const imported = await subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle.sign(algorithm, imported, data));
};

const extract = (suite, salt, label, ikm) =>
  hmac(salt, joined(VERSION, suite, utf8(label), ikm));

// Never more than one block of the hash is asked for.
const expand = async (suite, prk, label, info, length) => {
  const labeled = joined(uint16(length), VERSION, suite, utf8(label), info, Uint8Array.of(1));
  return (await hmac(prk, labeled)).slice(0, length);
};

const sharedSecret = async (recipient, ephemeral, enc) => {
  const theirs = await subtle.importKey("raw", recipient, P256, false, []);
  const agreed = await subtle.deriveBits({ name: "ECDH", public: theirs }, ephemeral.privateKey, 256);
  const prk = await extract(KEM, NONE, "eae_prk", new Uint8Array(agreed));
  return expand(KEM, prk, "shared_secret", joined(enc, recipient), HASH_BYTES);
};

const keySchedule = async (shared, info) => {
  const context = joined(
    BASE,
    await extract(HPKE, NONE, "psk_id_hash", NONE),
    await extract(HPKE, NONE, "info_hash", info),
  );
  const secret = await extract(HPKE, shared, "secret", NONE);
  return {
    key: await expand(HPKE, secret, "key", context, HASH_BYTES),
    nonce: await expand(HPKE, secret, "base_nonce", context, NONCE_BYTES),
  };
};

/**
 * enc ‖ ciphertext. `recipient`: the point, uncompressed. A fixed `ephemeral` key pair is for test
 * vectors only.
 */
export const seal = async (recipient, info, plaintext, aad = NONE, ephemeral = null) => {
  const pair = ephemeral || await subtle.generateKey(P256, false, ["deriveBits"]);
  const enc = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const { key, nonce } = await keySchedule(await sharedSecret(recipient, pair, enc), info);
  const aes = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: aad, tagLength: 128 };
  return joined(enc, new Uint8Array(await subtle.encrypt(algorithm, aes, plaintext)));
};

export const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");

export const sha256 = async (bytes) => hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
