/** The document of these cases: what it finds, where it inserts, and who hears an event. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { documentOf } from "./document.mjs";

const page = documentOf(`<!doctype html><body><ul id="list"><li class="a b" data-place="x/1" hidden>one</li><li>two <b>bold</b></li></ul>
  <template id="t"><p data-slot="text"></p></template><input name="words" value="w"></body>`);
globalThis.document = page;
const list = page.getElementById("list");

test("selectors find by name, class, id, attribute and place, and leave out what is not meant", () => {
  const found = (selector) => page.querySelectorAll(selector).map((node) => node.textContent);
  assert.deepEqual(found("li"), ["one", "two bold"]);
  assert.deepEqual([found("#list .b"), found("li:not([hidden])"), found("[data-place=\"x/1\"]"), found("ul b, .a")],
    [["one"], ["two bold"], ["one"], ["one", "bold"]]);
  assert.deepEqual([found("ol li"), found("#list[hidden]"), found("[data-slot]")], [[], [], []]);
});

test("a node stands where it was put last", () => {
  const [first, second] = list.children;
  list.insertBefore(second, first);
  assert.deepEqual(list.textContent, "two boldone");
  list.insertBefore(second, null);
  assert.equal(list.textContent, "onetwo bold");
  assert.deepEqual([first.nextElementSibling === second, second.nextElementSibling], [true, null]);
});

test("an event is heard by those above, a template is a copy", () => {
  const heard = [];
  list.addEventListener("click", ({ target }) => heard.push(target.textContent));
  list.querySelector("b").click();
  assert.deepEqual(heard, ["bold"]);
  const node = page.getElementById("t").content.firstElementChild.cloneNode(true);
  assert.deepEqual([node.dataset.slot, node.isConnected, page.querySelector("input").value], ["text", false, "w"]);
});
