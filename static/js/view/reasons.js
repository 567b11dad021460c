/** The reasons for the score: a waterfall of signed lines that sum to it. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { signed } from "../format.js";
import { pick, t } from "../i18n.js";
import { assessmentOf, reasonLines, selected } from "../selectors.js";
import { directionOf, hasVerdict } from "./category.js";

export function reasonsView() {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const assessment = assessmentOf(state, entry);
    const scored = assessment !== null && assessment.risk_score !== null;
    setText(byId("reasons-title"), t(hasVerdict(assessment) || !scored ? "reasons.title" : "reasons.title_prior"));
    byId("reasons-none").hidden = scored;
    setText(byId("reasons-none"), t("reasons.none"));
    const lines = scored ? withRange(reasonLines(assessment)) : [];
    mirror(byId("reason-lines"), lines, (line) => line.feature, reasonLine);
    renderTotal(scored ? assessment : null);
  };
}

/** Returns each line with the start and end of its bar in percent of the axis. */
function withRange(lines) {
  let sum = 0;
  const steps = lines.map((line) => ({ ...line, from: sum, to: (sum += line.points) }));
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const lowest = Math.min(0, ...ends);
  const share = (points) => (100 * (points - lowest)) / (Math.max(100, ...ends) - lowest);
  return steps.map((step) => {
    const left = share(Math.min(step.from, step.to));
    return { ...step, left, width: share(Math.max(step.from, step.to)) - left };
  });
}

const OWN_LINES = new Set(["start", "other", "cap"]);

function reasonLine() {
  const { node, slots } = fromTemplate("reason-line");
  function update(line) {
    node.dataset.feature = line.feature;
    node.dataset.points = line.points;
    node.dataset.direction = line.feature === "start" ? "level" : directionOf(line.points);
    setText(slots.points, line.feature === "start" ? String(line.points) : signed(line.points));
    slots.fill.style.left = `${line.left}%`;
    slots.fill.style.width = `${line.width}%`;
    slots.group.hidden = OWN_LINES.has(line.feature);
    if (OWN_LINES.has(line.feature)) return setText(slots.text, t(`reasons.${line.feature}`));
    setText(slots.group, t(`group.${line.group}`));
    return setReason(slots.text, pick(line, "label"), pick(line, "reason"));
  }
  return { node, update };
}

/** Writes the sentence with the feature's name emphasised; of "field: choice" the field. */
function setReason(element, label, reason) {
  if (element.textContent === reason) return;
  const found = [label, label.split(/：|: /)[0]].find((part) => reason.includes(part)) ?? "";
  const place = reason.indexOf(found);
  const name = document.createElement("strong");
  name.textContent = found;
  element.replaceChildren(reason.slice(0, place), name, reason.slice(place + found.length));
}

function renderTotal(assessment) {
  const element = byId("reason-total");
  element.hidden = assessment === null;
  if (assessment === null) return element.removeAttribute("data-score");
  element.dataset.score = assessment.risk_score;
  setText(byId("reason-total-label"), t(hasVerdict(assessment) ? "reasons.total" : "reasons.total_prior"));
  return setText(byId("reason-total-points"), String(assessment.risk_score));
}
