/** The label behind a marked phrase: what it says, its points, or that it is not counted; it opens what is known of it. */
import { placeOf } from "../../account.js";
import { t } from "../../i18n.js";
import { suppression } from "../../statements.js";
import { nameOf, writeName } from "../statement_name.js";

/** Returns the label of a statement of a turn; `judged` is what the assessment says of it, `correction` what became of it. */
export function markLabel(statement, judged, correction) {
  const node = document.createElement("button");
  node.type = "button";
  writeName(node, statement, judged);
  const why = suppression(statement);
  if (why !== null) node.textContent = t("mark.not_counted", { why: t(`suppressed.${why}`) });
  if (correction) {
    const flag = document.createElement("span");
    flag.className = "mark-flag";
    flag.textContent = t(`correct.flag_${correction.verdict ?? "waits"}`);
    node.append(" ", flag);
    node.dataset.correction = correction.verdict ?? "waits";
  }
  node.dataset.place = placeOf({ ...statement });
  node.setAttribute("aria-haspopup", "dialog");
  return node;
}

/** Returns why a statement counts or not, in a sentence. */
export function whyText(statement, judged) {
  const why = suppression(statement);
  const name = t(`statement.${statement.intent}`);
  if (why !== null) return t(`mark.why_${why}`, { name });
  if (!judged) return t("mark.not_scored", { name: nameOf(statement) });
  if (judged.points === 0) return t("mark.counts_level", { name });
  return t(judged.points > 0 ? "mark.counts_up" : "mark.counts_down", { name, points: Math.abs(judged.points) });
}
