/** The course of the score over time: since when it is asked why it moved, by pointer or keys, and the marks of what was said. */
import { judgedBy, placeOf } from "../../account.js";
import { clustersOf, moodsOf, moversOf, rowsOf, strongestOf } from "../../course.js";
import { byId, mirror, setAttributes, setText } from "../../dom.js";
import { duration, signed } from "../../format.js";
import { language, t } from "../../i18n.js";
import { boundsOf, momentsOf, nearest, sinceMoment, spanBetween, stepped } from "../../moments.js";
import { selected } from "../../selectors.js";
import { tipsFor } from "../../tip.js";
import { directionOf } from "../category.js";
import { nameOf } from "../statement_name.js";
import { axisOf, drawCourse } from "./trend_drawing.js";

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };
const MARK_PX = 50; // from the beginning of one mark to that of the next

export function trendView(actions) {
  const chart = byId("trend");
  let drawn = "";
  let shown = null; // what the chart shows: {points, moments, span, axis, clusters}

  function choose(seq, extends_) {
    const { span } = shown;
    actions.chooseSpan(extends_ && span && span.anchor !== seq ? spanBetween(span.anchor, seq) : sinceMoment(seq));
  }
  chart.addEventListener("click", (event) => {
    const { axis, moments } = shown;
    const seconds = axis.secondsAt(event.clientX - chart.getBoundingClientRect().left);
    choose(nearest(moments, seconds, axis.secondsOf).seq, event.shiftKey);
  });
  chart.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown.span) actions.chooseSpan(null);
    else if (!(event.key in STEPS)) return;
    else choose(stepped(shown.moments, shown.span?.head ?? shown.points.at(-1).seq, STEPS[event.key]), event.shiftKey);
    event.preventDefault();
  });
  const marks = byId("trend-marks");
  tipsFor(marks, (target) => {
    const at = target.closest("button");
    const cluster = at && shown.clusters[at.dataset.number];
    return cluster ? { at, text: clusterText(cluster) } : null;
  });

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    byId("course").hidden = entry.trend.length === 0;
    if (entry.trend.length === 0) return;
    shown = courseShown(entry, state.span, chart.clientWidth || 400);
    const { points, moments, span } = shown;
    setText(byId("trend-caption"), caption(points, entry.info.status));
    byId("trend-hint").hidden = moments.length < 2;
    setAttributes(chart, { "aria-label": described(points), ...chosen(shown) });
    const key = [entry.info.call_id, points.length, points.at(-1).seq, shown.axis.width, shown.axis.last, span?.from, span?.to, state.health?.model_version,
      entry.segments.length, shown.clusters.map(({ points: sum, x }) => [sum, x]), language()].join();
    if (key !== drawn) {
      drawCourse(chart, shown, state.health?.thresholds);
      mirror(marks, shown.clusters.map((cluster, number) => ({ cluster, number })), ({ number }) => number, () => mark(actions));
      table(rowsOf(moments, shown.movers, shown.axis.secondsOf));
    }
    drawn = key;
  };
}

function courseShown({ trend: points, segments, assessment }, span, width) {
  const movers = moversOf(segments, judgedBy(assessment));
  const moods = moodsOf(segments);
  const spoken = Math.max(0, ...segments.map(({ end_ms: end }) => (end ?? 0) / 1000));
  const axis = axisOf(points, spoken, width);
  const bounds = boundsOf(span, points);
  return { points, span, movers, moods, axis, bounds, isChosen: span !== null,
    moments: momentsOf(points, span ? [span.anchor, span.head] : []), clusters: clustersOf(movers, axis.xOf, MARK_PX) };
}

/** A mark over the course: the points of what was said there; it leads to the turn. */
function mark(actions) {
  const node = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "trend-mark points";
  button.dataset.testid = "trend-mark";
  node.append(button);
  let shown = null;
  button.addEventListener("click", () => {
    const { statement } = strongestOf(shown);
    actions.pointAt(statement.segment_id, placeOf(statement));
  });
  function update({ cluster, number }) {
    shown = cluster;
    node.style.left = `${cluster.x}px`;
    button.dataset.number = number;
    button.dataset.direction = directionOf(cluster.points);
    setText(button, markText(cluster));
    // Of several the name begins with what stands on the mark, so that it is found by what is seen.
    button.ariaLabel = cluster.movers.length > 1 ? `${markText(cluster)} ${clusterText(cluster)}` : clusterText(cluster);
  }
  return { node, update };
}

/** Returns the points of one statement or two, and of more their number and sum. */
const markText = ({ movers, points }) => (movers.length > 2 ? t("trend.several", { n: movers.length, points: signed(points) })
  : movers.map((mover) => signed(mover.points)).join(" "));

const moverText = ({ statement, points, seconds }) =>
  t("trend.mover", { time: duration(seconds), name: nameOf(statement), phrase: statement.phrase, points: signed(points) });

const clusterText = ({ movers }) => movers.map(moverText).join(t("trend.mover_separator"));

/** Writes the table that tells the same in words. */
function table(rows) {
  mirror(byId("course-rows"), rows, ({ seq }) => seq, () => {
    const node = document.createElement("tr");
    const cells = ["th", "td", "td", "td"].map((name) => node.appendChild(document.createElement(name)));
    cells[0].scope = "row";
    function update({ time, score, change, movers, state }) {
      const texts = [time, state === "listening" ? t("course.before", { score }) : String(score), change === null ? "–" : signed(change),
        movers.map((mover) => t("course.said", { name: nameOf(mover.statement), phrase: mover.statement.phrase, points: signed(mover.points) })).join(t("list_separator"))];
      texts.forEach((text, place) => setText(cells[place], text));
    }
    return { node, update };
  });
}

/** Returns the attributes that tell the moment since which it is asked, the first where none is chosen. */
function chosen({ moments, span, axis }) {
  const place = span ? moments.findIndex(({ seq }) => seq === span.head) : 0;
  const { risk_score: score } = moments[place];
  const before = moments[place - 1];
  const change = signed(before ? score - before.risk_score : 0);
  return { "aria-valuemin": 0, "aria-valuemax": moments.length - 1, "aria-valuenow": place,
    "aria-valuetext": t("trend.moment", { time: duration(axis.secondsOf(moments[place])), score, change }) };
}

function caption(points, status) {
  const [first, last] = [points.find((point) => point.state !== "listening"), points.at(-1)];
  if (!first) return "";
  const change = signed(last.risk_score - first.risk_score);
  return t(`trend.caption_${status}`, { first: first.risk_score, last: last.risk_score, change });
}

function described(points) {
  const scores = points.map((point) => point.risk_score);
  return t("trend.described", { first: scores[0], highest: Math.max(...scores), lowest: Math.min(...scores),
    last: scores.at(-1), time: duration(points.at(-1).elapsed_s) });
}
