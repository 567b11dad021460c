/** Reducers of the work beside the conversation: ends that can be taken back, outcomes, the inbox. */

export const UNDO_MS = 10_000;

export const workState = Object.freeze({
  endings: [], // {callId, until}: calls that end at a moment of this machine's clock
  outcomes: [], // how calls can end here: {code, ja, en}
  inbox: null, // the escalations that wait for an answer; null where the person answers none
  outbox: [], // {key, path, body, refused}: what waits to be sent for some time, or was refused
  inboxAsked: 0, // how often something was told that changes them
});

export const workHandlers = {
  end_asked: (state, callId) => (state.endings.some((one) => one.callId === callId) ? state
    : { ...state, endings: [...state.endings, { callId, until: state.now + UNDO_MS }] }),
  end_dropped: (state, callId) => ({ ...state, endings: state.endings.filter((one) => one.callId !== callId) }),
  outbox_changed: (state, outbox) => ({ ...state, outbox }),
  outcomes_read: (state, { outcomes }) => ({ ...state, outcomes }),
  inbox_read: (state, { escalations }) => ({ ...state, inbox: escalations }),
};

/** Returns the state after something that may change what waits in the inbox. */
export const inboxChanged = (state) => ({ ...state, inboxAsked: state.inboxAsked + 1 });

/** Returns the calls whose time to take the end back is over. */
export const dueEndings = ({ endings, now }) => endings.filter(({ until }) => until <= now).map(({ callId }) => callId);

/** Returns how many seconds are left to take the end of a call back; null where none is asked for. */
export function secondsLeft({ endings, now }, callId) {
  const ending = endings.find((one) => one.callId === callId);
  return ending ? Math.max(0, Math.ceil((ending.until - now) / 1000)) : null;
}

export const answersEscalations = (state) => Boolean(state.session?.operations.includes("answer_escalations"));
