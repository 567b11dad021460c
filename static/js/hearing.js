/** Returns the state in which a call is heard: someone talks, nobody does, the news is late or lost. */
import { connection, serverNow } from "./selectors.js";

export const SILENT_FROM_S = 10;
const LATE_FROM_S = 5; // less is the ordinary way of a turn through the telephony

/** Returns the check of the worst source of telephony calls, or null; what other systems or the demo send has no source. */
function lateness({ health }, { source }) {
  if (source !== "connect") return 0;
  const behind = Object.values(health?.checks ?? {}).map((check) => check.behind_s ?? 0);
  return Math.max(0, ...behind);
}

/** Returns the moment (server's clock, ms) of the newest news of a call, or null before any. */
function newestNews({ info, assessment, heardAt = null, segments = [] }) {
  const times = [Date.parse(assessment?.timestamp), heardAt ?? NaN].filter((time) => !Number.isNaN(time));
  if (times.length > 0) return Math.max(...times);
  const spoken = segments.at(-1)?.end_ms ?? null; // a call that was opened just now, and has no score
  return spoken === null ? null : Date.parse(info.started_at) + spoken;
}

/**
 * Returns {kind, seconds, since}. The kinds, the gravest first: ended | offline | lost | late | waiting | silent | talking.
 * `seconds` is how long the state lasts, where that is known; `since` the moment from which a lost analysis is missing.
 * Only offline, lost and late make a score doubtful: in silence it is as good as before.
 */
export function hearingOf(state, entry) {
  const { info } = entry;
  if (info.status === "ended") return { kind: "ended" };
  const link = connection(state);
  if (link.status === "reconnecting" || link.status === "offline") return { kind: "offline", seconds: link.seconds };
  if (info.analysis_lost_at) return { kind: "lost", since: info.analysis_lost_at };
  const behind = lateness(state, info);
  if (behind >= LATE_FROM_S) return { kind: "late", seconds: behind };
  const news = newestNews(entry);
  if (news === null || Number.isNaN(news)) return { kind: "waiting" };
  const seconds = Math.max(0, Math.floor((serverNow(state) - news) / 1000));
  return seconds >= SILENT_FROM_S ? { kind: "silent", seconds } : { kind: "talking", seconds };
}

const DOUBTFUL = new Set(["offline", "lost", "late"]);

/** Returns true where more was or may be said than the score knows. */
export const isDoubtful = ({ kind }) => DOUBTFUL.has(kind);
