/** The trend of the score during the call, over the bands of the categories. */
import { byId, setAttributes, setText, svg } from "../dom.js";
import { duration, signed } from "../format.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";

const HEIGHT = 68;
const PAD = 5;
const GUTTER = 22; // right of the bands, for the numbers of the cuts
const SHORTEST_S = 60; // a call of ten seconds should not look like a whole course

export function trendView() {
  let drawn = "";

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const points = entry.trend.filter((point) => point.risk_score !== null);
    byId("trend-figure").hidden = points.length === 0;
    if (points.length === 0) return;
    setText(byId("trend-caption"), caption(points, entry.info.status));
    const width = byId("trend").clientWidth || 400;
    const key = [entry.info.call_id, points.length, points.at(-1).seq, width, Boolean(state.health)].join();
    if (key !== drawn) draw(byId("trend"), points, width, state.health?.thresholds);
    drawn = key;
    setAttributes(byId("trend"), { "aria-label": described(points) });
  };
}

const verdicts = (points) => points.filter((point) => point.state !== "listening");

function caption(points, status) {
  const [first, last] = [verdicts(points)[0], points.at(-1)];
  if (!first) return "";
  const change = signed(last.risk_score - first.risk_score);
  return t(`trend.caption_${status}`, { first: first.risk_score, last: last.risk_score, change });
}

function described(points) {
  const scores = points.map((point) => point.risk_score);
  return t("trend.described", { first: scores[0], highest: Math.max(...scores), lowest: Math.min(...scores),
    last: scores.at(-1), time: duration(points.at(-1).elapsed_s) });
}

const y = (score) => PAD + (1 - score / 100) * (HEIGHT - 2 * PAD);

function draw(element, points, width, thresholds) {
  const end = Math.max(SHORTEST_S, points.at(-1).elapsed_s);
  const x = (point) => PAD + (point.elapsed_s / end) * (width - GUTTER - 2 * PAD);
  const line = (some) => some.map((point) => `${x(point).toFixed(1)},${y(point.risk_score).toFixed(1)}`).join(" ");
  const firstVerdict = points.findIndex((point) => point.state !== "listening");
  const heard = firstVerdict < 0 ? [] : points.slice(firstVerdict);
  const before = firstVerdict < 0 ? points : points.slice(0, firstVerdict + 1);
  const last = points.at(-1);
  setAttributes(element, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT });
  element.replaceChildren(
    ...(thresholds ? bands(thresholds, width) : []),
    svg("polyline", { class: "trend-line before", points: line(before) }),
    svg("polyline", { class: "trend-line", points: line(heard) }),
    svg("circle", { class: "trend-now", cx: x(last), cy: y(last.risk_score), r: 4 }),
  );
}

function bands({ medium_risk: medium, high_risk: high }, width) {
  const band = ([category, from, to]) => svg("rect", {
    class: "trend-band", "data-category": category,
    x: 0, width: width - GUTTER, y: y(to), height: y(from) - y(to),
  });
  const cut = (score) => {
    const label = svg("text", { class: "trend-cut", x: width, y: y(score) + 3.5 });
    label.textContent = String(score);
    return label;
  };
  return [...[["low", 0, medium], ["medium", medium, high], ["high", high, 100]].map(band), cut(medium), cut(high)];
}
