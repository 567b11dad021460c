/** The course of a call: its axis of time, where statements moved the score, and the moods of both speakers. */
import { duration } from "./format.js";

const STEPS_S = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Returns the seconds of the ticks of an axis, the first at 0, no more than fit. */
export function ticksOf(lastS, most) {
  const step = STEPS_S.find((seconds) => lastS / seconds <= most) ?? STEPS_S.at(-1) * Math.ceil(lastS / STEPS_S.at(-1) / most);
  return Array.from({ length: Math.floor(lastS / step) + 1 }, (_, n) => n * step);
}

/** Returns the statements that moved the score, in order of time: {statement, points, seconds}; turns without times have no place. */
export function moversOf(segments, judged) {
  const movers = segments.filter(({ end_ms: end }) => end !== null).flatMap(({ end_ms: end, statements = [] }) =>
    statements.map((statement) => ({ statement, points: judged(statement)?.points ?? 0, seconds: end / 1000 })));
  return movers.filter(({ points }) => points !== 0).sort((a, b) => a.seconds - b.seconds);
}

/** Returns movers that would stand on top of each other together: [{movers, points, x}], `x` that of the first. */
export function clustersOf(movers, xOf, leastPx) {
  const clusters = [];
  for (const mover of movers) {
    const x = xOf(mover.seconds);
    const last = clusters.at(-1);
    if (last && x - last.x < leastPx) {
      last.movers.push(mover);
      last.points += mover.points;
    } else clusters.push({ movers: [mover], points: mover.points, x });
  }
  return clusters;
}

/** Returns the mover to which a mark leads: that with most points, of several the last. */
export const strongestOf = ({ movers }) => movers.reduce((best, one) => (Math.abs(one.points) >= Math.abs(best.points) ? one : best));

/** Returns {role, mood, isEstimate, begin, end} in seconds of each turn whose mood is known. */
export function moodsOf(segments) {
  return segments.flatMap(({ role, begin_ms: begin, end_ms: end, sentiment, sentiment_estimate: estimate, provisional }) => {
    const mood = sentiment ?? estimate;
    const isShown = (role === "CUSTOMER" || role === "AGENT") && mood && begin !== null && end !== null && !provisional;
    return isShown ? [{ role, mood, isEstimate: !sentiment, begin: begin / 1000, end: end / 1000 }] : [];
  });
}

/** Returns the rows of a table of the course: {seq, time, score, change, movers}, each with the statements since the row before. */
export function rowsOf(moments, movers, secondsOf) {
  return moments.map((moment, place) => {
    const before = moments[place - 1];
    const [from, to] = [before ? secondsOf(before) : -Infinity, place === moments.length - 1 ? Infinity : secondsOf(moment)];
    return { seq: moment.seq, time: duration(secondsOf(moment)), score: moment.risk_score, state: moment.state,
      change: before ? moment.risk_score - before.risk_score : null,
      movers: movers.filter(({ seconds }) => seconds > from && seconds <= to) };
  });
}
