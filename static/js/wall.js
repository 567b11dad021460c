/** The wallboard: which calls it shows, in which order, how large, and on which page. */
import { headlineOf } from "./selectors.js";

const CARD = { width: 440, height: 150 }; // the smallest whose words are read from three metres on 1920×1080
const GAP = 14;
const SCALES = [2, 1.75, 1.5, 1.25, 1];
const SMALLEST = 0.7;
const PAGE_STAYS_MS = 12_000;
const RISKS = ["high", "medium", "low"];

/** Returns how cards stand in a place of this size: {scale, columns, rows, pages}; as large as they all fit, else in pages. */
export function wallLayout(size, count) {
  const fitting = SCALES.filter((scale) => CARD.width * scale <= size.width).map((scale) => fitOf(size, scale)).find(({ columns, rows }) => columns * rows >= count);
  if (fitting) return { ...fitting, pages: 1 };
  const narrow = Math.min(1, Math.max(SMALLEST, size.width / CARD.width));
  const fit = fitOf(size, narrow);
  return { ...fit, pages: Math.ceil(count / (fit.columns * fit.rows)) };
}

function fitOf({ width, height }, scale) {
  const room = (all, one) => Math.max(1, Math.floor((all + GAP) / (one * scale + GAP)));
  return { scale, columns: room(width, CARD.width), rows: room(height, CARD.height) };
}

/** Returns the page that is shown at a moment; each stays for as long as it takes to read it. */
export const pageAt = (now, pages) => Math.floor(now / PAGE_STAYS_MS) % pages;

const riskOf = (state, entry) => {
  const headline = headlineOf(state, entry);
  return headline?.state === "live" ? RISKS.indexOf(headline.risk_category) : RISKS.length;
};
const startOf = ({ info }) => Date.parse(info.started_at) || 0;
const waitsSince = (entry) => entry.info.alerted_seen_at ?? startOf(entry);

/** Returns the calls in progress of the chosen team: alerts first, the longest waiting on top, then by risk and age. */
export function wallCalls(state) {
  const agents = state.session?.teams?.[state.team];
  return [...state.calls.values()]
    .filter(({ info }) => info.status === "active" && (!agents || agents.includes(info.agent_id)))
    .sort((a, b) => Number(b.info.alerted) - Number(a.info.alerted)
      || (a.info.alerted ? waitsSince(a) - waitsSince(b) : riskOf(state, a) - riskOf(state, b))
      || startOf(a) - startOf(b));
}

/** Returns how many calls there are of each risk, and in all. */
export function wallCounts(state, calls) {
  const count = (risk) => calls.filter((entry) => riskOf(state, entry) === RISKS.indexOf(risk)).length;
  return { high: count("high"), medium: count("medium"), low: count("low"), n: calls.length };
}
