/** What the views ask of the state. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as ask from "../static/js/selectors.js";
import { initialState } from "../static/js/state.js";

const call = (id, info, assessment = null) => ({ info: { call_id: id, status: "active", ...info }, assessment });
const of = (...entries) => ({ ...initialState, calls: new Map(entries.map((entry) => [entry.info.call_id, entry])) });
const ids = (entries) => entries.map(({ info }) => info.call_id);

test("active calls stand riskiest first, then longest waiting, without a verdict last", () => {
  const state = of(
    call("listening", { started_at: "2026-04-01T00:00:00Z" }, { state: "listening", risk_score: 99 }),
    call("young", { started_at: "2026-04-01T00:02:00Z" }, { state: "live", risk_score: 60 }),
    call("old", { started_at: "2026-04-01T00:01:00Z" }, { state: "live", risk_score: 60 }),
    call("high", { started_at: "2026-04-01T00:03:00Z" }, { state: "live", risk_score: 80 }),
    call("ended", { status: "ended" }),
  );
  assert.deepEqual(ids(ask.activeCalls(state)), ["high", "old", "young", "listening"]);
});

test("in a list the newer one of assessment and row counts", () => {
  const assessed = (seq, points) => ({ seq, state: "live", risk_score: points });
  const rows = { ...call("row", {}, assessed(1, 10)), headline: assessed(2, 90) };
  const open = { ...call("open", {}, assessed(3, 50)), headline: assessed(2, 5) };
  const state = of(open, rows);
  assert.deepEqual(ids(ask.activeCalls(state)), ["row", "open"]);
  assert.deepEqual([rows, open].map((entry) => ask.headlineOf(state, entry).risk_score), [90, 50]);
  const untrained = { ...state, health: { model_version: null, checks: { model: { command: "train" } } } };
  assert.equal(ask.headlineOf(untrained, call("new", {})).state, "no_model");
});

test("ended calls stand newest first, twenty at most", () => {
  const ended = Array.from({ length: 22 }, (_, n) => call(`c${n}`, { status: "ended", ended_at: `2026-04-01T00:00:${10 + n}Z` }));
  const found = ids(ask.endedCalls(of(...ended)));
  assert.deepEqual([found.length, found[0], found.at(-1)], [20, "c21", "c2"]);
});

test("elapsed time goes by the server's clock and stops at the end", () => {
  const state = { ...of(), now: Date.parse("2026-04-01T00:01:05Z"), clockSkewMs: 5000 };
  assert.equal(ask.elapsedSeconds(state, call("c", { started_at: "2026-04-01T00:00:00Z" })), 60);
  assert.equal(ask.elapsedSeconds(state, call("c", { status: "ended", summary: { duration: 42 } })), 42);
});

test("the page is loading until the first call stands there whole, or there is none", () => {
  const loading = (entry, more = {}) => ask.isLoading({ ...(entry ? of(entry) : of()), synced: true, ...more });
  assert.equal(ask.isLoading(of()), true);
  assert.equal(loading(null), false);
  assert.equal(loading(call("c", {})), true);
  const chosen = { selectedId: "c", selection: 1 };
  assert.equal(loading({ ...call("c", {}), segments: [], loaded: false }, chosen), true);
  assert.equal(loading({ ...call("c", {}), segments: [], loaded: true }, chosen), false);
  assert.equal(loading({ ...call("c", {}), segments: [], loaded: false }, { ...chosen, selection: 2 }), false);
});

test("a call is opening until it was read once or has turns, as long as the server answers", () => {
  const opening = (entry, more = {}) => ask.isOpening({ ...of(entry), connected: true, selectedId: "c", ...more });
  const unread = { ...call("c", {}), segments: [], loaded: false };
  assert.deepEqual([opening(unread), opening(unread, { connected: false }), opening({ ...unread, segments: [{}] }), opening({ ...unread, loaded: true })],
    [true, false, false, false]);
  assert.equal(ask.isOpening({ ...of(), connected: true }), false);
});

test("a short cut is a reconnect, a long one is offline", () => {
  const down = (seconds) => ask.connection({ ...initialState, downSince: 0, now: seconds * 1000 }).status;
  assert.deepEqual([ask.connection(initialState).status, down(14), down(15)], ["connecting", "reconnecting", "offline"]);
  assert.equal(ask.connection({ ...initialState, connected: true }).status, "connected");
});

test("a check with a sentence is told even while its part works, one without only when it fails", () => {
  const checks = { store: { ok: true }, model: { ok: false }, language: { ok: true, message: "言語版が違います" },
    kinesis: { ok: false, message: "遅れ" }, assessor: { ok: false, detail: "stopped" } };
  const { said, silent } = ask.troublesOf({ checks });
  assert.deepEqual(said.map(({ message }) => message), ["言語版が違います", "遅れ"]);
  assert.deepEqual(silent.map(([name]) => name), ["assessor"]);
  assert.deepEqual(ask.troublesOf(null), { said: [], silent: [] });
});

test("what is still to be heard is told in seconds where there are times, else in turns", () => {
  const state = { ...initialState, health: { listening: { elapsed_s: 45, turns: 10, customer_chars: 60 } } };
  const heard = (elapsed_s, turns, customer_chars, said = "listening") =>
    ask.stillNeeded(state, { state: said, elapsed_s, quality: { turns, customer_chars } });
  assert.deepEqual(heard(30, 4, 20), { seconds: 15, turns: 0, characters: 40 });
  assert.deepEqual(heard(0, 4, 70), { seconds: 0, turns: 6, characters: 0 });
  assert.equal(heard(30, 4, 20, "live"), null);
});

test("without a model the answer says so, once the server was heard", () => {
  const health = { model_version: null, checks: { model: { command: "train" } } };
  assert.equal(ask.assessmentOf({ ...initialState, health }, { assessment: null }).state, "no_model");
  assert.equal(ask.assessmentOf(initialState, { assessment: null }), null);
});
