/** The dialogue that says what was meant by a phrase, and that the score of this call stays as it is. */
import { placeOf } from "../../account.js";
import { ApiError } from "../../api.js";
import { byId, setText } from "../../dom.js";
import { errorText } from "../../error_text.js";
import { language, t } from "../../i18n.js";
import { counts } from "../../statements.js";
import { NOTHING } from "../../work/corrections.js";
import { nameOf } from "../statement_name.js";

const MEANINGS = [NOTHING, "hardship", "inability", "refusal", "delay_request", "income_loss", "past_default", "other_debt",
  "dispute", "cancellation", "promise", "capacity", "obligation_ack", "third_party", "evasion", "resolved"];

export function correctionDialogView(actions) {
  const [dialog, form] = [byId("correct-dialog"), byId("correct-form")];
  let shown = null; // {callId, statement}
  let info = null;
  let isSending = false; // Enter pressed twice sends once

  dialog.addEventListener("close", () => {
    // A button of the dialogue has the focus still where the label that had it before is gone.
    const at = document.activeElement;
    if (shown && (at === document.body || !at?.checkVisibility?.())) (labelAt(placeOf(shown.statement)) ?? byId("turns-scroll")).focus({ preventScroll: true });
    actions.askMeaning(null, null);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const meant = new FormData(form).get("meant");
    setText(byId("correct-error"), meant ? "" : t("correct.choose"));
    if (!meant) return form.querySelector("input").focus();
    if (isSending || !shown) return undefined;
    const { statement } = shown;
    isSending = true;
    try {
      await actions.correct(info, statement, { meant, text: form.elements.text.value.trim() });
      if (shown?.statement === statement) dialog.close(); // it may be about another one by now
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(byId("correct-error"), errorText(error));
    } finally {
      isSending = false;
    }
    return undefined;
  });

  function fill({ statement }) {
    setText(byId("correct-heard"), t("correct.heard", { phrase: statement.phrase, name: nameOf(statement) }));
    form.elements.text.value = "";
    setText(byId("correct-error"), "");
    const open = MEANINGS.filter((meaning) => !counts(statement) || meaning !== statement.intent);
    byId("correct-meanings").replaceChildren(...open.map(choice));
  }

  return (state) => {
    info = state.calls.get(state.correcting?.callId)?.info ?? null;
    const key = state.correcting && language();
    if (state.correcting?.statement === shown?.statement && dialog.lang === (key ?? "")) return;
    shown = state.correcting;
    dialog.lang = key ?? "";
    if (shown) fill(shown);
    if (shown && !dialog.open) dialog.showModal();
    else if (!shown && dialog.open) dialog.close(); // another call was opened
  };
}

/** The label of a statement in the conversation, which a correction of it draws anew. */
const labelAt = (place) => byId("turns").querySelector(`button[data-place="${CSS.escape(place)}"]`);

function choice(meaning) {
  const label = document.createElement("label");
  label.className = "meaning";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "meant", value: meaning });
  const words = document.createElement("span");
  words.textContent = t(`statement.${meaning}`);
  label.append(input, words);
  return label;
}
