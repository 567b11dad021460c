/** After-call work: outcome, promise to pay, call-back; what holds stands above, and can be taken back. */
import { ApiError } from "../../api.js";
import { byId, fromTemplate, mirror, setText } from "../../dom.js";
import { errorText } from "../../error_text.js";
import { pick, t } from "../../i18n.js";
import { selected, serverNow } from "../../selectors.js";
import { callWork } from "../../work/call_work.js";
import { draftKey } from "../../session.js";
import { dayInJapan, endOfMonth, momentInJapan, nextHour, yenOf } from "../../work/days.js";
import { draftsOf } from "../../work/drafts.js";
import { formDrafts } from "../../work/form_drafts.js";
import { noteWords } from "./note_words.js";

const DAYS = { today: (now) => dayInJapan(now), tomorrow: (now) => dayInJapan(now, 1), month_end: endOfMonth };

export function afterCallView(actions) {
  const fold = byId("after-call-fold");
  let shown = null; // {entry, now}
  let opened = null; // the call for which the fold was opened by its end
  const promise = byId("promise-form");
  const callBack = byId("call-back-form");
  const drafts = draftsOf(draftKey());
  const restored = () => { fold.open = true; };
  const promised = formDrafts(promise, { kind: "promise", fields: ["due_on", "amount", "channel"], drafts, restored });
  const calledBack = formDrafts(callBack, { kind: "call_back", fields: ["call_back_at"], drafts, restored });

  for (const button of promise.querySelectorAll("[data-day]")) {
    button.addEventListener("click", () => {
      promise.elements.due_on.value = DAYS[button.dataset.day](shown.now);
      promised.touched();
    });
  }
  onSubmit(promise, async () => {
    const { due_on: due, amount, channel } = promise.elements;
    const yen = yenOf(amount.value);
    const faults = [...(due.value === "" ? [due] : []), ...(Number.isNaN(yen) ? [amount] : [])];
    if (faults.length > 0) return showFault(promise, faults, t(due.value === "" ? "promise.no_day" : "promise.no_amount"));
    const { info } = shown.entry;
    await actions.addPromise(info, { due_on: due.value, ...(yen && { amount_yen: yen }), ...(channel.value && { channel: channel.value }) });
    return promised.done(info.call_id);
  });
  onSubmit(callBack, async () => {
    const { call_back_at: at } = callBack.elements;
    if (at.value === "") return showFault(callBack, [at], t("call_back.no_moment"));
    const { info } = shown.entry;
    await actions.addCallBack(info, momentInJapan(at.value));
    return calledBack.done(info.call_id);
  });

  function changeCall(callId) {
    if (shown) fold.open = false;
    for (const form of [promise, callBack]) showFault(form, [], "");
    for (const kept of [promised, calledBack]) kept.show(callId);
  }

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    if (shown?.entry.info.call_id !== entry.info.call_id) changeCall(entry.info.call_id);
    shown = { entry, now: serverNow(state) };
    if (entry.info.status === "ended" && opened !== entry.info.call_id && entry.loaded) {
      opened = entry.info.call_id;
      fold.open = true;
    }
    promise.elements.due_on.min = dayInJapan(shown.now);
    callBack.elements.call_back_at.min = nextHour(shown.now - 3_600_000);
    const work = callWork(entry.notes);
    const held = [work.outcome, work.promise, work.callBack].filter((note) => note !== null);
    setText(byId("after-call-brief"), held.map((note) => noteWords(note, state)).join(t("list_separator")));
    const rows = state.outcomes.map((outcome) => ({ outcome, isHeld: work.outcome?.facts.outcome === outcome.code, note: work.outcome }));
    mirror(byId("outcome-choices"), rows, ({ outcome }) => outcome.code, () => choice(actions, () => shown.entry.info));
    mirror(byId("work-held"), held.map((note) => ({ note, state })), ({ note }) => note.note_id, () => heldRow(actions, () => shown.entry.info.call_id));
  };
}

function choice(actions, info) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "button choice";
  let shown = null;
  node.addEventListener("click", ({ detail }) => {
    if (detail > 1) return; // the second click of a double click would take it back
    if (shown.isHeld) actions.takeBack(info().call_id, shown.note);
    else actions.setOutcome(info(), shown.outcome.code);
  });
  function update(next) {
    shown = next;
    setText(node, pick({ words: next.outcome.ja, words_en: next.outcome.en }, "words"));
    node.dataset.testid = `outcome-${next.outcome.code}`;
    node.ariaPressed = String(next.isHeld);
  }
  return { node, update };
}

function heldRow(actions, callId) {
  const { node, slots } = fromTemplate("work-held-row");
  let shown = null;
  slots.undo.addEventListener("click", ({ detail }) => detail < 2 && actions.takeBack(callId(), shown));
  function update({ note, state }) {
    shown = note;
    node.dataset.kind = note.kind;
    setText(slots.kind, t(`note.${note.kind}`));
    setText(slots.text, noteWords(note, state));
  }
  return { node, update };
}

function onSubmit(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showFault(form, [], "");
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const names = new Set(error.errors.map(({ field }) => (field === "amount_yen" ? "amount" : field)));
      showFault(form, [...form.elements].filter(({ name }) => names.has(name)), errorText(error));
    }
  });
}

function showFault(form, fields, message) {
  for (const field of form.elements) if (field.name) field.ariaInvalid = String(fields.includes(field));
  setText(form.querySelector(".field-error"), message);
  fields[0]?.focus();
}
