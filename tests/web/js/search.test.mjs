/** The search of ended calls: its states, its address, and the marks of what was found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING_ASKED, isTooShort, markedParts, searchInAddress, searchOf } from "../static/js/search/search_state.js";
import { addressOf } from "../static/js/route.js";
import { initialState, reduce } from "../static/js/state.js";

const after = (state, ...events) => events.reduce((now, [type, payload]) => reduce(now, { type, payload }), state);
const hit = (id) => ({ call_id: id, places: [] });
const page = (ids, more = {}) => ({
  calls: ids.map(hit), next_cursor: null, searched_back_to: null,
  asked: { customer: null, agent: "a1", intent: null, outcome: null, category: null, from: null, to: null }, ...more,
});
const ASKED = { ...NOTHING_ASKED, agent: "a1" };
const loading = after(initialState, ["search_opened"], ["search_asked", { asked: ASKED }]);

test("what was found is shown once, page after page", () => {
  const { number } = loading.search;
  const first = after(loading, ["search_read", { number, page: page(["c3", "c2"], { next_cursor: "x", searched_back_to: "2026-05-01" }) }]);
  assert.deepEqual([first.search.status, first.search.cursor], ["found", "x"]);
  const whole = after(first, ["search_goes_on"], ["search_read", { number, page: page(["c2", "c1"]) }]);
  assert.deepEqual(whole.search.hits.map(({ call_id: id }) => id), ["c3", "c2", "c1"]);
  assert.equal(whole.search.cursor, null);
});

test("an answer to an earlier question is dropped", () => {
  const { number } = loading.search;
  const other = after(loading, ["search_asked", { asked: NOTHING_ASKED }]);
  assert.equal(after(other, ["search_read", { number, page: page(["c1"]) }]).search.status, "loading");
  assert.equal(after(other, ["search_failed", { number, failure: { status: 500 } }]).search.status, "loading");
});

test("a failure keeps the question and what was found", () => {
  const { number } = loading.search;
  const failed = after(loading, ["search_read", { number, page: page(["c1"], { next_cursor: "x" }) }], ["search_failed", { number, failure: { status: 0 } }]);
  assert.deepEqual([failed.search.status, failed.search.asked.agent, failed.search.hits.length], ["failed", "a1", 1]);
});

test("one word of two letters is needed, whatever the width, without punctuation", () => {
  assert.deepEqual(["", " ", "解約", "ＡＢ", "あ 解約"].map(isTooShort), [false, false, false, false, false]);
  assert.deepEqual(["解", "、。", "あ　い", "a-"].map(isTooShort), [true, true, true, true]);
});

test("the address has facts and the id of saved words, never the words", () => {
  const at = { pathname: "/", search: "?list=mine&find=facts&agent=a9", hash: "" };
  const state = after(loading, ["search_read", { number: loading.search.number, page: page([]) }]);
  assert.equal(addressOf({ callId: "c1", scope: "mine", search: state.search }, at), "/?list=mine&find=facts&agent=a1#call=c1");
  const words = after(loading, ["search_read", { number: loading.search.number, page: page([], { search_id: "k3Y", words: "解約" }) }]);
  assert.equal(addressOf({ callId: null, scope: null, search: words.search }, at), "/?find=k3Y");
  assert.equal(addressOf({ callId: null, scope: null, search: after(words, ["search_closed"]).search }, at), "/");
  assert.equal(words.search.asked.words, "解約");
});

test("an address leads back to its search", () => {
  const named = (search) => searchOf(new URLSearchParams(search));
  assert.deepEqual([named(""), named("?find=new"), named("?find=k3Y")], [null, { savedId: null, asked: null }, { savedId: "k3Y", asked: null }]);
  assert.deepEqual(named("?find=facts&agent=a1&words=x").asked, ASKED);
  assert.deepEqual(searchInAddress(initialState.search).find, null);
});

test("a place is counted in whole characters", () => {
  assert.deepEqual(markedParts({ text: "𠮷田の解約です", begin: 3, end: 5 }), ["𠮷田の", "解約", "です"]);
});
