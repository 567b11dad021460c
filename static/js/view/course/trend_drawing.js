/** The picture of the course: bands of the categories, axis of time, line, chosen moments, moods of both speakers. */
import { setAttributes, svg } from "../../dom.js";
import { duration } from "../../format.js";
import { t } from "../../i18n.js";
import { ticksOf } from "../../course.js";
import { firstVerdict, secondsIn } from "../../moments.js";

export const PAD = 7;
const PLOT = 104;
const AXIS = 18;
const LANE = 16;
const HEIGHT = PLOT + AXIS + 2 * LANE;
const GUTTER = 48; // right of the bands, for the cuts, the names of the bands and of the lanes
const SHORTEST_S = 60; // a call of ten seconds should not look like a whole course
const TICK_PX = 64;
const LANES = { CUSTOMER: PLOT + AXIS, AGENT: PLOT + AXIS + LANE };

const y = (score) => PAD + (1 - score / 100) * (PLOT - 2 * PAD);

/** Returns how seconds and pixels of the axis belong together; the axis is as long as what was scored or said. */
export function axisOf(points, spokenS, width) {
  const secondsOf = secondsIn(points);
  const last = Math.max(SHORTEST_S, secondsOf(points.at(-1)), spokenS);
  const share = (width - GUTTER - 2 * PAD) / last;
  const xOf = (seconds) => PAD + seconds * share;
  return { secondsOf, last, width, secondsAt: (px) => (px - PAD) / share, xOf, x: (point) => xOf(secondsOf(point)) };
}

/** Draws {points, moments, bounds, axis, moods, clusters, isChosen} into an element. */
export function drawCourse(element, { points, moments, bounds, axis, moods, clusters, isChosen }, thresholds) {
  const { x, width } = axis;
  const line = (some) => some.map((point) => `${x(point).toFixed(1)},${y(point.risk_score).toFixed(1)}`).join(" ");
  const begin = points.findIndex((point) => point.state !== "listening");
  const heard = begin < 0 ? [] : points.slice(begin);
  const before = begin < 0 ? points : points.slice(0, begin + 1);
  const last = points.at(-1);
  setAttributes(element, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT });
  element.replaceChildren(
    ...(thresholds ? bands(thresholds, width) : []),
    ...ticks(axis),
    ...clusters.map(({ x: at }) => svg("line", { class: "trend-stem", x1: at, x2: at, y1: 0, y2: y(scoreAt(points, axis, at)) })),
    ...(isChosen ? spanMarks(points, bounds, x) : []),
    svg("polyline", { class: "trend-line before", points: line(before) }),
    svg("polyline", { class: "trend-line", points: line(heard) }),
    ...moments.map((moment) => dot(moment, x, moment === firstVerdict(points) ? "trend-moment verdict" : "trend-moment")),
    svg("circle", { class: "trend-now", cx: x(last), cy: y(last.risk_score), r: 4 }),
    ...(isChosen ? points.filter(({ seq }) => seq === bounds.from || seq === bounds.to).map((point) => dot(point, x, "trend-chosen")) : []),
    ...lanes(moods, axis),
  );
}

/** Returns the score that the line has at a place, between the two points beside it. */
function scoreAt(points, { x }, place) {
  const after = points.findIndex((point) => x(point) >= place);
  if (after <= 0) return (after === 0 ? points[0] : points.at(-1)).risk_score;
  const [from, to] = [points[after - 1], points[after]];
  return from.risk_score + (to.risk_score - from.risk_score) * ((place - x(from)) / (x(to) - x(from)));
}

const RADIUS = { "trend-moment": 2.5, "trend-moment verdict": 3.5, "trend-chosen": 5 };

const dot = (point, x, name) =>
  svg("circle", { class: name, "data-seq": point.seq, cx: x(point), cy: y(point.risk_score), r: RADIUS[name] });

function words(name, text, attributes) {
  const node = svg("text", { class: name, ...attributes });
  node.textContent = text;
  return node;
}

function ticks({ last, xOf, width }) {
  const seconds = ticksOf(last, Math.max(1, Math.floor((width - GUTTER) / TICK_PX)));
  return seconds.flatMap((second) => [
    svg("line", { class: "trend-grid", x1: xOf(second), x2: xOf(second), y1: PAD, y2: PLOT }),
    words("trend-tick", duration(second), { x: xOf(second), y: PLOT + 12, "text-anchor": second === 0 ? "start" : "middle" }),
  ]);
}

/** Returns the shade between the two chosen moments, and a line at each of them. */
function spanMarks(points, { from, to }, x) {
  const [begin, end] = [from, to].map((seq) => points.find((point) => point.seq === seq)).map((point) => point && x(point));
  if (begin === undefined || end === undefined) return [];
  const rules = [begin, end].map((place) => svg("line", { class: "trend-rule", x1: place, x2: place, y1: 0, y2: PLOT }));
  return [svg("rect", { class: "trend-span", x: begin, width: Math.max(0, end - begin), y: 0, height: PLOT }), ...rules];
}

function bands({ medium_risk: medium, high_risk: high }, width) {
  const parts = [["low", 0, medium], ["medium", medium, high], ["high", high, 100]];
  const band = ([category, from, to]) => [
    svg("rect", { class: "trend-band", "data-category": category, x: 0, width: width - GUTTER, y: y(to), height: y(from) - y(to) }),
    words("trend-cut", t(`category_short.${category}`), { x: width, y: y((from + to) / 2) + 3.5, "data-category": category }),
  ];
  const cut = (score) => words("trend-cut", String(score), { x: width - GUTTER + 18, y: y(score) + 3.5 });
  return [...parts.flatMap(band), cut(medium), cut(high)];
}

const MOOD = { POSITIVE: [0, LANE / 2 - 2], NEUTRAL: [LANE / 2 - 3, 2], NEGATIVE: [LANE / 2 - 2, LANE / 2 - 2] };

/** Returns a lane for each speaker: a good mood stands above its line, a bad one below, an estimate is hollow. */
function lanes(moods, { xOf, width }) {
  const lane = ([role, top]) => [
    svg("line", { class: "mood-line", x1: 0, x2: width - GUTTER, y1: top + LANE / 2 - 2, y2: top + LANE / 2 - 2 }),
    words("trend-cut", t(`role.${role}`), { x: width, y: top + LANE / 2 + 2 }),
  ];
  const piece = ({ role, mood, isEstimate, begin, end }) => {
    const [from, height] = MOOD[mood];
    return svg("rect", { class: "mood-piece", "data-mood": mood, "data-estimate": isEstimate || null,
      x: xOf(begin), width: Math.max(3, xOf(end) - xOf(begin) - 1), y: LANES[role] + from, height });
  };
  return [...Object.entries(LANES).flatMap(lane), ...moods.map(piece)];
}
