/** The parts around the open call: alerts, toasts, tabs, figures, summary, dialogues, search, keys, tips and actions. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, NOW, notingActions, stateOf, texts } from "./page.mjs";
import { ApiError } from "../../static/js/api.js";
import { listenToKeys } from "../../static/js/keyboard.js";
import { showTip, standAt, tipsFor } from "../../static/js/tip.js";
import { alertsView } from "../../static/js/view/alerts.js";
import { dialogsView } from "../../static/js/view/dialogs.js";
import { hearingView } from "../../static/js/view/hearing.js";
import { qualityView } from "../../static/js/view/quality.js";
import { searchView } from "../../static/js/view/search/search_room.js";
import { sentimentView } from "../../static/js/view/sentiment.js";
import { summaryView } from "../../static/js/view/summary.js";
import { tabsView } from "../../static/js/view/tabs.js";
import { toastsView } from "../../static/js/view/toasts.js";

let asked;
let actions;
beforeEach(() => {
  freshPage();
  ({ asked, actions } = notingActions());
});
const part = (id, name, n = 0) => byId(id).querySelectorAll(`[data-slot=${name}]`)[n];

test("open alerts are counted, told once, and leave with their call", () => {
  const draw = alertsView(actions);
  const alert = (callId, more) => ({ callId, severity: "high", at: NOW - 90_000, seenAt: null, snoozedUntil: null, score: 80, reason: "", ...more });
  const shown = (...alerts) => {
    draw(stateOf(callOf(), { alerts }));
    return [document.title, byId("alerts-count").textContent, byId("alerts-none").hidden, linesOf("alerts-list").length];
  };
  assert.deepEqual([shown(), shown(alert("c1")), shown(alert("gone"))], [["callrisk", "", false, 0], ["(1) callrisk", "1", true, 1], ["callrisk", "", false, 0]]);
  byId("alerts").textContent = "";
  shown(alert("c1"));
  assert.equal(part("alerts-list", "waits").textContent.includes("01:30"), true);
  assert.match(byId("alerts").textContent, /Customer 1001.*80/);
  byId("alerts").textContent = "";
  shown(alert("c1"));
  assert.equal(byId("alerts").textContent, "");
  shown(alert("c1", { at: NOW }));
  assert.notEqual(byId("alerts").textContent, "");
  for (const name of ["open", "seen", "snooze"]) part("alerts-list", name).click();
  assert.deepEqual(asked, [["openAlert", "c1"], ["acknowledge", "c1"], ["snooze", "c1"]]);
  draw(stateOf(callOf(), { rowsAlone: true }));
  assert.equal(byId("alerts-open").hidden, true);
});

test("nobody who looks at the page is called by a notification; others are, where they want it", () => {
  const called = [];
  globalThis.Notification = class { static permission = "granted"; constructor(title, { tag }) { called.push([title, tag]); } };
  const shown = (looks, wanted) => {
    freshPage();
    document.hasFocus = () => looks;
    localStorage.setItem("callrisk.alerts_by_desktop", wanted);
    alertsView(actions)(stateOf(callOf(), { alerts: [{ callId: "c1", severity: "high", at: NOW, seenAt: null, snoozedUntil: null, score: 80, reason: "" }] }));
    return called.splice(0).length;
  };
  assert.deepEqual([shown(true, "on"), shown(false, "off"), shown(false, "on")], [0, 0, 1]);
  assert.equal(byId("alerts-desktop").checked, true);
  Notification.permission = "denied";
  assert.equal(shown(false, "on"), 0);
});

test("a toast is closed, or leads to its call; one of a call that is gone is not shown", () => {
  const toasts = [{ id: 1, kind: "message", key: "undo.done" }, { id: 2, kind: "error", status: 409, requestId: "" },
    { id: 3, kind: "arrival", callId: "c1" }, { id: 4, kind: "arrival", callId: "gone" }];
  toastsView(actions)(stateOf(callOf(), { toasts }));
  const rows = byId("messages").children;
  assert.deepEqual(rows.map((row) => [row.dataset.kind, row.querySelector("[data-slot=action]").hidden, row.querySelector("svg").dataset.name]),
    [["message", true, "check"], ["error", true, "info"], ["arrival", false, "info"]]);
  assert.match(rows[2].textContent, /Customer 1001/);
  part("messages", "close", 0).click();
  part("messages", "action", 2).click();
  assert.deepEqual(asked, [["closeToast", 1], ["select", "c1"], ["closeToast", 3]]);
});

test("a phone shows the talk of a call that is opened, and of a turn that is pointed at", () => {
  const draw = tabsView();
  const tab = () => document.body.dataset.tab;
  const why = byId("tabs").querySelector("[data-tab-name=why]");
  draw(stateOf());
  why.click();
  draw(stateOf());
  const kept = [tab(), why.ariaCurrent];
  draw(stateOf(callOf(), { pointedAt: { segmentId: "s1" } }));
  const pointed = tab();
  byId("score-who").click();
  const record = tab();
  draw(stateOf(callOf({}, { call_id: "c2" })));
  assert.deepEqual([kept, pointed, record, tab()], [["why", "true"], "talk", "record", "talk"]);
  byId("next-line").click();
  assert.deepEqual([tab(), byId("advice").scrolled, byId("next-line").hidden, byId("next-text").textContent], ["why", 1, false, "There is nothing else to recommend now."]);
  draw(stateOf(callOf({}, { status: "ended" })));
  assert.equal(byId("next-line").hidden, true);
});

test("figures of a call stand beside what is usual, where that is known", () => {
  const quality = (more) => assessmentOf({ quality: { agent_talk_share: 0.5, overlap_share: 0.02, longest_silence_s: 7.6, ...more } });
  const usual = { false: { calls: 50, agent_talk_share: { low: 0.5, high: 0.6 }, longest_silence_s: { low: 8, high: 9 } } };
  const shown = (more, info) => { qualityView()(stateOf(callOf({ assessment: quality() }, info), more)); return byId("quality-figures").children.map((row) => row.dataset.beside); };
  assert.deepEqual(shown({ usual }), ["within", "none", "below"]);
  assert.deepEqual([texts(byId("quality-figures").querySelectorAll("[data-slot=value]")), part("quality-figures", "usual").textContent, part("quality-figures", "usual", 1).textContent],
    [["50.0%", "2.0%", "8 s"], "usually 50.0% to 60.0%", ""]);
  assert.match(byId("quality-usual").textContent, /50 recent/);
  assert.deepEqual(shown({ usual }, { demo: true }), ["none", "none", "none"]);
  assert.match(byId("quality-usual").textContent, /too few/);
  qualityView()(stateOf());
  assert.equal(byId("quality").hidden, true);
});

test("moods stand as shares of the turns, with the mean where there is one", () => {
  const counts = { positive: 1, neutral: 0, negative: 2, unlabelled: 0, score: -1.5 };
  const none = { positive: 0, neutral: 0, negative: 0, unlabelled: 0, score: null };
  sentimentView()(stateOf(callOf({ assessment: assessmentOf({ sentiment: { customer: counts, agent: none } }) })));
  const [bar, empty] = byId("moods").querySelectorAll("[data-slot=bar]");
  assert.deepEqual([bar.children.map(({ dataset, style }) => [dataset.mood, style.flexGrow]), empty.children.length], [[["positive", 1], ["negative", 2]], 0]);
  assert.deepEqual(texts(byId("moods").querySelectorAll("[data-slot=words]")), ["Positive 1, Unhappy or worried 2, score −1.5 (−5 to +5)", "Nothing was said yet"]);
  sentimentView()(stateOf(callOf({ assessment: assessmentOf() })));
  assert.equal(byId("moods-card").hidden, true);
});

test("the summary has its figures, and what was written since the end", () => {
  const summary = { end_reason: "completed", duration: 125, final_risk_score: 70, final_risk_category: "high", highest_risk_score: 75, risk_scores: [50, 75, 70], turns: 9, notes: 1, escalated: false };
  const draw = summaryView();
  const shown = (more, entry = {}, info = {}) => { draw(stateOf(callOf(entry, { summary: { ...summary, ...more }, ...info }))); return linesOf("summary-figures"); };
  assert.deepEqual(shown({}, { loaded: false }), ["Duration02:05", "Final score70 (high)", "Course50 → 70", "Highest75", "Turns9", "Notes1", "EscalatedNo"]);
  const note = (note_id, kind, facts = null) => ({ note_id, kind, facts, agent_id: "a1", at: "", text: "" });
  const notes = [note(1, "note"), note(2, "quick_action"), note(3, "note"), note(4, "undo", { about: 3 }), note(5, "escalation")];
  assert.deepEqual(shown({}, { notes }).slice(5), ["Notes2", "EscalatedYes"]);
  assert.deepEqual(shown({ final_risk_score: null, highest_risk_score: null, risk_scores: [], final_risk_category: null }).slice(1, 4), ["Final scoreNot rated", "CourseNot rated", "HighestNot rated"]);
  assert.deepEqual([byId("summary").dataset.category, byId("summary-end").textContent !== "", byId("contact-summary").hidden], ["none", true, true]);
  shown({ end_reason: "odd" }, {}, { contact_summary: { text: null, failure: "QUOTA_EXCEEDED" } });
  const failed = [byId("contact-summary").getAttribute("data-failed"), byId("contact-summary-text").textContent];
  shown({}, {}, { contact_summary: { text: "words", failure: null } });
  assert.deepEqual([failed[0], failed[1] !== "words", byId("contact-summary").getAttribute("data-failed"), byId("contact-summary-text").textContent], ["", true, null, "words"]);
  draw(stateOf());
  assert.equal(byId("summary").hidden, true);
});

test("how a call is heard has its icon and its seconds", () => {
  const shown = (more, info) => { hearingView()(stateOf(callOf({ heardAt: NOW - 12_000 }, info), more)); return [byId("hearing").dataset.hearing, byId("hearing").querySelector("svg").dataset.name, /\d+/.exec(byId("hearing").textContent)?.[0]]; };
  assert.deepEqual([shown(), shown({}, { status: "ended" })], [["silent", "silent", "12"], ["ended", "check", undefined]]);
  assert.deepEqual(shown({}, { analysis_lost_at: "2026-04-01T00:30:00Z" }), ["lost", "alert", "09"]);
});

test("a dialogue sends what is complete, trimmed, and shows what was refused at its field", async () => {
  let refusal = null;
  const sent = [];
  const send = (name) => async (...values) => { if (refusal) throw refusal; sent.push([name, ...values]); };
  const draw = dialogsView({ startCall: send("startCall"), escalate: send("escalate"), assignCustomer: send("assignCustomer") });
  draw(stateOf());
  byId("start-call").click();
  const form = byId("start-form");
  const { customer_id: customer, agent_id: agent, call_id: call } = form.elements;
  assert.match(call.value, /^call-\d{8}-\d{6}-[0-9a-f]{4}$/);
  const submit = async (one = form) => { await Promise.all(one.tell("submit")); return texts(one.querySelectorAll(".field-error")).map((words) => words !== ""); };
  agent.value = " ";
  assert.deepEqual([await submit(), agent.ariaInvalid, customer.ariaInvalid, document.activeElement === agent], [[false, true, false], "true", "false", true]);
  [customer.value, agent.value, call.value] = ["", " a9 ", "c9"];
  refusal = new ApiError(422, { errors: [{ field: "call_id" }, { field: "other" }] });
  assert.deepEqual([await submit(), byId("start-dialog").open], [[false, false, true], true]);
  refusal = new ApiError(500);
  assert.deepEqual(await submit(), [true, false, false]);
  refusal = null;
  await submit();
  assert.deepEqual([byId("start-dialog").open, sent[0]], [false, ["startCall", { customer_id: null, agent_id: "a9", call_id: "c9" }]]);
  byId("escalate").click();
  byId("escalate-form").elements.reason.value = "help";
  assert.equal(byId("escalate-form").elements.agent_id.value, "a1");
  await submit(byId("escalate-form"));
  localStorage.setItem("callrisk.agent_id", "a7");
  byId("assign").click();
  assert.deepEqual([byId("assign-form").elements.customer_id.value, byId("assign-form").elements.agent_id.value], ["1001", "a7"]);
  byId("assign-dialog").querySelector("[data-close]").click();
  assert.deepEqual([sent.slice(1), byId("assign-dialog").open], [[["escalate", "c1", { reason: "help", agent_id: "a1" }]], false]);
});

test("the search shows its state, hits and buttons; the focus goes on from a button that has nothing to do", () => {
  const draw = searchView(actions);
  const hit = (more) => ({ call_id: "c7", customer_name: null, customer_id: null, demo: false, started_at: "2026-04-01T00:00:00Z", duration_s: 61, agent_id: "a1",
    final_risk_category: null, final_risk_score: null, outcome: null, places: [], ...more });
  const blank = { words: "", customer: "", agent: "", intent: "", outcome: "", category: "", from: "", to: "" };
  const shown = (more = {}) => {
    draw({ ...stateOf(), outcomes: [{ code: "paid", ja: "支払", en: "Paid" }], search: { isOpen: true, asked: blank, savedId: null, status: "found", failure: null, hits: [], cursor: null, searchedBackTo: null, number: 1, ...more } });
    return [byId("search-status").textContent, byId("search-more").hidden, byId("search-again").hidden];
  };
  assert.deepEqual(shown(), ["No call fits. Ask for less, or for a shorter word.", true, true]);
  assert.deepEqual(shown({ cursor: "x", searchedBackTo: "2026-03-01T00:00:00Z" }), ["0 calls, the newest first. Looked back as far as 2026/03/01.", false, true]);
  byId("search-more").focus();
  assert.deepEqual(shown({ cursor: "x", status: "loading" }).slice(1), [false, true]);
  assert.deepEqual([byId("search-more").ariaDisabled, byId("search-room").ariaBusy], ["true", "true"]);
  assert.deepEqual(shown({ cursor: "x", status: "failed", failure: { status: 503, requestId: "" } }).slice(1), [true, false]);
  assert.equal(document.activeElement, byId("search-again"));
  assert.deepEqual(shown({ cursor: "x", status: "loading" }).slice(1), [true, false]);
  assert.deepEqual(shown({ hits: [hit()] }), ["1 calls, the newest first.", true, true]);
  assert.equal(document.activeElement, byId("search-room"));
  assert.deepEqual([shown({ status: "short" })[0] !== "", byId("search-words").ariaInvalid], [true, "true"]);
  const places = [{ note_id: null, text: "前苦しい後", begin: 1, end: 4 }, { note_id: 3, text: "払う", begin: 0, end: 2 }];
  shown({ hits: [hit({ places, outcome: "paid", final_risk_category: "high", final_risk_score: 80, customer_id: "5", demo: true }), hit({ call_id: "c8", outcome: "old", customer_name: "Ota" })], asked: { ...blank, outcome: "gone", agent: "a1" } });
  const all = (name) => byId("search-hits").querySelectorAll(`[data-slot=${name}]`);
  assert.deepEqual([texts(all("outcome")), all("category").map(({ hidden }) => hidden), all("demo").map(({ hidden }) => hidden), texts(all("length"))], [["Paid", "old"], [false, true], [false, true], ["01:01", "01:01"]]);
  assert.deepEqual([texts(all("places")[0].querySelectorAll("mark")), texts(all("places")[0].querySelectorAll(".tag"))], [["苦しい", "払う"], ["Customer", "Note"]]);
  assert.deepEqual([byId("search-form").elements.outcome.value, byId("search-form").elements.agent.value, byId("search-form").elements.outcome.children.length], ["gone", "a1", 3]);
  assert.deepEqual(byId("search-form").elements.category.children.length, 4);
  const enter = (more) => byId("search-form").tell("keydown", { key: "Enter", ...more }).event.prevented;
  assert.deepEqual([enter({ isComposing: true }), enter({ keyCode: 229 }), enter({ keyCode: 13 })], [true, true, false]);
  byId("search-words").value = " 苦しい ";
  byId("search-form").tell("submit");
  byId("search-hits").querySelector("button").click();
  assert.deepEqual([asked[0][1].words, asked[0][1].agent, asked[1][0], asked[1][1].call_id], ["苦しい", "a1", "openHit", "c7"]);
  shown({ isOpen: false });
  assert.deepEqual([byId("search-dialog").open, asked.at(-1)[0]], [false, "closeSearch"]);
});

test("keys walk through the calls, and are text in a field, a composition or with a modifier", () => {
  let press;
  document.addEventListener = (_, act) => { press = act; };
  const calls = new Map(["a", "b", "c"].map((id, place) => [id, callOf({}, { call_id: id, started_at: `2026-04-01T00:0${place}:00Z` })]));
  let selectedId = "b";
  listenToKeys({ get state() { return { ...stateOf(), calls, selectedId }; } }, actions);
  const pressed = (key, more = {}) => {
    asked.length = 0;
    let prevented = false;
    press({ key, target: document.body, preventDefault() { prevented = true; }, ...more });
    return [prevented, ...asked.filter(([name]) => name !== "holdList").map((one) => one.join(" "))];
  };
  assert.deepEqual([pressed("j"), pressed("k"), pressed("z")], [[true, "select c"], [true, "select a"], [false]]);
  selectedId = "c";
  const last = pressed("j");
  selectedId = "a";
  assert.deepEqual([last, pressed("k"), pressed("/")], [[true, "select c"], [true, "select a"], [true, "openSearch"]]);
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }, { target: byId("note-text") }]) assert.deepEqual(pressed("j", more), [false]);
  assert.deepEqual([pressed("?")[0], byId("keys-dialog").open, pressed("o")[0], byId("after-call-fold").open], [true, true, true, true]);
  selectedId = null;
  byId("after-call-fold").open = false;
  pressed("o");
  assert.equal(byId("after-call-fold").open, false);
  localStorage.setItem("callrisk.keys", "off");
  assert.deepEqual(pressed("j"), [false]);
});

test("a tip stands under what it is about, above where there is no room, and within the page", () => {
  const [tip, at] = [byId("tip"), byId("assign")];
  Object.assign(tip, { place: { width: 100, height: 20 } });
  const stands = (place) => { at.place = place; standAt(tip, at); return [tip.style.top, tip.style.left]; };
  assert.deepEqual([stands({ top: 10, bottom: 30, left: 50 }), stands({ top: 940, bottom: 974, left: 990 }), stands({ top: 950, bottom: 975, left: 1 })],
    [["36px", "50px"], ["980px", "894px"], ["924px", "6px"]]);
  tipsFor(byId("customer-card"), (target) => (target === at ? { at, text: "why" } : null));
  at.tell("pointerover");
  assert.deepEqual([tip.hidden, tip.textContent, at.getAttribute("aria-describedby")], [false, "why", "tip"]);
  at.tell("focusout");
  assert.equal(tip.hidden, true);
  showTip(at, "again");
  byId("customer-card").tell("focusin");
  assert.equal(tip.hidden, true);
});
