/** The state of the work on a call, reduced from its notes as the server reduces them. */

const BACKS = new Set(["undo", "escalation_withdrawn"]);
const UNDOABLE = new Set(["note", "quick_action", "feedback", "escalation", "promise", "outcome", "call_back",
  "correction", "correction_approved", "correction_rejected"]);

/** What a person wrote down, which is counted as notes. */
export const WRITTEN = new Set(["note", "quick_action"]);

export const isUndoable = (kind) => UNDOABLE.has(kind);

/** Returns {outcome, promise, callBack, escalations, takenBack}; the first three are notes, null where none holds. */
export function callWork(notes) {
  const ordered = [...new Map(notes.map((note) => [note.note_id, note])).values()].sort((a, b) => a.note_id - b.note_id);
  const takenBack = takenBackOf(ordered);
  const last = (kind) => ordered.findLast((note) => note.kind === kind && !takenBack.has(note.note_id)) ?? null;
  return { outcome: last("outcome"), promise: last("promise"), callBack: last("call_back"), escalations: escalationsOf(ordered), takenBack };
}

/** Returns the numbers of notes that do not hold any more. */
export function takenBackOf(notes) {
  const kinds = new Map(notes.map(({ note_id: id, kind }) => [id, kind]));
  const abouts = notes.filter(({ kind }) => BACKS.has(kind)).map(({ facts }) => facts?.about);
  return new Set(abouts.filter((about) => UNDOABLE.has(kinds.get(about))));
}

/** Returns {note, seen, answers, withdrawn, isOpen} of each escalation; who answers has seen it. */
function escalationsOf(notes) {
  return notes.filter(({ kind }) => kind === "escalation").map((note) => {
    const later = notes.filter(({ facts }) => facts?.about === note.note_id);
    const answers = later.filter(({ kind }) => kind === "escalation_answer");
    const withdrawn = later.find(({ kind }) => BACKS.has(kind)) ?? null;
    const seen = later.find(({ kind }) => kind === "escalation_seen" || kind === "escalation_answer") ?? null;
    return { note, seen, answers, withdrawn, isOpen: answers.length === 0 && withdrawn === null };
  });
}

/** Returns the last escalation of a call that was not withdrawn; null where there is none. */
export const helpOf = (notes) => callWork(notes).escalations.findLast(({ withdrawn }) => withdrawn === null) ?? null;
