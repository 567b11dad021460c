/** Notes about the call, and a text box that keeps a draft per call. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { agentId } from "../preferences.js";
import { ownAgentId } from "../session.js";
import { selected, serverNow } from "../selectors.js";

export function notesView(actions) {
  const text = byId("note-text");
  const author = byId("note-author");
  const drafts = new Map();
  let callId = null;

  byId("note-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const written = callId;
    const saved = await actions.addNote(written, { agent_id: author.value.trim(), text: text.value.trim() });
    if (!saved) return;
    drafts.delete(written);
    if (written === callId) text.value = "";
  });
  text.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
    if (sends) byId("note-form").requestSubmit();
  });

  function changeCall(info) {
    if (callId !== null) drafts.set(callId, text.value);
    callId = info.call_id;
    text.value = drafts.get(callId) ?? "";
    author.value = ownAgentId(info.agent_id) ?? (agentId() || info.agent_id);
  }

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    if (entry.info.call_id !== callId) changeCall(entry.info);
    const written = entry.notes.filter((note) => note.kind !== "feedback").toReversed(); // feedback shows as advice
    const rows = written.map((note) => ({ note, now: serverNow(state) }));
    byId("note-fold").hidden = written.length === 0;
    if (written.length > 0) setText(byId("note-brief"), briefly(written));
    mirror(byId("note-list"), rows, ({ note }) => note.note_id, noteItem);
  };
}

/** Returns how many notes there are, and the newest words; an escalation is no note. */
function briefly([newest, ...others]) {
  const n = [newest, ...others].filter(({ kind }) => kind !== "escalation").length;
  return t("notes.brief", { n, kind: t(`note.${newest.kind}`), text: newest.text });
}

function noteItem() {
  const { node, slots } = fromTemplate("note");
  function update({ note, now }) {
    node.dataset.kind = note.kind;
    setText(slots.kind, t(`note.${note.kind}`));
    setText(slots.author, note.agent_id);
    setText(slots.time, moment(note.at, now));
    setText(slots.text, note.text);
  }
  return { node, update };
}
