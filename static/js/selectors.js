/** What the views ask of the state: which calls, in which order, how old, how much is still to be heard. */

const STALE_AFTER_S = 15;
const OFFLINE_AFTER_S = 15; // a short gap is a reconnect; after this people should know they look at the past

export const selected = (state) => state.calls[state.selectedId] ?? null;

/** The latest assessment; where there is no model, that is the answer. */
export function assessmentOf(state, { assessment }) {
  if (assessment || !state.health || state.health.model_version) return assessment;
  return { state: "no_model", risk_score: null, recommendations: [], command: state.health.checks.model.command };
}

export const serverNow = (state) => state.now - state.clockSkewMs;

const entries = (state) => Object.values(state.calls);
const startedAt = (entry) => Date.parse(entry.info.started_at) || 0;
/** Moments in UTC are ordered as their texts are, which costs less for hundreds of calls a frame. */
const earlier = (a, b) => (a < b ? -1 : Number(a > b));

/** Riskiest first, then longest waiting. A call still listened to has no verdict and comes after those that have. */
export function activeCalls(state) {
  const risk = ({ assessment }) => (assessment?.state === "live" ? assessment.risk_score : -1);
  return entries(state)
    .filter((entry) => entry.info.status === "active")
    .sort((a, b) => risk(b) - risk(a) || earlier(a.info.started_at ?? "", b.info.started_at ?? ""));
}

const ENDED_SHOWN = 20;

export function endedCalls(state) {
  return entries(state)
    .filter((entry) => entry.info.status === "ended")
    .sort((a, b) => earlier(b.info.ended_at, a.info.ended_at))
    .slice(0, ENDED_SHOWN);
}

export function elapsedSeconds(state, entry) {
  if (entry.info.status === "ended") return entry.info.summary?.duration ?? entry.info.duration_s;
  if (!entry.info.started_at) return entry.info.duration_s;
  return (serverNow(state) - startedAt(entry)) / 1000;
}

/** Seconds since the shown score was made, once that is too long for a call in progress; else null. */
export function staleSeconds(state, entry) {
  if (entry.info.status === "ended" || !entry.assessment) return null;
  const age = Math.floor((serverNow(state) - Date.parse(entry.assessment.timestamp)) / 1000);
  return age >= STALE_AFTER_S ? age : null;
}

/** connecting | connected | reconnecting | offline, and for how many seconds there was no connection. */
export function connection(state) {
  if (state.connected) return { status: "connected", seconds: 0 };
  if (state.downSince === null) return { status: "connecting", seconds: 0 };
  const seconds = Math.max(0, Math.floor((state.now - state.downSince) / 1000));
  return { status: seconds < OFFLINE_AFTER_S ? "reconnecting" : "offline", seconds };
}

/** What a call must still bring before there is a verdict: {seconds | turns, characters}. */
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

/** What became of advice: action → done | dismissed, as the feedback notes "action verdict …" have it. */
export const verdictsOn = ({ notes }) => Object.fromEntries(
  notes.filter((note) => note.kind === "feedback").map((note) => note.text.split(" ", 2)),
);

/** The lines under a score. Their points sum to it: that is the promise of the page. */
export function reasonLines(assessment) {
  return [
    { feature: "start", points: assessment.start_points },
    ...assessment.contributions,
    { feature: "other", points: assessment.other_points },
    ...(assessment.cap_points === 0 ? [] : [{ feature: "cap", points: assessment.cap_points }]),
  ];
}
