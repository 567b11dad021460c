/** The name of a statement as a label, with the reason where it does not count. */
import { setText } from "../dom.js";
import { t } from "../i18n.js";
import { signed } from "../format.js";
import { opensConcern, suppression, toneOf } from "../statements.js";

export function nameOf(statement) {
  const name = t(`statement.${statement.intent}`);
  const why = suppression(statement);
  return why === null ? name : t("statement.suppressed", { name, why: t(`suppressed.${why}`) });
}

/** Returns open | answered of a concern, else null; `judged` is what the assessment says of the statement. */
export const concernState = (statement, judged) =>
  (judged && opensConcern(statement) ? (judged.open ? "open" : "answered") : null);

/** Returns the name with its points, and whether a concern is open: "払えない +7・未解消". */
function labelOf(statement, judged) {
  const name = nameOf(statement);
  if (!judged) return name;
  const state = concernState(statement, judged);
  const values = { name, points: judged.points === 0 ? "" : signed(judged.points), state: state && t(`statement.${state}`) };
  if (state === null) return judged.points === 0 ? name : t("statement.with_points", values);
  return t(judged.points === 0 ? "statement.with_state" : "statement.with_both", values);
}

/** Writes the label into an element and returns it. */
export function writeName(element, statement, judged = null) {
  element.className = "statement-name";
  element.dataset.tone = toneOf(statement);
  element.toggleAttribute("data-answered", concernState(statement, judged) === "answered");
  setText(element, labelOf(statement, judged));
  return element;
}
