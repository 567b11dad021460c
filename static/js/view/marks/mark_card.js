/** What is known of a marked phrase: a sentence while it is pointed at, and a card with what can be done, once it is pressed. */
import { heardAt } from "../../account.js";
import { byId, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { mayActAs } from "../../session.js";
import { selected } from "../../selectors.js";
import { hideTip, standAt, tipsFor } from "../../tip.js";
import { correctionsOf } from "../../work/corrections.js";
import { concernState } from "../statement_name.js";
import { whyText } from "./mark_label.js";
import { goTo } from "./way_back.js";

const labelAt = (target) => {
  const label = target.closest?.("#turns button[data-place]");
  if (label) return label;
  const mark = target.closest?.("#turns mark");
  return mark ? nextLabel(mark) : null;
};

function nextLabel(mark) {
  let node = mark.nextElementSibling;
  while (node && !node.dataset.place) node = node.nextElementSibling;
  return node;
}

export function markCardView(actions) {
  const [card, turns] = [byId("mark-card"), byId("turns")];
  let entry = null;
  let shown = null; // the place of the statement on the card; its label may be replaced meanwhile

  const labelOf = (place) => turns.querySelector(`button[data-place="${CSS.escape(place)}"]`);

  tipsFor(turns, (target) => {
    const at = labelAt(target);
    const facts = at && !card.matches(":popover-open") ? heardAt(entry, at.dataset.place) : null;
    return facts && { at, text: whyText(facts.statement, facts.judged) };
  });
  byId("turns-scroll").addEventListener("scroll", () => {
    hideTip();
    const label = shown && labelOf(shown);
    if (label) standAt(card, label);
  }, { passive: true });

  turns.addEventListener("click", ({ target }) => {
    const label = labelAt(target);
    if (!label || !heardAt(entry, label.dataset.place)) return;
    hideTip();
    shown = label.dataset.place;
    render();
    card.showPopover();
    standAt(card, label);
    card.querySelector("button:not([hidden])")?.focus();
  });
  card.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed" || !shown) return;
    const label = labelOf(shown);
    if (card.contains(document.activeElement) || document.activeElement === document.body) label?.focus({ preventScroll: true });
    shown = null;
    hideTip();
  });
  byId("mark-reason").addEventListener("click", () => {
    const line = reasonOf(shown);
    card.hidePopover();
    if (line) goTo(line);
  });
  byId("mark-correct").addEventListener("click", () => {
    const facts = heardAt(entry, shown);
    card.hidePopover();
    if (facts) actions.askMeaning(entry.info.call_id, facts.statement);
  });
  byId("mark-undo").addEventListener("click", () => {
    const correction = correctionsOf(entry.notes).get(shown);
    card.hidePopover();
    if (correction) actions.takeBack(entry.info.call_id, correction.note);
  });

  function render() {
    const facts = heardAt(entry, shown);
    if (!facts) return;
    const { statement, judged, segment } = facts;
    const correction = correctionsOf(entry.notes).get(shown) ?? null;
    setText(byId("mark-phrase"), t("mark.phrase", { phrase: statement.phrase ?? [...segment.text].slice(statement.begin, statement.end).join("") }));
    setText(byId("mark-why"), whyText(statement, judged));
    const concern = concernState(statement, judged);
    setText(byId("mark-mood"), t("mark.mood", { mood: t(`mark.mood_${statement.mood}`) }) + (concern ? t(`mark.concern_${concern}`) : ""));
    byId("mark-status").hidden = correction === null;
    if (correction) setText(byId("mark-status"), statusText(correction));
    byId("mark-reason").hidden = reasonOf(shown) === null;
    byId("mark-correct").hidden = correction !== null && correction.verdict !== "rejected";
    byId("mark-undo").hidden = !correction || correction.verdict !== null || !mayActAs(correction.note.agent_id);
  }

  return (state) => { entry = selected(state); };
}

const reasonOf = (place) => byId("reason-lines").querySelector(`[data-place="${CSS.escape(place)}"] .to-turn:not([hidden])`);

function statusText({ note, decision, verdict }) {
  const meant = t(`statement.${note.facts.meant}`);
  return t(`correct.status_${verdict ?? "waits"}`, { meant, by: decision?.agent_id ?? note.agent_id, reason: decision?.text ?? "" });
}
