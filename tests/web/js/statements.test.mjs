/** Which part of a turn a statement marks, and what was heard in a call. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heardIn, opensConcern, piecesOf, suppression, toneOf } from "../static/js/statements.js";

const said = (intent, begin, end, more = {}) => ({ intent, begin, end, mood: "asserted", strength: 1, ...more });
/** Writes pieces as "text", "[text]tone" where marked, and "→intent,intent" where statements end. */
const drawn = (text, ...statements) => piecesOf(text, statements).map(({ text: part, tone, ends }) =>
  (tone ? `[${part}]${tone}` : part) + (ends.length ? `→${ends.map(({ intent }) => intent)}` : ""));

describe("marks in a turn", () => {
  test("a phrase is cut out with its tone, and its name stands at its end", () => {
    assert.deepEqual(drawn("今月は払えないです", said("inability", 3, 7)), ["今月は", "[払えない]worry→inability", "です"]);
    assert.deepEqual(drawn("払います", said("promise", 0, 4)), ["[払います]calm→promise"]);
    assert.deepEqual(drawn("はい"), ["はい"]);
  });

  test("neighbours stay apart, and of what overlaps each part is marked once", () => {
    assert.deepEqual(drawn("abcdef", said("promise", 0, 3), said("evasion", 3, 6)),
      ["[abc]calm→promise", "[def]neutral→evasion"]);
    assert.deepEqual(drawn("abcdef", said("promise", 0, 4), said("hardship", 2, 6)),
      ["[ab]calm", "[cd]worry→promise", "[ef]worry→hardship"]);
    assert.deepEqual(drawn("abcdef", said("dispute", 0, 6), said("resolved", 2, 4)),
      ["[ab]worry", "[cd]worry→resolved", "[ef]worry→dispute"]);
  });

  test("several intents on one phrase give one mark with all names, each once", () => {
    const twice = [said("hardship", 0, 2), said("other_debt", 0, 2), said("hardship", 0, 2)];
    assert.deepEqual(drawn("ab", ...twice), ["[ab]worry→hardship,other_debt"]);
  });

  test("what counts outweighs what does not", () => {
    const asked = said("inability", 0, 2, { mood: "question", strength: 0 });
    assert.deepEqual(drawn("abc", asked, said("evasion", 1, 3)), ["[a]suppressed", "[b]neutral→inability", "[c]neutral→evasion"]);
  });

  test("offsets count characters, also those that JavaScript counts twice", () => {
    assert.deepEqual(drawn("😢🙇払えない👍🏽", said("inability", 2, 6)), ["😢🙇", "[払えない]worry→inability", "👍🏽"]);
    assert.deepEqual(drawn("𠮷野😢", said("hardship", 2, 3)), ["𠮷野", "[😢]worry→hardship"]);
  });

  test("what lies beyond the text marks nothing, what ends beyond it all that is left", () => {
    assert.deepEqual(drawn("ab", said("hardship", 1, 9)), ["a", "[b]worry→hardship"]);
    assert.deepEqual(drawn("ab", said("hardship", 5, 9), said("promise", 1, 1), said("refusal", 2, 1)), ["ab"]);
    assert.deepEqual(drawn("", said("hardship", 0, 2)), []);
    assert.deepEqual(drawn("ab", said("hardship", -3, 1)), ["[a]worry→hardship", "b"]);
  });

  test("the pieces are the text again, whatever is marked", () => {
    const text = "えっと😢今月はちょっと、払えないです。";
    for (let begin = -1; begin < 20; begin += 1) {
      const pieces = piecesOf(text, [said("hardship", begin, begin + 3), said("promise", begin + 2, begin + 9)]);
      assert.equal(pieces.map((piece) => piece.text).join(""), text);
    }
  });
});

test("what is negated, asked or told of others does not count, and says why", () => {
  const reason = (mood, strength) => suppression(said("refusal", 0, 1, { mood, strength }));
  assert.deepEqual([["asserted", 1], ["asserted", 0], ["question", 0], ["past", 0.5]].map((of) => reason(...of)),
    [null, "negated", "question", "past"]);
  assert.deepEqual(["refusal", "resolved", "cancellation"].map((intent) => toneOf(said(intent, 0, 1))),
    ["worry", "calm", "neutral"]);
});

test("what reassures opens no concern, everything else does", () => {
  const opens = ["promise", "capacity", "resolved", "obligation_ack", "evasion", "third_party", "hardship"];
  assert.deepEqual(opens.map((intent) => opensConcern(said(intent, 0, 1))), [false, false, false, false, true, true, true]);
});

describe("what was heard in a call", () => {
  const turn = (id, begin_ms, ...statements) => ({ segment_id: id, begin_ms, statements });
  const names = (heard) => heard.map(({ intent }) => intent);

  test("the newest stands first, also within a turn, and what does not count apart", () => {
    const { counted, suppressed } = heardIn([
      turn("s1", 0, said("promise", 8, 9), said("hardship", 0, 4)),
      turn("s2", 9000, said("inability", 0, 4, { mood: "question", strength: 0 })),
      turn("s3", null, said("resolved", 0, 2)),
      { segment_id: "s4", begin_ms: 1 },
    ]);
    assert.deepEqual([names(counted), names(suppressed)], [["resolved", "promise", "hardship"], ["inability"]]);
    assert.deepEqual(counted.map(({ segment_id: id, begin_ms }) => [id, begin_ms]), [["s3", null], ["s1", 0], ["s1", 0]]);
  });

  test("a statement keeps its key while others come, and is there once", () => {
    const first = heardIn([turn("s1", 0, said("promise", 0, 2), said("promise", 0, 2))]).counted;
    const then = heardIn([turn("s1", 0, said("promise", 0, 2)), turn("s2", 1, said("promise", 0, 2))]).counted;
    assert.deepEqual([first.length, then.length, then[1].key], [1, 2, first[0].key]);
    assert.notEqual(then[0].key, then[1].key);
  });
});
