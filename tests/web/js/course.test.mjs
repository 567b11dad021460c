/** The course of a call: its axis, the statements that moved the score, the moods, the table. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clustersOf, moodsOf, moversOf, rowsOf, strongestOf, ticksOf } from "../static/js/course.js";

const said = (segment_id, end_ms, ...intents) =>
  ({ segment_id, begin_ms: end_ms - 1000, end_ms, statements: intents.map((intent) => ({ intent, phrase: intent })) });
const POINTS = { hardship: 7, promise: -4, refusal: 5, level: 0 };
const judged = ({ intent }) => (intent in POINTS ? { points: POINTS[intent] } : null);
const SEGMENTS = [said("s3", 70_000, "promise"), said("s1", 10_000, "hardship", "level", "unheard"), said("s2", 13_000, "refusal"),
  { ...said("s4", 0, "hardship"), begin_ms: null, end_ms: null }];

describe("the axis of time", () => {
  test("it begins at 0, its steps are round, and no more ticks stand there than fit", () => {
    assert.deepEqual(ticksOf(60, 4), [0, 15, 30, 45, 60]);
    assert.deepEqual(ticksOf(95, 4), [0, 30, 60, 90]);
    for (const last of [60, 61, 599, 3601, 40_000]) {
      for (const most of [1, 3, 8]) assert.ok(ticksOf(last, most).length <= most + 1, `${last} ${most}`);
    }
  });
});

describe("what moved the score", () => {
  const movers = moversOf(SEGMENTS, judged);

  test("each statement with points stands at the end of its turn, in order of time", () => {
    assert.deepEqual(movers.map(({ statement, points, seconds }) => [statement.intent, points, seconds]),
      [["hardship", 7, 10], ["refusal", 5, 13], ["promise", -4, 70]]);
  });

  test("marks that would cover each other stand together, and lead to the strongest", () => {
    const clusters = clustersOf(movers, (seconds) => seconds * 4, 40);
    assert.deepEqual(clusters.map(({ movers: some, points, x }) => [some.length, points, x]), [[2, 12, 40], [1, -4, 280]]);
    assert.deepEqual(clusters.map((cluster) => strongestOf(cluster).statement.intent), ["hardship", "promise"]);
    assert.equal(clustersOf(movers, (seconds) => seconds * 40, 40).length, 3);
  });

  test("of two that weigh the same the mark leads to the later one", () => {
    const [first, second] = [5, -5].map((points, n) => ({ points, seconds: n, statement: { intent: `${n}` } }));
    assert.equal(strongestOf({ movers: [first, second] }), second);
  });

  test("what is said at a moment belongs to it, what is said after the last one to the last", () => {
    const moments = [0, 10, 70].map((at, seq) => ({ seq, risk_score: 50, state: "live", at }));
    const rows = rowsOf(moments, [0, 10, 10.1, 70.1].map((seconds) => ({ seconds })), ({ at }) => at);
    assert.deepEqual(rows.map(({ movers: some }) => some.map(({ seconds }) => seconds)), [[0], [10], [10.1, 70.1]]);
  });

  test("the table has every statement once, at the moment that followed it", () => {
    const moments = [[1, 50, 0], [2, 62, 14], [3, 58, 60]].map(([seq, risk_score, at]) => ({ seq, risk_score, state: "live", at }));
    const rows = rowsOf(moments, movers, ({ at }) => at);
    assert.deepEqual(rows.map(({ time, score, change, movers: some }) => [time, score, change, some.map(({ statement }) => statement.intent)]),
      [["00:00", 50, null, []], ["00:14", 62, 12, ["hardship", "refusal"]], ["01:00", 58, -4, ["promise"]]]);
  });
});

test("a mood is the telephony's, or else an estimate; turns without times or of others have none", () => {
  const turn = (role, sentiment, sentiment_estimate, times = [1000, 3000]) =>
    ({ role, sentiment, sentiment_estimate, begin_ms: times[0], end_ms: times[1], provisional: false });
  const moods = moodsOf([turn("CUSTOMER", "NEGATIVE", null), turn("AGENT", null, "POSITIVE"), turn("SYSTEM", "NEUTRAL", null),
    turn("AGENT", "NEUTRAL", null, [null, null]), turn("CUSTOMER", null, null), { ...turn("AGENT", "NEUTRAL", null), provisional: true }]);
  assert.deepEqual(moods, [{ role: "CUSTOMER", mood: "NEGATIVE", isEstimate: false, begin: 1, end: 3 },
    { role: "AGENT", mood: "POSITIVE", isEstimate: true, begin: 1, end: 3 }]);
});
