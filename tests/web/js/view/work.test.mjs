/** What a person writes and answers: advice, after-call work, escalations, corrections, marks, as it is drawn and pressed. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, NOW, notingActions, saidOf, stateOf, texts, turnOf } from "./page.mjs";
import { ApiError } from "../../static/js/api.js";
import { adviceView } from "../../static/js/view/advice.js";
import { afterCallView } from "../../static/js/view/work/after_call.js";
import { endingView } from "../../static/js/view/work/ending.js";
import { helpView } from "../../static/js/view/work/help.js";
import { inboxView } from "../../static/js/view/work/inbox.js";
import { noteWords } from "../../static/js/view/work/note_words.js";
import { correctionInboxView } from "../../static/js/view/marks/correction_inbox.js";
import { markCardView } from "../../static/js/view/marks/mark_card.js";
import { goTo, leaveFrom, wayBackView } from "../../static/js/view/marks/way_back.js";
import { transcriptView } from "../../static/js/view/transcript.js";

let asked;
let actions;
beforeEach(() => {
  freshPage();
  ({ asked, actions } = notingActions());
});
const slot = (id, name, n = 0) => byId(id).querySelectorAll(`[data-slot=${name}]`)[n];
const note = (note_id, kind, more = {}) => ({ note_id, kind, agent_id: "a1", text: "", at: "2026-04-01T00:50:00Z", facts: null, ...more });

test("one advice stands first with its cause, the others are folded; each is answered once", () => {
  const play = (action, more = {}) => ({ action, text: action, text_en: action, script: "s", script_en: `say ${action}`, why: null, because: null, ...more });
  const recommendations = [play("a", { because: "s1", why: "由", why_en: "because" }), play("b", { because: "s2" })];
  const segments = [turnOf({ text: "一二三四五六七八九十一二三四五" }), turnOf({ segment_id: "s2", begin_ms: null, text: "一二三四五六七八九十一二三四" })];
  const plays = new Map(recommendations.map((one) => [one.action, one]));
  const entry = callOf({ segments, plays, assessment: assessmentOf({ recommendations }) });
  adviceView(actions)(stateOf(entry));
  assert.deepEqual([byId("advice").hidden, byId("advice-none").hidden, byId("advice-list").children.map((row) => row.className)], [false, true, ["advice-item primary", "advice-item"]]);
  assert.deepEqual(texts(byId("advice-list").querySelectorAll("[data-slot=cause]")), ["01:01 “一二三四五六七八九十一二三四…”", "“一二三四五六七八九十一二三四”"]);
  assert.deepEqual(texts(byId("advice-list").querySelectorAll("[data-slot=why]")), ["because", ""]);
  assert.deepEqual(byId("advice-list").querySelectorAll("[data-slot=done]").map((button) => button.classList.contains("primary")), [true, false]);
  for (const name of ["done", "dismiss"]) {
    slot("advice-list", name).click({ detail: 2 });
    slot("advice-list", name).click({ detail: 1 });
  }
  slot("advice-list", "cause").click();
  assert.deepEqual(asked.map(([name, one, ...rest]) => [name, one.call_id ?? one, ...rest]),
    [["giveFeedback", "c1", "a", "done", undefined], ["giveFeedback", "c1", "a", "dismissed", undefined], ["pointAt", "s1"]]);
  asked.length = 0;
  slot("advice-list", "reason").click();
  assert.deepEqual([slot("advice-list", "form").hidden, slot("advice-list", "reason").ariaExpanded], [false, "true"]);
  slot("advice-list", "form").tell("submit");
  assert.equal(document.activeElement, slot("advice-list", "words"));
  slot("advice-list", "words").value = " own words ";
  slot("advice-list", "form").tell("submit");
  slot("advice-list", "form").querySelector(".choice").click();
  assert.deepEqual(asked.map((one) => one.at(-1)), ["own words", "Already said"]);
  adviceView(actions)(stateOf(callOf({}, { status: "ended" })));
  assert.deepEqual([byId("advice").hidden, byId("advice-none").hidden, byId("advice-none").textContent], [true, false, "What to do next appears here as the customer speaks."]);
});

test("advice that was answered stays with its verdict and can be taken back", () => {
  const plays = new Map(["a", "b"].map((action) => [action, { action, text: action, text_en: action }]));
  const given = (id, action, verdict, text) => note(id, "feedback", { text: `${action} ${verdict}${text}` });
  adviceView(actions)(stateOf(callOf({ plays, notes: [given(1, "a", "done", ""), given(2, "b", "dismissed", " later")] })));
  const verdicts = texts(byId("advice-answered").querySelectorAll("[data-slot=verdict]")).sort();
  assert.deepEqual(verdicts, ["Done", "Not this time: later"]);
  assert.equal(byId("advice-none").textContent, "There is nothing else to recommend now.");
  slot("advice-answered", "undo").click({ detail: 2 });
  slot("advice-answered", "undo").click();
  assert.deepEqual(asked.map(([name, id, one]) => [name, id, one.kind]), [["takeBack", "c1", "feedback"]]);
});

test("a note says its facts and its words", () => {
  const state = { ...stateOf(), outcomes: [{ code: "paid", ja: "支払", en: "Paid" }] };
  const words = (kind, facts, text = "") => noteWords(note(1, kind, { facts, text }), state);
  assert.deepEqual([words("note", null, "hello"), words("outcome", { outcome: "paid" }), words("outcome", { outcome: "old" }), words("call_back", { call_back_at: "2026-04-02T06:00:00Z" }),
    words("promise", { due_on: "2026-04-03" }), words("promise", { due_on: "2026-04-03", amount_yen: 5000, channel: "card" })].map((line) => line.replaceAll("\u00a0", " ")),
  ["hello", "Paid", "old", "call back 2026/04/02 15:00", "by 3 April (Fri)", "by 3 April (Fri) ¥5,000 Credit card"]);
});

test("the card of advice grows in a call and does not shrink, but for what a person unfolds", () => {
  const kept = globalThis.ResizeObserver;
  let resized;
  globalThis.ResizeObserver = class { constructor(told) { resized = told; } observe() {} };
  const draw = adviceView(actions);
  globalThis.ResizeObserver = kept;
  const tallest = (offsetHeight, offsetWidth = 400) => {
    Object.assign(byId("advice"), { offsetHeight, offsetWidth });
    resized();
    return byId("advice").style["--tallest"];
  };
  const advice = (id) => ({ action: id, text: "甲", text_en: "A", script: "", script_en: "", why: null, priority: 1, because: null });
  draw(stateOf(callOf({ assessment: assessmentOf({ recommendations: [advice("a"), advice("b")] }) })));
  assert.deepEqual([tallest(210), tallest(340), tallest(280), tallest(250, 300)], ["210px", "340px", "340px", "250px"]);
  byId("advice").querySelector("details").open = true;
  assert.equal(tallest(900, 300), "250px");
  draw(stateOf(callOf({}, { call_id: "c2" })));
  assert.equal(byId("advice").style["--tallest"], "0px");
});

const OUTCOMES = [{ code: "paid", ja: "支払", en: "Paid" }, { code: "none", ja: "無", en: "None" }];

test("an outcome is chosen and taken back by one click each; a double click is one", () => {
  const draw = afterCallView(actions);
  const notes = [note(1, "outcome", { facts: { outcome: "paid" } })];
  draw(stateOf(callOf({ notes }), { outcomes: OUTCOMES }));
  const [paid, none] = byId("outcome-choices").children;
  assert.deepEqual([paid.ariaPressed, none.ariaPressed, paid.textContent, byId("after-call-brief").textContent, linesOf("work-held").length], ["true", "false", "Paid", "Paid", 1]);
  paid.click({ detail: 2 });
  paid.click({ detail: 1 });
  none.click({ detail: 1 });
  slot("work-held", "undo").click({ detail: 2 });
  slot("work-held", "undo").click({ detail: 1 });
  assert.deepEqual(asked.map(([name, , one]) => [name, one.kind ?? one]), [["takeBack", "outcome"], ["setOutcome", "none"], ["takeBack", "outcome"]]);
});

test("a promise needs a day and an amount that is one; what is sent has only what was written", async () => {
  const draw = afterCallView(actions);
  draw(stateOf(callOf(), { outcomes: OUTCOMES }));
  const form = byId("promise-form");
  const { due_on: due, amount, channel } = form.elements;
  const send = async () => { await Promise.all(form.tell("submit")); return [due.ariaInvalid, amount.ariaInvalid, form.querySelector(".field-error").textContent]; };
  assert.equal(due.min, "2026-04-01");
  const [noDay, both] = [await send(), ((amount.value = "x"), await send())];
  assert.deepEqual([noDay.slice(0, 2), both.slice(0, 2), noDay[2] === both[2]], [["true", "false"], ["true", "true"], true]);
  due.value = "2026-04-03";
  const noAmount = await send();
  assert.deepEqual([noAmount.slice(0, 2), noAmount[2] !== noDay[2] && noAmount[2] !== "", document.activeElement === amount, asked], [["false", "true"], true, true, []]);
  amount.value = "";
  assert.deepEqual(await send(), ["false", "false", ""]);
  form.querySelector("[data-day=tomorrow]").click();
  [amount.value, channel.value] = ["５,０００円", "card"];
  await send();
  assert.deepEqual(asked.map(([name, , facts]) => [name, facts]), [["addPromise", { due_on: "2026-04-03" }], ["addPromise", { due_on: "2026-04-02", amount_yen: 5000, channel: "card" }]]);
});

test("a call-back needs a moment; what the server refuses is shown at its field", async () => {
  const fault = new ApiError(422, { errors: [{ field: "call_back_at" }] });
  const refusing = { addCallBack: async () => { throw fault; } };
  afterCallView(refusing)(stateOf(callOf(), { outcomes: [] }));
  const form = byId("call-back-form");
  const { call_back_at: at } = form.elements;
  assert.equal(at.min, "2026-04-01T10:00");
  await Promise.all(form.tell("submit"));
  const empty = [at.ariaInvalid, form.querySelector(".field-error").textContent];
  at.value = "2026-04-02T09:30";
  await Promise.all(form.tell("submit"));
  assert.deepEqual([empty[0], at.ariaInvalid, document.activeElement === at], ["true", "true", true]);
  assert.notEqual(form.querySelector(".field-error").textContent, empty[1]);
});

test("the fold opens once when a call has ended, and another call finds empty forms", () => {
  const draw = afterCallView(actions);
  const fold = byId("after-call-fold");
  const shown = (more, info) => { draw(stateOf(callOf(more, info))); return fold.open; };
  assert.deepEqual([shown({}, {}), shown({ loaded: false }, { status: "ended" }), shown({}, { status: "ended" })], [false, false, true]);
  fold.open = false;
  assert.equal(shown({}, { status: "ended" }), false);
  byId("promise-form").elements.amount.value = "1";
  assert.deepEqual([shown({}, { call_id: "c2" }), byId("promise-form").elements.amount.value], [false, ""]);
});

test("the end that was asked for counts down and can be taken back", () => {
  const draw = endingView(actions);
  const shown = (endings, info = {}) => { draw(stateOf(callOf({}, info), { endings })); return [byId("ending").hidden, /\d+/.exec(byId("ending-text").textContent)?.[0]]; };
  const soon = [{ callId: "c1", until: NOW + 4001 }];
  assert.deepEqual([shown([]), shown(soon), shown(soon, { status: "ended" }), shown([{ callId: "c2", until: NOW }])], [[true, undefined], [false, "5"], [true, undefined], [true, undefined]]);
  byId("ending-undo").click();
  assert.deepEqual(asked, [["keepCall", "c1"]]);
});

test("an escalation waits, is seen, is answered; it can be withdrawn", () => {
  const draw = helpView(actions);
  const escalation = note(1, "escalation");
  const seen = note(2, "escalation_seen", { agent_id: "boss", facts: { about: 1 } });
  const answer = note(3, "escalation_answer", { agent_id: "boss", text: "wait", facts: { about: 1 } });
  const shown = (...notes) => { draw(stateOf(callOf({ notes }))); return [byId("help").hidden, byId("help").dataset.help, byId("help-state").textContent]; };
  byId("help-withdraw").click();
  assert.deepEqual([shown()[0], shown(escalation)], [true, [false, "waiting", "Escalated at 09:50. Waiting for a supervisor."]]);
  assert.deepEqual(shown(escalation, seen).slice(1), ["seen", "boss looks at it since 09:50. Waiting for the answer."]);
  assert.deepEqual([shown(escalation, seen, answer).slice(1), byId("help-answer").textContent], [["answered", "Answer of boss, 09:50"], "wait"]);
  byId("help-withdraw").click();
  assert.deepEqual(asked.map(([name, id, one]) => [name, id, one.note_id]), [["takeBack", "c1", 1]]);
});

test("the inbox has what waits, its age, and an answer by Ctrl and Enter that is not empty", async () => {
  const waiting = (more) => ({ note_id: 1, call_id: "c1", customer_id: null, agent_id: "a1", at: "2026-04-01T00:58:30Z", text: "help", ended_at: null, seen_by: null, ...more });
  const noting = notingActions({ answerEscalation: true });
  const draw = inboxView(noting.actions);
  draw({ ...stateOf(), inbox: [waiting(), waiting({ note_id: 2, customer_id: "7", ended_at: "x", seen_by: "boss" })] });
  const all = (name) => byId("inbox-list").querySelectorAll(`[data-slot=${name}]`);
  assert.deepEqual([texts(all("age")), all("over").map(({ hidden }) => hidden), all("seen").map(({ hidden }) => hidden), texts(all("by"))],
    [["01:30", "01:30"], [true, false], [false, true], ["", "boss looks at it"]]);
  assert.deepEqual([byId("inbox").hidden, byId("inbox-count").textContent, all("who")[1].textContent], [false, "2", "Customer 7"]);
  all("reply")[0].click();
  assert.deepEqual([all("form")[0].hidden, all("reply")[0].ariaExpanded, document.activeElement === all("words")[0]], [false, "true", true]);
  const press = (more) => all("words")[0].tell("keydown", { key: "Enter", ...more });
  all("words")[0].value = "  ";
  press({ ctrlKey: true });
  assert.deepEqual(noting.asked, []);
  all("words")[0].value = " yes ";
  for (const more of [{}, { ctrlKey: true, isComposing: true }, { key: "a", ctrlKey: true }]) press(more);
  assert.deepEqual(noting.asked, []);
  press({ metaKey: true });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([noting.asked[0][2], all("words")[0].value], ["yes", ""]);
  all("open")[0].click();
  all("seen")[0].click();
  assert.deepEqual(noting.asked.slice(1).map(([name, one]) => [name, one.note_id ?? one]), [["select", "c1"], ["seeEscalation", 1]]);
  draw({ ...stateOf(), inbox: null });
  assert.equal(byId("inbox").hidden, true);
});

test("a correction is approved by one click, rejected with a reason", async () => {
  const noting = notingActions({ decideCorrection: true });
  const session = { operations: ["decide_corrections"], means: "key", agent_ids: [] };
  const one = { note_id: 3, call_id: "c1", segment_id: "s1", asked: "", turn: "𠮷苦しい", begin: 1, end: 3, intent: "hardship", meant: "promise", text: "r", agent_id: "a2" };
  correctionInboxView(noting.actions)(stateOf(callOf(), { session, corrections: [one, { ...one, note_id: 4, turn: null, asked: "q" }] }));
  const all = (name) => byId("corrections-list").querySelectorAll(`[data-slot=${name}]`);
  assert.deepEqual([byId("corrections").hidden, byId("corrections").dataset.waiting, byId("corrections-none").hidden], [false, "2", true]);
  assert.deepEqual([all("turn")[0].querySelector("mark").textContent, texts(all("turn")), texts(all("asked"))], ["苦し", ["𠮷苦しい", "The words of this turn are kept no longer."], ["", "Agent: q"]]);
  all("approve")[0].click({ detail: 2 });
  all("approve")[0].click();
  all("reject")[0].click();
  assert.deepEqual([all("form")[0].hidden, document.activeElement === all("words")[0]], [false, true]);
  await Promise.all(all("form")[0].tell("submit"));
  all("words")[0].value = " no ";
  await Promise.all(all("form")[0].tell("submit"));
  all("open")[0].click();
  byId("corrections-save").click();
  assert.deepEqual(noting.asked.map(([name, , ...rest]) => [name, ...rest]), [["decideCorrection", "approved"], ["decideCorrection", "rejected", "no"], ["select", "s1"], ["saveCorrections"]]);
  assert.equal(all("words")[0].value, "");
  correctionInboxView(noting.actions)(stateOf());
  assert.deepEqual([byId("corrections").hidden, byId("corrections-none").hidden], [true, false]);
});

test("a pressed mark opens its card with what can be done about it", () => {
  const ONE = saidOf({ strength: 2 });
  const place = "s1/0-4/hardship";
  const shown = (notes, judged = [{ ...ONE, points: 3, open: true }]) => {
    freshPage();
    const line = Object.assign(document.createElement("li"), { className: "x" });
    line.dataset.place = place;
    line.append(Object.assign(document.createElement("button"), { className: "to-turn" }));
    byId("reason-lines").append(line);
    const state = stateOf(callOf({ segments: [turnOf({ statements: [ONE] })], notes, assessment: assessmentOf({ statements: judged }) }));
    transcriptView()(state);
    markCardView(actions)(state);
    byId("turns").querySelector("mark").click();
    return [byId("mark-card").isShown, byId("mark-phrase").textContent, ...["mark-status", "mark-reason", "mark-correct", "mark-undo"].map((id) => byId(id).hidden)];
  };
  const facts = { segment_id: "s1", begin: 0, end: 4, intent: "hardship", meant: "promise" };
  const correction = note(5, "correction", { facts });
  const decided = (kind) => note(6, kind, { agent_id: "boss", text: "no", facts: { about: 5 } });
  assert.deepEqual(shown([]), [true, "“苦しいです”", true, false, false, true]);
  assert.match(byId("mark-mood").textContent, /open/i);
  byId("mark-correct").click();
  assert.deepEqual(asked.map(([name, id, one]) => [name, id, one.intent]), [["askMeaning", "c1", "hardship"]]);
  assert.deepEqual(shown([correction]).slice(2), [false, false, true, false]);
  assert.equal(byId("mark-status").textContent, "Correction asked for: Promises to pay (a1)");
  byId("mark-undo").click();
  assert.deepEqual(asked.at(-1).slice(0, 2), ["takeBack", "c1"]);
  assert.deepEqual([shown([correction, decided("correction_approved")]).slice(2), shown([correction, decided("correction_rejected")]).slice(2)], [[false, false, true, true], [false, false, false, true]]);
  assert.equal(byId("mark-status").textContent, "Correction rejected (boss): no");
  byId("mark-reason").click();
  assert.equal(document.activeElement.className, "to-turn");
});

test("the way back leads to what was pressed, else to the reasons", () => {
  const draw = wayBackView();
  const pointed = (pointedAt) => { draw({ pointedAt }); return byId("way-back").hidden; };
  leaveFrom(null);
  assert.equal(pointed({ segmentId: "s1" }), true);
  leaveFrom(byId("assign"));
  assert.deepEqual([pointed(null), pointed({ segmentId: "s2" })], [true, false]);
  const escape = (more) => byId("turns").tell("keydown", { key: "Escape", ...more }).event.prevented;
  assert.deepEqual([escape({ isComposing: true }), escape({ key: "a" }), escape({}), escape({})], [false, false, true, false]);
  assert.deepEqual([document.activeElement === byId("assign"), byId("way-back").hidden], [true, true]);
  byId("assign").remove();
  byId("way-back").click();
  assert.equal(document.activeElement, byId("reasons-title"));
  let tabs = 0;
  document.querySelector("[data-tab-name=why]").addEventListener("click", () => { tabs += 1; });
  byId("summary").hidden = true;
  goTo(byId("reasons-title"));
  goTo(byId("summary"));
  assert.equal(tabs, 1);
});
