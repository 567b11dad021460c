/** Corrections of statements: what holds of them, which are news, and for whom. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";
import { correctionsOf, decidesCorrections } from "../static/js/work/corrections.js";

const PLACE = { segment_id: "s1", begin: 2, end: 6, intent: "inability" };
const asked = (note_id, meant = "none", place = PLACE) => ({ note_id, kind: "correction", agent_id: "agent-1", text: "", facts: { ...place, meant } });
const about = (note_id, kind, number, text = "") => ({ note_id, kind, agent_id: "leader", text, facts: { about: number } });
const PLACE_NAME = "s1/2-6/inability";
const verdicts = (notes) => [...correctionsOf(notes).values()].map(({ verdict }) => verdict);

describe("the corrections of a call", () => {
  test("one stands at its statement, waiting until somebody decides", () => {
    const found = correctionsOf([asked(1)]);
    assert.deepEqual([...found.keys()], [PLACE_NAME]);
    assert.deepEqual([found.get(PLACE_NAME).verdict, found.get(PLACE_NAME).note.facts.meant], [null, "none"]);
    assert.deepEqual(verdicts([asked(1), about(2, "correction_approved", 1)]), ["approved"]);
    assert.deepEqual(verdicts([about(2, "correction_rejected", 1, "支払いの話です"), asked(1)]), ["rejected"]);
  });

  test("what was taken back does not hold: the correction, or the decision about it", () => {
    assert.deepEqual(verdicts([asked(1), about(2, "undo", 1)]), []);
    assert.deepEqual(verdicts([asked(1), about(2, "correction_approved", 1), about(3, "undo", 2)]), [null]);
  });

  test("of two on one statement the newer one is shown", () => {
    const notes = [asked(1), about(2, "correction_rejected", 1), asked(3, "promise")];
    assert.equal(correctionsOf(notes).get(PLACE_NAME).note.note_id, 3);
    assert.deepEqual(verdicts(notes), [null]);
  });
});

describe("the page's state", () => {
  const session = { means: "session", agent_ids: ["agent-1"], operations: ["read_calls"] };
  const started = reduce({ ...initialState, session }, { type: "call_read", payload: { call_id: "c1", status: "active", notes: [asked(1)] } });
  const told = (state, note) => reduce(state, { type: "note_added", payload: { ...note, call_id: "c1" } });

  test("its author hears once of a decision, nobody else does", () => {
    const decided = told(started, about(2, "correction_approved", 1));
    const messages = ({ toasts }) => toasts.map(({ key }) => key);
    assert.deepEqual(messages(decided), ["correct.news_approved"]);
    assert.deepEqual(messages(told(decided, about(2, "correction_approved", 1))), ["correct.news_approved"]);
    const other = { ...started, session: { ...session, agent_ids: ["agent-2"] } };
    assert.deepEqual(messages(told(other, about(2, "correction_approved", 1))), []);
  });

  test("the list of those that wait is asked for anew after what changes it", () => {
    const asks = (note) => told(started, note).correctionsAsked - started.correctionsAsked;
    assert.deepEqual([asked(3), about(4, "correction_rejected", 1), about(5, "undo", 1), { ...asked(6), kind: "note" }].map(asks), [1, 1, 1, 0]);
  });

  test("those decide who may, and another call closes the dialogue", () => {
    assert.deepEqual([decidesCorrections(started), decidesCorrections({ session: { operations: ["decide_corrections"] } })], [false, true]);
    const open = reduce(started, { type: "correcting", payload: { callId: "c1", statement: PLACE } });
    assert.deepEqual([open.correcting.callId, reduce(open, { type: "selected", payload: "c2" }).correcting], ["c1", null]);
  });
});
