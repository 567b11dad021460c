/** Reducers of the search of ended calls: what is asked, what was found so far, and where it goes on. */

/** The fields of a question beside its words, as the API and the address name them. */
export const FACTS = ["customer", "agent", "intent", "outcome", "category", "from", "to"];
export const NOTHING_ASKED = Object.freeze({ words: "", ...Object.fromEntries(FACTS.map((name) => [name, ""])) });
const LEAST_LETTERS = 2;
// In the order of their appearance: spaces, controls and punctuation count for nothing, as on the server.
const LEFT_OUT = /[\p{Z}\p{C}\p{P}]/gu;

export const searchState = Object.freeze({
  search: Object.freeze({
    isOpen: false,
    asked: NOTHING_ASKED, // the question on the screen
    savedId: null, // of a question with words: the server keeps them, and the address has this alone
    status: "new", // new | loading | found | short | failed
    failure: null, // {status, requestId} of a request that failed
    hits: [],
    cursor: null, // where further calls begin; null where there are none
    searchedBackTo: null,
    number: 0, // of the question; answers to an earlier one are dropped
  }),
});

const changed = (state, change) => ({ ...state, search: { ...state.search, ...change } });
const ofThis = (state, number, change) => (number === state.search.number ? changed(state, change()) : state);

export const searchHandlers = {
  search_opened: (state) => changed(state, { isOpen: true }),
  search_closed: (state) => changed(state, { isOpen: false }),
  search_cleared: (state) => changed(state, { ...searchState.search, isOpen: state.search.isOpen, number: state.search.number + 1 }),
  search_asked: (state, { asked, savedId = null }) =>
    changed(state, { asked, savedId, status: "loading", failure: null, hits: [], cursor: null, searchedBackTo: null, number: state.search.number + 1 }),
  search_too_short: (state, asked) =>
    changed(state, { asked, savedId: null, status: "short", failure: null, hits: [], cursor: null, searchedBackTo: null, number: state.search.number + 1 }),
  search_goes_on: (state) => changed(state, { status: "loading", failure: null }),
  search_read: (state, { number, page }) => ofThis(state, number, () => ({
    status: "found",
    asked: askedOf(page),
    savedId: page.search_id ?? null,
    hits: withoutRepeated([...state.search.hits, ...page.calls]),
    cursor: page.next_cursor,
    searchedBackTo: page.searched_back_to,
  })),
  search_failed: (state, { number, failure }) => ofThis(state, number, () => ({ status: "failed", failure })),
};

/** Returns the question of an answer; facts that were not asked for are empty. */
function askedOf({ asked, words }) {
  return { ...NOTHING_ASKED, ...Object.fromEntries(FACTS.map((name) => [name, asked[name] ?? ""])), words: words ?? "" };
}

function withoutRepeated(hits) {
  return [...new Map(hits.map((hit) => [hit.call_id, hit])).values()];
}

/** Returns the words that are long enough to be looked for; spaces of any width part them. */
export function isTooShort(words) {
  const parts = words.normalize("NFKC").split(/\s+/u).map((word) => [...word.replace(LEFT_OUT, "")].length);
  return words.trim() !== "" && !parts.some((letters) => letters >= LEAST_LETTERS);
}

/** Returns the parts of the address that say which search is open: {find, …facts}; all null while none is. */
export function searchInAddress({ isOpen, savedId, asked, status }) {
  const none = { find: null, ...Object.fromEntries(FACTS.map((name) => [name, null])) };
  if (!isOpen) return none;
  if (savedId) return { ...none, find: savedId };
  const facts = status === "new" ? {} : Object.fromEntries(FACTS.map((name) => [name, asked[name] || null]));
  return { ...none, find: status === "new" ? "new" : "facts", ...facts };
}

/** Returns the search that an address names: {savedId} or {asked}, both null for a blank form; null for none. */
export function searchOf(asked) {
  const find = asked.get("find");
  if (find === null) return null;
  if (find === "new") return { savedId: null, asked: null };
  if (find !== "facts") return { savedId: find, asked: null };
  return { savedId: null, asked: { ...NOTHING_ASKED, ...Object.fromEntries(FACTS.map((name) => [name, asked.get(name) ?? ""])) } };
}

/** Returns a text in three parts: before its marked place, the place, after it; the server counts whole characters. */
export function markedParts({ text, begin, end }) {
  const characters = [...text];
  return [characters.slice(0, begin), characters.slice(begin, end), characters.slice(end)].map((part) => part.join(""));
}
