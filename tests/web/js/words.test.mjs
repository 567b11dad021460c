/** Sentences the page makes itself: failed requests by status, lines by their statement, without the server. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { errorText } from "../static/js/error_text.js";
import { loadLanguages, pick, t, useLanguage } from "../static/js/i18n.js";
import { lineLabel, lineReason } from "../static/js/line_words.js";

globalThis.document = { documentElement: {} };
globalThis.fetch = async (path) => {
  const text = await readFile(new URL(`..${path}`, import.meta.url), "utf8");
  return { json: async () => JSON.parse(text) };
};
await loadLanguages();

test("a failed request is told in Japanese by its status, with the id to quote", () => {
  useLanguage("ja");
  assert.equal(errorText({ status: 409, requestId: "r-1" }),
    "ほかの操作と競合したため実行できませんでした。画面を確認してやり直してください。（お問い合わせ番号 r-1）");
  assert.equal(errorText({ status: 0, requestId: "" }), t("error.0"));
  assert.equal(errorText({ status: 503, requestId: "" }), t("error.500"));
  assert.equal(errorText({ status: 418, requestId: "" }), t("error.400"));
});

test("the language changes without another request", () => {
  globalThis.fetch = () => { throw new Error("the server is away"); };
  useLanguage("en");
  assert.equal(t("yes"), "Yes");
  useLanguage("ja");
  assert.equal(t("yes"), "あり");
  useLanguage("fr");
  assert.equal(t("yes"), "あり");
});

test("a number keeps its Japanese unit without a space, and other words on its line", () => {
  useLanguage("ja");
  const said = (text) => pick({ text }, "text");
  assert.equal(said("34,300 円、60 か月、4.7 %"), "34,300円、60か月、4.7%");
  assert.equal(said("06:19 から止まっています"), "06:19\u00a0から止まっています");
});

test("a statement is named by the catalogue, any other line by the server", () => {
  useLanguage("ja");
  const said = { feature: "said.promise.2", label: "支払いの約束", value_text: "「必ず払います」", reason: "支払いの約束：「必ず払います」" };
  assert.equal(lineLabel(said), "お支払いのお約束");
  assert.equal(lineReason(said), "お支払いのお約束：「必ず払います」");
  const known = { feature: "earlier_calls", label: "これまでの通話", reason: "これまでの通話が3 回" };
  assert.deepEqual([lineLabel(known), lineReason(known)], ["これまでの通話", "これまでの通話が3回"]);
});
