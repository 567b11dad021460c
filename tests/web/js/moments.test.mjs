/** Moments of a call at which the score moved, and the spans between two of them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { boundsOf, firstVerdict, momentsOf, nearest, secondsIn, sinceMoment, spanBetween, stepped } from "../static/js/moments.js";

const point = (seq, risk_score, elapsed_s, state = "live") =>
  ({ seq, risk_score, elapsed_s, state, timestamp: `2026-04-01T00:00:${String(seq).padStart(2, "0")}Z` });
const COURSE = [point(1, 50, 0, "listening"), point(2, 50, 10, "listening"), point(5, 50, 20), point(6, 50, 30),
  point(8, 62, 40), point(9, 62, 50), point(12, 62, 60)];
const numbers = (points) => points.map(({ seq }) => seq);

describe("moments to choose from", () => {
  test("they are the first, the first verdict, each change and the newest, and those that are kept", () => {
    assert.deepEqual(numbers(momentsOf(COURSE)), [1, 5, 8, 12]);
    assert.deepEqual(numbers(momentsOf(COURSE, [9])), [1, 5, 8, 9, 12]);
    assert.deepEqual(numbers(momentsOf([point(3, 40, 0)])), [3]);
    assert.deepEqual(momentsOf([]), []);
  });

  test("a verdict is the first only after points without one", () => {
    assert.equal(firstVerdict(COURSE).seq, 5);
    assert.deepEqual([firstVerdict(COURSE.slice(2)), firstVerdict(COURSE.slice(0, 2)), firstVerdict([])], [null, null, null]);
  });

  test("the nearest one counts, of two at the same second the later one", () => {
    const secondsOf = secondsIn(COURSE);
    assert.deepEqual([-5, 19, 31, 999].map((seconds) => nearest(momentsOf(COURSE), seconds, secondsOf).seq), [1, 5, 8, 12]);
    assert.equal(nearest([point(1, 40, 7), point(2, 50, 7)], 0, secondsOf).seq, 2);
  });

  test("without times of speech the clock gives the seconds", () => {
    const untimed = [point(3, 40, 0), point(9, 50, 0)];
    assert.deepEqual(untimed.map(secondsIn(untimed)), [0, 6]);
  });
});

describe("spans", () => {
  const moments = momentsOf(COURSE);

  test("one moment is compared with now, and no moment means since the first", () => {
    assert.deepEqual(sinceMoment(8), { from: 8, to: null, anchor: 8, head: 8 });
    assert.deepEqual([null, sinceMoment(8), spanBetween(8, 1)].map((span) => boundsOf(span, COURSE)),
      [{ from: 1, to: 12 }, { from: 8, to: 12 }, { from: 1, to: 8 }]);
  });

  test("two moments stand in the order of time, whichever was chosen first", () => {
    assert.deepEqual(spanBetween(8, 1), { from: 1, to: 8, anchor: 8, head: 1 });
    assert.deepEqual(spanBetween(5, 12), { from: 5, to: 12, anchor: 5, head: 12 });
  });

  test("steps stay within the course", () => {
    assert.deepEqual([[8, -1], [8, 1], [8, -Infinity], [1, -1], [12, 1], [5, Infinity]].map((step) => stepped(moments, ...step)),
      [5, 12, 1, 1, 12, 12]);
  });
});
