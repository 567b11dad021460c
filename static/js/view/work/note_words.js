/** What a note says: its own words, or those of its facts. */
import { dayWords, moment, yen } from "../../format.js";
import { pick, t } from "../../i18n.js";
import { serverNow } from "../../selectors.js";

/** Returns the words of a note; a code that this server does not offer any more stands for itself. */
export function noteWords({ kind, text, facts, at }, state) {
  const told = facts ? factWords(kind, facts, state, at) : "";
  return [told, text].filter((words) => words).join(t("list_separator"));
}

function factWords(kind, facts, state) {
  if (kind === "outcome") return outcomeWords(facts.outcome, state.outcomes);
  if (kind === "call_back") return t("call_back.at", { time: moment(facts.call_back_at, serverNow(state)) });
  if (kind !== "promise") return "";
  const parts = [t("promise.until", { day: dayWords(facts.due_on) })];
  if (facts.amount_yen) parts.push(yen(facts.amount_yen));
  if (facts.channel) parts.push(t(`channel.${facts.channel}`));
  return parts.join(" ");
}

function outcomeWords(code, outcomes) {
  const known = outcomes.find((outcome) => outcome.code === code);
  return known ? pick({ words: known.ja, words_en: known.en }, "words") : code;
}
