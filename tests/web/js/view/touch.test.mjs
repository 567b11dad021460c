/** What the layout for fingers adds: own calls of a tablet, the strongest reason, quick actions, and the outbox. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, notingActions, stateOf, texts } from "./page.mjs";
import { isOwn, scopesOf } from "../../static/js/listing.js";
import { isLoading, toOpen } from "../../static/js/selectors.js";
import { quickView } from "../../static/js/touch/quick.js";
import { strongest } from "../../static/js/touch/top_reason.js";
import { outboxView } from "../../static/js/view/outbox.js";

let asked;
let actions;
beforeEach(() => {
  freshPage("en", true);
  ({ asked, actions } = notingActions());
});

test("where nobody logs in the agent of the address has own calls, and a tablet opens no others by itself", () => {
  const session = { means: "demo", agent_ids: ["a1"], sees_all: true, teams: {} };
  const state = stateOf(callOf(), { session, isTouch: true, selectedId: null });
  const other = { ...state, session: { ...session, agent_ids: ["a2"] } };
  assert.deepEqual([isOwn(state, callOf()), scopesOf(session), toOpen(state), isLoading(state)], [true, ["mine", "all"], "c1", true]);
  assert.deepEqual([isOwn(other, callOf()), toOpen(other), isLoading(other), toOpen({ ...other, isTouch: false })], [false, null, false, "c1"]);
  assert.deepEqual(scopesOf({ ...session, agent_ids: [] }), []);
});

test("the strongest reason is a line that says something, whichever way it goes", () => {
  const line = (feature, points) => ({ feature, points, part: "known", reason: `${feature}.` });
  const contributions = [line("a", 4), line("b", -9), line("c", 0)];
  assert.equal(strongest(assessmentOf({ contributions, before_points: -5, said_points: 0, other_points: 99 })).feature, "b");
  assert.deepEqual([strongest(null), strongest({ state: "no_model", risk_score: null }), strongest(assessmentOf({ said_points: 0 }))], [null, null, null]);
});

test("a quick action that holds is taken back by the next press; a double press is one", () => {
  const draw = quickView(actions);
  draw(stateOf());
  const [identity] = byId("quick-choices").children;
  identity.click({ detail: 1 });
  identity.click({ detail: 2 });
  const note = { note_id: 5, kind: "quick_action", text: "Identity confirmed", facts: null };
  draw(stateOf(callOf({ notes: [note] })));
  assert.equal(identity.ariaPressed, "true");
  identity.click({ detail: 1 });
  draw(stateOf(callOf({ notes: [note, { note_id: 6, kind: "undo", text: "", facts: { about: 5 } }] })));
  assert.equal(identity.ariaPressed, "false");
  assert.deepEqual(asked.map(([name, , what]) => [name, what]), [["noteQuickly", "Identity confirmed"], ["takeBack", note]]);
});

test("what waits is told with its words; what was refused opens by itself and can be sent again or let go", () => {
  const draw = outboxView(actions);
  const item = (key, path, body, refused = null) => ({ key, path: `/api/calls/c1/${path}`, body, refused });
  draw(stateOf(callOf(), { outbox: [] }));
  assert.equal(byId("outbox").hidden, true);
  const waiting = [item("k1", "notes", { text: "will call", kind: "note" }), item("k2", "promise", { due_on: "2026-04-10" })];
  draw(stateOf(callOf(), { outbox: waiting }));
  assert.match(byId("outbox-told").textContent, /2/);
  assert.match(linesOf("outbox-list")[0], /Note\s+will call/);
  assert.match(linesOf("outbox-list")[1], /Promise to pay\s+2026-04-10/);
  draw(stateOf(callOf(), { outbox: [item("k3", "escalate", { reason: "asks for a supervisor" }, 404)] }));
  assert.equal(byId("outbox").open, true);
  for (const name of ["again", "drop"]) byId("outbox-list").querySelectorAll(`[data-slot=${name}]`)[0].click();
  assert.deepEqual(asked, [["sendAgain", "k3"], ["dropUnsent", "k3"]]);
  assert.equal(texts(byId("outbox-list").children).length, 1);
});
