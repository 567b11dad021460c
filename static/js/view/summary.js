/** The end of a call in a few figures: how long, which score, by which way. */
import { byId, describe } from "../dom.js";
import { duration } from "../format.js";
import { pick, t } from "../i18n.js";
import { selected } from "../selectors.js";

export function summaryView() {
  return (state) => {
    const summary = selected(state)?.info.summary ?? null;
    byId("summary").hidden = summary === null;
    if (summary === null) return;
    byId("summary").dataset.category = summary.final_risk_category ?? "none";
    describe(byId("summary-figures"), figures(summary));
  };
}

function figures(summary) {
  const scores = summary.risk_scores;
  const none = t("summary.no_score");
  return [
    [t("summary.duration"), duration(summary.duration)],
    [t("summary.final"), summary.final_risk_score === null ? none
      : `${summary.final_risk_score} ${pick(summary, "final_risk_label")}`],
    [t("summary.course"), scores.length === 0 ? none : `${scores[0]} → ${scores.at(-1)}`],
    [t("summary.highest"), summary.highest_risk_score === null ? none : String(summary.highest_risk_score)],
    [t("summary.turns"), t("summary.turns_n", { n: summary.turns })],
    [t("summary.notes"), t("summary.notes_n", { n: summary.notes })],
    [t("summary.escalated"), t(summary.escalated ? "yes" : "no")],
  ];
}
