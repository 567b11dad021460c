/** The supervisor's list of corrections that wait: what was heard, what was meant, and the decision. */
import { byId, fromTemplate, mirror, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { decidesCorrections } from "../../work/corrections.js";

export function correctionInboxView(actions) {
  byId("corrections-save").addEventListener("click", () => actions.saveCorrections());
  return (state) => {
    const waiting = state.corrections ?? [];
    byId("corrections").hidden = !decidesCorrections(state);
    byId("corrections").toggleAttribute("data-waiting", waiting.length > 0);
    byId("corrections-none").hidden = waiting.length > 0;
    setText(byId("corrections-count"), t("inbox.count", { n: waiting.length }));
    byId("corrections").dataset.waiting = String(waiting.length);
    mirror(byId("corrections-list"), waiting, ({ note_id: id }) => id, () => item(actions));
  };
}

function item(actions) {
  const { node, slots } = fromTemplate("correction-item");
  let shown = null;
  slots.open.addEventListener("click", () => actions.select(shown.call_id, shown.segment_id));
  slots.approve.addEventListener("click", ({ detail }) => detail < 2 && actions.decideCorrection(shown, "approved"));
  slots.reject.addEventListener("click", () => {
    slots.form.hidden = !slots.form.hidden;
    slots.reject.ariaExpanded = String(!slots.form.hidden);
    if (!slots.form.hidden) slots.words.focus();
  });
  slots.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = slots.words.value.trim();
    if (words === "") return slots.words.focus();
    if (await actions.decideCorrection(shown, "rejected", words)) slots.words.value = "";
    return undefined;
  });

  function update(one) {
    shown = one;
    setText(slots.asked, one.asked ? t("correct.asked", { words: one.asked }) : "");
    writeTurn(slots.turn, one);
    setText(slots.heard, t("correct.heard_as", { name: t(`statement.${one.intent}`) }));
    setText(slots.meant, t("correct.meant_as", { name: t(`statement.${one.meant}`) }));
    setText(slots.remark, one.text);
    setText(slots.who, t("correct.by", { by: one.agent_id }));
  }
  return { node, update };
}

function writeTurn(element, { turn, begin, end }) {
  if (turn === null) return setText(element, t("correct.no_words"));
  const letters = [...turn];
  const mark = document.createElement("mark");
  mark.textContent = letters.slice(begin, end).join("");
  return element.replaceChildren(letters.slice(0, begin).join(""), mark, letters.slice(end).join(""));
}
