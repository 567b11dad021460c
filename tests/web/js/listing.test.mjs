/** The list of calls: own ones first, scopes by what is open, and an order that stands still. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scopeOf, scopesOf } from "../static/js/listing.js";
import { addressOf, routeOf } from "../static/js/route.js";
import { activeCalls, endedCalls } from "../static/js/selectors.js";
import { initialState, reduce } from "../static/js/state.js";

const AGENT = { means: "session", agent_ids: ["a1"], sees_all: false, teams: {} };
const LEAD = { ...AGENT, teams: { 東京: ["a1", "a2"] } };
const call = (id, agent, more = {}) => ({ call_id: id, agent_id: agent, status: "active", started_at: `2026-04-01T00:00:0${id.at(-1)}Z`, ...more });
const after = (state, ...events) => events.reduce((now, [type, payload]) => reduce(now, { type, payload }), state);
const page = (session, ...calls) => after({ ...initialState, session }, ["calls_read", { calls }]);
const ids = (entries) => entries.map(({ info }) => info.call_id);

test("own calls come first, and alone where that is chosen", () => {
  const state = page(LEAD, call("c1", "a2"), call("c2", "a1"), call("c3", "a2"));
  assert.deepEqual(ids(activeCalls(state)), ["c2", "c1", "c3"]);
  assert.deepEqual(ids(activeCalls(after(state, ["scope_chosen", "mine"]))), ["c2"]);
});

test("a scope is offered as far as the calls are open, and another one in the address is not obeyed", () => {
  assert.deepEqual([scopesOf(null), scopesOf(AGENT), scopesOf(LEAD), scopesOf({ ...LEAD, sees_all: true })],
    [[], [], ["mine", "team"], ["mine", "all"]]);
  assert.deepEqual([{ session: LEAD, scope: "all" }, { session: LEAD, scope: "mine" }, { session: null, scope: "mine" }].map(scopeOf), ["team", "mine", "all"]);
});

test("a held order stays: what ended keeps its place, what begins comes last", () => {
  const held = after(page(AGENT, call("c1", "a2"), call("c3", "a2")), ["list_held", { ids: ["c1", "c3"], until: 50 }],
    ["call_started", call("c0", "a2")], ["call_ended", { call_id: "c1", summary: { ended_at: "2026-04-01T01:00:00Z" } }]);
  assert.deepEqual([ids(activeCalls(held)), ids(endedCalls(held))], [["c1", "c3", "c0"], []]);
  for (const free of [after(held, ["tick", 50]), after(held, ["list_let_go"])]) {
    assert.deepEqual([ids(activeCalls(free)), ids(endedCalls(free))], [["c0", "c3"], ["c1"]]);
  }
});

test("rows change places together, every other tick; what begins comes last, an own call at once into its place", () => {
  const scored = (id, points, seq) => ["risk_score_update", { call_id: id, seq, state: "live", risk_score: points, risk_category: "low" }];
  const order = (state) => ids(activeCalls(state)).join();
  const began = after(page(AGENT, call("c1", "a2"), call("c3", "a2")), ["tick", 1000], scored("c3", 80, 1), ["tick", 2000]);
  const [once, twice] = [began, after(began, ["tick", 3000])];
  assert.deepEqual([order(once), order(twice)], ["c1,c3", "c3,c1"]);
  const news = [scored("c1", 90, 2), ["call_started", call("c0", "a2")]];
  assert.equal(order(after(twice, ...news)), "c3,c1,c0");
  assert.equal(order(after(twice, ["call_ended", { call_id: "c3", summary: { ended_at: "2026-04-01T01:00:00Z" } }])), "c1");
  assert.equal(order(after(twice, ...news, ["call_started", call("c4", "a1")])), "c4,c1,c3,c0");
  assert.equal(order(after(twice, ...news, ["list_held", { ids: ["c3", "c1"], until: 9000 }], ["tick", 6000])), "c3,c1,c0");
});

test("a second hold lengthens the first and keeps its order", () => {
  const held = after(page(AGENT), ["list_held", { ids: ["c1"], until: 9 }], ["list_held", { ids: ["c2"], until: 5 }]).held;
  assert.deepEqual(held, { ids: ["c1"], until: 9 });
});

test("an own call that begins arrives; that of a colleague, a known one and one before the list was read do not", () => {
  const ready = page(AGENT, call("c1", "a1"));
  const arrived = (state, ...events) => after(state, ...events).arrived;
  assert.equal(arrived(ready, ["call_started", call("c2", "a1")]), "c2");
  assert.equal(arrived(ready, ["call_started", call("c2", "a2")]), null);
  assert.equal(arrived(ready, ["call_started", call("c2", "a2")], ["call_started", call("c2", "a1")]), "c2");
  assert.equal(arrived(ready, ["call_started", call("c1", "a1")]), null);
  assert.equal(arrived({ ...initialState, session: AGENT }, ["call_started", call("c2", "a1")]), null);
  assert.equal(arrived(ready, ["call_started", call("c2", "a1")], ["arrival_met"]), null);
});

test("further ended calls are kept beside the first ones", () => {
  const ended = (n) => ({ ...call(`c${n}`, "a1", { status: "ended" }), ended_at: `2026-04-01T00:00:${10 + n}Z` });
  const first = page(AGENT, ...Array.from({ length: 20 }, (_, n) => ended(n + 10)));
  const more = after(first, ["ended_read", { calls: Array.from({ length: 10 }, (_, n) => ended(n)), next_cursor: "further" }]);
  assert.deepEqual([endedCalls(first).length, endedCalls(more).length, more.endedCursor], [20, 30, "further"]);
});

test("an address names the call and the list, and a broken one nothing", () => {
  const place = { pathname: "/", search: "?wall=1&list=team", hash: "#call=a%2Fb" };
  assert.deepEqual(routeOf(place), { callId: "a/b", scope: "team", team: null, isWall: true });
  assert.equal(routeOf({ search: "", hash: "#call=%E0" }).callId, null);
  assert.equal(addressOf({ callId: null, team: "東京" }, { pathname: "/", search: "?wall=1" }), `/?wall=1&team=${encodeURIComponent("東京")}`);
  assert.equal(addressOf({ callId: "a/b", scope: null }, place), "/?wall=1#call=a%2Fb");
  assert.equal(addressOf({ callId: null, scope: "mine" }, place), "/?wall=1&list=mine");
});
