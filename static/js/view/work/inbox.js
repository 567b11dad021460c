/** The supervisor's inbox: escalations that wait, the longest waiting first; looked at, answered. */
import { byId, fromTemplate, mirror, setText } from "../../dom.js";
import { duration } from "../../format.js";
import { t } from "../../i18n.js";
import { serverNow } from "../../selectors.js";

export function inboxView(actions) {
  return (state) => {
    const waiting = state.inbox ?? [];
    byId("inbox").hidden = waiting.length === 0;
    setText(byId("inbox-count"), t("inbox.count", { n: waiting.length }));
    mirror(byId("inbox-list"), waiting.map((one) => ({ one, now: serverNow(state) })), ({ one }) => one.note_id, () => item(actions));
  };
}

function item(actions) {
  const { node, slots } = fromTemplate("inbox-item");
  let shown = null;
  slots.open.addEventListener("click", () => actions.select(shown.call_id));
  slots.seen.addEventListener("click", () => actions.seeEscalation(shown));
  slots.reply.addEventListener("click", () => {
    slots.form.hidden = !slots.form.hidden;
    slots.reply.ariaExpanded = String(!slots.form.hidden);
    if (!slots.form.hidden) slots.words.focus();
  });
  slots.words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) slots.form.requestSubmit();
  });
  slots.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = slots.words.value.trim();
    if (words === "") return slots.words.focus();
    if (await actions.answerEscalation(shown, words)) slots.words.value = "";
    return undefined;
  });

  function update({ one, now }) {
    shown = one;
    setText(slots.who, one.customer_id === null ? t("customer.anonymous") : t("customer.numbered", { id: one.customer_id }));
    setText(slots.agent, t("calls.agent", { id: one.agent_id }));
    setText(slots.age, t("inbox.age", { time: duration((now - Date.parse(one.at)) / 1000) }));
    setText(slots.text, one.text);
    slots.over.hidden = one.ended_at === null;
    const hadFocus = document.activeElement === slots.seen;
    slots.seen.hidden = one.seen_by !== null;
    if (hadFocus && slots.seen.hidden) slots.reply.focus({ preventScroll: true });
    setText(slots.by, one.seen_by === null ? "" : t("inbox.seen_by", { by: one.seen_by }));
  }
  return { node, update };
}
