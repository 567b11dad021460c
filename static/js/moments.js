/** Moments of a call: the points of its course at which the score moved, and spans between two of them. */

const isVerdict = ({ state }) => state !== "listening";

/** Returns the first point with a verdict after points without one, or null. */
export const firstVerdict = (points) => (points.length > 0 && !isVerdict(points[0]) && points.find(isVerdict)) || null;

/** Returns the points to choose from: the first, the first verdict, each change, the newest, and those of `kept`. */
export function momentsOf(points, kept = []) {
  const verdict = firstVerdict(points);
  return points.filter((point, place) =>
    place === 0 || place === points.length - 1 || point === verdict || kept.includes(point.seq)
    || point.risk_score !== points[place - 1].risk_score);
}

/** Returns a function that gives the second of a point; without times of speech the clock counts. */
export function secondsIn(points) {
  if (points.length === 0 || points.at(-1).elapsed_s > 0) return ({ elapsed_s: seconds }) => seconds;
  const begin = Date.parse(points[0].timestamp);
  return ({ timestamp }) => (Date.parse(timestamp) - begin) / 1000;
}

/** Returns the moment nearest to a second, the later one of two that are equally near. */
export function nearest(moments, seconds, secondsOf) {
  const distance = (moment) => Math.abs(secondsOf(moment) - seconds);
  return moments.reduce((best, moment) => (distance(moment) <= distance(best) ? moment : best));
}

/** Returns the number of the moment some steps away, within the first and the last. */
export function stepped(moments, seq, steps) {
  const place = moments.findIndex((moment) => moment.seq === seq);
  return moments[Math.min(Math.max(place + steps, 0), moments.length - 1)].seq;
}

/** Returns the span from a moment until now. */
export const sinceMoment = (seq) => ({ from: seq, to: null, anchor: seq, head: seq });

/** Returns the span between two moments, of which the anchor stays when the other one is moved on. */
export const spanBetween = (anchor, head) =>
  ({ from: Math.min(anchor, head), to: Math.max(anchor, head), anchor, head });

/** Returns the numbers of the two moments of a span: without one the first and the newest, and the newest where it has no end. */
export const boundsOf = (span, points) => ({ from: span?.from ?? points[0].seq, to: span?.to ?? points.at(-1).seq });
