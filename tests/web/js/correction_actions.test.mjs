/** The list of corrections that wait: read at first, once changes have settled, and after a gap. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";
import { createCorrectionActions } from "../static/js/work/correction_actions.js";

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };
const LEADER = { means: "session", operations: ["decide_corrections"], agent_ids: [] };
const started = { ...initialState, session: LEADER, now: 1 };
const told = (n) => ["note_added", { note_id: n, call_id: "c1", kind: "correction", facts: {} }];
let asked; // paths of the requests
let waits; // what waits for its time: {act, after}
let page;

beforeEach(() => {
  [asked, waits] = [[], []];
  globalThis.fetch = async (path) => { asked.push(path); return Response.json({ corrections: [] }); };
  globalThis.setTimeout = (act, after) => waits.push({ act, after });
  let state = started;
  const store = { get state() { return state; }, dispatch: (type, payload) => { state = reduce(state, { type, payload }); } };
  const actions = createCorrectionActions(store, { report: (error) => { throw error; }, say() {} });
  page = (...events) => {
    for (const [type, payload] of events) {
      store.dispatch(type, payload);
      actions.keepCorrections(state);
    }
  };
});
afterEach(() => Object.assign(globalThis, real));

/** Lets all that waits happen; returns how long it had to wait. */
async function settled() {
  const now = waits.splice(0);
  for (const { act } of now) await act();
  return now.map(({ after }) => after);
}

test("at first it is read at once", async () => {
  page(["connected"]);
  assert.deepEqual([await settled(), asked.length], [[0], 1]);
});

test("of many changes it is read once, when they have settled", async () => {
  page(["connected"]);
  await settled();
  page(told(1), told(2), told(3));
  assert.equal(asked.length, 1);
  const [after, ...more] = await settled();
  assert.deepEqual([asked.length, more, after >= 1000 && after <= 2000], [2, [], true]);
  page(["tick", 2]);
  assert.deepEqual(await settled(), []);
});

test("after a gap it is read again, and not while the connection is lost", async () => {
  page(["connected"]);
  await settled();
  page(told(1), ["disconnected", 2]);
  await settled();
  assert.equal(asked.length, 1);
  page(["connected"]);
  await settled();
  assert.equal(asked.length, 2);
});
