/** Reducers: the page's state as a function of events, without I/O or clock. */
import { acknowledged, raised, snoozed, withAlert, withoutCall } from "./alerts.js";
import { arrivalOf, withHeldOrder, withSeenOrder } from "./listing.js";
import { searchHandlers, searchState } from "./search/search_state.js";
import { activeCalls } from "./selectors.js";
import { toldOfAnswer, toldOfDecision, unexpired, withToast } from "./toasts.js";
import { correctionHandlers, correctionsChanged, correctionState } from "./work/corrections.js";
import { courseHandlers, courseState } from "./work/course_state.js";
import { inboxChanged, workHandlers, workState } from "./work/work_state.js";

export const initialState = Object.freeze({
  connected: false,
  downSince: null, // this machine's clock, ms; null while connected and before the first try
  synced: false, // true once the calls were read for the first time
  now: 0,
  clockSkewMs: 0, // how far this machine's clock is ahead of the server's
  health: null,
  session: null, // who is at this page, as /api/session says; null where that could not be read
  isTouch: false, // true for the page in its layout for fingers
  rowsAlone: false, // true for a wallboard, which is told the rows of calls and nothing else of them
  demo: null, // null where there is no demo replay (production)
  scope: null, // mine | team | all, as the address says
  team: null, // the team that a wallboard shows, as the address says; null for all
  order: null, // {ids, until}: the order of the list, which is made anew when its time is over
  held: null, // the same, while somebody aims at the list
  arrived: null, // the id of an own call that began and was not met yet
  endedKept: 20, // how many ended calls the page keeps
  endedCursor: null, // where the further ones begin; null where there are none
  calls: new Map(), // call_id → entry; an id may be any text, "__proto__" too
  selectedId: null,
  selection: 0, // how often a call was selected
  pointedAt: null, // {segmentId, place} of the turn, and the phrase in it, that the transcript is asked to show
  revealed: null, // {phone, until}: the telephone number of the selected call with all its digits
  usual: {}, // what is usual in calls: of a demonstration under "true", of all others under "false"
  faulty: false, // true once an event could not be taken or a part not drawn
  alerts: [], // those of calls in progress, as alerts.js keeps them
  toasts: [],
  toastsMade: 0,
  ...workState,
  ...searchState,
  ...correctionState,
  ...courseState,
});

const emptyEntry = (callId) => ({
  info: { call_id: callId, customer_id: null, agent_id: "", status: "active", source: "", demo: false,
    started_at: null, duration_s: 0, customer_data: null, escalated: false, alerted: false, summary: null, categories: [], contact_summary: null },
  assessment: null,
  headline: null, // the score of the newest row, in the form of an assessment; a call that is not open has no other news
  advised: null, // the newest advice that came without a score
  plays: new Map(), // action → the newest advice of that name
  segments: [],
  trend: [],
  notes: [],
  heardAt: null, // when the newest turn was pushed, by the server's clock, ms
  loaded: false, // true once the whole call was read, not only its events since
});

export function reduce(state, event) {
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] : null; // a newer server may push facts this page does not know yet
  return handler ? handler(state, event.payload) : state;
}

const handlers = {
  // ——— events of the page
  tick: (state, now) => withSeenOrder({ ...(state.held?.until <= now ? letGo(state) : state), now,
    toasts: unexpired(state.toasts, now), revealed: state.revealed?.until > now ? state.revealed : null }, activeCalls),
  connected: (state) => inboxChanged({ ...state, connected: true, downSince: null, correctionsAsked: state.correctionsAsked + 1 }),
  ...workHandlers,
  ...searchHandlers,
  ...correctionHandlers,
  ...courseHandlers,
  disconnected: (state, now) => ({ ...state, connected: false, downSince: state.downSince ?? now }),
  selected: (state, callId) => withoutOldCalls(unread({ ...state, selectedId: callId, selection: state.selection + 1, pointedAt: null, correcting: null, ...courseState, revealed: null, toasts: state.toasts.filter((toast) => toast.callId !== callId) }, callId)),
  scope_chosen: (state, scope) => ({ ...letGo(state), scope }),
  team_chosen: (state, team) => ({ ...state, team }),
  list_held: withHeldOrder,
  list_let_go: letGo,
  alert_seen: (state, callId) => ({ ...state, alerts: acknowledged(state.alerts, callId, state.now) }),
  alert_snoozed: (state, callId) => ({ ...state, alerts: snoozed(state.alerts, callId, state.now) }),
  arrival_met: (state) => ({ ...state, arrived: null }),
  pointed_at: (state, { segmentId, place = null }) => ({ ...state, pointedAt: { segmentId, place } }),
  phone_hidden: (state) => ({ ...state, revealed: null }),
  toast: (state, toast) => withToast(state, toast),
  toast_closed: (state, id) => ({ ...state, toasts: state.toasts.filter((toast) => toast.id !== id) }),
  preference_changed: (state) => ({ ...state }),
  failed: (state) => ({ ...state, faulty: true }),

  // ——— REST answers
  health_read: (state, health) => ({ ...state, health, clockSkewMs: state.now - Date.parse(health.timestamp) }),
  sources_changed: (state, { checks }) =>
    (state.health ? { ...state, health: { ...state.health, checks: { ...state.health.checks, ...checks } } } : state),
  usual_read: (state, { demo, usual }) => ({ ...state, usual: { ...state.usual, [demo]: usual } }),
  demo_read: (state, demo) => ({ ...state, demo }),
  forgotten: (state) => ({ ...state, calls: new Map(), endedKept: initialState.endedKept }),
  ended_read: (state, { calls, next_cursor }) =>
    ({ ...calls.reduce(withCall, state), endedKept: state.endedKept + calls.length, endedCursor: next_cursor }),
  calls_read: (state, { calls, next_cursor: endedCursor = null }) => ({ ...calls.reduce(withCall, state), endedCursor, synced: true, order: null }),
  call_read: (state, call) => onCall(withCall(state, call), call.call_id, (entry) => ({ ...entry, loaded: true })),

  phone_revealed: (state, { call_id, phone }) =>
    (call_id === state.selectedId ? { ...state, revealed: { phone, until: state.now + REVEALED_MS } } : state),

  // ——— pushed events
  call_started: (state, call) => {
    const next = withCall(state, call);
    const arrived = arrivalOf(state, next, call.call_id);
    return { ...next, arrived, order: arrived === call.call_id ? null : next.order }; // an own call does not wait for its place
  },
  transcript_segment: (state, segment) => (segment.call_id === state.selectedId
    ? onCall(state, segment.call_id, (entry) =>
      ({ ...entry, segments: withSegment(entry.segments, segment), heardAt: state.now - state.clockSkewMs }))
    : state),
  risk_score_update: (state, assessment) => onCall(state, assessment.call_id, (entry) =>
    withAssessment(entry, assessment, assessment.call_id === state.selectedId)),
  wallboard_changed: (state, { rows, complete }) =>
    (state.rowsAlone ? withoutOldCalls(withCallsOf(state, rows, complete)) : { ...state, calls: withRows(state, rows) }),
  advice_changed: (state, advised) => onCall(state, advised.call_id, (entry) =>
    ({ ...entry, advised, plays: withPlays(entry.plays, advised.recommendations) })),
  call_ended: (state, { call_id, summary }) => withoutOldCalls(onCall({ ...state, alerts: withoutCall(state.alerts, call_id) }, call_id, (entry) => ({
    ...withInfo(entry, { status: "ended", ended_at: summary.ended_at, duration_s: summary.duration, summary }),
    segments: entry.segments.filter((segment) => !segment.provisional), // what is not finished now never will be
  }))),
  summary_changed: (state, { call_id, summary }) => onCall(state, call_id, (entry) =>
    withInfo(entry, { ended_at: summary.ended_at, duration_s: summary.duration, summary })),
  categories_matched: (state, { call_id, categories }) => onCall(state, call_id, (entry) =>
    withInfo(entry, { categories: [...new Set([...entry.info.categories, ...categories])] })),
  contact_summary: (state, { call_id, contact_summary }) =>
    onCall(state, call_id, (entry) => withInfo(entry, { contact_summary })),
  customer_changed: (state, { call_id, customer_id, customer_data, customer_search }) =>
    onCall(withoutNumber(state, call_id), call_id, (entry) => withInfo(entry, { customer_id, customer_data, customer_search })),
  gap_changed: (state, { call_id, has_gap }) => onCall(state, call_id, (entry) => withInfo(entry, { has_gap })),
  analysis_lost: (state, { call_id, analysis_lost_at }) =>
    onCall(state, call_id, (entry) => withInfo(entry, { analysis_lost_at })),
  note_added: (state, note) => onCall(correctionsChanged(toldOfDecision(toldOfAnswer(state, note), note), note), note.call_id, (entry) => withNote(entry, note)),
  escalation_changed: (state, { call_id, open }) => inboxChanged(onCall(state, call_id, (entry) => withInfo(entry, { escalated: open }))),
  escalation: (state, note) =>
    onCall(inboxChanged({ ...state, alerts: raised(state.alerts, note.call_id, state.now) }), note.call_id, (entry) =>
      withInfo(withNote(entry, note), { escalated: true })),
  alert: (state, alert) => {
    const known = state.calls.get(alert.call_id);
    if (!known || known.info.alerted) return state;
    const marked = onCall(state, alert.call_id, (entry) => withInfo(entry, { alerted: true }));
    const { call_id: callId, risk_score: score, reason, reason_en } = alert;
    return { ...marked, alerts: withAlert(state.alerts, { callId, severity: known.info.escalated ? "urgent" : "high", score, reason, reason_en }, state.now) };
  },
};

/** Lets the list take the order that the calls have now. */
function letGo(state) {
  return { ...state, held: null, order: null };
}

/** Ignores events of calls that the page does not list, such as one that ended long ago. */
function onCall(state, callId, change) {
  const entry = state.calls.get(callId);
  return entry ? { ...state, calls: new Map(state.calls).set(callId, change(entry)) } : state;
}

function withCall(state, call) {
  const { assessment, segments = [], assessments = [], notes = [], ...info } = call;
  const calls = new Map(state.calls).set(call.call_id, state.calls.get(call.call_id) ?? emptyEntry(call.call_id));
  return onCall({ ...state, calls }, call.call_id, (entry) => {
    let next = withInfo(entry, info);
    if (assessment) next = withAssessment(next, assessment, call.call_id === state.selectedId);
    next = { ...next, segments: segments.reduce(withSegment, next.segments) };
    next = { ...next, trend: assessments.reduce(withTrendPoint, next.trend) };
    return notes.reduce(withNote, next);
  });
}

/** Keeps an ended call ended when an older event arrives late. */
function withInfo(entry, info) {
  const late = entry.info.status === "ended" && info.status === "active";
  return late ? entry : { ...entry, info: { ...entry.info, ...info } };
}

/** Marks a call as not loaded, so that it is read in full when it is selected. */
const unread = (state, callId) => onCall(state, callId, (entry) => ({ ...entry, loaded: false }));

/** Drops the oldest ended calls, so that a page open for days stays small. */
function withoutOldCalls(state) {
  const ended = [...state.calls.values()]
    .filter(({ info }) => info.status === "ended" && info.call_id !== state.selectedId)
    .sort((a, b) => (a.info.ended_at < b.info.ended_at ? 1 : -1));
  if (ended.length <= state.endedKept) return state;
  const old = new Set(ended.slice(state.endedKept).map(({ info }) => info.call_id));
  return { ...state, calls: new Map([...state.calls].filter(([callId]) => !old.has(callId))) };
}

/** Replaces the shown assessment by a newer one; an older one may fill a gap in the trend. */
function withAssessment(entry, assessment, watched) {
  const newer = (assessment.seq ?? 0) > (entry.assessment?.seq ?? -1); // "no model" has no place in the log
  const trend = watched ? withTrendPoint(entry.trend, assessment) : entry.trend;
  const plays = withPlays(entry.plays, assessment.recommendations);
  return { ...entry, trend, plays, assessment: newer ? assessment : entry.assessment };
}

/** Returns the calls with the scores of rows; rows of calls that the page does not list are ignored. */
function withRows({ calls, selectedId }, rows) {
  const changed = new Map(calls);
  for (const row of rows) {
    const entry = changed.get(row.call_id);
    if (entry) changed.set(row.call_id, withHeadline(entry, row, row.call_id === selectedId));
  }
  return changed;
}

/** Returns the state of a wallboard, which knows of a call what its row says; complete rows are those of all calls in progress. */
function withCallsOf(state, rows, complete) {
  const calls = new Map(complete ? [...state.calls].filter(([, { info }]) => info.status === "ended") : state.calls);
  for (const row of rows) {
    const entry = calls.get(row.call_id) ?? emptyEntry(row.call_id);
    const { customer_id, agent_id, demo, started_at, ended_at, alerted, escalated } = row;
    const status = ended_at ? "ended" : "active";
    const alertedSeenAt = entry.info.alerted_seen_at ?? (alerted && !complete ? state.now - state.clockSkewMs : undefined);
    calls.set(row.call_id, withInfo(entry, { alerted_seen_at: alertedSeenAt, customer_id, agent_id, demo, started_at, ended_at, alerted, escalated, status }));
  }
  return { ...state, calls: withRows({ calls, selectedId: null }, rows) };
}

/** Lets go of an assessment that is older than the row: the call is read in full when it is selected. */
function withHeadline(entry, { assessment_seq: seq, change_points: points, ...row }, watched) {
  if (seq === null || seq <= (entry.headline?.seq ?? -1)) return entry;
  const { state, risk_score, risk_category, risk_label, risk_label_en } = row;
  const headline = { seq, state, risk_score, risk_category, risk_label, risk_label_en, change: { points } };
  const older = (entry.assessment?.seq ?? -1) < seq;
  return { ...entry, headline, assessment: older && !watched ? null : entry.assessment };
}

/** Keeps the words of advice, so that it has a name after the server leaves it out. */
const withPlays = (plays, recommendations = []) =>
  (recommendations.length ? new Map([...plays, ...recommendations.map((advice) => [advice.action, advice])]) : plays);

function withTrendPoint(trend, { seq, timestamp, elapsed_s, risk_score, risk_category, state }) {
  if (risk_score === null || trend.some((point) => point.seq === seq)) return trend;
  const point = { seq, timestamp, elapsed_s, risk_score, risk_category, state };
  return [...trend, point].sort((a, b) => a.seq - b.seq);
}

/** Replaces provisional pieces by their segment, never a segment by a provisional piece. */
function withSegment(segments, segment) {
  const known = segments.find((other) => other.segment_id === segment.segment_id);
  if (known && !known.provisional && segment.provisional) return segments;
  const others = segments.filter((other) => other !== known);
  const begin = segment.begin_ms ?? known?.begin_ms ?? Infinity;
  const place = others.findLastIndex((other) => (other.begin_ms ?? -Infinity) <= begin) + 1;
  const unmoved = known && segment.begin_ms === null ? segments.indexOf(known) : place;
  return others.toSpliced(unmoved, 0, segment);
}

function withNote(entry, note) {
  if (entry.notes.some((other) => other.note_id === note.note_id)) return entry;
  return { ...entry, notes: [...entry.notes, note] };
}

const REVEALED_MS = 30_000;

/** Hides the number of a call whose customer changed: the one shown may be somebody else's. */
const withoutNumber = (state, callId) => (callId === state.selectedId ? { ...state, revealed: null } : state);
