/** What waits to be sent, and what the server refused: told at the top of the page until none is left. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { errorText } from "../error_text.js";
import { language, t } from "../i18n.js";

const KINDS = { escalate: "escalation", promise: "promise", outcome: "outcome", call_back: "call_back" };

export function outboxView(actions) {
  return ({ outbox }) => {
    const refused = outbox.filter(({ refused: status }) => status !== null);
    byId("outbox").hidden = outbox.length === 0;
    byId("outbox").toggleAttribute("data-refused", refused.length > 0);
    if (outbox.length === 0) return;
    if (refused.length > 0) byId("outbox").open = true;
    setText(byId("outbox-told"), refused.length > 0 ? t("outbox.refused", { n: refused.length }) : t("outbox.waiting", { n: outbox.length }));
    mirror(byId("outbox-list"), outbox, ({ key }) => `${key} ${language()}`, () => row(actions));
  };
}

function row(actions) {
  const { node, slots } = fromTemplate("outbox-item");
  let shown = null;
  slots.again.addEventListener("click", () => actions.sendAgain(shown.key));
  slots.drop.addEventListener("click", () => actions.dropUnsent(shown.key));
  function update(item) {
    shown = item;
    const { path, body, refused } = item;
    const kind = KINDS[path.split("/").at(-1)] ?? body.kind;
    setText(slots.kind, path === "/api/end_call" ? t("call.end") : kind ? t(`note.${kind}`) : t("note.note"));
    const words = body.text ?? body.reason ?? body.due_on ?? "";
    setText(slots.text, refused === null ? words : `${words} ${errorText({ status: refused })}`.trim());
    slots.again.hidden = refused === null;
  }
  return { node, update };
}
