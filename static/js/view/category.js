/** The mark of a risk category: word, shape and colour. */
import { setText } from "../dom.js";
import { t } from "../i18n.js";
import { setIconText } from "../icons.js";

/** Returns true once there is a verdict: not while listening, and never without a model. */
export const hasVerdict = (assessment) => assessment?.state === "live" || assessment?.state === "final";

export function showCategory(element, assessment) {
  element.hidden = !hasVerdict(assessment);
  if (!element.hidden) setIconText(element, assessment.risk_category, t(`category.${assessment.risk_category}`));
}

const STATE_ICON = { final: "check", no_model: "info" }; // every other state is one of listening

export function showState(element, assessment) {
  const state = assessment?.state ?? "waiting";
  setIconText(element, STATE_ICON[state] ?? "listening", t(`state.${state}`));
}

/** Returns up, down or level, the name of the icon. */
export const directionOf = (points) => (points === 0 ? "level" : points > 0 ? "up" : "down");

export const showScore = (element, assessment) => setText(element, String(assessment?.risk_score ?? "–"));
