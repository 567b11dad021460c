/** Why the score moved: asked once for each span, and again where no answer stands on the page. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";
import { createCourseActions } from "../static/js/work/course_actions.js";
import { sinceMoment, spanBetween } from "../static/js/moments.js";

const SETTLED_MS = 160;
const [A, B] = [() => sinceMoment(1), () => spanBetween(1, 2)];
const point = (seq) => ({ seq, timestamp: "2026-04-01T00:00:00Z", elapsed_s: seq, risk_score: 50 + seq, risk_category: "medium", state: "live" });
const real = globalThis.fetch;
let asked; // the requests: {path, answer}
let page;

beforeEach(() => {
  asked = [];
  globalThis.fetch = (path) => new Promise((resolve) => {
    asked.push({ path, answer: () => resolve(Response.json({ path, because: [] })) });
  });
  const read = { call_id: "c1", status: "active", assessments: [point(1), point(2), point(3)] };
  let state = ["call_read", "selected", "call_read", "connected"]
    .reduce((now, type) => reduce(now, { type, payload: type === "selected" ? "c1" : read }), initialState);
  const store = { get state() { return state; }, dispatch: (type, payload) => { state = reduce(state, { type, payload }); } };
  const actions = createCourseActions(store);
  page = {
    get moved() { return state.moved; },
    choose: (span) => { actions.chooseSpan(span); actions.keepMoved(state); },
    settle: async () => {
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      actions.keepMoved(state);
    },
  };
});
afterEach(() => { globalThis.fetch = real; });

/** Has all requests so far answered. */
async function answered() {
  for (const { answer } of asked) answer();
  await new Promise((resolve) => setTimeout(resolve, 5));
}

test("the same span chosen again keeps its answer", async () => {
  page.choose(A());
  await page.settle();
  await answered();
  assert.notEqual(page.moved.changes, null);
  page.choose(A());
  assert.notEqual(page.moved, null);
  await page.settle();
  assert.equal(asked.length, 1);
});

test("back at the first span before the other settled, it is read again", async () => {
  page.choose(A());
  await page.settle();
  await answered();
  page.choose(B());
  page.choose(A());
  await page.settle();
  await answered();
  assert.notEqual(page.moved, null);
  assert.equal(asked.at(-1).path, asked[0].path);
});

test("a second click while the answer is under way takes that answer", async () => {
  page.choose(A());
  await page.settle();
  page.choose(A());
  await page.settle();
  await answered();
  assert.notEqual(page.moved, null);
  assert.equal(asked.length, 1);
});

test("of two spans the answer to the one that is chosen stands", async () => {
  page.choose(A());
  await page.settle();
  page.choose(B());
  await page.settle();
  await answered();
  assert.deepEqual([asked.length, page.moved.changes.path], [2, asked[1].path]);
});
