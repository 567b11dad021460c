/** The tour of the page: a few cards beside its parts, at the first visit and whenever somebody asks for it. */
import { byId, setText } from "../dom.js";
import { t } from "../i18n.js";
import { rememberTourSeen, tourSeen } from "../preferences.js";
import { selected } from "../selectors.js";
import { placeOf } from "./tour_place.js";

/** The words of each step, and the part that it tells of. */
const STEPS = [
  ["calls", "#calls"], ["score", "#score-card, .score-head"], ["talk", ".transcript"],
  ["advice", "#advice"], ["work", "#after-call"], ["keys", "#keys-open"],
];

export function tourView() {
  const card = made();
  let step = null; // null while the tour is not shown
  let cameFrom = null; // what had the focus before
  let shown = null; // the newest state
  let marked = null;

  const part = (name) => card.querySelector(`[data-part=${name}]`);
  part("close").addEventListener("click", close);
  part("back").addEventListener("click", () => go(step - 1));
  part("next").addEventListener("click", () => (step === STEPS.length - 1 ? close() : go(step + 1)));
  byId("tour-again").addEventListener("click", () => {
    byId("keys-dialog").close();
    begin(byId("keys-open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && step !== null && !event.isComposing && !document.querySelector("dialog[open]")) close();
  });
  addEventListener("resize", place);

  function begin(from) {
    cameFrom = from;
    step = 0;
    card.showPopover();
    go(0);
    part("next").focus({ preventScroll: true });
  }

  function close() {
    rememberTourSeen();
    const hadFocus = card.contains(document.activeElement);
    step = null;
    mark(null);
    card.hidePopover();
    if (hadFocus) cameFrom?.focus({ preventScroll: true });
  }

  function go(next) {
    step = next;
    write();
    mark(visible(STEPS[step][1]));
    marked?.scrollIntoView({ block: "nearest" });
    place();
  }

  function mark(element) {
    marked?.removeAttribute("data-toured");
    marked = element;
    marked?.setAttribute("data-toured", "");
  }

  function write() {
    const [name] = STEPS[step];
    setText(part("step"), t("tour.step", { n: step + 1, all: STEPS.length }));
    setText(part("title"), t(`tour.${name}_title`));
    setText(part("text"), t(`tour.${name}`));
    setText(part("close"), t("tour.close"));
    setText(part("back"), t("tour.back"));
    setText(part("next"), t(step === STEPS.length - 1 ? "tour.end" : "tour.next"));
    part("back").hidden = step === 0;
    part("close").hidden = step === STEPS.length - 1;
  }

  function place() {
    if (step === null) return;
    const isLive = selected(shown)?.info.status === "active";
    const score = isLive ? visible(STEPS[1][1]) : null;
    const { width, height } = card.getBoundingClientRect();
    const at = placeOf({
      target: marked && seenOf(marked), score: score && seenOf(score), card: { width, height },
      view: { width: innerWidth, height: innerHeight },
    });
    card.style.left = `${at.left}px`;
    card.style.top = `${at.top}px`;
  }

  return (state) => {
    shown = state;
    if (step !== null) {
      write();
      place();
    } else if (isFirstVisit(state)) begin(document.activeElement);
  };
}

/** Nobody is led about while they type, on a screen that nobody sits at, or a second time. */
const isFirstVisit = ({ rowsAlone, isTouch }) =>
  !tourSeen() && !rowsAlone && !isTouch && !document.querySelector("dialog[open]") && !document.activeElement?.matches("input, textarea, select");

const visible = (selector) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0) ?? null;

/** Returns the part of an element's box that is in the window. */
function seenOf(element) {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  return { left: x, top: y, width: Math.max(0, Math.min(innerWidth, right) - x), height: Math.max(0, Math.min(innerHeight, bottom) - y) };
}

/** The card, at the end of the page. */
function made() {
  const card = document.createElement("div");
  const parts = { step: "p", title: "h2", text: "p", actions: "div" };
  const buttons = { close: "button plain small", back: "button small", next: "button primary small" };
  const add = (parent, tag, name) => {
    const element = Object.assign(document.createElement(tag), { id: `tour-${name}` });
    element.dataset.part = name;
    element.dataset.testid = `tour-${name}`;
    parent.append(element);
    return element;
  };
  Object.assign(card, { id: "tour", className: "tour", popover: "manual", role: "dialog" });
  card.dataset.testid = "tour";
  for (const [name, tag] of Object.entries(parts)) add(card, tag, name);
  for (const [name, className] of Object.entries(buttons)) {
    Object.assign(add(card.lastElementChild, "button", name), { type: "button", className });
  }
  card.setAttribute("aria-labelledby", "tour-title");
  card.setAttribute("aria-describedby", "tour-text");
  document.body.append(card);
  return card;
}
