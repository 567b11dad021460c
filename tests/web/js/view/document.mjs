/** A document as far as the views need one: elements, templates, events and simple selectors, without layout. */

const EMPTY = new Set(["br", "img", "input", "link", "meta"]);
const BOOLEANS = ["hidden", "open", "disabled", "checked", "required"];
const TOKEN = /<!--[^]*?-->|<!doctype[^>]*>|<(\/?)([a-z][\w-]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*\/?>|([^<]+)/gi;
const SIMPLE = /^([\w-]+)|\.([\w-]+)|#([\w-]+)|\[([\w-]+)(?:=(?:"([^"]*)"|([\w-]+)))?\]|:not\((.+?)\)|:popover-open/g;

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Words between elements. */
class Text {
  constructor(words) { this.textContent = words; }
  cloneNode() { return new Text(this.textContent); }
}

class Node {
  childNodes = [];
  get children() { return this.childNodes.filter((node) => node instanceof Element); }
  get childElementCount() { return this.children.length; }
  get firstElementChild() { return this.children[0] ?? null; }
  append(...nodes) { this.#insert(this.childNodes.length, nodes); }
  prepend(...nodes) { this.#insert(0, nodes); }
  appendChild(node) { this.append(node); return node; }
  replaceChildren(...nodes) { for (const node of [...this.childNodes]) detach(node); this.append(...nodes); }
  insertBefore(node, next) {
    detach(node);
    this.#insert(next ? this.childNodes.indexOf(next) : this.childNodes.length, [node]);
  }
  #insert(place, nodes) {
    const added = nodes.map((node) => (typeof node === "object" ? node : new Text(String(node))));
    const next = this.childNodes[place];
    added.forEach(detach);
    this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, ...added);
    for (const node of added) node.parent = this;
  }
  get textContent() { return this.childNodes.map((node) => node.textContent).join(""); }
  set textContent(words) { this.replaceChildren(...(words === "" ? [] : [words])); }
  contains(node) { return node === this || Boolean(node?.parent && this.contains(node.parent)); }
  * [Symbol.iterator]() { for (const child of this.children) { yield child; yield* child; } }
  querySelectorAll(selector) { return [...this].filter((node) => node.matches(selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
}

function detach(node) {
  if (node.parent) node.parent.childNodes.splice(node.parent.childNodes.indexOf(node), 1);
  node.parent = null;
}

export class Element extends Node {
  attributes = new Map();
  style = { setProperty(name, value) { this[name] = String(value); } };
  scrolled = 0; // how often it was brought into sight
  #heard = [];
  constructor(tag) {
    super();
    this.tag = tag;
    if (tag === "template") this.content = new Node();
    const write = (name, value) => { this.attributes.set(`data-${kebab(name)}`, String(value)); return true; };
    this.dataset = new Proxy({}, { get: (_, name) => this.attributes.get(`data-${kebab(name)}`), set: (_, name, value) => write(name, value) });
    const own = () => this.className.split(" ").filter(Boolean);
    this.classList = { contains: (name) => own().includes(name),
      toggle: (name, is) => { this.className = [...own().filter((one) => one !== name), ...(is ? [name] : [])].join(" "); } };
  }
  get isConnected() { return globalThis.document.contains(this); }
  get parentElement() { return this.parent instanceof Element ? this.parent : null; }
  get offsetParent() { return this.hidden ? null : this.parent; }
  get nextElementSibling() { const all = this.parent.children; return all[all.indexOf(this) + 1] ?? null; }
  get className() { return this.attributes.get("class") ?? ""; }
  set className(name) { this.attributes.set("class", name); }
  get value() { return this.written ?? this.attributes.get("value") ?? (this.tag === "option" ? this.textContent : ""); }
  set value(value) { this.written = String(value); }
  get name() { return this.attributes.get("name") ?? ""; }
  get elements() {
    const fields = [...this].filter((node) => ["input", "select", "textarea", "button"].includes(node.tag));
    return Object.assign(fields, Object.fromEntries(fields.filter(({ name }) => name).map((node) => [node.name, node])));
  }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  toggleAttribute(name, is) { if (is) this.attributes.set(name, ""); else this.attributes.delete(name); }
  remove() { detach(this); }
  replaceWith(node) { this.parent.insertBefore(node, this); detach(this); }
  cloneNode() {
    const copy = new Element(this.tag);
    for (const [name, value] of this.attributes) copy.attributes.set(name, value);
    copy.append(...this.childNodes.map((node) => node.cloneNode()));
    return copy;
  }
  matches(selector) { return selector.split(",").some((one) => matchesPath(this, one.trim().split(/\s+/))); }
  closest(selector) { return this.matches(selector) ? this : this.parentElement?.closest(selector) ?? null; }
  addEventListener(type, act) { this.#heard.push([type, act]); }
  /** Tells an event to whoever listens here and above; returns what the listeners returned. */
  tell(type, more = {}) {
    const event = { type, target: this, detail: 1, prevented: false, preventDefault() { this.prevented = true; }, ...more };
    const told = [];
    for (let node = this; node instanceof Element; node = node.parent) told.push(...node.#hear(event));
    return Object.assign(told, { event });
  }
  #hear(event) { return this.#heard.filter(([type]) => type === event.type).map(([, act]) => act(event)); }
  click(more) { return this.tell("click", more); }
  focus() { globalThis.document.activeElement = this; }
  reset() { for (const field of this.elements) field.written = undefined; }
  requestSubmit() { return this.tell("submit"); }
  showModal() { this.open = true; }
  close() { this.open = false; this.tell("close"); }
  showPopover() { this.isShown = true; }
  hidePopover() { this.isShown = false; this.tell("toggle", { newState: "closed" }); }
  scrollIntoView() { this.scrolled += 1; }
  getBoundingClientRect() { return { top: 0, left: 0, bottom: 0, width: 0, height: 0, ...this.place }; }
}
for (const name of BOOLEANS) {
  Object.defineProperty(Element.prototype, name, {
    get() { return this.attributes.has(name); }, set(is) { this.toggleAttribute(name, Boolean(is)); },
  });
}

function matchesPath(node, path) {
  if (!matchesOne(node, path.at(-1))) return false;
  if (path.length === 1) return true;
  for (let above = node.parentElement; above; above = above.parentElement) if (matchesPath(above, path.slice(0, -1))) return true;
  return false;
}

function matchesOne(node, selector) {
  return [...selector.matchAll(SIMPLE)].every(([all, tag, name, id, attribute, quoted, bare, other]) => {
    if (tag) return node.tag === tag;
    if (name) return node.classList.contains(name);
    if (id) return node.getAttribute("id") === id;
    if (other) return !node.matches(other);
    if (all === ":popover-open") return Boolean(node.isShown);
    return node.attributes.has(attribute) && (quoted ?? bare ?? node.getAttribute(attribute)) === node.getAttribute(attribute);
  });
}

/** Returns a document of the markup of a page. */
export function documentOf(markup) {
  const root = Object.assign(new Node(), { title: "callrisk", documentElement: { dataset: {} }, addEventListener() {}, hasFocus: () => true });
  let open = [root];
  for (const [, closes, tag, attributes, words] of markup.matchAll(TOKEN)) {
    const place = open.at(-1).content ?? open.at(-1);
    if (words) place.append(words);
    else if (closes) open = open.slice(0, open.findLastIndex((node) => node.tag === tag.toLowerCase()));
    else if (tag) {
      const node = new Element(tag.toLowerCase());
      for (const [, name, value = ""] of attributes.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) node.attributes.set(name, value);
      place.append(node);
      if (!EMPTY.has(node.tag)) open.push(node);
    }
  }
  const body = root.querySelector("body");
  return Object.assign(root, {
    body, activeElement: body,
    getElementById: (id) => root.querySelector(`#${id}`),
    createElement: (tag) => new Element(tag),
    createElementNS: (_, tag) => new Element(tag),
  });
}
