/** Selectors: values that the views derive from the state. */

import { inSeenOrder, isInScope, isOwn } from "./listing.js";

const OFFLINE_AFTER_S = 15; // a short gap is a reconnect; after this people should know they look at the past

export const selected = (state) => state.calls.get(state.selectedId) ?? null;

/** Returns true for somebody who may see calls whole; where that could not be read the server decides. */
export const mayReadCalls = ({ session, rowsAlone }) => !rowsAlone && (session?.operations?.includes("read_calls") ?? true);

/** Returns the latest assessment; without a model it says so. */
export function assessmentOf(state, { assessment }) {
  if (assessment || !state.health || state.health.model_version) return assessment;
  return { state: "no_model", risk_score: null };
}

/** Returns the newest score of a call, for a list: that of its assessment, or that of its row. */
const newestOf = ({ assessment, headline }) =>
  ((headline?.seq ?? -1) > (assessment?.seq ?? -1) ? headline : assessment);

/** Returns the same; without a model it says so. */
export const headlineOf = (state, entry) => assessmentOf(state, { assessment: newestOf(entry) });

/** Returns true until the first call stands there whole, or there is none. */
export function isLoading(state) {
  if (!state.synced) return true;
  const entry = selected(state);
  if (!entry) return !state.rowsAlone && toOpen(state) !== null;
  return entry.segments.length === 0 && !entry.loaded && state.selection <= 1;
}

/** Returns true while a call that was opened is being read for the first time. */
export function isOpening(state) {
  const entry = selected(state);
  return state.connected && Boolean(entry) && !entry.loaded && entry.segments.length === 0;
}

export const serverNow = (state) => state.now - state.clockSkewMs;

const entries = (state) => [...state.calls.values()];
const startedAt = (entry) => Date.parse(entry.info.started_at) || 0;
/** Compares times in UTC as texts, which is cheaper for hundreds of calls per frame. */
const earlier = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * Returns the active calls of the list as they stand there: when that was made own ones first, then the riskiest, then
 * the oldest; "listening" comes last.
 */
export function activeCalls(state) {
  const score = (entry) => {
    const newest = newestOf(entry);
    return newest?.state === "live" ? newest.risk_score : -1;
  };
  const own = (entry) => Number(isOwn(state, entry));
  const byRisk = (a, b) => own(b) - own(a) || score(b) - score(a) || earlier(a.info.started_at ?? "", b.info.started_at ?? "");
  const active = entries(state).filter((entry) => entry.info.status === "active" && isInScope(state, entry));
  return inSeenOrder(state, active, (some) => some.toSorted(byRisk));
}

/** Returns the id of the call that opens by itself: the first of the list, on a tablet an own one alone; null for none. */
export function toOpen(state) {
  const [first] = activeCalls(state);
  return first && (!state.isTouch || isOwn(state, first)) ? first.info.call_id : null;
}

export function endedCalls(state) {
  return entries(state)
    .filter((entry) => entry.info.status === "ended" && isInScope(state, entry) && !state.held?.ids.includes(entry.info.call_id))
    .sort((a, b) => earlier(b.info.ended_at, a.info.ended_at))
    .slice(0, state.endedKept);
}

export function elapsedSeconds(state, entry) {
  if (entry.info.status === "ended") return entry.info.summary?.duration ?? entry.info.duration_s;
  if (!entry.info.started_at) return entry.info.duration_s;
  return (serverNow(state) - startedAt(entry)) / 1000;
}

/** Returns connecting | connected | reconnecting | offline, and the seconds without a connection. */
export function connection(state) {
  if (state.connected) return { status: "connected", seconds: 0 };
  if (state.downSince === null) return { status: "connecting", seconds: 0 };
  const seconds = Math.max(0, Math.floor((state.now - state.downSince) / 1000));
  return { status: seconds < OFFLINE_AFTER_S ? "reconnecting" : "offline", seconds };
}

/**
 * Returns {said, silent}: the checks of the server with a sentence for people, and [name, check] of those that
 * fail without one. A missing model is no trouble: the page says it elsewhere.
 */
export function troublesOf(health) {
  const checks = Object.entries(health?.checks ?? {});
  return {
    said: checks.map(([, check]) => check).filter((check) => check.message),
    silent: checks.filter(([name, check]) => name !== "model" && !check.ok && !check.message),
  };
}

/** Returns whether the CRM that the server names gives no records, or takes no results. */
export function crmIsInTrouble(health) {
  const check = health?.crm ? health.checks[health.crm] : null;
  return Boolean(check && !check.ok);
}

/** Returns the speech still needed before a verdict: {seconds | turns, characters}. */
export function stillNeeded(state, assessment) {
  const rule = state.health?.listening;
  if (!rule || assessment.state !== "listening") return null;
  const { turns, customer_chars: characters } = assessment.quality;
  const timed = assessment.elapsed_s > 0 || turns === 0;
  return {
    seconds: timed ? Math.max(0, Math.ceil(rule.elapsed_s - assessment.elapsed_s)) : 0,
    turns: timed ? 0 : Math.max(0, rule.turns - turns),
    characters: Math.max(0, rule.customer_chars - characters),
  };
}
