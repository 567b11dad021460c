/** Actions of the search of ended calls: open, ask, go on, follow the address, open what was found. */
import { ApiError, api } from "../api.js";
import { byId } from "../dom.js";
import { showRoute } from "../route.js";
import { FACTS, NOTHING_ASKED, isTooShort, searchInAddress, searchOf } from "./search_state.js";

const A_SCREEN = 50; // so many hits are looked for before the person is asked
const MOST_PAGES = 8; // and no more pages than these, which may have few hits

export function createSearchActions(store, { select }) {
  const { dispatch } = store;
  const show = (isStep) => showRoute({ ...store.state, callId: store.state.selectedId }, isStep);
  const facts = (asked) => Object.fromEntries(FACTS.filter((name) => asked[name]).map((name) => [name, asked[name]]));

  /** Reads pages until a screen is full, there are no more, or the question is another one. */
  async function read(first) {
    const { number, hits } = store.state.search;
    const until = hits.length + A_SCREEN;
    const isCurrent = () => store.state.search.number === number;
    try {
      let page = await first();
      for (let pages = 1; ; pages++) {
        if (!isCurrent()) return;
        dispatch("search_read", { number, page });
        if (pages === 1) show(false); // the id of a question with words is known by now
        const { hits: found, cursor } = store.state.search;
        if (cursor === null || found.length >= until || pages >= MOST_PAGES) return;
        dispatch("search_goes_on");
        page = await following();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      dispatch("search_failed", { number, failure: { status: error.status, requestId: error.requestId } });
    }
  }

  function following() {
    const { savedId, asked, cursor } = store.state.search;
    return savedId ? api.readSearch(savedId, cursor) : api.searchCalls({ ...facts(asked), cursor });
  }

  function ask(asked, isStep) {
    if (isTooShort(asked.words)) return dispatch("search_too_short", asked);
    dispatch("search_asked", { asked });
    if (isStep) show(true);
    return read(() => (asked.words.trim() ? api.saveSearch({ words: asked.words.trim(), ...facts(asked) }) : api.searchCalls(facts(asked))));
  }

  function readSaved(savedId, asked) {
    dispatch("search_asked", { asked, savedId });
    return read(() => api.readSearch(savedId));
  }

  function goOn() {
    if (store.state.search.status === "loading") return undefined;
    dispatch("search_goes_on");
    return read(following);
  }

  function close() {
    if (!store.state.search.isOpen) return;
    dispatch("search_closed");
    show(true);
  }

  return {
    openSearch() {
      dispatch("search_opened");
      show(true);
      if (store.state.search.status === "new") ask(NOTHING_ASKED, false);
    },

    closeSearch: close,

    askSearch: (asked) => ask(asked, true),

    clearSearch() {
      dispatch("search_cleared");
      ask(NOTHING_ASKED, true);
    },

    moreOfSearch: goOn,

    /** Reads again what failed: on from the hits there are, or the saved question, or what was asked. */
    askAgain() {
      const { asked, savedId, cursor, status } = store.state.search;
      if (status === "loading") return undefined;
      if (cursor !== null) return goOn();
      return savedId ? readSaved(savedId, asked) : ask(asked, false);
    },

    /** Opens a call that was found at the place of the words; Back leads to the hits. */
    openHit({ call_id: callId, places }) {
      dispatch("search_closed");
      select(callId, places.find((place) => place.segment_id)?.segment_id ?? null);
      if (places.some((place) => place.note_id)) byId("note-fold").open = true;
    },

    /** Shows the search that the address names, or none. */
    followSearch() {
      const wanted = searchOf(new URLSearchParams(location.search));
      const { search } = store.state;
      if (!wanted) return search.isOpen ? dispatch("search_closed") : undefined;
      dispatch("search_opened");
      const now = searchInAddress({ ...store.state.search });
      const { savedId, asked } = wanted;
      if (savedId && savedId !== search.savedId) return readSaved(savedId, NOTHING_ASKED);
      if (savedId) return undefined;
      const isSame = search.status !== "new" && !search.savedId && FACTS.every((name) => (now[name] ?? "") === (asked?.[name] ?? ""));
      return isSame ? undefined : ask(asked ?? NOTHING_ASKED, false);
    },
  };
}
