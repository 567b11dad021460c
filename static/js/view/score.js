/** The score: number, category, meaning, last change and age. */
import { rangeOf } from "../account.js";
import { byId, describe, fromTemplate, mirror, setText } from "../dom.js";
import { clock, customerName, multiple, percent, signed } from "../format.js";
import { hearingOf, isDoubtful } from "../hearing.js";
import { t } from "../i18n.js";
import { setIconText } from "../icons.js";
import { lineLabel } from "../line_words.js";
import { assessmentOf, selected, stillNeeded } from "../selectors.js";
import { directionOf, hasVerdict, showCategory, showScore, showState } from "./category.js";
import { createGauge } from "./gauge.js";

export function scoreView() {
  const drawGauge = createGauge(byId("gauge"));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const assessment = assessmentOf(state, entry);
    const doubtful = isDoubtful(hearingOf(state, entry));
    const card = byId("score-card");
    const shown = assessment?.state ?? "waiting";
    card.dataset.state = shown;
    card.dataset.category = hasVerdict(assessment) ? assessment.risk_category : "none";
    card.dataset.seq = assessment?.seq ?? "";
    card.toggleAttribute("data-stale", doubtful);
    drawGauge({ thresholds: state.health?.thresholds, assessment, text: spoken(assessment) });
    setIconText(byId("score-who"), "down", customerName(entry.info));
    byId("score-who").ariaLabel = t("score.show_calls", { name: customerName(entry.info) });
    showScore(byId("score-number"), assessment);
    byId("score-state").dataset.state = shown;
    showState(byId("score-state"), assessment);
    showCategory(byId("score-category"), assessment);
    renderChange(assessment);
    describe(byId("score-figures"), figures(assessment));
    renderScale(assessment);
    mirror(byId("score-notices"), noticesFor(state, assessment), ({ kind }) => kind, noticeItem);
    renderAsOf(assessment);
  };
}

function spoken(assessment) {
  if (!assessment || assessment.risk_score === null) return t(`state.${assessment?.state ?? "waiting"}`);
  const values = { score: assessment.risk_score, range: rangeText(assessment) };
  return hasVerdict(assessment)
    ? t("score.spoken", { ...values, label: t(`category.${assessment.risk_category}`) })
    : t("score.spoken_listening", values);
}

function renderChange(assessment) {
  const shown = assessment?.state === "live";
  byId("score-change").hidden = !shown;
  byId("score-because").hidden = !shown || assessment.change.because.length === 0;
  if (!shown) return;
  const { points, because } = assessment.change;
  byId("score-change").dataset.direction = directionOf(points);
  setIconText(byId("score-change"), directionOf(points), t("score.change", { points: signed(points) }));
  const parts = because.map(becauseText);
  setText(byId("score-because"), t("score.because", { parts: parts.join(t("list_separator")) }));
}

function becauseText(line) {
  const values = { label: lineLabel(line), points: signed(line.points), phrase: line.phrase };
  return t(line.phrase ? "score.because_said" : "score.because_line", values);
}

function rangeText(assessment) {
  const { kind, low, high } = rangeOf(assessment);
  return low === high && kind === "range" ? String(low) : t(`score.range_${kind}`, { low, high });
}

/** Writes what a high risk means, in words. */
function renderScale(assessment) {
  const times = assessment?.high_times;
  byId("score-scale").hidden = !times;
  setText(byId("score-scale"), times ? t("score.scale", { times: multiple(times) }) : "");
}

function figures(assessment) {
  if (!assessment || assessment.risk_score === null) return [];
  const { probability, base_rate: usual } = assessment;
  return [
    [t("score.interval"), rangeText(assessment)],
    [t("score.probability"), t("score.beside_usual", { now: percent(probability), usual: percent(usual) })],
  ];
}

/** Returns the warnings that must accompany the number. */
function noticesFor(state, assessment) {
  if (!assessment) return [];
  if (assessment.state === "no_model") {
    return [{ kind: "no_model", text: t("score.no_model") }];
  }
  const notices = [];
  if (assessment.state === "listening") notices.push({ kind: "listening", text: needed(state, assessment) });
  if (assessment.skill === "unproven") notices.push({ kind: "unproven", text: t("score.unproven") });
  if (assessment.quality.outside_population) notices.push({ kind: "outside", text: t("score.outside") });
  return notices;
}

function noticeItem({ kind }) {
  const { node, slots } = fromTemplate("notice");
  node.dataset.kind = kind;
  const update = ({ text }) => setIconText(slots.text, kind === "listening" ? "listening" : "info", text);
  return { node, update };
}

function needed(state, assessment) {
  const rest = stillNeeded(state, assessment);
  const parts = [];
  if (rest?.seconds > 0) parts.push(t("listening.seconds", { n: rest.seconds }));
  if (rest?.turns > 0) parts.push(t("listening.turns", { n: rest.turns }));
  if (rest?.characters > 0) parts.push(t("listening.characters", { n: rest.characters }));
  return parts.length === 0 ? t("listening.prior") : t("listening.needed", { parts: parts[0] });
}

function renderAsOf(assessment) {
  const time = assessment?.timestamp ? clock(assessment.timestamp) : null;
  setText(byId("score-as-of"), time === null ? "" : t("score.as_of", { time }));
}
