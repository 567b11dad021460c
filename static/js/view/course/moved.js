/** Why the score moved: since the call began, since a moment, or between two of them; the difference, and its lines. */
import { byId, fromTemplate, mirror, setAttributes, setText } from "../../dom.js";
import { duration, signed } from "../../format.js";
import { t } from "../../i18n.js";
import { lineLabel } from "../../line_words.js";
import { boundsOf, firstVerdict, momentsOf, secondsIn, sinceMoment, spanBetween } from "../../moments.js";
import { selected } from "../../selectors.js";
import { directionOf } from "../category.js";

const START = "start"; // the first moment, which stays the default while the call goes on
const NOW = "now"; // the newest moment, whichever that will be

export function movedView(actions) {
  let points = [];
  const [from, to] = [byId("moved-from"), byId("moved-to")];
  for (const select of [from, to]) {
    select.addEventListener("change", () => actions.chooseSpan(spanOf(from.value, to.value, points)));
  }
  byId("moved-again").addEventListener("click", () => actions.readMovedAgain());
  byId("moved-start").addEventListener("click", () => {
    actions.chooseSpan(null);
    byId("trend").focus();
  });

  return (state) => {
    const entry = selected(state);
    if (!entry || entry.trend.length === 0) return;
    points = entry.trend;
    const { span } = state;
    const options = momentTexts(points, span ? [span.from, span.to] : []);
    const last = t(`moved.now_${entry.info.status}`);
    select(from, [{ seq: START, text: t("moved.start") }, ...options.slice(1, options.length)], span?.from === points[0].seq ? START : span?.from ?? START);
    select(to, [...options.slice(0, -1), { seq: NOW, text: last }], span?.to === points.at(-1).seq ? NOW : span?.to ?? NOW);
    byId("moved-start").hidden = span === null;
    renderChanges(entry, state, actions);
  };
}

/** Returns the span of two chosen values; null for all of the call. */
function spanOf(from, to, points) {
  if (to === NOW) return from === START ? null : sinceMoment(Number(from));
  return spanBetween(from === START ? points[0].seq : Number(from), Number(to));
}

function select(element, options, value) {
  mirror(element, options, ({ seq }) => seq, optionNode);
  if (element.value !== String(value)) element.value = value;
}

/** Returns {seq, text} of each moment that can be chosen. */
function momentTexts(points, kept) {
  const secondsOf = secondsIn(points);
  const verdict = firstVerdict(points);
  return momentsOf(points, kept).map((point) => {
    const kind = point === verdict ? "verdict" : point.state === "listening" ? "before" : "moment";
    return { seq: point.seq, text: t(`moved.${kind}`, { time: duration(secondsOf(point)), score: point.risk_score }) };
  });
}

function optionNode({ seq }) {
  const node = document.createElement("option");
  node.value = seq;
  return { node, update: ({ text }) => setText(node, text) };
}

function renderChanges({ segments, trend }, { moved, span }, actions) {
  const { from, to } = boundsOf(span, trend);
  const [changes, failed] = [moved?.changes ?? null, moved?.failed ?? null];
  byId("moved").dataset.state = changes ? "shown" : failed !== null ? "failed" : from === to ? "first" : "loading";
  byId("moved-points").hidden = !changes;
  byId("moved-points").dataset.direction = directionOf(changes?.points ?? 0);
  setText(byId("moved-points"), changes ? signed(changes.points) : "");
  setText(byId("moved-note"), noteOn({ isFirst: from === to, isStart: from === trend[0].seq, changes, failed }));
  byId("moved-again").hidden = failed === null;
  const turns = new Set(segments.map((segment) => segment.segment_id));
  const lines = (changes?.because ?? []).map((line, place) =>
    ({ ...line, leads: turns.has(line.segment_id), key: `${place} ${line.feature} ${line.segment_id ?? ""}` }));
  mirror(byId("moved-lines"), lines, ({ key }) => key, () => movedLine(actions));
}

function noteOn({ isFirst, isStart, changes, failed }) {
  if (failed !== null) return t("moved.failed");
  if (!changes) return isFirst ? t(isStart ? "moved.first" : "moved.newest") : t("moved.loading");
  const begins = changes.from.state === "listening" && changes.to.state !== "listening";
  if (changes.because.length === 0) return t(begins ? "moved.none_verdict" : "moved.none");
  return begins && !isStart ? t("moved.begins") : "";
}

function movedLine(actions) {
  const { node, slots } = fromTemplate("moved-line");
  let shown = null;
  slots.turn.addEventListener("click", () => actions.pointAt(shown.segment_id));
  function update(line) {
    shown = line;
    const words = line.phrase ? t("moved.line", { label: lineLabel(line), phrase: line.phrase }) : lineLabel(line);
    slots.turn.hidden = !line.leads;
    slots.text.hidden = line.leads;
    setText(line.leads ? slots.turn : slots.text, words);
    setText(slots.points, signed(line.points));
    setAttributes(node, { "data-direction": directionOf(line.points), "data-points": line.points });
  }
  return { node, update };
}
