/** Access to the document: templates, keyed lists, text without markup. */
import { localise } from "./i18n.js";
import { icon } from "./icons.js";

export const byId = (id) => document.getElementById(id);

/** Returns a copy of <template id> and its [data-slot] elements by name. */
export function fromTemplate(id) {
  const node = byId(id).content.firstElementChild.cloneNode(true);
  decorate(node);
  const slots = {};
  for (const element of node.querySelectorAll("[data-slot]")) slots[element.dataset.slot] = element;
  return { node, slots };
}

/** Fills in texts and icons that the markup names. */
export function decorate(root) {
  localise(root);
  for (const element of root.querySelectorAll("[data-icon]")) element.prepend(icon(element.dataset.icon));
}

/** Writes only text that differs, so that selections survive and nothing flickers. */
export function setText(element, text) {
  const wanted = text ?? "";
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

const updates = new WeakMap();

/**
 * Makes the children of `parent` mirror `items`: a child stays with its key, so bubbles are replaced in
 * place and a focused button keeps its focus when the order changes. `component()` gives {node, update}.
 * An item that cannot be drawn is left out, and its error thrown once the others stand.
 */
export function mirror(parent, items, keyOf, component) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = document.activeElement;
  const hadFocus = parent.contains(focused);
  let next = parent.firstElementChild;
  let fault = null;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = known.get(key);
    try {
      node ??= create(key, component(item));
      updates.get(node)(item);
    } catch (error) {
      fault ??= error;
      continue;
    }
    known.delete(key);
    if (node === next) next = next.nextElementSibling;
    else place(parent, node, next);
  }
  for (const node of known.values()) node.remove();
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
  else if (hadFocus && !parent.contains(focused) && !parent.contains(document.activeElement)) rest(parent.closest("section, form, dialog"));
  if (fault) throw fault;
}

/** Puts a node before another; one that stands there already keeps focus and animation where the browser can move it. */
function place(parent, node, next) {
  if (parent.moveBefore && node.parentNode === parent) parent.moveBefore(node, next);
  else parent.insertBefore(node, next);
}

/** Leaves the focus where it was lost with an item, on no button that a second key would press. */
function rest(region) {
  if (region && region.getAttribute("tabindex") === null) region.setAttribute("tabindex", "-1");
  region?.focus({ preventScroll: true });
}

function create(key, { node, update }) {
  node.dataset.key = key;
  updates.set(node, update);
  return node;
}

/** Returns a description list of [term, text] pairs, some with a button behind the text; numbers keep their units on the line. */
export function describe(list, pairs) {
  mirror(list, pairs, ([term]) => term, () => {
    const group = document.createElement("div");
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    const text = document.createElement("span");
    description.append(text);
    group.append(term, description);
    function update([name, words, button]) {
      setText(term, name);
      setText(text, words);
      if (description.children[1] !== button) description.replaceChildren(text, ...(button ? [button] : []));
    }
    return { node: group, update };
  });
}
