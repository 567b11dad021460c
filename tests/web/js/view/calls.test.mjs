/** The list of calls, the head of one, its customer and the head of the page, as they are drawn. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, NOW, notingActions, stateOf, texts } from "./page.mjs";
import { callHeadView } from "../../static/js/view/call_head.js";
import { callListView } from "../../static/js/view/call_list.js";
import { customerView } from "../../static/js/view/customer.js";
import { headerView } from "../../static/js/view/header.js";

let asked;
let actions;
beforeEach(() => {
  freshPage();
  ({ asked, actions } = notingActions());
});
const listed = (entries, more = {}) =>
  stateOf(entries[0], { calls: new Map(entries.map((entry) => [entry.info.call_id, entry])), ...more });
const parts = (id, name) => byId(id).querySelectorAll(`[data-slot=${name}]`);

test("a row has its score, mark, trend and time; an ended call the time of its end and no trend", () => {
  const live = callOf({ assessment: assessmentOf() }, { alerted: true });
  const level = callOf({ assessment: assessmentOf({ risk_score: 30, risk_category: "low", change: { points: 0, because: [] } }) }, { call_id: "c2" });
  const early = callOf({ assessment: assessmentOf({ state: "listening" }) }, { call_id: "c3", escalated: true, demo: true });
  const over = callOf({ assessment: assessmentOf({ state: "final" }) }, { call_id: "c4", status: "ended", ended_at: "2026-04-01T00:59:00Z", duration_s: 60 });
  callListView(actions)(listed([live, level, early, over]));
  const shown = (name) => [...parts("active-calls", name), ...parts("ended-calls", name)];
  assert.deepEqual(texts(shown("points")), ["72", "30", "72", "72"]);
  assert.deepEqual(shown("trend").map(({ hidden }) => hidden), [false, false, true, true]);
  assert.deepEqual(texts(shown("trend")).slice(0, 2), ["+4", ""]);
  assert.deepEqual(shown("trend").map((node) => node.dataset.direction).slice(0, 2), ["up", "level"]);
  assert.deepEqual(texts(shown("time")), ["02:00", "02:00", "02:00", "ended 09:59"]);
  assert.deepEqual([shown("alert"), shown("escalated"), shown("demo")].map((nodes) => nodes.map(({ hidden }) => hidden)),
    [[false, true, true, true], [true, true, false, true], [true, true, false, true]]);
  const buttons = byId("calls").querySelectorAll(".call-item");
  assert.deepEqual(buttons.map((button) => [button.dataset.category, button.ariaCurrent]),
    [["high", "true"], ["low", "false"], ["none", "false"], ["high", "false"]]);
  assert.deepEqual([byId("active-count").textContent, byId("no-active-calls").hidden, byId("ended-title").hidden, byId("ended-more").hidden],
    ["3", true, false, true]);
  const places = (id) => byId(id).children.map((row) => row.style["--place"]);
  assert.deepEqual([places("active-calls"), places("ended-calls"), byId("call-lists").style["--active"], byId("call-lists").style["--ended"]],
    [["0", "1", "2"], ["0"], "3", "1"]);
  buttons[1].click();
  assert.deepEqual(asked, [["select", "c2"]]);
});

test("Tab stops at the open call or the first of each list, arrows lead from one list into the other", () => {
  const calls = [["c1", {}], ["c2", {}], ["c3", { status: "ended", ended_at: "2026-04-01T00:59:00Z" }]].map(([id, more]) => callOf({}, { call_id: id, ...more }));
  callListView(actions)(listed(calls, { selectedId: "c2" }));
  const rows = byId("calls").querySelectorAll(".call-item");
  assert.deepEqual(rows.map(({ tabIndex }) => tabIndex), [-1, 0, 0]);
  const pressed = (key) => {
    document.activeElement.tell("keydown", { key });
    return rows.indexOf(document.activeElement);
  };
  rows[1].focus();
  assert.deepEqual(["ArrowDown", "ArrowDown", "ArrowUp", "Home", "ArrowUp", "End", "Enter"].map(pressed), [2, 2, 1, 0, 0, 2, 2]);
});

test("an empty list says so once the calls were read, and offers the demo where there is one", () => {
  const draw = callListView(actions);
  const shown = (more) => {
    draw({ ...stateOf(), calls: new Map(), selectedId: null, ...more });
    return ["no-active-calls", "start-demo", "welcome-demo", "ended-title", "ended-more"].map((id) => byId(id).hidden);
  };
  assert.deepEqual(shown({ synced: false }), [true, true, true, true, true]);
  assert.deepEqual(shown({ demo: {}, endedCursor: "e1" }), [false, false, false, true, false]);
});

test("the order is held by a pointer, not by a finger, and by keys for a while", () => {
  callListView(actions);
  byId("calls").tell("pointerenter", { pointerType: "touch" });
  assert.deepEqual(asked, []);
  byId("calls").tell("pointerenter", { pointerType: "mouse" });
  byId("calls").tell("keydown");
  byId("calls").tell("pointerleave");
  assert.deepEqual(asked.map(([name, until]) => [name, until === Infinity]), [["holdList", true], ["holdList", false], ["letListGo", false]]);
});

test("somebody logged in chooses between the scopes that are open; an own call is named so", () => {
  const session = { means: "session", agent_ids: ["a1"], sees_all: true, teams: {}, operations: [] };
  const draw = callListView(actions);
  const scopes = byId("calls-scope").querySelectorAll("[data-scope]");
  draw(stateOf(callOf(), { session }));
  assert.deepEqual([byId("calls-scope").hidden, scopes.map(({ hidden }) => hidden), scopes.map(({ ariaPressed }) => ariaPressed)],
    [false, [false, true, false], ["false", "false", "true"]]);
  assert.equal(parts("active-calls", "agent")[0].textContent, "Your call");
  draw(stateOf(callOf(), { session: { ...session, sees_all: false } }));
  assert.equal(byId("calls-scope").hidden, true);
  scopes[0].click();
  assert.deepEqual(asked, [["chooseScope", "mine"]]);
});

test("the head of a call has its facts, and warns of what is missing of it", () => {
  const draw = callHeadView(actions);
  const shown = (info) => {
    draw(stateOf(callOf({}, info)));
    return ["call-demo", "call-transfer", "call-gap", "call-lost", "end-call", "escalate"].map((id) => byId(id).hidden);
  };
  assert.deepEqual(shown({ conversation_id: "c1" }), [true, true, true, true, false, false]);
  assert.deepEqual(linesOf("call-meta"), ["Agent a1", "02:00", "c1"]);
  assert.deepEqual(shown({ demo: true, conversation_id: "c0 1", has_gap: true, analysis_lost_at: "2026-04-01T00:59:00Z", escalated: true, categories: ["sales"] }),
    [false, false, false, false, false, true]);
  assert.deepEqual([byId("call-first-leg").getAttribute("href"), linesOf("call-categories"), linesOf("call-meta")[2]], ["#call=c0%201", ["sales"], "Waiting for a supervisor"]);
  assert.match(byId("call-lost-text").textContent, /09:59/);
  assert.deepEqual(shown({ status: "ended", duration_s: 61 }), [true, true, true, true, true, true]);
  assert.deepEqual(linesOf("call-meta").length, 4);
  assert.equal(linesOf("call-meta")[1], "01:01");
  byId("end-call").click();
  assert.deepEqual(asked, [["askEnd", "c1"]]);
});

test("the head keeps its height when its buttons go with the end of the call, until another one is open", () => {
  const draw = callHeadView(actions);
  byId("call-head").offsetHeight = 118;
  const height = (info) => {
    draw(stateOf(callOf({}, info)));
    return byId("call-head").style.minHeight;
  };
  const over = { status: "ended", duration_s: 61 };
  assert.deepEqual([height({}), height(over), height({ ...over, call_id: "c2" })].map((one) => one || ""), ["", "118px", ""]);
});

test("a real call is marked while its score is of a DEMO model", () => {
  const draw = callHeadView(actions);
  const marked = [true, false].map((demo) => {
    draw(stateOf(callOf({ assessment: { demo } })));
    return !byId("call-demo").hidden;
  });
  assert.deepEqual(marked, [true, false]);
});

const CUSTOMER = { customer_id: "1001", phone: "***-1234", fields: [{ label: "欄", label_en: "Plan", text: "甲", text_en: "A" }], earlier_calls: 2,
  last_call_at: "2026-03-01T00:00:00Z", contract_date: "2025-01-02", as_of: "2026-04-01T00:30:00Z" };

test("the record stands in fields, and in one line without the telephone number", () => {
  customerView(actions)(stateOf(callOf({}, { customer_data: CUSTOMER })));
  const words = linesOf("customer-fields");
  assert.equal(words.length, 7);
  assert.ok(words.some((line) => line.includes("***-1234")) && words.some((line) => line.includes("2026/03/01")) && words.at(-1).includes("09:30"));
  assert.ok(!byId("customer-brief").textContent.includes("***-1234") && byId("customer-brief").textContent.includes("1001"));
  assert.deepEqual(["customer-missing", "customer-away", "customer-fold", "customer-candidates", "assign"].map((id) => byId(id).hidden), [true, true, false, true, false]);
  assert.equal(byId("customer-fields").querySelector("button"), null);
});

test("who may see the number has a button for it, which hides it again", () => {
  const session = { operations: ["reveal_phones"], means: "key", agent_ids: [] };
  const draw = customerView(actions);
  draw(stateOf(callOf({}, { customer_data: CUSTOMER }), { session }));
  byId("customer-fields").querySelector("button").click();
  draw(stateOf(callOf({}, { customer_data: CUSTOMER }), { session, revealed: { phone: "090-1111-1234" } }));
  assert.match(linesOf("customer-fields").join(), /090-1111-1234/);
  byId("customer-fields").querySelector("button").click();
  assert.deepEqual(asked, [["revealPhone", "c1"], ["hidePhone"]]);
});

test("a missing record says why: searched, several, no number, none of this number, none of this id, the CRM is away", () => {
  const draw = customerView(actions);
  const candidates = [{ customer_id: "5", record_id: "r1", name: "甲" }, { customer_id: "5", record_id: "r2", name: null }, { customer_id: "6", record_id: "r3", name: null }];
  const shown = (info) => {
    draw(stateOf(callOf({}, { customer_id: null, ...info })));
    return byId("customer-missing").hidden ? null : byId("customer-missing").textContent;
  };
  const search = (state, more = {}) => ({ customer_search: { state, candidates: [], ...more } });
  const reasons = [shown(search("searching")), shown(search("several", { candidates })), shown(search("not_found")), shown({ ...search("not_found"), phone: "*1" }),
    shown({ ...search("not_found"), customer_id: "9" })];
  assert.equal(new Set(reasons).size, 5);
  assert.equal(shown(search("unreachable", { crm: "甲", crm_en: "Kintone", since: "2026-04-01T00:59:00Z" })), null);
  assert.match(byId("customer-away").textContent, /Kintone.*09:59|09:59.*Kintone/);
  draw(stateOf(callOf({}, { customer_id: null, ...search("several", { candidates }) })));
  const buttons = byId("customer-candidates").querySelectorAll("button");
  assert.deepEqual([byId("customer-candidates").hidden, texts(buttons).map((words) => /r\d/.test(words))], [false, [true, true, false]]);
  buttons[2].click();
  assert.deepEqual(asked.map(([name, info, one]) => [name, info.call_id, one.record_id]), [["chooseCustomer", "c1", "r3"]]);
  draw(stateOf(callOf({}, { customer_id: null, status: "ended", ...search("several", { candidates }) })));
  assert.deepEqual([byId("customer-candidates").hidden, byId("assign").hidden], [true, true]);
});

test("the top tells the connection, the model, the demo and what is out of order", () => {
  const draw = headerView(actions);
  const health = (more) => ({ model_version: "v3", skill: "demonstrated", demo: false, crm: "kintone", checks: { model: { ok: true, command: "train it" } }, ...more });
  const shown = (more) => {
    draw({ ...stateOf(), ...more });
    return [byId("connection").dataset.status, byId("model-badge").dataset.skill, ...["demo-ribbon", "stop-demo", "banner", "crm-trouble", "model-about-command"].map((id) => byId(id).hidden)];
  };
  assert.deepEqual(shown({ health: health() }), ["connected", "demonstrated", true, true, true, true, true]);
  assert.deepEqual(shown({ health: health({ demo: true, skill: "unproven" }), demo: { automatic: false, playing: 0 } }),
    ["connected", "demo_unproven", false, true, true, true, true]);
  assert.deepEqual(shown({ health: health({ demo: true }), demo: { automatic: true, playing: 0 } })[1], "demo");
  assert.equal(byId("stop-demo").hidden, false);
  assert.deepEqual(shown({ health: health({ model_version: null }), demo: { automatic: false, playing: 1 } }), ["connected", "none", false, false, true, true, false]);
  assert.equal(byId("model-version").hidden, true);
  const crm = { kintone: { ok: false, message: "止", message_en: "Kintone is away" }, model: { ok: false } };
  assert.deepEqual(shown({ health: health({ checks: crm }) }).slice(4, 6), [false, false]);
  assert.equal(byId("banner").textContent, "Kintone is away");
  const offline = { connected: false, downSince: NOW - 15_000, health: health({ checks: crm }) };
  assert.deepEqual(shown(offline), ["offline", "demonstrated", true, true, false, true, true]);
  assert.match(byId("banner").textContent, /09:59:45/);
  assert.equal(shown({ ...offline, downSince: NOW - 14_999 })[0], "reconnecting");
  shown({ health: health({ checks: { model: {}, store: { ok: false }, odd: { ok: false }, kintone: { ok: false } } }), faulty: true });
  assert.deepEqual(byId("banner").textContent.split(", ").length, 4);
  draw({ ...stateOf(), health: null });
  assert.equal(byId("model-badge").hidden, true);
});

test("a person who is logged in has a link to the own account; the theme's icon is that of the theme", () => {
  const draw = headerView(actions);
  draw(stateOf(callOf(), { session: { means: "session", name: "Ota", agent_ids: [], operations: [], teams: {} } }));
  assert.deepEqual([byId("account-link").hidden, byId("account-link").textContent, byId("theme-switch").querySelector("svg").dataset.name], [false, "Ota", "system"]);
  localStorage.setItem("callrisk.theme", "dark");
  draw(stateOf());
  assert.deepEqual([byId("account-link").hidden, byId("theme-switch").querySelector("svg").dataset.name], [true, "moon"]);
  assert.deepEqual(document.querySelectorAll("[data-language]").map(({ ariaPressed }) => ariaPressed), ["false", "true"]);
});
