/** Numbers, times and names as people read them, in both languages. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as format from "../static/js/format.js";
import { loadLanguages, pick, t, useLanguage } from "../static/js/i18n.js";

globalThis.document = { documentElement: {} };
globalThis.fetch = async (path) => {
  const text = await readFile(new URL(`..${path}`, import.meta.url), "utf8");
  return { json: async () => JSON.parse(text) };
};
await loadLanguages();
const inBoth = async (say) => {
  const said = {};
  for (const language of ["ja", "en"]) {
    useLanguage(language);
    said[language] = say();
  }
  return said;
};

test("times are Japan's, and a day stands before the hour unless it is today", async () => {
  const now = Date.parse("2026-04-01T14:00:00Z");
  assert.deepEqual(await inBoth(() => format.clock("2026-04-01T00:30:05Z")), { ja: "09:30:05", en: "09:30:05" });
  assert.deepEqual(await inBoth(() => format.moment("2026-04-01T00:30:00Z", now)), { ja: "09:30", en: "09:30" });
  assert.deepEqual(await inBoth(() => format.moment("2026-03-31T14:30:00Z", now)),
    { ja: "2026/03/31 23:30", en: "2026/03/31 23:30" });
});

test("a duration shows hours from one hour on and never less than nothing", () => {
  assert.deepEqual([-1, 59.9, 61, 3599, 3600, 36_061].map(format.duration),
    ["00:00", "00:59", "01:01", "59:59", "1:00:00", "10:01:01"]);
});

test("points carry a true minus, and none are plus-minus zero", () => {
  assert.deepEqual([3, -3, 0].map(format.signed), ["+3", "−3", "±0"]);
});

test("shares and means have one digit", async () => {
  assert.deepEqual(await inBoth(() => format.percent(0.1234)), { ja: "12.3%", en: "12.3%" });
  assert.deepEqual(await inBoth(() => [0.25, -0.25, 0].map(format.mean)),
    { ja: ["+0.3", "−0.3", "0.0"], en: ["+0.3", "−0.3", "0.0"] });
});

test("a multiple has a digit only where it needs one", async () => {
  assert.deepEqual(await inBoth(() => [2, 2.52, 10.04].map(format.multiple)), { ja: ["2", "2.5", "10"], en: ["2", "2.5", "10"] });
});

test("a customer is named by record, else by id, else called unknown", async () => {
  const said = await inBoth(() => [{ customer_data: { name: "仮名" } }, { customer_id: "1001" }, { customer_id: null }]
    .map(format.customerName));
  for (const [named, numbered, anonymous] of Object.values(said)) {
    assert.match(named, /仮名/);
    assert.match(numbered, /1001/);
    assert.doesNotMatch(anonymous, /null|undefined/);
  }
  assert.notDeepEqual(said.ja, said.en);
});

test("who speaks is told, or that nobody is known yet, was known, or answered", async () => {
  const calls = [{ agent_id: "a1" }, { agent_id: "", status: "active" },
    { agent_id: "", status: "ended", summary: { turns: 2 } }, { agent_id: "", status: "ended", summary: { turns: 0 } }];
  for (const said of Object.values(await inBoth(() => calls.map(format.agentName)))) {
    assert.match(said[0], /a1/);
    assert.equal(new Set(said).size, 4);
  }
});

test("a key without words is an error, and a field of the server is taken in the chosen language", async () => {
  assert.throws(() => t("no.such.key"), /no\.such\.key/);
  assert.deepEqual(await inBoth(() => pick({ reason: "あと 3 日", reason_en: "3 days left" }, "reason")),
    { ja: "あと 3日", en: "3 days left" });
});
