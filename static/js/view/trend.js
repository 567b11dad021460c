/** The trend of the score during the call, over the bands of the categories; its moments can be chosen. */
import { byId, setAttributes, setText, svg } from "../dom.js";
import { duration, signed } from "../format.js";
import { t } from "../i18n.js";
import { firstVerdict, momentsOf, nearest, secondsIn, spanBetween, spanTo, stepped } from "../moments.js";
import { selected } from "../selectors.js";

const HEIGHT = 84;
const PAD = 7;
const GUTTER = 22; // right of the bands, for the numbers of the cuts
const SHORTEST_S = 60; // a call of ten seconds should not look like a whole course
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };

export function trendView(actions) {
  const chart = byId("trend");
  let drawn = "";
  let shown = null; // what the chart shows: {callId, points, moments, span, secondsOf, secondsAt}

  function choose(seq, extends_) {
    const { callId, moments, span } = shown;
    const between = extends_ && span && span.anchor !== seq;
    actions.chooseSpan(callId, between ? spanBetween(span.anchor, seq) : spanTo(moments, seq));
  }

  chart.addEventListener("click", (event) => {
    const seconds = shown.secondsAt(event.clientX - chart.getBoundingClientRect().left);
    choose(nearest(shown.moments, seconds, shown.secondsOf).seq, event.shiftKey);
  });
  chart.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown.span) actions.chooseSpan(shown.callId, null);
    else if (!(event.key in STEPS)) return;
    else if (shown.span) choose(stepped(shown.moments, shown.span.head, STEPS[event.key]), event.shiftKey);
    else choose(shown.points.at(-1).seq, false);
    event.preventDefault();
  });

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const points = entry.trend;
    byId("course").hidden = points.length === 0;
    if (points.length === 0) return;
    const { span } = state;
    const moments = momentsOf(points, span ? [span.anchor, span.head] : []);
    const width = chart.clientWidth || 400;
    shown = { callId: entry.info.call_id, points, moments, span, width, ...axisOf(points, width) };
    setText(byId("trend-caption"), caption(points, entry.info.status));
    byId("trend-hint").hidden = moments.length < 2 || span !== null;
    setAttributes(chart, { "aria-label": described(points), ...chosen(shown) });
    const key = [shown.callId, points.length, points.at(-1).seq, width, span?.from, span?.to, Boolean(state.health)].join();
    if (key !== drawn) draw(chart, shown, state.health?.thresholds);
    drawn = key;
  };
}

/** Returns the attributes that tell the chosen moment, the newest where none is chosen. */
function chosen({ moments, span, secondsOf }) {
  const place = span ? moments.findIndex(({ seq }) => seq === span.head) : moments.length - 1;
  const { risk_score: score } = moments[place];
  const before = moments[place - 1];
  const change = signed(before ? score - before.risk_score : 0);
  return { "aria-valuemin": 0, "aria-valuemax": moments.length - 1, "aria-valuenow": place,
    "aria-valuetext": t("trend.moment", { time: duration(secondsOf(moments[place])), score, change }) };
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

/** Returns how seconds and pixels of the axis belong together. */
function axisOf(points, width) {
  const secondsOf = secondsIn(points);
  const share = (width - GUTTER - 2 * PAD) / Math.max(SHORTEST_S, secondsOf(points.at(-1)));
  return { secondsOf, secondsAt: (px) => (px - PAD) / share, x: (point) => PAD + secondsOf(point) * share };
}

function draw(element, { points, moments, span, width, x }, thresholds) {
  const line = (some) => some.map((point) => `${x(point).toFixed(1)},${y(point.risk_score).toFixed(1)}`).join(" ");
  const begin = points.findIndex((point) => point.state !== "listening");
  const heard = begin < 0 ? [] : points.slice(begin);
  const before = begin < 0 ? points : points.slice(0, begin + 1);
  const last = points.at(-1);
  setAttributes(element, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT });
  element.replaceChildren(
    ...(thresholds ? bands(thresholds, width) : []),
    ...(span ? spanMarks(points, span, x) : []),
    svg("polyline", { class: "trend-line before", points: line(before) }),
    svg("polyline", { class: "trend-line", points: line(heard) }),
    ...moments.map((moment) => dot(moment, x, moment === firstVerdict(points) ? "trend-moment verdict" : "trend-moment")),
    svg("circle", { class: "trend-now", cx: x(last), cy: y(last.risk_score), r: 4 }),
    ...(span ? points.filter(({ seq }) => seq === span.from || seq === span.to).map((point) => dot(point, x, "trend-chosen")) : []),
  );
}

const RADIUS = { "trend-moment": 2.5, "trend-moment verdict": 3.5, "trend-chosen": 5 };

const dot = (point, x, name) =>
  svg("circle", { class: name, "data-seq": point.seq, cx: x(point), cy: y(point.risk_score), r: RADIUS[name] });

/** Returns the shade between the two chosen moments, and a line at each of them. */
function spanMarks(points, { from, to }, x) {
  const [begin, end] = [from, to].map((seq) => points.find((point) => point.seq === seq)).map((point) => point && x(point));
  if (begin === undefined || end === undefined) return [];
  const rules = [begin, end].map((place) => svg("line", { class: "trend-rule", x1: place, x2: place, y1: 0, y2: HEIGHT }));
  return [svg("rect", { class: "trend-span", x: begin, width: Math.max(0, end - begin), y: 0, height: HEIGHT }), ...rules];
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
