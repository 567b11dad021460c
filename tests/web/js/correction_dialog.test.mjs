/** The dialogue that says what was meant: sent once, and closed with the call that it is about. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** An element as far as the dialogue needs one. */
function element() {
  const heard = new Map();
  return {
    open: false, lang: "", textContent: "", elements: { text: { value: "" } },
    append() {}, replaceChildren() {}, querySelector: () => ({ focus() {} }),
    addEventListener: (type, act) => heard.set(type, act),
    tell: (type) => heard.get(type)({ preventDefault() {} }),
    showModal() { this.open = true; },
    close() { this.open = false; heard.get("close")?.(); },
  };
}

const elements = new Map();
globalThis.document = {
  body: {}, documentElement: {}, createElement: element, addEventListener() {},
  getElementById: (id) => elements.get(id) ?? elements.set(id, element()).get(id),
};
globalThis.CSS = { escape: (words) => words };
globalThis.FormData = class { get() { return "none"; } };
await words();
const { correctionDialogView } = await import("../static/js/view/marks/correction_dialog.js");

/** Reads the catalogues from their files. */
async function words() {
  const { readFile } = await import("node:fs/promises");
  globalThis.fetch = async (path) => new Response(await readFile(new URL(`..${path}`, import.meta.url)));
  const i18n = await import("../static/js/i18n.js");
  await i18n.loadLanguages();
  i18n.useLanguage("ja");
}

const STATEMENT = { segment_id: "s1", begin: 0, end: 3, intent: "inability", phrase: "払えない", mood: "asserted" };
const stateOf = (correcting) => ({ correcting, calls: new Map([["c1", { info: { call_id: "c1", agent_id: "a1" } }]]) });
let sent;
let show;

beforeEach(() => {
  elements.clear();
  sent = [];
  const correct = (...values) => new Promise((resolve) => { sent.push({ values, resolve }); });
  show = correctionDialogView({ correct, askMeaning() {} });
});

test("Enter pressed twice sends once, and what arrived closes it", async () => {
  const [dialog, form] = [elements.get("correct-dialog"), elements.get("correct-form")];
  show(stateOf({ callId: "c1", statement: STATEMENT }));
  const done = [form.tell("submit"), form.tell("submit")];
  assert.deepEqual([dialog.open, sent.length, sent[0].values[1]], [true, 1, STATEMENT]);
  sent[0].resolve();
  await Promise.all(done);
  assert.equal(dialog.open, false);
});

test("it closes when another call is opened, and sends nothing any more", async () => {
  const [dialog, form] = [elements.get("correct-dialog"), elements.get("correct-form")];
  show(stateOf({ callId: "c1", statement: STATEMENT }));
  show(stateOf(null));
  assert.equal(dialog.open, false);
  await form.tell("submit");
  assert.deepEqual(sent, []);
});

test("what arrives late closes no dialogue about another statement", async () => {
  const [dialog, form] = [elements.get("correct-dialog"), elements.get("correct-form")];
  show(stateOf({ callId: "c1", statement: STATEMENT }));
  const done = form.tell("submit");
  show(stateOf({ callId: "c1", statement: { ...STATEMENT, begin: 5 } }));
  sent[0].resolve();
  await done;
  assert.equal(dialog.open, true);
});
