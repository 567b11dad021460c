/** The strongest reason for the score in one line, which leads to all of them. */
import { leavesOf, reasonRows } from "../account.js";
import { byId, setText } from "../dom.js";
import { signed } from "../format.js";
import { t } from "../i18n.js";
import { lineReason } from "../line_words.js";
import { assessmentOf, selected } from "../selectors.js";

/** Returns the line with the most points of those that say something, or null. */
export function strongest(assessment) {
  if (!assessment || assessment.risk_score === null) return null;
  const lines = leavesOf(reasonRows(assessment)).filter(({ reason, points }) => reason && points !== 0);
  return lines.toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))[0] ?? null;
}

export function topReasonView() {
  byId("top-reason").addEventListener("click", () => byId("bar-why").click());
  return (state) => {
    const entry = selected(state);
    const line = entry && strongest(assessmentOf(state, entry));
    byId("top-reason").hidden = !line;
    if (line) setText(byId("top-reason-text"), t("touch.reason", { points: signed(line.points), reason: lineReason(line) }));
  };
}
