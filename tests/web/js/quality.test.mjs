/** The quality of a call: pace, figures, and where they lie beside what is usual. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { besideUsual, paceOf, qualityOf } from "../static/js/quality.js";

const turn = (role, text, begin_ms, end_ms, more = {}) => ({ role, text, begin_ms, end_ms, provisional: false, ...more });
const LONG = turn("CUSTOMER", "あいうえお、かきくけこ。".repeat(10), 0, 30_000);

describe("the pace of speech", () => {
  test("it is letters a minute of finished turns, without what is not spoken", () => {
    assert.equal(paceOf([LONG], "CUSTOMER"), 200);
    const more = [turn("AGENT", "あ".repeat(900), 0, 60_000), { ...LONG, provisional: true }, { ...LONG, repeated: true }];
    assert.equal(paceOf([LONG, ...more], "CUSTOMER"), 200);
  });

  test("little speech, or speech without times, tells none", () => {
    assert.equal(paceOf([turn("CUSTOMER", "はい。", 0, 900)], "CUSTOMER"), null);
    assert.equal(paceOf([turn("CUSTOMER", "はい。", null, null)], "CUSTOMER"), null);
    assert.deepEqual([19_999, 20_000].map((ms) => paceOf([turn("CUSTOMER", "あ".repeat(20), 0, ms)], "CUSTOMER")), [null, 60]);
  });
});

describe("the figures", () => {
  const quality = { agent_talk_share: 0.7, overlap_share: 0.02, longest_silence_s: null };

  test("those that nothing is known of are left out, and nothing usual is made up", () => {
    const figures = qualityOf({ assessment: { quality }, segments: [LONG] }, null);
    assert.deepEqual(figures.map(({ name, beside }) => [name, beside]), [["talk_share", null], ["overlap", null], ["pace_customer", null]]);
    assert.deepEqual(qualityOf({ assessment: null, segments: [] }, null), []);
  });

  test("beside the middle half of the calls a figure lies below, within or above", () => {
    const usual = { low: 0.4, high: 0.6 };
    assert.deepEqual([0.3, 0.4, 0.6, 0.7].map((value) => besideUsual(value, usual)), ["below", "within", "within", "above"]);
    const [share] = qualityOf({ assessment: { quality }, segments: [] }, { agent_talk_share: usual, longest_silence_s: null });
    assert.equal(share.beside, "above");
  });
});
