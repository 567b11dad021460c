/** What a person wrote is sent until the server answers, in order, under one key each, whatever becomes of page and network. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOutbox } from "../static/js/work/outbox.js";

const NOTE = ["/api/calls/c1/notes", { text: "来週お支払いとのことです" }];
const OTHER = ["/api/calls/c1/outcome", { outcome: "promised" }];

/** A server that answers as it is told, and a clock that stands still until it is moved on. */
function made(...answers) {
  const [sent, waiting] = [[], []];
  async function send(path, body, key) {
    sent.push({ path, body, key });
    const answer = answers.shift();
    if (typeof answer !== "number") return answer;
    throw Object.assign(new Error(String(answer)), { status: answer });
  }
  const pause = (milliseconds) => new Promise((resolve) => { waiting.push({ milliseconds, resolve }); });
  /** Moves on, past every pause that is no longer than this. */
  async function pass(milliseconds = 3000) {
    for (const one of waiting.splice(0)) (one.milliseconds <= milliseconds ? one.resolve() : waiting.push(one));
    await settled();
  }
  return { outbox: createOutbox(send, pause), sent, pass };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve, 1); });

/** Drafts as one browser keeps them, for as many pages as ask. */
function browser() {
  const kept = new Map();
  return { kept, names: async () => [...kept.keys()], read: async (name) => kept.get(name) ?? "",
    keep: async (name, text) => { kept.set(name, text); return true; }, drop: async (name) => { kept.delete(name); } };
}

test("a second press while the first is under way is the same request", async () => {
  const { outbox, sent, pass } = made(0, { note_id: 1 });
  const asked = [outbox.add(...NOTE), outbox.add(...NOTE)];
  await settled();
  await pass(500);
  assert.deepEqual(await Promise.all(asked), [{ note_id: 1 }, { note_id: 1 }]);
  assert.deepEqual([sent.length, new Set(sent.map(({ key }) => key)).size], [2, 1]);
});

test("who waits too long gets nothing and the request goes on by itself", async () => {
  const { outbox, sent, pass } = made(0, 503, 409, 429, { note_id: 1 });
  let rows = [];
  await outbox.keepIn(browser(), (next) => { rows = next; });
  const asked = outbox.add(...NOTE);
  for (let times = 0; times < 5; times++) await pass();
  assert.equal(await asked, null);
  assert.equal(sent.length, 5);
  assert.deepEqual(rows, []);
});

test("what waits is sent in the order of the person", async () => {
  const { outbox, sent, pass } = made(0, { note_id: 1 }, { note_id: 2 });
  const asked = [outbox.add(...NOTE), outbox.add(...OTHER)];
  await settled();
  await pass(500);
  await Promise.all(asked);
  assert.deepEqual(sent.map(({ path }) => path), [NOTE[0], NOTE[0], OTHER[0]]);
});

test("a page that is closed leaves its requests to the next one, with their keys", async () => {
  const drafts = browser();
  const before = made(0, 0);
  await before.outbox.keepIn(drafts, () => {});
  before.outbox.add(...NOTE);
  await settled();
  before.outbox.add(...OTHER);
  await settled();
  assert.equal(drafts.kept.size, 2);

  const after = made({ note_id: 1 }, { note_id: 2 });
  await after.outbox.keepIn(drafts, () => {});
  await settled();
  assert.deepEqual(after.sent.map(({ path, body }) => [path, body]), [NOTE, OTHER]);
  assert.equal(after.sent[0].key, before.sent[0].key);
  assert.equal(drafts.kept.size, 0);
});

test("what is refused is told to whoever is there, and else waits for the person", async () => {
  const { outbox, sent, pass } = made(422, 0, 404, { note_id: 1 });
  let rows = [];
  const drafts = browser();
  await outbox.keepIn(drafts, (next) => { rows = next; });
  await assert.rejects(outbox.add(...NOTE), { status: 422 });
  assert.equal(drafts.kept.size, 0);

  const late = outbox.add(...NOTE);
  await settled();
  await pass();
  await pass();
  assert.equal(await late, null);
  assert.deepEqual(rows.map(({ body, refused }) => [body, refused]), [[NOTE[1], 404]]);
  assert.equal(drafts.kept.size, 1);

  outbox.again(rows[0].key);
  await settled();
  assert.deepEqual([rows, drafts.kept.size, sent.length], [[], 0, 4]);
});

test("a fault of the server that stays is told, not tried for ever", async () => {
  const { outbox, pass, sent } = made(...Array(6).fill(500));
  let rows = [];
  await outbox.keepIn(browser(), (next) => { rows = next; });
  outbox.add(...NOTE);
  for (let times = 0; times < 8; times++) await pass();
  assert.deepEqual(rows.map(({ refused }) => refused), [500]);
  assert.equal(sent.length, 6);

  await outbox.drop(rows[0].key);
  assert.deepEqual(rows, []);
});

test("the server that is back is asked at once", async () => {
  const { outbox, sent } = made(0, { note_id: 1 });
  const asked = outbox.add(...NOTE);
  await settled();
  outbox.hurry();
  assert.deepEqual(await asked, { note_id: 1 });
  assert.equal(sent.length, 2);
});
