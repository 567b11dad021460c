/** How a call is heard: each state by itself, and which of two at once is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hearingOf, isDoubtful, SILENT_FROM_S } from "../static/js/hearing.js";
import { initialState } from "../static/js/state.js";

const START = Date.parse("2026-04-01T00:00:00Z");
const at = (seconds, more = {}) => ({ ...initialState, connected: true, now: START + seconds * 1000, ...more });
const call = (info = {}, more = {}) =>
  ({ info: { call_id: "c", status: "active", source: "connect", ...info }, assessment: null, heardAt: START, ...more });
const behind = (seconds) => ({ checks: { store: { ok: true }, stream: { ok: false, behind_s: seconds } } });

test("silence begins after ten seconds and leaves the score as it is", () => {
  assert.deepEqual(hearingOf(at(SILENT_FROM_S - 1), call()), { kind: "talking", seconds: 9 });
  const silent = hearingOf(at(69), call());
  assert.deepEqual(silent, { kind: "silent", seconds: 69 });
  assert.equal(isDoubtful(silent), false);
});

test("a newer score counts as news, measured by the clock of the server", () => {
  const scored = call({}, { assessment: { timestamp: "2026-04-01T00:01:00Z" } });
  assert.equal(hearingOf(at(65), scored).kind, "talking");
  assert.equal(hearingOf(at(65 + 20, { clockSkewMs: 20_000 }), scored).kind, "talking");
});

test("before the first words the page waits, and an ended call is never silent", () => {
  assert.deepEqual(hearingOf(at(500), call({}, { heardAt: null })), { kind: "waiting" });
  assert.deepEqual(hearingOf(at(500), call({ status: "ended" })), { kind: "ended" });
});

test("of a call without a score that is opened just now, its words tell", () => {
  const opened = call({ started_at: "2026-04-01T00:00:00Z" }, { heardAt: null, segments: [{ end_ms: 30_000 }] });
  assert.deepEqual(hearingOf(at(60), opened), { kind: "silent", seconds: 30 });
  assert.equal(hearingOf(at(20), opened).kind, "talking");
});

test("data of the telephony is late from five seconds, that of other systems never", () => {
  assert.equal(hearingOf(at(1, { health: behind(4) }), call()).kind, "talking");
  assert.deepEqual(hearingOf(at(1, { health: behind(12) }), call()), { kind: "late", seconds: 12 });
  assert.equal(hearingOf(at(1, { health: behind(12) }), call({ source: "rest" })).kind, "talking");
});

test("a lost server is told before a lost analysis, and that before late data; each makes a score doubtful", () => {
  const lost = call({ analysis_lost_at: "2026-04-01T00:00:30Z" });
  const gone = { connected: false, downSince: START + 20_000, health: behind(12) };
  assert.deepEqual(hearingOf(at(25, gone), lost), { kind: "offline", seconds: 5 });
  assert.deepEqual(hearingOf(at(99, gone), lost), { kind: "offline", seconds: 79 });
  assert.deepEqual(hearingOf(at(25, { health: behind(12) }), lost), { kind: "lost", since: "2026-04-01T00:00:30Z" });
  for (const [state, entry] of [[at(25, gone), lost], [at(25), lost], [at(1, { health: behind(9) }), call()]]) {
    assert.equal(isDoubtful(hearingOf(state, entry)), true);
  }
});
