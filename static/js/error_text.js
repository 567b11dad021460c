/** The sentence for a failed request, by its status; the server's own words are for the log. */
import { t } from "./i18n.js";

const KNOWN = new Set([0, 403, 404, 409, 422, 429]);

/** Returns the sentence in the language of the page, with the id under which the server's log has the request. */
export function errorText({ status, requestId }) {
  const sentence = t(`error.${KNOWN.has(status) ? status : status >= 500 ? 500 : 400}`);
  return requestId ? t("error.with_request", { sentence, id: requestId }) : sentence;
}
