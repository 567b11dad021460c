/** What a person does on the page becomes requests, news and the call that is open; what is pushed is told in order. */
import assert from "node:assert/strict";
import { register } from "node:module";
import { afterEach, beforeEach, mock, test } from "node:test";
import { byId, callOf, freshPage, stateOf } from "./page.mjs";
import { reduce } from "../../static/js/state.js";

const SOCKET = `export const io = () => globalThis.socket;`;
register(`data:text/javascript,${encodeURIComponent(`export const resolve = (name, context, next) => name.startsWith("/static/vendor/")
  ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(SOCKET)}`)}, shortCircuit: true } : next(name, context);`)}`);
Object.assign(globalThis, {
  location: { pathname: "/", search: "", hash: "" },
  history: { pushState: (_, __, address) => steps.push(address), replaceState: (_, __, address) => steps.push(`= ${address}`) },
});
let steps = [];
let told; // [type, payload] of everything that was dispatched
let answers; // by the beginning of a path: what is answered, or a status
let requests;
let store;
let actions;
let watched;
const { createActions } = await import("../../static/js/actions.js");
const { goLive } = await import("../../static/js/live.js");
const real = globalThis.fetch;

beforeEach(() => {
  freshPage();
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
  [steps, told, answers, requests, watched] = [[], [], {}, [], []];
  Object.assign(location, { search: "", hash: "" });
  globalThis.fetch = async (path, { method = "GET", body } = {}) => {
    requests.push([method, path, body && JSON.parse(body)]);
    const found = Object.entries(answers).find(([begin]) => path.startsWith(begin))?.[1] ?? {};
    return typeof found === "number" ? Response.json({}, { status: found }) : Response.json(found);
  };
  let state = { ...stateOf(callOf({ loaded: true })), selection: 1 };
  store = {
    get state() { return state; },
    change: (more) => { state = { ...state, ...more }; },
    dispatch: (type, payload) => { told.push([type, payload]); state = reduce(state, { type, payload }); },
  };
  actions = createActions(store, { watch: async (callId) => watched.push(callId) });
  told.length = 0;
});
afterEach(() => { mock.timers.reset(); globalThis.fetch = real; });
const settled = async () => { for (let turns = 0; turns < 30; turns++) await null; await new Promise((resolve) => setImmediate(resolve)); };
const toldTypes = () => told.map(([type]) => type);
const read = (more = {}) => ({ call_id: "c2", status: "active", agent_id: "a1", customer_id: null, customer_data: null, assessment: null, assessments: [], transcript: [], notes: [], ...more });

test("a call that is opened is watched before it is read, and is not read twice at once", async () => {
  answers = { "/api/calls/c2": read(), "/api/score_customer": { state: "scored" } };
  actions.select("c2");
  assert.deepEqual([store.state.selectedId, steps], ["c2", ["/#call=c2"]]);
  actions.keepSelection(store.state);
  actions.keepSelection(store.state);
  await settled();
  assert.deepEqual([watched, requests.map(([, path]) => path), store.state.calls.get("c2")?.loaded], [["c2"], ["/api/calls/c2", "/api/score_customer"], true]);
  assert.ok(!toldTypes().includes("advice_changed"));
});

test("without a model the advice of a call is read by itself; with a score or after its end it is not", async () => {
  const advised = async (call, state = "no_model") => {
    told.length = 0;
    answers = { "/api/calls/c2": call, "/api/score_customer": { state, recommendations: [] } };
    store.change({ calls: new Map(), selectedId: null });
    actions.select("c2");
    actions.keepSelection(store.state);
    await settled();
    return toldTypes().includes("advice_changed");
  };
  assert.deepEqual([await advised(read()), await advised(read(), "scored"), await advised(read({ status: "ended" }))], [true, false, false]);
});

test("a call that is gone is left, and one that cannot be read is tried again later", async () => {
  const failing = async (status) => {
    told.length = 0;
    requests.length = 0;
    answers = { "/api/": status };
    store.change({ calls: new Map(), selectedId: null });
    actions.select("c2");
    actions.keepSelection(store.state);
    await settled();
    return [store.state.selectedId, told.filter(([type]) => type === "toast").map(([, toast]) => toast.status)];
  };
  assert.deepEqual([await failing(404), await failing(500)], [[null, [404]], ["c2", [500]]]);
  const again = async (milliseconds) => { mock.timers.tick(milliseconds); actions.keepSelection(store.state); await settled(); return requests.length; };
  const once = requests.length;
  assert.deepEqual([await again(4999), await again(1)], [once, once * 2]);
});

test("nothing is chosen while the page is behind, and the address goes before the most urgent call", () => {
  const kept = (more) => { store.change({ selectedId: null, ...more }); actions.keepSelection(store.state); return store.state.selectedId; };
  assert.deepEqual([kept({ connected: false }), kept({ connected: true, synced: false }), kept({ synced: true, rowsAlone: true })], [null, null, null]);
  assert.equal(kept({ rowsAlone: false }), "c1");
  location.hash = "#call=c9";
  assert.equal(kept({}), "c9");
  assert.deepEqual(steps, ["= /#call=c1"]);
});

test("an own call that begins is opened, or told to whoever types or has just chosen another", () => {
  const met = (more = {}, wait = 10_000) => {
    const other = callOf({}, { call_id: "c2", ...more });
    mock.timers.tick(wait);
    store.change({ calls: new Map([["c1", callOf()], ["c2", other]]), selectedId: "c1", arrived: "c2" });
    told.length = 0;
    actions.keepSelection(store.state);
    return [store.state.selectedId, told.filter(([type]) => type === "toast").map(([, { kind }]) => kind)];
  };
  assert.deepEqual([met(), met({ status: "ended" })], [["c2", []], ["c1", []]]);
  byId("note-text").focus();
  assert.deepEqual(met(), ["c1", ["arrival"]]);
  document.activeElement = document.body;
  actions.select("c1");
  assert.deepEqual([met({}, 9999), met({}, 1)], [["c1", ["arrival"]], ["c2", []]]);
  assert.equal(store.state.arrived, null);
});

test("a turn that is aimed at is shown once its call stands there, unless another was opened since", async () => {
  store.change({ calls: new Map([["c1", callOf()], ["c2", callOf({ loaded: false }, { call_id: "c2" })]]) });
  actions.select("c1", "s7");
  actions.select("c2", "s8");
  const waiting = told.filter(([type]) => type === "pointed_at").map(([, aim]) => aim.segmentId);
  answers = { "/api/": read() };
  actions.keepSelection(store.state);
  await settled();
  assert.deepEqual([waiting, told.filter(([type]) => type === "pointed_at").map(([, aim]) => aim.segmentId)], [[], ["s8"]]);
});

test("the address is followed to another call, team and list", () => {
  const heard = new Map();
  globalThis.addEventListener = (type, act) => heard.set(type, act);
  createActions(store, { watch() {} });
  globalThis.addEventListener = () => {};
  Object.assign(location, { hash: "#call=c5", search: "?team=east&list=mine" });
  told.length = 0;
  heard.get("popstate")();
  assert.deepEqual([store.state.selectedId, store.state.team, store.state.scope], ["c5", "east", "mine"]);
  told.length = 0;
  heard.get("hashchange")();
  assert.deepEqual(told, []);
});

test("forms send what they hold; people who are not logged in act for the agent of the call", async () => {
  const info = { call_id: "c1", agent_id: "a1" };
  answers = { "/api/": { customer_data: null, customer_search: null, phone: "090", stopped: 2, note_id: 1, kind: "note" } };
  const sent = async (act) => { requests.length = 0; await act(); return requests.map(([method, , body]) => [method, body]); };
  assert.deepEqual((await sent(() => actions.assignCustomer("c1", { customer_id: "", agent_id: "a2" })))[0], ["POST", { customer_id: null, agent_id: "a2" }]);
  assert.equal(told.at(-1)[1].key, "assign.done_nobody");
  await actions.assignCustomer("c1", { customer_id: "7", agent_id: "a2" });
  assert.equal(told.at(-1)[1].key, "assign.done");
  const agent = async (act) => (await sent(act))[0][1].agent_id;
  assert.equal(await agent(() => actions.giveFeedback(info, "a", "done")), "a1");
  assert.equal(await agent(() => actions.giveFeedback({ ...info, agent_id: "" }, "a", "done")), "a2");
  assert.equal(await agent(() => actions.chooseCustomer(info, { customer_id: "7", record_id: "r" })), "a1");
  localStorage.setItem("callrisk.agent_id", "");
  assert.equal(await agent(() => actions.chooseCustomer({ ...info, agent_id: "" }, { customer_id: "7", record_id: "r" })), "-");
  assert.equal(await actions.addNote("c1", { agent_id: "a1", text: "x" }), true);
  answers = { "/api/": 422 };
  assert.equal(await actions.addNote("c1", { agent_id: "a1", text: "x" }), undefined);
  assert.deepEqual([told.at(-1)[0], told.at(-1)[1].status], ["toast", 422]);
});

test("the list is held by keys for four seconds", () => {
  actions.holdList();
  assert.deepEqual(store.state.held, { ids: ["c1"], until: 1_004_000 });
});

/** A socket that notes what is asked, and answers. */
function socketOf(answer) {
  const heard = new Map();
  return { id: "one", asked: [], active: true, on: (type, act) => heard.set(type, act), onAny() {}, io: { on() {} }, tell: (type, payload) => heard.get(type)(payload), connect() { this.asked.push(["connect"]); },
    timeout() { return { emitWithAck: async (event, body) => { globalThis.socket.asked.push([event, body]); return answer(event); } }; } };
}

test("after a gap the missed events come before what was pushed meanwhile, and a long gap is read anew", async () => {
  const gap = async (lastSeq, events = []) => {
    told.length = 0;
    requests.length = 0;
    globalThis.socket = socketOf(() => ({ last_seq: lastSeq }));
    answers = { "/api/health": { environment: "production", checks: {} }, "/api/events": { events, more: false }, "/api/calls": { calls: [], next_cursor: null } };
    store.change({ synced: true });
    goLive(store);
    const missed = { call_id: "c1", seq: 4, provisional: false };
    socket.tell("note_added", { seq: 3 });
    socket.tell("disconnect", "transport close");
    socket.tell("connect");
    socket.tell("gap_changed", { seq: 9, call_id: "c1", has_gap: true });
    await settled();
    return [told.filter(([type]) => ["note_added", "gap_changed", "contact_summary", "toast", "forgotten", "connected"].includes(type)).map(([type, more]) => more?.key ?? type), missed];
  };
  const events = [{ type: "contact_summary", payload: { call_id: "c1" }, seq: 4 }];
  assert.deepEqual((await gap(9, events))[0], ["note_added", "contact_summary", "connection.back", "gap_changed", "connected"]);
  assert.ok(requests.some(([, path]) => path.includes("3")));
  assert.deepEqual((await gap(2002, events))[0].slice(1, 3), ["contact_summary", "connection.back"]);
  assert.deepEqual((await gap(2003))[0], ["note_added", "forgotten", "gap_changed", "connected"]);
  assert.deepEqual((await gap(2))[0][1], "forgotten");
});

test("only final turns are told as caught up", async () => {
  globalThis.socket = socketOf(() => ({ last_seq: 9 }));
  const turn = (seq, provisional) => ({ type: "transcript_segment", seq, payload: { call_id: "zz", segment_id: `s${seq}`, provisional } });
  answers = { "/api/health": { environment: "production", checks: {} }, "/api/events": { events: [turn(4, false), turn(5, true)], more: false } };
  goLive(store);
  socket.tell("note_added", { seq: 3, call_id: "c1" });
  socket.tell("disconnect", "transport close");
  socket.tell("connect");
  await settled();
  assert.deepEqual(told.filter(([type]) => type === "toast").map(([, { key, values }]) => [key, values.n]), [["connection.caught_up", 1]]);
});

test("one call is watched at a time; a wallboard is told rows alone", async () => {
  globalThis.socket = socketOf(() => ({}));
  const { watch } = goLive(store);
  await watch("c1");
  await watch("c1");
  await watch("c2");
  assert.deepEqual(socket.asked, [["join_call", { call_id: "c1" }], ["leave_call", { call_id: "c1" }], ["join_call", { call_id: "c2" }]]);
  store.change({ rowsAlone: true });
  told.length = 0;
  socket.tell("note_added", { seq: 3 });
  socket.tell("wallboard_changed", { through_seq: 5, rows: [], complete: false });
  assert.deepEqual(toldTypes(), ["wallboard_changed"]);
});

test("a connection that the server closed comes back with the session as it is then", async () => {
  globalThis.socket = socketOf(() => ({}));
  goLive(store);
  const came = async (type, reason, active = true) => {
    socket.active = active;
    requests.length = 0;
    socket.tell(type, reason);
    await settled();
    return requests.some(([, path]) => path === "/api/session");
  };
  assert.deepEqual([await came("disconnect", "transport close"), await came("disconnect", "io server disconnect"), await came("connect_error", null), await came("connect_error", null, false)],
    [false, true, false, true]);
});
