/** Parts of the page that are read later. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { byId, freshPage } from "./view/page.mjs";

let later;
let count = 0;
beforeEach(async () => {
  freshPage();
  globalThis.reportError = () => {};
  later = await import(`../static/js/later.js?case=${count++}`); // each case has parts of its own
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a part is read when the page is at rest, once, and shows the newest state", async () => {
  const drawn = [];
  let reads = 0;
  const draw = later.laterView(async () => { reads += 1; return () => (state) => drawn.push(state.n); })({});
  draw({ n: 1 });
  draw({ n: 2 });
  later.readLater();
  later.readLater();
  await settled();
  draw({ n: 3 });
  assert.deepEqual([reads, drawn], [1, [2, 3]]);
});

test("a state that needs a part has it read at once", async () => {
  let reads = 0;
  const draw = later.laterView(async () => { reads += 1; return () => () => {}; }, { isNeeded: ({ isOpen }) => isOpen })({});
  draw({ isOpen: false });
  assert.equal(reads, 0);
  draw({ isOpen: true });
  await settled();
  assert.equal(reads, 1);
});

test("what is pressed before its part is there is pressed once more then", async () => {
  let pressed = 0;
  later.laterView(async () => () => { byId("escalate").addEventListener("click", () => { pressed += 1; }); return () => {}; }, { places: ["escalate"] })({});
  byId("escalate").click();
  await settled();
  assert.equal(pressed, 1);
  byId("escalate").click();
  assert.equal(pressed, 2);
});

test("a part that could not be read is read again", async () => {
  let reads = 0;
  let hasServer = false;
  later.laterView(async () => { reads += 1; if (!hasServer) throw new Error("away"); return () => () => {}; })({});
  await later.readLater();
  hasServer = true;
  await later.readLater();
  assert.equal(reads, 2);
});
