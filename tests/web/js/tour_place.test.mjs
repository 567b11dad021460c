/** Where the card of the tour stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "../static/js/tour/tour_place.js";

const card = { width: 360, height: 180 };
const view = { width: 1280, height: 720 };
const box = (left, top, width, height) => ({ left, top, width, height });
const meets = (a, b) => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

test("it stands below its part, or beside it where there is no room", () => {
  assert.deepEqual(placeOf({ target: box(20, 60, 300, 100), score: null, card, view }), { left: 20, top: 172 });
  assert.deepEqual(placeOf({ target: box(20, 60, 300, 640), score: null, card, view }), { left: 332, top: 60 });
  assert.deepEqual(placeOf({ target: box(900, 60, 360, 640), score: null, card, view }), { left: 528, top: 60 });
});

test("it never covers the score, wherever its part is", () => {
  const score = box(900, 60, 360, 220);
  for (const target of [score, box(20, 60, 240, 600), box(280, 200, 600, 440), box(900, 300, 360, 150), box(900, 460, 360, 240), box(1200, 10, 36, 36), null]) {
    const at = placeOf({ target, score, card, view });
    assert.equal(meets({ ...at, ...card }, score), false, JSON.stringify(target));
    assert.ok(at.left >= 0 && at.top >= 0 && at.left + card.width <= view.width && at.top + card.height <= view.height);
  }
});

test("on a phone it stands under the score that stays at the top", () => {
  const phone = { width: 360, height: 740 };
  const narrow = { width: 336, height: 190 };
  const score = box(0, 0, 360, 130);
  for (const target of [box(0, 130, 360, 610), box(0, 690, 360, 50), score, null]) {
    const at = placeOf({ target, score, card: narrow, view: phone });
    assert.equal(meets({ ...at, ...narrow }, score), false);
  }
});

test("in a window without any room it stands in a corner of it", () => {
  assert.deepEqual(placeOf({ target: null, score: null, card, view: { width: 300, height: 150 } }), { left: -72, top: 12 });
});
