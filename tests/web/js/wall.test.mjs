/** The wallboard: order, size, pages and teams. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";
import { pageAt, wallCalls, wallCounts, wallLayout } from "../static/js/wall.js";

const FULL_HD = { width: 1880, height: 940 };
const row = (id, minute, risk, more = {}) => ({
  call_id: id, agent_id: "a1", started_at: `2026-04-01T00:${minute}:00Z`, ended_at: null, alerted: false, escalated: false,
  assessment_seq: 1, change_points: 0, state: "live", risk_score: 50, risk_category: risk, ...more,
});
const board = (session, ...told) => told.reduce((state, [complete, rows]) =>
  reduce(state, { type: "wallboard_changed", payload: { complete, rows } }), { ...initialState, rowsAlone: true, session, now: Date.parse("2026-04-01T01:00:00Z") });
const ids = (calls) => calls.map(({ info }) => info.call_id);

test("alerts come first, the longest waiting on top, then risk, then age", () => {
  const alerted = { alerted: true };
  const state = board(null,
    [true, [row("low", 10, "low"), row("young", 30, "high"), row("old", 20, "high"), row("new", 40, null, { state: "listening" }), row("first", 50, "high", alerted), row("later", 15, "high")]],
    [false, [row("later", 15, "high", alerted)]]);
  assert.deepEqual(ids(wallCalls(state)), ["first", "later", "old", "young", "low", "new"]);
  assert.deepEqual(wallCounts(state, wallCalls(state)), { high: 4, medium: 0, low: 1, n: 6 });
});

test("a team shows the calls of its agents, and an unknown one in the address those of all", () => {
  const session = { teams: { 東京: ["a2"] } };
  const state = board(session, [true, [row("c1", 10, "low"), row("c2", 11, "low", { agent_id: "a2" })]]);
  const of = (team) => ids(wallCalls({ ...state, team }));
  assert.deepEqual([of("東京"), of("大阪"), of(null)], [["c2"], ["c1", "c2"], ["c1", "c2"]]);
});

test("cards are as large as all of them fit, never smaller than what is read across a room, and then in pages", () => {
  const layouts = [1, 8, 20, 200].map((count) => wallLayout(FULL_HD, count));
  assert.deepEqual(layouts.map(({ scale }) => scale), [2, 1.25, 1, 1]);
  for (const [place, count] of [1, 8, 20, 200].entries()) {
    const { columns, rows, pages } = layouts[place];
    assert.ok(columns * rows * pages >= count && columns * rows * (pages - 1) < count);
  }
  assert.ok(wallLayout({ width: 360, height: 600 }, 9).scale < 1);
});

test("pages take turns and begin again", () => {
  assert.deepEqual([0, 12_000, 24_000, 36_000].map((now) => pageAt(now, 3)), [0, 1, 2, 0]);
});
