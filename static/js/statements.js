/** Statements about paying: what counts, how it is shown, and which part of a turn it marks. */

const WORRY = new Set(["hardship", "inability", "refusal", "delay_request", "income_loss", "past_default", "other_debt",
  "dispute"]);
const CALM = new Set(["promise", "capacity", "resolved"]);
const TONES = ["worry", "calm", "neutral", "suppressed"]; // of several on one phrase the first is shown

/** Returns true if the customer asserts the statement. */
export const counts = ({ mood, strength }) => mood === "asserted" && strength > 0;

/** Returns worry | calm | neutral | suppressed. */
export function toneOf(statement) {
  if (!counts(statement)) return "suppressed";
  if (WORRY.has(statement.intent)) return "worry";
  return CALM.has(statement.intent) ? "calm" : "neutral";
}

/** Returns true if a statement opens a concern, which later words may answer. */
export const opensConcern = ({ intent }) => !CALM.has(intent) && intent !== "obligation_ack";

/** Returns why a statement does not count: negated | question | hypothetical | …, or null if it does. */
export function suppression(statement) {
  if (counts(statement)) return null;
  return statement.mood === "asserted" ? "negated" : statement.mood;
}

/**
 * Returns the text of a turn cut into [{text, tone, ends}]: `tone` is null where nothing is marked, and `ends`
 * are the statements that end with the piece, without repeats. Together the pieces are the text.
 */
export function piecesOf(text, statements) {
  const spans = spansIn(text, statements);
  const cuts = [...new Set([0, text.length, ...spans.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, place) => {
    const from = cuts[place];
    const over = spans.filter((span) => span.from <= from && to <= span.to);
    return { text: text.slice(from, to), tone: strongest(over), ends: distinct(over.filter((span) => span.to === to)) };
  });
}

/** Returns the statements with their place in UTF-16 units; offsets count code points and may lie beyond the text. */
function spansIn(text, statements) {
  const places = [0];
  for (const character of text) places.push(places.at(-1) + character.length);
  const placeOf = (offset) => places[Math.max(0, Math.min(offset, places.length - 1))];
  return statements
    .map((statement) => ({ statement, from: placeOf(statement.begin), to: placeOf(statement.end) }))
    .filter(({ from, to }) => from < to);
}

const strongest = (spans) => TONES.find((tone) => spans.some(({ statement }) => toneOf(statement) === tone)) ?? null;

const nameOf = (statement) => `${statement.intent} ${suppression(statement)}`;

const distinct = (spans) => [...new Map(spans.map(({ statement }) => [nameOf(statement), statement])).values()];

/**
 * Returns what was heard in a call, newest first: {counted, suppressed}, each a list of statements with
 * the key and the begin of their turn.
 */
export function heardIn(segments) {
  const heard = segments.flatMap(({ segment_id: id, begin_ms, statements = [] }) => {
    const inOrder = statements.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
    return inOrder.map((statement) => ({ ...statement, segment_id: id, begin_ms, key: keyOf(id, statement) }));
  }).reverse();
  const once = [...new Map(heard.map((statement) => [statement.key, statement])).values()];
  return { counted: once.filter(counts), suppressed: once.filter((statement) => !counts(statement)) };
}

const keyOf = (id, statement) => `${id}/${statement.begin}-${statement.end}/${nameOf(statement)}`;
