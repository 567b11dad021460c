/** Advice for the agent: what is open, and what became of the rest. */

import { takenBackOf } from "./work/call_work.js";

const SHOWN = 3;

/** Returns the newest advice: {recommendations, seq, timestamp}; without a model it comes apart from a score. */
export function adviceOf({ assessment, advised }) {
  const apart = advised && (advised.seq ?? 0) >= (assessment?.seq ?? -1);
  return (apart ? advised : assessment) ?? { recommendations: [] };
}

/** Returns the latest feedback by action: {verdict, reason, note}, from notes "action verdict reason". */
function feedbackOf(all) {
  const takenBack = takenBackOf(all);
  const notes = all.filter(({ note_id: id }) => !takenBack.has(id));
  const words = /^(\S+) (done|dismissed)(?: ([^]*))?$/;
  const given = notes.filter(({ kind }) => kind === "feedback").map((note) => [note, note.text.match(words)]);
  return new Map(given.filter(([, found]) => found).map(([note, [, action, verdict, reason]]) =>
    [action, { action, verdict, reason: reason ?? "", note }]));
}

/** Returns true if feedback is newer than the advice: the server leaves out what was answered before. */
function isNewer(note, { seq, timestamp }) {
  if (timestamp) return Date.parse(note.at) > Date.parse(timestamp);
  return note.seq !== undefined && seq !== undefined && note.seq > seq;
}

/**
 * Returns {open, settled}: the advice to follow, the first one first, and the feedback given on other advice of this
 * call, the newest first. What was answered and is in the newest advice again is open again.
 */
export function adviceRows(entry) {
  const advice = adviceOf(entry);
  const feedback = feedbackOf(entry.notes);
  const isSettled = ({ action }) => feedback.has(action) && isNewer(feedback.get(action).note, advice);
  const open = (advice.recommendations ?? []).filter((one) => !isSettled(one))
    .toSorted((a, b) => a.priority - b.priority).slice(0, SHOWN);
  const settled = [...feedback.values()]
    .filter(({ action }) => entry.plays.has(action) && !open.some((one) => one.action === action))
    .sort((a, b) => (a.note.at < b.note.at ? 1 : -1)).slice(0, SHOWN);
  return { open, settled: settled.map((given) => ({ ...given, advice: entry.plays.get(given.action) })) };
}
