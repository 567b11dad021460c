/**
 * Drafts and what is not sent yet, kept in this browser: encrypted under a key that the session gives and that ends with it.
 * Where the browser has neither the key nor the means, as over plain http, they are kept in memory alone.
 */
const DATABASE = "callrisk";
const STORE = "drafts";

const bytes = (base64url) => Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function opened() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return asked(request);
}

/** Encrypts and decrypts texts under a key of 256 bits, each bound to the name of its draft. */
export async function cipherOf(key) {
  const secret = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  const bound = (iv, name) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });
  return {
    async seal(name, text) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      return { iv, sealed: await crypto.subtle.encrypt(bound(iv, name), secret, new TextEncoder().encode(text)) };
    },
    /** Returns the text; null for what was sealed under another key or another name. */
    async open(name, { iv, sealed }) {
      const text = await crypto.subtle.decrypt(bound(iv, name), secret, sealed).catch(() => null);
      return text && new TextDecoder().decode(text);
    },
  };
}

/** Returns {read, keep, drop, names} of the drafts of a session; `keep` says whether the browser has it. */
export async function draftsOf(key) {
  const memory = new Map();
  const inMemory = {
    read: async (name) => memory.get(name) ?? "",
    keep: async (name, text) => { memory.set(name, text); return false; },
    drop: async (name) => { memory.delete(name); },
    names: async () => [...memory.keys()],
  };
  if (!key || !globalThis.crypto?.subtle || !globalThis.indexedDB) return inMemory;
  try {
    return await inBrowser(await cipherOf(key), await opened());
  } catch {
    return inMemory; // a browser that keeps nothing, as in a private window
  }
}

async function inBrowser(cipher, database) {
  const store = (mode) => database.transaction(STORE, mode).objectStore(STORE);
  const drop = (name) => asked(store("readwrite").delete(name));
  // What an earlier session left cannot be read by anybody.
  for (const name of await asked(store("readonly").getAllKeys())) {
    const kept = await asked(store("readonly").get(name));
    if (kept && await cipher.open(name, kept) === null) await drop(name);
  }
  return {
    async read(name) {
      const kept = await asked(store("readonly").get(name));
      return (kept && await cipher.open(name, kept)) || "";
    },
    async keep(name, text) {
      const sealed = await cipher.seal(name, text);
      await asked(store("readwrite").put(sealed, name));
      return true;
    },
    drop,
    names: () => asked(store("readonly").getAllKeys()),
  };
}
