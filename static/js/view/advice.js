/** Recommendations: one action with its cause and script, the alternatives, and the feedback given. */
import { adviceRows } from "../advice.js";
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { duration } from "../format.js";
import { pick, t } from "../i18n.js";
import { selected } from "../selectors.js";

const CAUSE_LENGTH = 14; // characters of the turn: enough to know it again

export function adviceView(actions) {
  const keepHeight = heightKeeper(byId("advice"));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    keepHeight(entry.info.call_id);
    const { open, settled } = adviceRows(entry);
    byId("advice").hidden = entry.info.status === "ended"; // nobody is left to read it to
    byId("advice-none").hidden = open.length > 0;
    setText(byId("advice-none"), t(settled.length > 0 ? "advice.none_left" : "advice.none"));
    const [primary, ...others] = open.map((advice) => ({ kind: "alternative", advice, entry }));
    const rows = [...(primary ? [{ ...primary, kind: "primary" }] : []), ...others];
    mirror(byId("advice-list"), rows, keyOf, ({ kind }) => row(kind, actions));
    mirror(byId("advice-answered"), settled.map((one) => ({ ...one, callId: entry.info.call_id })), ({ action, callId }) => `${callId} ${action}`, () => settledRow(actions));
  };
}

/** Keeps a card as tall as it was in a call, so that what stands below does not move with each piece of advice. */
function heightKeeper(card) {
  let [call, tallest, width] = [null, 0, 0];

  function keep(height) {
    tallest = height;
    card.style.setProperty("--tallest", `${height}px`);
  }
  new ResizeObserver(() => {
    if (card.offsetWidth !== width) keep(0);
    width = card.offsetWidth;
    // What a person unfolds is as tall as long as it is unfolded.
    if (!card.querySelector("details[open], form:not([hidden])")) keep(Math.max(tallest, card.offsetHeight));
  }).observe(card);

  return (callId) => {
    if (callId !== call) keep(0);
    call = callId;
  };
}

const keyOf = ({ kind, advice, entry }) => `${entry.info.call_id} ${kind} ${advice.action}`;

function row(kind, actions) {
  const { node, slots: { text, body } } = fromTemplate(`advice-${kind}`);
  const { node: inner, slots } = fromTemplate("advice-body");
  body.replaceWith(inner);
  slots.done.classList.toggle("primary", kind === "primary");
  let shown = null;
  const answer = (verdict, reason) => actions.giveFeedback(shown.entry.info, shown.advice.action, verdict, reason);
  // The next advice takes the place of this one: the second click of a double click is not for it.
  slots.done.addEventListener("click", ({ detail }) => detail < 2 && answer("done"));
  slots.dismiss.addEventListener("click", ({ detail }) => detail < 2 && answer("dismissed"));
  slots.cause.addEventListener("click", () => actions.pointAt(shown.advice.because));
  slots.reason.addEventListener("click", () => {
    slots.form.hidden = !slots.form.hidden;
    slots.reason.ariaExpanded = String(!slots.form.hidden);
  });
  for (const button of slots.form.querySelectorAll(".choice")) {
    button.addEventListener("click", () => answer("dismissed", button.textContent));
  }
  slots.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = slots.words.value.trim();
    if (words === "") slots.words.focus();
    else answer("dismissed", words);
  });

  function update(next) {
    shown = next;
    node.dataset.action = next.advice.action;
    setText(text, pick(next.advice, "text"));
    setText(slots.script, pick(next.advice, "script"));
    setText(slots.why, next.advice.why ? pick(next.advice, "why") : "");
    const cause = next.entry.segments.find((segment) => segment.segment_id === next.advice.because);
    slots.cause.hidden = !cause;
    setText(slots.cause, cause ? causeText(cause) : "");
  }
  return { node, update };
}

function causeText({ begin_ms: begin, text }) {
  const words = [...text];
  const phrase = words.length > CAUSE_LENGTH ? `${words.slice(0, CAUSE_LENGTH).join("")}…` : text;
  return begin === null ? t("advice.cause_untimed", { phrase }) : t("advice.cause", { time: duration(begin / 1000), phrase });
}

function settledRow(actions) {
  const { node, slots } = fromTemplate("advice-settled");
  let shown = null;
  slots.undo.addEventListener("click", ({ detail }) => detail < 2 && actions.takeBack(shown.callId, shown.note));
  function update(next) {
    const { advice, verdict, reason } = next;
    shown = next;
    node.dataset.action = advice.action;
    setText(slots.text, pick(advice, "text"));
    const words = t(`advice.${verdict}`);
    setText(slots.verdict, reason ? t("advice.with_reason", { verdict: words, reason }) : words);
  }
  return { node, update };
}
