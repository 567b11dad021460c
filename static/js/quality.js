/** The quality of a call in figures, and whether each lies where it usually does. */

const TALKED_MS = 20_000; // less speech tells no pace
const UNSPOKEN = /[\s、。，．！？!?「」…・●■＊]/gu;

/** Returns letters a minute of a role over the finished turns with times; null while little was said. */
export function paceOf(segments, role) {
  const turns = segments.filter((one) => one.role === role && !one.provisional && !one.repeated && one.begin_ms !== null && one.end_ms !== null);
  const talkMs = turns.reduce((sum, { begin_ms: begin, end_ms: end }) => sum + end - begin, 0);
  if (talkMs < TALKED_MS) return null;
  const letters = turns.reduce((sum, { text }) => sum + [...text.replace(UNSPOKEN, "")].length, 0);
  return Math.round((60_000 * letters) / talkMs);
}

/** Returns below | within | above of a value beside a usual range; null where either is missing. */
export function besideUsual(value, usual) {
  if (value === null || value === undefined || !usual) return null;
  return value < usual.low ? "below" : value > usual.high ? "above" : "within";
}

/** Returns the figures of a call: [{name, value, usual, beside}], those that nothing is known of left out. */
export function qualityOf({ assessment, segments }, usual) {
  const { agent_talk_share: share, overlap_share: overlap, longest_silence_s: silence } = assessment?.quality ?? {};
  const figures = [
    { name: "talk_share", value: share, usual: usual?.agent_talk_share ?? null },
    { name: "overlap", value: overlap, usual: null },
    { name: "silence", value: silence, usual: usual?.longest_silence_s ?? null },
    { name: "pace_customer", value: paceOf(segments, "CUSTOMER"), usual: null },
    { name: "pace_agent", value: paceOf(segments, "AGENT"), usual: null },
  ];
  return figures.filter(({ value }) => value !== null && value !== undefined).map((figure) => ({ ...figure, beside: besideUsual(figure.value, figure.usual) }));
}
