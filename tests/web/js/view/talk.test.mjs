/** The conversation as it is drawn: turns, moods, marks, speakers, and the end that is followed. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, notingActions, saidOf, stateOf, texts, turnOf } from "./page.mjs";
import { heardView } from "../../static/js/view/heard.js";
import { transcriptView } from "../../static/js/view/transcript.js";
import { whyText } from "../../static/js/view/marks/mark_label.js";

const ONE = saidOf({ strength: 2 });
let draw;

beforeEach(() => {
  freshPage();
  const view = transcriptView();
  draw = (segments, more = {}, entry = {}) => view(stateOf(callOf({ segments, ...entry }), more));
});
const slots = (name) => byId("turns").querySelectorAll(`[data-slot=${name}]`);

test("a turn has its speaker and the time at which it began, if there is one", () => {
  draw([turnOf(), turnOf({ segment_id: "s2", role: "AGENT", begin_ms: null, end_ms: null, text: "はい" })]);
  assert.deepEqual([texts(slots("role")), texts(slots("time")), texts(slots("text"))],
    [["Customer", "Agent"], ["01:01", ""], ["苦しいですね", "はい"]]);
  assert.equal(byId("turns-empty").hidden, true);
});

test("a second speaker of one role is numbered, the first is not", () => {
  const agent = (id, person) => turnOf({ segment_id: id, role: "AGENT", participant_id: person });
  draw([agent("s1", "p1"), turnOf({ segment_id: "s2" }), agent("s3", "p2"), agent("s4", "p1")]);
  const [first, customer, second, again] = texts(slots("role"));
  assert.deepEqual([first, customer, again], ["Agent", "Customer", "Agent"]);
  assert.match(second, /2/);
});

test("the mood is the telephony's, else an estimate that is marked; what is not final says so instead", () => {
  const moods = [{}, { sentiment: "NEGATIVE", sentiment_estimate: "POSITIVE" }, { sentiment_estimate: "POSITIVE" },
    { provisional: true, sentiment_estimate: "POSITIVE" }, { unconfirmed: true }, { repeated: true }];
  draw(moods.map((more, number) => turnOf({ segment_id: `s${number}`, ...more })));
  assert.deepEqual(slots("mood").map((mood) => mood.hidden), [true, false, false, false, false, false]);
  assert.deepEqual(slots("mood").map((mood) => mood.dataset.mood).slice(1), ["NEGATIVE", "POSITIVE", "PROVISIONAL", "PROVISIONAL", "PROVISIONAL"]);
  assert.deepEqual(slots("mood").map((mood) => mood.getAttribute("data-estimate") === ""), [false, false, true, false, false, false]);
  assert.equal(new Set(texts(slots("mood")).slice(1)).size, 5);
});

test("a marked phrase has its tone, and its name with its points behind it", () => {
  const judged = { ...ONE, points: 7, open: true };
  draw([turnOf({ statements: [ONE] })], {}, { assessment: assessmentOf({ statements: [judged] }) });
  assert.deepEqual([slots("text")[0].querySelector("mark").textContent, slots("text")[0].querySelector("mark").dataset.tone], ["苦しいで", "worry"]);
  const label = slots("text")[0].querySelector("button");
  assert.match(label.textContent, /\+7/);
  assert.equal(label.dataset.place, "s1/0-4/hardship");
  assert.equal(label.dataset.correction, undefined);
});

test("a turn is drawn anew when its points or a correction change", () => {
  const segments = [turnOf({ statements: [ONE] })];
  const labelled = (points, notes) => {
    draw(segments, {}, { notes, assessment: assessmentOf({ statements: [{ ...ONE, points, open: true }] }) });
    return slots("text")[0].querySelector("button");
  };
  const texts = [labelled(7, []), labelled(5, [])].map((label) => label.textContent);
  assert.notEqual(texts[0], texts[1]);
  const note = { note_id: 1, kind: "correction", agent_id: "a1", text: "", facts: { segment_id: "s1", begin: 0, end: 4, intent: "hardship", meant: "none" } };
  assert.equal(labelled(5, [note]).dataset.correction, "waits");
});

test("the end is followed until somebody reads further up, and new turns are counted from then on", () => {
  const scroll = byId("turns-scroll");
  const [turns, pill] = [["s1", "s2", "s3"].map((segment_id) => turnOf({ segment_id })), byId("new-turns")];
  Object.assign(scroll, { scrollHeight: 500, clientHeight: 200, scrollTop: 0 });
  draw(turns.slice(0, 1));
  assert.deepEqual([scroll.scrollTop, pill.hidden], [500, true]);
  scroll.scrollTop = 252; // 48 pixels from the end
  scroll.tell("scroll");
  draw(turns.slice(0, 1));
  assert.deepEqual([scroll.scrollTop, pill.hidden], [252, true]);
  draw(turns);
  assert.deepEqual([scroll.scrollTop, pill.hidden], [252, false]);
  assert.match(pill.textContent, /2/);
  scroll.scrollTop = 253;
  scroll.tell("scroll");
  assert.equal(pill.hidden, true);
  draw(turns);
  assert.equal(scroll.scrollTop, 500);
});

test("another call is followed from its end", () => {
  const view = transcriptView();
  const scroll = Object.assign(byId("turns-scroll"), { scrollHeight: 500, clientHeight: 200, scrollTop: 0 });
  const shown = (call_id) => { view(stateOf(callOf({ segments: [turnOf()] }, { call_id }))); return scroll.scrollTop; };
  shown("c1");
  scroll.tell("scroll"); // views of other cases hear it, too
  scroll.scrollTop = 10;
  scroll.tell("scroll");
  assert.deepEqual([shown("c1"), shown("c2")], [10, 500]);
});

test("who follows the end still does when the page is laid out anew under them", () => {
  const view = transcriptView();
  const scroll = Object.assign(byId("turns-scroll"), { scrollHeight: 500, clientHeight: 200, scrollTop: 0 });
  view(stateOf(callOf({ segments: [turnOf()] }, { call_id: "c1" })));
  Object.assign(scroll, { scrollHeight: 900, clientHeight: 100, scrollTop: 300 });
  scroll.tell("scroll");
  assert.equal(scroll.scrollTop, 900);
  scroll.scrollTop = 10;
  scroll.tell("scroll");
  assert.equal(scroll.scrollTop, 10);
});

test("a turn that is pointed at comes into sight once, and its phrase gets the focus", () => {
  const pointedAt = { segmentId: "s1", place: "s1/0-4/hardship" };
  draw([turnOf({ statements: [ONE] })], { pointedAt });
  draw([turnOf({ statements: [ONE] })], { pointedAt });
  const [turn] = byId("turns").children;
  assert.deepEqual([turn.scrolled, turn.getAttribute("data-pointed-at"), document.activeElement.dataset.place], [1, "", pointedAt.place]);
  draw([turnOf()], { pointedAt: { segmentId: "s1", place: null } });
  assert.equal(document.activeElement, byId("turns").children[0]);
});

test("without turns it says who has to send them", () => {
  const empty = (info) => {
    transcriptView()(stateOf(callOf({}, info)));
    return [byId("turns-empty").hidden, byId("turns-empty-text").textContent];
  };
  const [rest, ended, connect] = [empty({}), empty({ status: "ended" }), empty({ source: "connect" })];
  assert.deepEqual([rest[0], ended], [false, connect]);
  assert.notEqual(rest[1], ended[1]);
});

test("why a statement counts says how: up, down, level, not at all", () => {
  const why = (judged, more = {}) => whyText({ ...ONE, ...more }, judged);
  const said = [why({ points: 3 }), why({ points: -3 }), why({ points: 0 }), why(null), why({ points: 3 }, { mood: "question" })];
  assert.equal(new Set(said).size, 5);
  assert.match(said[1], /3/);
  assert.doesNotMatch(said[1], /[-−]3/);
});

test("what was heard stands newest first with points; four are shown, the rest is folded", () => {
  const { asked, actions } = notingActions();
  const view = heardView(actions);
  const said = (n, more) => ({ ...ONE, segment_id: `s${n}`, intent: "hardship", phrase: `p${n}`, ...more });
  const segments = [1, 2, 3, 4, 5].map((n) => turnOf({ segment_id: `s${n}`, begin_ms: n * 1000, statements: [said(n)] }));
  segments.push(turnOf({ segment_id: "s6", begin_ms: null, statements: [said(6, { mood: "question" })] }));
  const judged = [{ ...said(5), points: -3, open: false }, { ...said(4), points: 2, open: true }];
  view(stateOf(callOf({ segments, assessment: assessmentOf({ statements: judged }) })));
  const part = (name) => byId("heard-list").querySelectorAll(`[data-slot=${name}]`);
  assert.deepEqual([texts(part("phrase"))[0], texts(part("time"))[0], byId("heard-count").textContent], ["「p5」", "00:05", "5"]);
  assert.deepEqual([part("points").map(({ hidden }) => hidden), texts(part("points")).slice(0, 2)], [[false, false, true, true, true], ["−3", "+2"]]);
  assert.deepEqual(part("points").slice(0, 2).map((node) => node.dataset.direction), ["down", "up"]);
  assert.deepEqual(part("state").map((node) => (node.hidden ? null : node.dataset.concern)), ["answered", "open", null, null, null]);
  assert.deepEqual([byId("heard-earlier").hidden, byId("heard-suppressed").hidden, linesOf("heard-suppressed-list").length], [false, false, 1]);
  assert.match(byId("heard-earlier").textContent, /1/);
  assert.deepEqual([byId("heard-none").hidden, byId("heard-news").textContent], [true, ""]);
  byId("heard-earlier").click();
  assert.deepEqual([byId("heard-list").getAttribute("data-all"), byId("heard-earlier").getAttribute("aria-expanded")], ["", "true"]);
  part("phrase")[0].click();
  assert.deepEqual(asked, [["pointAt", "s5", "s5/0-4/hardship"]]);

  view(stateOf(callOf({ segments: [...segments.slice(0, 4), turnOf({ segment_id: "s9", statements: [said(9)] })] })));
  assert.match(byId("heard-news").textContent, /p9/);
  assert.doesNotMatch(byId("heard-news").textContent, /p1/);
  view(stateOf(callOf({ segments: segments.slice(0, 4) })));
  assert.equal(byId("heard-earlier").hidden, true);
  view(stateOf(callOf({ segments: segments.slice(0, 1) }, { call_id: "c2" })));
  assert.equal(byId("heard-news").textContent, "");
  view(stateOf(callOf({ loaded: false })));
  assert.deepEqual([byId("heard-none").hidden, byId("heard-count").textContent], [true, ""]);
  view(stateOf(callOf()));
  assert.equal(byId("heard-none").hidden, false);
});
