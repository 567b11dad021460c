/** Reducers of toasts: messages that pass, errors that wait to be closed, and news of what others did. */
import { newsOf } from "./work/corrections.js";

const MESSAGE_MS = 6000; // long enough to read a sentence; errors wait to be closed
const TOASTS_SHOWN = 4;

/** Shows a repeated error once. */
export function withToast(state, toast) {
  const id = state.toastsMade + 1;
  const until = toast.kind === "message" ? state.now + MESSAGE_MS : null;
  const same = (other) => other.kind === "error" && other.status === toast.status;
  const others = state.toasts.filter((other) => !same(other));
  return { ...state, toastsMade: id, toasts: [...others, { ...toast, id, until }].slice(-TOASTS_SHOWN) };
}

export const unexpired = (toasts, now) =>
  toasts.some((toast) => toast.until !== null && toast.until <= now)
    ? toasts.filter((toast) => toast.until === null || toast.until > now)
    : toasts;

/** Says that a supervisor answered, once, whichever call is open. */
export function toldOfAnswer(state, note) {
  const notes = state.calls.get(note.call_id)?.notes ?? [];
  const isNews = note.kind === "escalation_answer" && !notes.some(({ note_id: id }) => id === note.note_id);
  const isMine = state.session?.means !== "session" || !state.session.agent_ids.includes(note.agent_id);
  return isNews && isMine ? withToast(state, { kind: "message", key: "help.answered_news", values: { by: note.agent_id } }) : state;
}

/** Says to the author what became of a correction. */
export function toldOfDecision(state, note) {
  const key = newsOf(state, note);
  return key === null ? state : withToast(state, { kind: "message", key, values: { by: note.agent_id } });
}
