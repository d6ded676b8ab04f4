// What this phone keeps: sealed drafts and sealed photos, and of each only what tells nobody's name.

let opened = null;

const promised = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export const openShelf = async () => {
  const request = indexedDB.open("halo-pamor", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("draf", { keyPath: "id" });
    request.result.createObjectStore("foto", { keyPath: "sha" }).createIndex("draf", "draf");
  };
  opened = await promised(request);
  // Some browsers ask the person first: nothing waits for the answer.
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
};

/** Done when it is on the disk, and all of it or nothing. */
const writing = (work) => new Promise((resolve, reject) => {
  const transaction = opened.transaction(["draf", "foto"], "readwrite", { durability: "strict" });
  transaction.oncomplete = () => resolve();
  transaction.onabort = transaction.onerror = () => reject(transaction.error);
  work(transaction.objectStore("draf"), transaction.objectStore("foto"));
});

/** Keep a draft with the photos that are new; photos that it no longer names go. */
export const keep = (draft, fresh = []) => writing((drafts, photos) => {
  drafts.put(draft);
  for (const photo of fresh) photos.put(photo);
  const found = photos.index("draf").getAllKeys(draft.id);
  found.onsuccess = () => {
    for (const sha of found.result) if (draft.foto.indexOf(sha) < 0) photos.delete(sha);
  };
});

export const forget = (id) => writing((drafts, photos) => {
  drafts.delete(id);
  const found = photos.index("draf").getAllKeys(id);
  found.onsuccess = () => found.result.forEach((sha) => photos.delete(sha));
});

/** The drafts on this phone, the oldest first. */
export const drafts = async () => {
  const found = await promised(opened.transaction("draf").objectStore("draf").getAll());
  return found.sort((one, other) => one.nomor - other.nomor);
};

export const photosOf = (id) =>
  promised(opened.transaction("foto").objectStore("foto").index("draf").getAll(id));

const NUMBER = "pamor.nomor";

/** What a draft is called on this phone. */
export const nextNumber = () => {
  const number = 1 + Number(localStorage.getItem(NUMBER) || 0);
  localStorage.setItem(NUMBER, String(number));
  return number;
};
