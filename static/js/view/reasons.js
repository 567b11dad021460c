/** The reasons for the score: what was known, what was said, and how they sum to it. */
import { leavesOf, reasonRows } from "../account.js";
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { signed } from "../format.js";
import { pick, t } from "../i18n.js";
import { lineLabel, lineReason } from "../line_words.js";
import { assessmentOf, selected } from "../selectors.js";
import { directionOf, hasVerdict } from "./category.js";

export function reasonsView(actions) {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const assessment = assessmentOf(state, entry);
    const scored = assessment !== null && assessment.risk_score !== null;
    setText(byId("reasons-title"), t(hasVerdict(assessment) || !scored ? "reasons.title" : "reasons.title_prior"));
    byId("reasons-none").hidden = scored;
    setText(byId("reasons-none"), t("reasons.none"));
    const rows = scored ? withRanges(reasonRows(assessment)) : [];
    mirror(byId("reason-lines"), rows, ({ feature }) => feature, (row) => (row.lines ? part(actions) : leaf(actions)));
    renderTotal(scored ? assessment : null);
  };
}

/** Returns the rows, each line with the start and end of its bar in percent of the axis. */
function withRanges(rows) {
  let sum = 0;
  const ends = leavesOf(rows).map(({ points }) => (sum += points));
  const lowest = Math.min(0, ...ends);
  const share = (points) => (100 * (points - lowest)) / (Math.max(100, ...ends) - lowest);
  sum = 0;
  const ranged = (line) => {
    const from = sum;
    sum += line.points;
    const left = share(Math.min(from, sum));
    return { ...line, left, width: share(Math.max(from, sum)) - left };
  };
  return rows.map((row) => (row.lines ? { ...row, lines: row.lines.map(ranged) } : ranged(row)));
}

/** One of the two parts: its subtotal, its lines, and what is to be said about it. */
function part(actions) {
  const { node, slots } = fromTemplate("reason-part");
  function update(row) {
    node.dataset.part = row.feature;
    node.dataset.points = row.points;
    setText(slots.title, t(`reasons.${row.feature}`));
    setText(slots.points, signed(row.points));
    mirror(slots.lines, row.lines, ({ feature }) => feature, () => leaf(actions));
    mirror(slots.notes, row.notes, ({ feature }) => feature, note);
  }
  return { node, update };
}

function note() {
  const node = document.createElement("p");
  return { node, update: (line) => setText(node, pick(line, "reason")) };
}

const OWN_LINES = { start: "reasons.start", cap: "reasons.cap", other: "reasons.other",
  "other.known": "reasons.other", "other.said": "reasons.other" };

function leaf(actions) {
  const { node, slots } = fromTemplate("reason-line");
  let shown = null;
  slots.turn.addEventListener("click", () => actions.pointAt(shown.segmentId, shown.place));
  function update(line) {
    shown = line;
    node.dataset.feature = line.feature;
    if (line.place) node.dataset.place = line.place;
    node.dataset.points = line.points;
    node.dataset.direction = line.feature === "start" ? "level" : directionOf(line.points);
    setText(slots.points, line.feature === "start" ? String(line.points) : signed(line.points));
    slots.fill.style.left = `${line.left}%`;
    slots.fill.style.width = `${line.width}%`;
    const own = OWN_LINES[line.feature];
    const leads = Boolean(line.segmentId);
    slots.plain.hidden = leads;
    slots.turn.hidden = !leads;
    slots.group.hidden = Boolean(own) || line.part === "said";
    if (own) return setText(slots.text, t(own));
    if (!slots.group.hidden) setText(slots.group, t(`group.${line.group}`));
    return setReason(leads ? slots.turn : slots.text, lineLabel(line), lineReason(line));
  }
  return { node, update };
}

/** Writes the sentence with the feature's name emphasised; of "field: choice" the field. */
function setReason(element, label, reason) {
  if (element.textContent === reason) return;
  const found = [label, label.split(/：|: /)[0]].find((words) => reason.includes(words)) ?? "";
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
