/** One state, drawn at most once a frame. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { atMostEvery, createStore, whenChanged } from "../static/js/store.js";

let frames = [];
globalThis.requestAnimationFrame = (draw) => frames.push(draw);
const nextFrame = () => frames.splice(0).forEach((draw) => draw());
beforeEach(() => { frames = []; });

test("many events in one frame are drawn once, with the last state", () => {
  const store = createStore((state, { payload }) => state + payload, 0);
  const drawn = [];
  store.subscribe((state) => drawn.push(state));
  [1, 2, 3].forEach((number) => store.dispatch("add", number));
  assert.deepEqual([store.state, drawn], [6, []]);
  nextFrame();
  store.dispatch("add", 1);
  nextFrame();
  assert.deepEqual(drawn, [6, 7]);
});

test("an event or a view that fails is told, and the rest goes on", () => {
  const faults = [];
  const sum = (state, { type, payload }) => { if (type === "bad") throw new Error("bad event"); return state + payload; };
  const store = createStore(sum, 0, (error) => faults.push(error.message));
  const drawn = [];
  store.subscribe(() => { throw new Error("bad view"); });
  store.subscribe((state) => drawn.push(state));
  store.dispatch("bad", 5);
  nextFrame();
  assert.deepEqual([store.state, drawn, faults], [0, [0], ["bad event", "bad view"]]);
  store.dispatch("add", 2);
  nextFrame();
  assert.deepEqual([store.state, drawn, faults], [2, [0, 2], ["bad event", "bad view", "bad view"]]);
});

test("a view draws only when one of its parts is another", () => {
  const drawn = [];
  const view = whenChanged(({ a, b }) => [a, b], (state) => drawn.push(state.id));
  [{ id: 1, a: 1, b: 1 }, { id: 2, a: 1, b: 1 }, { id: 3, a: 1, b: 2 }].forEach(view);
  assert.deepEqual(drawn, [1, 3]);
});

test("a slow view waits its time, shows the newest state then, and draws what is urgent at once", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  mock.method(performance, "now", () => now);
  const drawn = [];
  const view = atMostEvery(1000, ({ urgent }) => [urgent], ({ id }) => drawn.push(id));
  view({ id: 1, urgent: "x" });
  view({ id: 2, urgent: "x" });
  view({ id: 3, urgent: "x" });
  assert.deepEqual(drawn, [1]);
  now = 1000;
  mock.timers.tick(1000);
  assert.deepEqual(drawn, [1, 3]);
  view({ id: 4, urgent: "y" });
  assert.deepEqual(drawn, [1, 3, 4]);
  mock.reset();
});
