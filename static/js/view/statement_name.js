/** The name of a statement as a label, with the reason where it does not count. */
import { setText } from "../dom.js";
import { t } from "../i18n.js";
import { suppression, toneOf } from "../statements.js";

export function nameOf(statement) {
  const name = t(`statement.${statement.intent}`);
  const why = suppression(statement);
  return why === null ? name : t("statement.suppressed", { name, why: t(`suppressed.${why}`) });
}

/** Writes the label into an element and returns it. */
export function writeName(element, statement) {
  element.className = "statement-name";
  element.dataset.tone = toneOf(statement);
  setText(element, nameOf(statement));
  return element;
}
