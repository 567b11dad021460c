/**
 * The outbox: what a person wrote down or pressed, sent until the server answers.
 *
 * Each request gets a random key, under which the server adds it once however often it comes. It is kept in the
 * browser, encrypted as drafts are, before it is sent, and let go of at the answer; so neither a server that is killed,
 * a network that stalls nor a page that is closed loses it. One is sent after the other, in the order of the person.
 * What the server refuses waits for the person, unless whoever asked is still there to be told.
 */
const NAME = "outbox ";
const ANSWER_SOON_MS = 2500; // so long whoever asked waits; then the request goes on without them
const AGAIN_AFTER_MS = [500, 1000, 2000, 3000];
const AGAIN_AT_MOST = 6; // of what may be a fault of the request itself
const SESSION_OVER = 401;
// No answer at all, the first try still under way, too many at once, a server that is away.
const PASSES = new Set([0, 429, 502, 503, 504]);
const MAY_PASS = new Set([409, 500]);

/** A random text; `crypto.randomUUID` is there on https alone. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns the outbox of `send(path, body, key)`, which throws ApiError. */
export function createOutbox(send, pause = after) {
  const items = new Map(); // key → {key, path, body, at, tries, isLate, refused, settle}
  let drafts = null;
  let changed = () => {};
  let wake = () => {};
  let isRunning = false;

  const rows = () => [...items.values()].filter(({ isLate }) => isLate).map(({ key, path, body, refused }) => ({ key, path, body, refused }));
  const keep = ({ key, path, body, at }) => drafts?.keep(NAME + key, JSON.stringify({ path, body, at }));

  async function letGo(item) {
    items.delete(item.key);
    changed(rows());
    await (await drafts)?.drop(NAME + item.key);
  }

  function settle(item, error, answer) {
    if (error && item.isLate) {
      item.refused = error.status;
      return changed(rows());
    }
    letGo(item).catch((error) => reportError(error));
    return error ? item.reject(error) : item.resolve(answer);
  }

  /** Returns true once the request is answered or refused. */
  async function attempt(item) {
    try {
      settle(item, null, await send(item.path, item.body, item.key));
    } catch (error) {
      item.tries += 1;
      if (error.status === SESSION_OVER) return false;
      if (PASSES.has(error.status) || (MAY_PASS.has(error.status) && item.tries < AGAIN_AT_MOST)) return false;
      settle(item, error);
    }
    return true;
  }

  async function run() {
    if (isRunning) return;
    isRunning = true;
    for (let item; (item = [...items.values()].find(({ refused }) => refused === null));) {
      if (await attempt(item)) continue;
      const woken = new Promise((resolve) => { wake = resolve; });
      await Promise.race([woken, pause(AGAIN_AFTER_MS[Math.min(item.tries, AGAIN_AFTER_MS.length) - 1])]);
    }
    isRunning = false;
  }

  function entered(key, path, body, at) {
    const item = { key, path, body, at, tries: 0, isLate: false, refused: null };
    item.answered = new Promise((resolve, reject) => Object.assign(item, { resolve, reject }));
    item.answered.catch(() => {}); // nobody may be there to be told
    items.set(key, item);
    return item;
  }

  /** Returns the answer; null for what waits longer and is sent by itself. Throws ApiError for what is refused. */
  function add(path, body) {
    const text = JSON.stringify(body);
    const same = [...items.values()].find((one) => one.path === path && JSON.stringify(one.body) === text && one.refused === null);
    if (same) return same.asked;
    const item = entered(newKey(), path, body, Date.now());
    item.asked = Promise.race([item.answered, pause(ANSWER_SOON_MS).then(() => late(item))]);
    Promise.resolve(keep(item)).catch((error) => reportError(error)).then(run);
    return item.asked;
  }

  function late(item) {
    if (!items.has(item.key)) return item.answered; // answered at this moment
    item.isLate = true;
    changed(rows());
    return null;
  }

  return {
    add,

    /** Keeps requests among the drafts from now on, sends those that an earlier page left, and tells what waits. */
    async keepIn(opened, onChange) {
      changed = onChange;
      drafts = opened;
      for (const item of items.values()) keep(item);
      const names = (await opened.names()).filter((name) => name.startsWith(NAME) && !items.has(name.slice(NAME.length)));
      const left = await Promise.all(names.map(async (name) => [name.slice(NAME.length), await opened.read(name)]));
      const known = left.filter(([, text]) => text !== "").map(([key, text]) => ({ key, ...JSON.parse(text) }));
      for (const { key, path, body, at } of known.sort((a, b) => a.at - b.at)) {
        Object.assign(entered(key, path, body, at), { isLate: true }).asked = Promise.resolve(null);
      }
      changed(rows());
      run();
    },

    /** Sends again at once, as when the server is back. */
    hurry: () => wake(),

    /** Sends what was refused once more. */
    again(key) {
      Object.assign(items.get(key) ?? {}, { refused: null, tries: 0 });
      changed(rows());
      run();
    },

    /** Sends a request no more. */
    drop: (key) => (items.has(key) ? letGo(items.get(key)) : undefined),
  };
}
