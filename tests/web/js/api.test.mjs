/** Requests: what adds something goes by the outbox, and what is refused is asked for in the person's language. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { api } from "../static/js/api.js";
import { useLanguage } from "../static/js/i18n.js";

const real = globalThis.fetch;
afterEach(() => { globalThis.fetch = real; });

test("a note that finds no server is sent again with its key, and once a body that breaks off is no answer", async () => {
  const keys = [];
  const answers = [() => { throw new TypeError("network"); }, () => new Response("{", { headers: { "content-type": "application/json" } }),
    () => Response.json({ note_id: 1 }, { status: 201 })];
  globalThis.fetch = async (path, { headers, signal }) => {
    keys.push([path, headers["Idempotency-Key"], signal.aborted]);
    return answers.shift()();
  };
  assert.deepEqual(await api.addNote("c1", { text: "来週お支払いとのことです" }), { note_id: 1 });
  assert.equal(new Set(keys.map(String)).size, 1);
  assert.equal(keys.length, 3);
  assert.match(keys[0][1], /^[0-9a-f]{32}$/);
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
