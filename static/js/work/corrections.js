/** Corrections of statements: what was meant by words that were understood otherwise. */
import { placeOf } from "../account.js";
import { takenBackOf } from "./call_work.js";

/** What is meant by words that say nothing about paying. */
export const NOTHING = "none";

const NEWS = { correction_approved: "correct.news_approved", correction_rejected: "correct.news_rejected" };
const VERDICTS = { correction_approved: "approved", correction_rejected: "rejected" };

export const isOfCorrections = ({ kind }) => kind === "correction" || kind in VERDICTS;

/** Returns the newest correction of each statement that holds, by its place: {note, verdict, decision}; both null while it waits. */
export function correctionsOf(notes) {
  const ordered = notes.filter(isOfCorrections).sort((a, b) => a.note_id - b.note_id);
  const takenBack = takenBackOf(notes);
  const holding = ordered.filter(({ note_id: id }) => !takenBack.has(id));
  const found = new Map();
  for (const note of holding.filter(({ kind }) => kind === "correction")) {
    const decision = holding.findLast(({ kind, facts }) => kind in VERDICTS && facts.about === note.note_id) ?? null;
    found.set(placeOf(note.facts), { note, decision, verdict: decision && VERDICTS[decision.kind] });
  }
  return found;
}

export const decidesCorrections = (state) => Boolean(state.session?.operations.includes("decide_corrections"));

export const correctionState = Object.freeze({
  corrections: null, // those that wait for a decision; null where the person decides none
  correctionsAsked: 0, // how often something was told that changes them
  correcting: null, // {callId, statement} in the dialogue that says what was meant
});

export const correctionHandlers = {
  corrections_read: (state, { corrections }) => ({ ...state, corrections }),
  correcting: (state, correcting) => ({ ...state, correcting }),
};

/** Returns the state after a note that may change which corrections wait. */
export const correctionsChanged = (state, note) =>
  (isOfCorrections(note) || note.kind === "undo" ? { ...state, correctionsAsked: state.correctionsAsked + 1 } : state);

/** Returns the key of the message to the author about a decision that is news; null where there is none. */
export function newsOf(state, note) {
  if (!(note.kind in VERDICTS)) return null;
  const notes = state.calls.get(note.call_id)?.notes ?? [];
  const asked = notes.find(({ note_id: id }) => id === note.facts.about);
  const isNews = asked && !notes.some(({ note_id: id }) => id === note.note_id);
  const isMine = state.session?.means === "session" && state.session.agent_ids.includes(asked?.agent_id);
  return isNews && isMine ? NEWS[note.kind] : null;
}
