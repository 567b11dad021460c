/** The work on a call: the same reduction as the server's, ends that can be taken back, days in Japan. */
import assert from "node:assert/strict";
import test from "node:test";
import { callWork, helpOf } from "../static/js/work/call_work.js";
import { dayInJapan, endOfMonth, momentInJapan, nextHour, yenOf } from "../static/js/work/days.js";
import { cipherOf } from "../static/js/work/drafts.js";
import { dueEndings, secondsLeft } from "../static/js/work/work_state.js";
import { initialState, reduce } from "../static/js/state.js";

const note = (note_id, kind, facts = null, more = {}) => ({ note_id, kind, facts, agent_id: "agent-1", text: "", ...more });
const after = (events, state = initialState) => events.reduce((before, [type, payload]) => reduce(before, { type, payload }), state);
const aCall = (notes = []) => ({ call_id: "c1", agent_id: "agent-1", status: "active", categories: [], notes });

test("the last outcome, promise and call-back count", () => {
  const notes = [note(1, "outcome", { outcome: "refused" }), note(2, "promise", { due_on: "2026-12-05" }), note(3, "outcome", { outcome: "paid" })];
  const work = callWork(notes);
  assert.equal(work.outcome.facts.outcome, "paid");
  assert.equal(work.promise.note_id, 2);
  assert.equal(work.callBack, null);
});

test("what is taken back gives way, whatever order the notes come in", () => {
  const notes = [note(3, "undo", { about: 2 }), note(2, "outcome", { outcome: "paid" }), note(1, "outcome", { outcome: "refused" })];
  assert.equal(callWork(notes).outcome.note_id, 1);
  assert.deepEqual(callWork(notes), callWork([...notes, ...notes].reverse()));
});

test("nothing but a note that can be taken back is", () => {
  const notes = [note(1, "undo", { about: 9 }), note(2, "undo", { about: 1 }), note(3, "escalation_seen", { about: 1 })];
  assert.equal(callWork(notes).takenBack.size, 0);
});

test("an escalation waits until it is answered or withdrawn", () => {
  const asked = [note(1, "escalation"), note(2, "escalation_seen", { about: 1 }, { agent_id: "leader-1" })];
  const answered = [...asked, note(3, "escalation_answer", { about: 1 }, { agent_id: "leader-2" })];
  assert.equal(helpOf(asked).isOpen, true);
  assert.equal(helpOf(answered).isOpen, false);
  assert.equal(helpOf(answered).seen.agent_id, "leader-1");
  assert.equal(helpOf([...answered, note(4, "escalation_withdrawn", { about: 1 })]), null);
});

test("an end can be taken back for ten seconds", () => {
  const asked = after([["tick", 1_000], ["end_asked", "c1"], ["end_asked", "c1"], ["tick", 10_999]]);
  assert.deepEqual([secondsLeft(asked, "c1"), dueEndings(asked)], [1, []]);
  assert.deepEqual(dueEndings(after([["tick", 11_000]], asked)), ["c1"]);
  assert.deepEqual(after([["end_dropped", "c1"]], asked).endings, []);
  assert.equal(secondsLeft(asked, "c2"), null);
});

test("an answer marks the call, asks for the inbox anew, and is told once", () => {
  const state = after([["calls_read", { calls: [aCall([note(1, "escalation")])] }]]);
  const answer = note(2, "escalation_answer", { about: 1 }, { agent_id: "leader-1", call_id: "c1" });
  const told = after([["note_added", answer], ["escalation_changed", { call_id: "c1", open: false }], ["note_added", answer]], state);
  assert.equal(told.calls.get("c1").info.escalated, false);
  assert.equal(told.inboxAsked, state.inboxAsked + 1);
  assert.deepEqual(told.toasts.map(({ key }) => key), ["help.answered_news"]);
});

test("who answered is not told of the own answer", () => {
  const session = { means: "session", agent_ids: ["leader-1"], operations: [] };
  const state = after([["calls_read", { calls: [aCall([note(1, "escalation")])] }]], { ...initialState, session });
  const answer = note(2, "escalation_answer", { about: 1 }, { agent_id: "leader-1", call_id: "c1" });
  assert.deepEqual(after([["note_added", answer]], state).toasts, []);
});

test("days and moments are those of Japan", () => {
  const night = Date.parse("2026-11-30T15:30:00Z"); // half past midnight in Japan
  assert.deepEqual([dayInJapan(night), dayInJapan(night, 1), endOfMonth(night)], ["2026-12-01", "2026-12-02", "2026-12-31"]);
  assert.equal(endOfMonth(Date.parse("2028-02-10T00:00:00Z")), "2028-02-29");
  assert.equal(nextHour(night), "2026-12-01T01:00");
  assert.equal(new Date(momentInJapan("2026-12-05T15:00")).toISOString(), "2026-12-05T06:00:00.000Z");
});

test("an amount is read as people type it", () => {
  assert.deepEqual(["34300", "３４，３００円", "¥34,300", " ", ""].map(yenOf), [34300, 34300, 34300, null, null]);
  for (const none of ["0", "-5", "3.5", "三万", "1e5", "9999999999"]) assert.ok(Number.isNaN(yenOf(none)), none);
});

test("a draft opens under its key and its name alone", async () => {
  const [key, other] = ["q3Rk0bXyqg1sYb2J6lD3n5p7r9t1v3x5z7A9C1E3G5I", "A3Rk0bXyqg1sYb2J6lD3n5p7r9t1v3x5z7A9C1E3G5I"];
  const cipher = await cipherOf(key);
  const kept = await cipher.seal("call-1", "書きかけ");
  assert.equal(await cipher.open("call-1", kept), "書きかけ");
  assert.equal(await cipher.open("call-2", kept), null);
  assert.equal(await (await cipherOf(other)).open("call-1", kept), null);
});
