/** Advice that is open, and what became of the rest. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { adviceOf, adviceRows } from "../static/js/advice.js";

const at = (second) => `2026-04-01T00:00:${String(second).padStart(2, "0")}.000Z`;
const play = (action, priority = 1) => ({ action, priority, text: action });
const assessed = (second, ...recommendations) => ({ seq: second, timestamp: at(second), recommendations });
const feedback = (second, text) => ({ kind: "feedback", text, at: at(second), seq: second });
const entry = (more) => ({ assessment: null, advised: null, notes: [], plays: new Map([["ask", play("ask")], ["offer", play("offer")]]), ...more });
const actions = (rows) => rows.map(({ action }) => action);

describe("what is open", () => {
  test("advice stands by priority, three at most", () => {
    const many = [4, 2, 3, 1].map((priority) => play(`p${priority}`, priority));
    assert.deepEqual(actions(adviceRows(entry({ assessment: assessed(5, ...many) })).open), ["p1", "p2", "p3"]);
  });

  test("feedback newer than the advice settles it, with its reason", () => {
    const { open, settled } = adviceRows(entry({
      assessment: assessed(5, play("ask"), play("offer", 2)), notes: [feedback(6, "ask dismissed すでに 伝えた")],
    }));
    assert.deepEqual(actions(open), ["offer"]);
    assert.deepEqual(settled.map(({ action, verdict, reason }) => [action, verdict, reason]), [["ask", "dismissed", "すでに 伝えた"]]);
  });

  test("what comes back after its feedback is open again and not settled", () => {
    const { open, settled } = adviceRows(entry({ assessment: assessed(9, play("ask")), notes: [feedback(6, "ask done")] }));
    assert.deepEqual([actions(open), settled], [["ask"], []]);
  });

  test("what the server leaves out after feedback stays settled, the latest feedback first", () => {
    const notes = [feedback(6, "ask dismissed"), feedback(7, "offer done"), feedback(8, "ask done"), feedback(8, "unseen done")];
    const { open, settled } = adviceRows(entry({ assessment: assessed(9), notes }));
    assert.deepEqual([open, settled.map(({ action, verdict }) => `${action} ${verdict}`)], [[], ["ask done", "offer done"]]);
  });

  test("notes that are no feedback settle nothing", () => {
    const notes = [{ ...feedback(6, "ask done"), kind: "note" }, feedback(7, "ask perhaps")];
    assert.deepEqual(actions(adviceRows(entry({ assessment: assessed(5, play("ask")), notes })).open), ["ask"]);
  });
});

describe("without a model", () => {
  const advised = (seq, ...recommendations) => ({ seq, recommendations });

  test("advice comes apart from a score, and feedback settles it by its number in the log", () => {
    const state = entry({ advised: advised(5, play("ask")) });
    assert.deepEqual(actions(adviceRows(state).open), ["ask"]);
    assert.deepEqual(actions(adviceRows({ ...state, notes: [feedback(6, "ask done")] }).open), []);
    assert.deepEqual(actions(adviceRows({ ...state, notes: [feedback(4, "ask done")] }).open), ["ask"]);
  });

  test("once there is a score its advice counts, and none at all is none", () => {
    const both = entry({ advised: advised(5, play("ask")), assessment: assessed(8, play("offer")) });
    assert.deepEqual(actions(adviceOf(both).recommendations), ["offer"]);
    assert.deepEqual(adviceRows(entry()), { open: [], settled: [] });
  });
});
