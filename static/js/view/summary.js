/** The summary of an ended call: reason, figures, and the telephony's summary. */
import { byId, describe, setText } from "../dom.js";
import { duration } from "../format.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";
import { takenBackOf, WRITTEN } from "../work/call_work.js";

const END_REASONS = new Set(["completed", "analysis_failed", "disconnected", "idle", "requested"]);
const FAILURES = new Set(["QUOTA_EXCEEDED", "INSUFFICIENT_CONVERSATION_CONTENT", "FAILED_SAFETY_GUIDELINES",
  "INVALID_ANALYSIS_CONFIGURATION", "INTERNAL_ERROR"]);

export function summaryView() {
  let kept = null; // the call whose advice the summary takes the place of

  /** Gives the summary the height of the advice that goes with the call, so that nothing below it moves. */
  function keepPlace(callId, isOver) {
    const [summary, advice] = [byId("summary"), byId("advice")];
    if (callId !== kept) summary.style.minHeight = "";
    if (isOver && callId === kept && summary.hidden && !advice.hidden) summary.style.minHeight = `${advice.offsetHeight}px`;
    kept = callId;
  }

  return (state) => {
    const info = selected(state)?.info;
    const summary = info?.summary ?? null;
    keepPlace(info?.call_id, summary !== null);
    byId("summary").hidden = summary === null;
    if (summary === null) return;
    byId("summary").dataset.category = summary.final_risk_category ?? "none";
    setText(byId("summary-end"), END_REASONS.has(summary.end_reason) ? t(`end_reason.${summary.end_reason}`) : "");
    describe(byId("summary-figures"), figures(withNews(summary, selected(state))));
    renderContactSummary(info.contact_summary);
  };
}

function renderContactSummary(written) {
  byId("contact-summary").hidden = !written;
  if (!written) return;
  const failure = FAILURES.has(written.failure) ? written.failure : "OTHER"; // Amazon may name more
  byId("contact-summary").toggleAttribute("data-failed", !written.text);
  setText(byId("contact-summary-text"), written.text ?? t(`summary_failure.${failure}`));
}

/** Returns the summary with what was noted and withdrawn since the end; it was written at the end. */
function withNews(summary, { loaded, notes }) {
  if (!loaded) return summary;
  const takenBack = takenBackOf(notes);
  const holding = notes.filter(({ note_id: id }) => !takenBack.has(id));
  const written = holding.filter(({ kind }) => WRITTEN.has(kind)).length;
  return { ...summary, notes: written, escalated: holding.some(({ kind }) => kind === "escalation") };
}

function figures(summary) {
  const scores = summary.risk_scores;
  const none = t("summary.no_score");
  return [
    [t("summary.duration"), duration(summary.duration)],
    [t("summary.final"), summary.final_risk_score === null ? none
      : t("summary.final_score", { score: summary.final_risk_score, category: t(`category_short.${summary.final_risk_category}`) })],
    [t("summary.course"), scores.length === 0 ? none : `${scores[0]} → ${scores.at(-1)}`],
    [t("summary.highest"), summary.highest_risk_score === null ? none : String(summary.highest_risk_score)],
    [t("summary.turns"), t("summary.turns_n", { n: summary.turns })],
    [t("summary.notes"), t("summary.notes_n", { n: summary.notes })],
    [t("summary.escalated"), t(summary.escalated ? "yes" : "no")],
  ];
}
