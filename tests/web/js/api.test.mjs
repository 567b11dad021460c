/** What adds something is added once, whatever becomes of the answers. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { api } from "../static/js/api.js";
import { useLanguage } from "../static/js/i18n.js";

const note = { text: "来週お支払いとのことです" };
const answers = { 201: () => Response.json({ note_id: 1 }, { status: 201 }), 409: () => Response.json({}, { status: 409 }) };
const real = globalThis.fetch;
afterEach(() => { globalThis.fetch = real; });

/** Has requests answered one after another by status; 0 is a network that is away. Returns their keys. */
function answered(...statuses) {
  const keys = [];
  globalThis.fetch = async (_path, options) => {
    keys.push(options.headers["Idempotency-Key"]);
    const status = statuses.shift();
    if (!status) throw new TypeError("network");
    return answers[status]();
  };
  return keys;
}

test("a second press while the first is under way is the same request", async () => {
  const keys = answered(0, 201);
  const [one, other] = await Promise.all([api.addNote("c1", note), api.addNote("c1", note)]);
  assert.deepEqual([one, other, keys.length, new Set(keys).size], [{ note_id: 1 }, { note_id: 1 }, 2, 1]);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
});

test("while the first is still being answered the second try waits", async () => {
  const keys = answered(409, 201);
  assert.deepEqual(await api.addNote("c1", note), { note_id: 1 });
  assert.equal(new Set(keys).size, 1);
});

test("what failed keeps its key, what arrived does not", async () => {
  const first = answered(0, 0, 0);
  await assert.rejects(api.addNote("c1", note));
  const second = answered(201, 201);
  await api.addNote("c1", note);
  await api.addNote("c1", note);
  assert.equal(second[0], first[0]);
  assert.notEqual(second[1], second[0]);
});

test("what is refused is asked for in the language of the page", async () => {
  const asked = [];
  globalThis.fetch = async (_path, { headers }) => {
    asked.push([headers["Accept-Language"], headers["Content-Type"]]);
    return Response.json({});
  };
  globalThis.document = { documentElement: {} };
  for (const language of ["en", "ja"]) {
    useLanguage(language);
    await api.health();
    await api.startDemo();
  }
  delete globalThis.document;
  assert.deepEqual(asked, [["en", undefined], ["en", "application/json"], ["ja", undefined], ["ja", "application/json"]]);
});
