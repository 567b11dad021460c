/** The words of a line under the score: statements are named by the catalogue, other lines by the server. */
import { pick, t } from "./i18n.js";

const STATEMENT = /^said\.([a-z_]+)(?:\.\d+)?$/;

/** Returns the name of a line. */
export function lineLabel(line) {
  const [, intent] = line.feature?.match(STATEMENT) ?? [];
  return intent ? t(`statement.${intent}`) : pick(line, "label");
}

/** Returns the sentence of a line: a statement with the words of the customer, or the server's sentence. */
export function lineReason(line) {
  const isStatement = STATEMENT.test(line.feature ?? "");
  const phrase = isStatement ? pick(line, "value_text") : "";
  return isStatement ? t("reasons.said_line", { label: lineLabel(line), phrase }) : pick(line, "reason");
}
