/** The requests of the search: what "again" and "more" ask for, and where the focus stays. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";
import { createSearchActions } from "../static/js/search/search_actions.js";

const page = (ids, more = {}) => ({ calls: ids.map((id) => ({ call_id: id, places: [] })), next_cursor: null, searched_back_to: null, asked: {}, ...more });
let asked; // paths of the requests
let answers; // the answers to come: pages, or null for a server that fails
let state;
let actions;

beforeEach(() => {
  asked = [];
  globalThis.location = { pathname: "/", search: "?find=k3Y", hash: "" };
  globalThis.history = { pushState() {}, replaceState() {} };
  globalThis.fetch = async (path) => {
    asked.push(path);
    const answer = answers.shift();
    return answer ? Response.json(answer) : Response.json({}, { status: 500 });
  };
  state = initialState;
  const store = { get state() { return state; }, dispatch: (type, payload) => { state = reduce(state, { type, payload }); } };
  actions = createSearchActions(store, { select() {} });
});

test("a saved question that could not be read is read again, and no other", async () => {
  answers = [null, page(["c1"], { search_id: "k3Y", words: "解約" })];
  await actions.followSearch();
  assert.equal(state.search.status, "failed");
  await actions.askAgain();
  assert.deepEqual([asked.length, asked[1], state.search.status, state.search.asked.words], [2, asked[0], "found", "解約"]);
  assert.ok(asked[0].includes("k3Y"));
});

test("with hits it goes on where it failed", async () => {
  answers = [page(["c2"], { search_id: "k3Y", words: "解約", next_cursor: "x" }), null, page(["c1"], { search_id: "k3Y", words: "解約" })];
  await actions.followSearch();
  assert.deepEqual([state.search.status, state.search.cursor], ["failed", "x"]);
  await actions.askAgain();
  assert.deepEqual(state.search.hits.map(({ call_id: id }) => id), ["c2", "c1"]);
  assert.equal(asked[2], asked[1]);
});

test("while something is read, more and again ask for nothing", async () => {
  answers = [page([]), page([])];
  const first = actions.followSearch();
  await Promise.all([first, actions.moreOfSearch(), actions.askAgain()]);
  assert.equal(asked.length, 1);
});

test("pages are read until a screen is full, and no more than eight", async () => {
  const reads = async (perPage) => {
    let made = 0;
    asked = [];
    answers = Array.from({ length: 20 }, () => page(Array.from({ length: perPage }, () => `${perPage}-${made++}`), { search_id: "k3Y", words: "解約", next_cursor: "x" }));
    state = initialState;
    await actions.followSearch();
    return asked.length;
  };
  assert.deepEqual([await reads(50), await reads(25), await reads(24), await reads(1)], [1, 2, 3, 8]);
});
