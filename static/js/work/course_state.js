/** Reducers of the course of a score: since when it is asked why it moved, and the answer. */

export const courseState = Object.freeze({
  span: null, // {from, to, anchor, head}: two moments of the selected call, `to` null for now; null since it began
  moved: null, // {changes, failed}: why the score moved in that span, as it was read last
});

/** Returns true for spans between the same moments, also if they were chosen another time. */
export const isSameSpan = (one, other) => one?.from === other?.from && one?.to === other?.to;

/** Ignores an answer about another call, or another span than the chosen one. */
const onSpan = (state, { callId, span }, moved) => (callId === state.selectedId && isSameSpan(span, state.span) ? { ...state, moved } : state);

export const courseHandlers = {
  span_chosen: (state, span) => ({ ...state, span, moved: isSameSpan(span, state.span) ? state.moved : null }),
  moved_read: (state, answer) => onSpan(state, answer, { changes: answer.changes, failed: null }),
  moved_failed: (state, answer) => onSpan(state, answer, { changes: null, failed: answer.status }),
  moved_forgotten: (state) => ({ ...state, moved: null }),
};
