/** Why the score moved between two moments: the chosen moments, the difference, and its lines. */
import { byId, fromTemplate, mirror, setAttributes, setText } from "../dom.js";
import { duration, signed } from "../format.js";
import { t } from "../i18n.js";
import { lineLabel } from "../line_words.js";
import { firstVerdict, momentsOf, secondsIn, spanBetween } from "../moments.js";
import { selected } from "../selectors.js";
import { directionOf } from "./category.js";

export function movedView(actions) {
  let shown = null; // {callId, span}
  const [from, to] = [byId("moved-from"), byId("moved-to")];
  const choose = (span) => actions.chooseSpan(shown.callId, span);
  for (const select of [from, to]) {
    select.addEventListener("change", () => choose(spanBetween(Number(from.value), Number(to.value))));
  }
  byId("moved-again").addEventListener("click", () => choose(shown.span));
  byId("moved-close").addEventListener("click", () => {
    choose(null);
    byId("trend").focus();
  });

  return (state) => {
    const entry = selected(state);
    const { span } = state;
    byId("moved").hidden = !entry || !span;
    if (byId("moved").hidden) return;
    shown = { callId: entry.info.call_id, span };
    const options = momentTexts(entry.trend, [span.from, span.to]);
    for (const [select, seq] of [[from, span.from], [to, span.to]]) {
      mirror(select, options, (option) => option.seq, optionNode);
      if (select.value !== String(seq)) select.value = seq;
    }
    renderChanges(entry, span, actions);
  };
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

function renderChanges({ segments }, span, actions) {
  const { changes, failed } = span;
  byId("moved").dataset.state = changes ? "shown" : failed !== null ? "failed" : span.from === span.to ? "first" : "loading";
  byId("moved-points").hidden = !changes;
  byId("moved-points").dataset.direction = directionOf(changes?.points ?? 0);
  setText(byId("moved-points"), changes ? signed(changes.points) : "");
  setText(byId("moved-note"), noteOn(span));
  byId("moved-again").hidden = failed === null;
  const turns = new Set(segments.map((segment) => segment.segment_id));
  const lines = (changes?.because ?? []).map((line, place) =>
    ({ ...line, leads: turns.has(line.segment_id), key: `${place} ${line.feature} ${line.segment_id ?? ""}` }));
  mirror(byId("moved-lines"), lines, ({ key }) => key, () => movedLine(actions));
}

function noteOn({ from, to, changes, failed }) {
  if (failed !== null) return t("moved.failed");
  if (from === to) return t("moved.first");
  if (!changes) return t("moved.loading");
  const begins = changes.from.state === "listening" && changes.to.state !== "listening";
  if (changes.because.length === 0) return t(begins ? "moved.none_verdict" : "moved.none");
  return begins ? t("moved.begins") : "";
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
