/** What is known of a marked phrase: a sentence while it is pointed at, and a card with what can be done, once it is pressed. */
import { judgedBy, placeOf } from "../../account.js";
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
  let shown = null; // {label, statement} of the card

  const factsOf = (label) => {
    const segment = entry?.segments.find(({ segment_id: id }) => id === label.closest(".turn").dataset.segmentId);
    const statement = (segment?.statements ?? []).find((one) => placeOf(one) === label.dataset.place);
    return statement ? { segment, statement, judged: judgedBy(entry.assessment)(statement) } : null;
  };

  tipsFor(turns, (target) => {
    const at = labelAt(target);
    const facts = at && !card.matches(":popover-open") ? factsOf(at) : null;
    return facts && { at, text: whyText(facts.statement, facts.judged) };
  });
  byId("turns-scroll").addEventListener("scroll", () => {
    hideTip();
    if (shown?.label.isConnected) standAt(card, shown.label);
  }, { passive: true });

  turns.addEventListener("click", ({ target }) => {
    const label = labelAt(target);
    if (!label || !factsOf(label)) return;
    hideTip();
    shown = { label, place: label.dataset.place };
    render();
    card.showPopover();
    standAt(card, label);
    card.querySelector("button:not([hidden])")?.focus();
  });
  card.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed" || !shown) return;
    const label = turns.querySelector(`button[data-place="${CSS.escape(shown.place)}"]`);
    if (card.contains(document.activeElement) || document.activeElement === document.body) label?.focus({ preventScroll: true });
    shown = null;
    hideTip();
  });
  byId("mark-reason").addEventListener("click", () => {
    const line = reasonOf(shown.place);
    card.hidePopover();
    if (line) goTo(line);
  });
  byId("mark-correct").addEventListener("click", () => {
    const { statement } = factsOf(shown.label);
    card.hidePopover();
    actions.askMeaning(entry.info.call_id, statement);
  });
  byId("mark-undo").addEventListener("click", () => {
    const { note } = correctionsOf(entry.notes).get(shown.place);
    card.hidePopover();
    actions.takeBack(entry.info.call_id, note);
  });

  function render() {
    const facts = factsOf(shown.label);
    if (!facts) return;
    const { statement, judged, segment } = facts;
    const correction = correctionsOf(entry.notes).get(shown.place) ?? null;
    setText(byId("mark-phrase"), t("mark.phrase", { phrase: statement.phrase ?? [...segment.text].slice(statement.begin, statement.end).join("") }));
    setText(byId("mark-why"), whyText(statement, judged));
    const concern = concernState(statement, judged);
    setText(byId("mark-mood"), t("mark.mood", { mood: t(`mark.mood_${statement.mood}`) }) + (concern ? t(`mark.concern_${concern}`) : ""));
    byId("mark-status").hidden = correction === null;
    if (correction) setText(byId("mark-status"), statusText(correction));
    byId("mark-reason").hidden = reasonOf(shown.place) === null;
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
