/** Where the card of the tour stands: beside what it tells of, and never over the score. */

const GAP = 12;
const EDGE = 12;

const meets = (a, b) => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
const clamped = (value, size, room) => Math.max(EDGE, Math.min(value, room - size - EDGE));

/** Returns the places beside a target that a card may take, the nearest first. */
function beside({ left, top, width, height }, card, view) {
  const [x, y] = [clamped(left, card.width, view.width), clamped(top, card.height, view.height)];
  return [
    { left: x, top: top + height + GAP }, { left: left + width + GAP, top: y },
    { left: left - card.width - GAP, top: y }, { left: x, top: top - card.height - GAP },
  ];
}

function corners(card, view) {
  const [right, bottom] = [view.width - card.width - EDGE, view.height - card.height - EDGE];
  return [{ left: EDGE, top: bottom }, { left: right, top: bottom }, { left: EDGE, top: EDGE }, { left: right, top: EDGE }];
}

/**
 * Returns {left, top} in pixels of the page's window. Boxes are {left, top, width, height}; `target` and `score` may
 * be null. Where no place leaves both free it covers what it tells of, and only where the window has no room at all
 * something of the score.
 */
export function placeOf({ target, score, card, view }) {
  const candidates = [...(target ? beside(target, card, view) : []), ...corners(card, view)];
  const boxes = candidates.map((place) => ({ ...place, ...card }))
    .filter(({ left, top }) => left >= 0 && top >= 0 && left + card.width <= view.width && top + card.height <= view.height);
  const free = boxes.filter((box) => !score || !meets(box, score));
  const best = free.find((box) => !target || !meets(box, target)) ?? free[0] ?? boxes[0] ?? candidates.at(-1);
  return { left: best.left, top: best.top };
}
