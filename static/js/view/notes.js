/** Notes about the call, and a text box that keeps a draft per call. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { agentId } from "../preferences.js";
import { draftKey, mayActAs, ownAgentId } from "../session.js";
import { selected, serverNow } from "../selectors.js";
import { isUndoable, takenBackOf, WRITTEN } from "../work/call_work.js";
import { draftsOf } from "../work/drafts.js";
import { noteWords } from "./work/note_words.js";

const KEEP_AFTER_MS = 300;
const HIDDEN = new Set(["feedback", "undo", "escalation_seen", "escalation_withdrawn",
  "correction", "correction_approved", "correction_rejected"]); // shown as advice, or at what they are about

export function notesView(actions) {
  const text = byId("note-text");
  const author = byId("note-author");
  const drafts = draftsOf(draftKey());
  let callId = null;
  let waiting = null;

  /** Keeps what is typed, or lets go of it once nothing stands there. */
  async function keep(id, words) {
    const kept = words.trim() === "" ? (await (await drafts).drop(id), false) : await (await drafts).keep(id, words);
    if (id === callId) byId("note-kept").hidden = !kept || text.value.trim() === "";
  }

  function keepNow() {
    if (waiting === null) return;
    clearTimeout(waiting);
    waiting = null;
    keep(callId, text.value).catch(reportError);
  }

  text.addEventListener("input", () => {
    byId("note-kept").hidden = true;
    clearTimeout(waiting);
    waiting = setTimeout(keepNow, KEEP_AFTER_MS);
  });
  addEventListener("pagehide", keepNow);

  byId("note-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [written, words] = [callId, text.value];
    const saved = await actions.addNote(written, { agent_id: author.value.trim(), text: words.trim() });
    if (!saved) return;
    if (written !== callId) return (await drafts).drop(written);
    if (text.value === words) text.value = "";
    return keep(written, text.value);
  });
  text.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
    if (sends) byId("note-form").requestSubmit();
  });

  function changeCall(info) {
    keepNow();
    const id = info.call_id;
    callId = id;
    text.value = "";
    byId("note-kept").hidden = true;
    drafts.then((kept) => kept.read(id)).then((words) => {
      if (id !== callId || text.value !== "" || words === "") return;
      text.value = words;
      byId("note-kept").hidden = false;
    }).catch(reportError);
    author.value = ownAgentId(info.agent_id) ?? (agentId() || info.agent_id);
  }

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    if (entry.info.call_id !== callId) changeCall(entry.info);
    const takenBack = takenBackOf(entry.notes);
    const written = entry.notes.filter((note) => !HIDDEN.has(note.kind)).toReversed();
    const rows = written.map((note) => ({ note, state, isBack: takenBack.has(note.note_id), callId }));
    byId("note-fold").hidden = written.length === 0;
    if (written.length > 0) setText(byId("note-brief"), briefly(written, takenBack, state));
    mirror(byId("note-list"), rows, ({ note }) => note.note_id, () => noteItem(actions));
  };
}

/** Returns how many notes there are, and the newest words; an escalation is no note. */
function briefly(notes, takenBack, state) {
  const holding = notes.filter(({ note_id: id }) => !takenBack.has(id));
  const n = holding.filter(({ kind }) => WRITTEN.has(kind)).length;
  const newest = holding[0] ?? notes[0];
  return t("notes.brief", { n, kind: t(`note.${newest.kind}`), text: noteWords(newest, state) });
}

function noteItem(actions) {
  const { node, slots } = fromTemplate("note");
  let shown = null;
  slots.undo.addEventListener("click", ({ detail }) => detail < 2 && actions.takeBack(shown.callId, shown.note));
  function update(next) {
    const { note, state, isBack } = next;
    const now = serverNow(state);
    shown = next;
    node.toggleAttribute("data-back", isBack);
    slots.undo.hidden = isBack || !isUndoable(note.kind) || !mayActAs(note.agent_id);
    slots.back.hidden = !isBack;
    node.dataset.kind = note.kind;
    setText(slots.kind, t(`note.${note.kind}`));
    setText(slots.author, note.agent_id);
    setText(slots.time, moment(note.at, now));
    setText(slots.text, noteWords(note, state));
  }
  return { node, update };
}
