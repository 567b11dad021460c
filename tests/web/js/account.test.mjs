/** The account of a score: its two parts, the turns of its lines, its range, the points of statements. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heardAt, judgedBy, leavesOf, rangeOf, reasonRows } from "../static/js/account.js";

const line = (feature, points, part) => ({ feature, points, part, group: part === "said" ? "said" : "history" });
const ASSESSMENT = {
  start_points: 47, before_points: 12, said_points: 20, other_points: 5, cap_points: -4, risk_score: 75,
  contributions: [line("earlier_calls", 9, "known"), line("said.inability", 10, "said"), line("said.inability.2", 8, "said")],
  statements: [["inability", "s1"], ["promise", "s2"], ["inability", "s3"]].map(([intent, id], place) =>
    ({ intent, segment_id: id, begin: 0, end: 4, points: place, open: place === 0 })),
};
const sum = (rows) => rows.reduce((total, { points }) => total + points, 0);

describe("the rows under a score", () => {
  test("start, both parts and the cap sum to the score, and so do all lines", () => {
    const rows = reasonRows(ASSESSMENT);
    assert.deepEqual(rows.map(({ feature }) => feature), ["start", "known", "said", "cap"]);
    assert.deepEqual([sum(rows), sum(leavesOf(rows))], [75, 75]);
  });

  test("the lines of a part sum to its points; what is not shown is the part's own rest", () => {
    const [, known, said] = reasonRows(ASSESSMENT);
    assert.deepEqual(known.lines.map(({ feature, points }) => [feature, points]), [["earlier_calls", 9], ["other.known", 3]]);
    assert.deepEqual(said.lines.map(({ feature }) => feature), ["said.inability", "said.inability.2", "other.said"]);
    assert.deepEqual([sum(known.lines), sum(said.lines)], [known.points, said.points]);
  });

  test("a line of a statement knows its turn, the second of a kind that of the second", () => {
    const said = reasonRows(ASSESSMENT)[2];
    assert.deepEqual(said.lines.map(({ segmentId }) => segmentId), ["s1", "s3", undefined]);
  });

  test("a line without points says something and is no line of the sum", () => {
    const nothing = { ...ASSESSMENT, before_points: 0, other_points: 2, risk_score: 63,
      contributions: [line("record", 0, "known"), ...ASSESSMENT.contributions.slice(1)] };
    const [, known] = reasonRows(nothing);
    assert.deepEqual([known.points, known.lines, known.notes.map(({ feature }) => feature)], [0, [], ["record"]]);
    assert.equal(sum(leavesOf(reasonRows(nothing))), 63);
  });

  test("what a server before this version stored still sums to the score", () => {
    const old = { start_points: 50, contributions: [{ feature: "x", points: 7, group: "history" }], other_points: -2, cap_points: 0 };
    assert.equal(sum(leavesOf(reasonRows(old))), 55);
    assert.deepEqual(reasonRows(old).map(({ feature }) => feature), ["start", "known", "said", "other"]);
  });
});

test("the range never leaves the scale, and says where the scale cut it", () => {
  const range = (low, high, cap_points = 0) => Object.values(rangeOf({ interval: [low, high], cap_points }));
  assert.deepEqual(range(44, 80), ["range", 44, 80]);
  assert.deepEqual(range(92, 131), ["above", 92, 100]);
  assert.deepEqual(range(100, 131, -20), ["top", 100, 100]);
  assert.deepEqual(range(100, 100, -3), ["top", 100, 100]);
  assert.deepEqual(range(-9, 8), ["below", 0, 8]);
  assert.deepEqual(range(-30, 0, 12), ["bottom", 0, 0]);
  assert.deepEqual(range(55, 55), ["range", 55, 55]);
});

test("a statement of a turn is found by its place and kind, one not assessed yet is not", () => {
  const judged = judgedBy(ASSESSMENT);
  const said = (segment_id, intent) => ({ segment_id, intent, begin: 0, end: 4 });
  assert.equal(judged(said("s3", "inability")).points, 2);
  assert.deepEqual([judged(said("s3", "promise")), judged(said("s9", "inability"))], [null, null]);
  assert.equal(judgedBy(null)(said("s1", "inability")), null);
});

test("what was heard at a place is found without its label, which may be written anew meanwhile", () => {
  const statement = { segment_id: "s3", intent: "inability", begin: 0, end: 4 };
  const entry = { assessment: ASSESSMENT, segments: [{ segment_id: "s2", provisional: true }, { segment_id: "s3", statements: [statement] }] };
  const { segment, statement: heard, judged } = heardAt(entry, "s3/0-4/inability");
  assert.deepEqual([segment.segment_id, heard, judged.points], ["s3", statement, 2]);
  assert.deepEqual([heardAt(entry, "s3/0-4/promise"), heardAt(null, "s3/0-4/inability")], [null, null]);
});
