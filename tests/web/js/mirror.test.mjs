/** Where the focus goes when the row that had it is gone. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { byId, freshPage } from "./view/page.mjs";
import { mirror } from "../static/js/dom.js";

beforeEach(() => freshPage());

const button = () => {
  const node = document.createElement("button");
  return { node, update: (name) => { node.textContent = name; } };
};
const draw = (names) => mirror(byId("advice-list"), names, (name) => name, button);

test("it stays with its row, and with the row gone rests on the part of the page, on no other row", () => {
  draw(["a", "b"]);
  const [first, second] = byId("advice-list").children;
  first.focus();
  draw(["b", "a"]);
  assert.equal(document.activeElement, first);
  draw(["b"]);
  assert.equal(document.activeElement, byId("advice"));
  assert.equal(byId("advice").getAttribute("tabindex"), "-1");
  assert.notEqual(document.activeElement, second);
});

test("a focus elsewhere is left alone", () => {
  draw(["a", "b"]);
  byId("note-text").focus();
  draw([]);
  assert.equal(document.activeElement, byId("note-text"));
});
