/** The account of a score: lines in two parts that sum to it, its range, and the points of statements. */

const PARTS = ["known", "said"];
const sumOf = (lines) => lines.reduce((sum, { points }) => sum + points, 0);

/**
 * Returns the rows under a score: the start, the two parts with their lines, and what the scale cut off. The points
 * of the rows sum to the score, those of the lines of a part to the part. `notes` are lines that only say something.
 */
export function reasonRows(assessment) {
  const parts = PARTS.map((part) => partRow(assessment, part));
  const apart = assessment.other_points - sumOf(parts.flatMap(({ lines }) => lines.filter(isRest)));
  return [
    { feature: "start", points: assessment.start_points },
    ...parts,
    ...(apart === 0 ? [] : [{ feature: "other", points: apart }]),
    ...(assessment.cap_points === 0 ? [] : [{ feature: "cap", points: assessment.cap_points }]),
  ];
}

/** Returns the rows without parts: the lines alone, in their order. */
export const leavesOf = (rows) => rows.flatMap((row) => row.lines ?? [row]);

const isRest = ({ feature }) => feature.startsWith("other.");

function partRow(assessment, part) {
  // What an older version stored names neither parts nor their points.
  const own = assessment.contributions.filter((line) => (line.part ?? "known") === part);
  const lines = own.filter(({ points }) => points !== 0)
    .map((line) => ({ ...line, part, ...(part === "said" ? leadOf(assessment, line.feature) : { segmentId: null }) }));
  const points = (part === "known" ? assessment.before_points : assessment.said_points) ?? sumOf(lines);
  const rest = points - sumOf(lines);
  if (rest !== 0) lines.push({ feature: `other.${part}`, points: rest, part });
  return { feature: part, points, lines, notes: own.filter((line) => line.points === 0) };
}

/** Returns the turn and the place of a line "said.intent" or "said.intent.2", the second statement of its kind. */
function leadOf({ statements = [] }, feature) {
  const [, intent, number = "1"] = feature.split(".");
  const statement = statements.filter((one) => one.intent === intent)[number - 1] ?? null;
  return { segmentId: statement?.segment_id ?? null, place: statement && placeOf(statement) };
}

/** Returns the name of a statement's place, which tells it from all others of a call. */
export const placeOf = ({ segment_id: id, begin, end, intent }) => `${id}/${begin}-${end}/${intent}`;

/** Returns a function that gives {points, open} of a statement of a turn; null where it was not assessed. */
export function judgedBy(assessment) {
  const judged = new Map((assessment?.statements ?? []).map((statement) => [placeOf(statement), statement]));
  return (statement) => judged.get(placeOf(statement)) ?? null;
}

/** Returns {segment, statement, judged} of a statement of a call by the name of its place; null where it has none. */
export function heardAt(entry, place) {
  for (const segment of entry?.segments ?? []) {
    const statement = (segment.statements ?? []).find((one) => placeOf(one) === place);
    if (statement) return { segment, statement, judged: judgedBy(entry.assessment)(statement) };
  }
  return null;
}

const within = (score) => Math.min(100, Math.max(0, score));

/**
 * Returns {kind, low, high}: the likely range within the scale. The kind is range | above | below | top | bottom;
 * at "top" and "bottom" the scale leaves one number of it.
 */
export function rangeOf({ interval, cap_points: cap }) {
  const [low, high] = interval.map(within);
  const above = interval[1] > 100 || (low === high && cap < 0);
  const below = interval[0] < 0 || (low === high && cap > 0);
  if (low === high && (above || below)) return { kind: above ? "top" : "bottom", low, high };
  return { kind: above ? "above" : below ? "below" : "range", low, high };
}
