/** Drafts of forms: kept for each call, filled in again, gone once sent. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { byId, freshPage } from "./view/page.mjs";
import { draftsOf } from "../static/js/work/drafts.js";
import { formDrafts } from "../static/js/work/form_drafts.js";

let form;
let kept;
let drafts;
let restored;
beforeEach(async () => {
  freshPage();
  form = byId("promise-form");
  drafts = await draftsOf(null);
  restored = 0;
  kept = formDrafts(form, { kind: "promise", fields: ["due_on", "amount", "channel"], drafts: Promise.resolve(drafts), restored: () => { restored += 1; } });
  await kept.show("c1");
});
const type = (due, amount) => {
  [form.elements.due_on.value, form.elements.amount.value] = [due, amount];
  kept.touched();
};
const shown = () => [form.elements.due_on.value, form.elements.amount.value];

test("another call has an empty form, and the draft is there again with its call", async () => {
  type("2026-04-03", "5000");
  await kept.show("c2");
  assert.deepEqual([shown(), restored], [["", ""], 0]);
  await kept.show("c1");
  assert.deepEqual([shown(), restored], [["2026-04-03", "5000"], 1]);
});

test("nothing is kept of a form that was emptied", async () => {
  type("2026-04-03", "");
  await kept.show("c2");
  await kept.show("c1");
  type("", " ");
  await kept.show("c2");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(await drafts.names(), []);
});

test("what was sent is gone, and what is typed for another call meanwhile stays", async () => {
  type("2026-04-03", "5000");
  await kept.show("c2");
  type("2026-04-09", "");
  await kept.done("c1");
  assert.deepEqual(shown(), ["2026-04-09", ""]);
  await kept.show("c1");
  assert.deepEqual(shown(), ["", ""]);
  await kept.show("c2");
  assert.deepEqual(shown(), ["2026-04-09", ""]);
  await kept.done("c2");
  assert.deepEqual([shown(), await drafts.names()], [["", ""], []]);
});

test("a draft that is read late does not overwrite what was typed by then", async () => {
  type("2026-04-03", "5000");
  await kept.show("c2");
  const reading = kept.show("c1");
  form.elements.amount.value = "7000";
  await reading;
  assert.deepEqual(shown(), ["", "7000"]);
});
