/** Recommendations: one action with its script, the alternatives, and the feedback on each. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { pick, t } from "../i18n.js";
import { selected, verdictsOn } from "../selectors.js";

const SHOWN = 3;

export function adviceView(actions) {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const rows = rowsOf(entry);
    byId("advice").hidden = entry.info.status === "ended"; // nobody is left to read it to
    byId("advice-none").hidden = rows.length > 0;
    const key = ({ kind, advice }) => `${kind} ${advice.action}`;
    mirror(byId("advice-list"), rows, key, ({ kind }) => row(kind, actions));
  };
}

/** Orders open advice first, its first one as the primary action, then advice with feedback. */
function rowsOf(entry) {
  const { info, assessment } = entry;
  const verdicts = verdictsOn(entry);
  const all = (assessment?.recommendations ?? []).toSorted((a, b) => a.priority - b.priority).slice(0, SHOWN);
  const rows = all.map((advice) => ({ kind: "alternative", advice, info, verdict: verdicts[advice.action] }));
  const [primary, ...alternatives] = rows.filter((one) => !one.verdict);
  const settled = rows.filter((one) => one.verdict).map((one) => ({ ...one, kind: "settled" }));
  return [...(primary ? [{ ...primary, kind: "primary" }] : []), ...alternatives, ...settled];
}

function row(kind, actions) {
  const { node, slots } = fromTemplate(`advice-${kind}`);
  let shown = null;
  for (const [slot, verdict] of [["done", "done"], ["dismiss", "dismissed"]]) {
    slots[slot]?.addEventListener("click", () => actions.giveFeedback(shown.info, shown.advice.action, verdict));
  }

  function update(next) {
    shown = next;
    node.dataset.action = next.advice.action;
    setText(slots.text, pick(next.advice, "text"));
    if (slots.script) setText(slots.script, pick(next.advice, "script"));
    if (slots.verdict) setText(slots.verdict, t(`advice.${next.verdict}`));
  }
  return { node, update };
}
