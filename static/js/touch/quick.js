/** Quick actions: what agents do again and again, one press each; pressed again it is taken back. */
import { byId, mirror, setText } from "../dom.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";
import { takenBackOf } from "../work/call_work.js";

const KINDS = ["identity", "plan", "payment", "documents", "explained", "complaint"];

export function quickView(actions) {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const takenBack = takenBackOf(entry.notes);
    const held = entry.notes.filter(({ kind, note_id: id }) => kind === "quick_action" && !takenBack.has(id));
    const rows = KINDS.map((kind) => ({ text: t(`quick.${kind}`), kind, info: entry.info }))
      .map((row) => ({ ...row, note: held.find(({ text }) => text === row.text) ?? null }));
    mirror(byId("quick-choices"), rows, ({ kind }) => kind, () => choice(actions));
  };
}

function choice(actions) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "button choice";
  let shown = null;
  node.addEventListener("click", ({ detail }) => {
    if (detail > 1) return; // the second press of a double press would take it back
    if (shown.note) actions.takeBack(shown.info.call_id, shown.note);
    else actions.noteQuickly(shown.info, shown.text);
  });
  function update(next) {
    shown = next;
    setText(node, next.text);
    node.dataset.testid = `quick-${next.kind}`;
    node.ariaPressed = String(next.note !== null);
  }
  return { node, update };
}
