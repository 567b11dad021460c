/** Keyboard shortcuts, as the dialog of ? lists them. Inactive during text input and IME composition. */
import { byId } from "./dom.js";
import { keysEnabled, rememberKeysEnabled } from "./preferences.js";
import { activeCalls, endedCalls, mayReadCalls, selected } from "./selectors.js";

/** Returns the field in which an element is, if keys are text there. */
export const typing = (target) => target.closest("input, textarea, select, dialog[open], [contenteditable]");

export function listenToKeys(store, actions) {
  const walk = (step) => () => {
    const ids = [...activeCalls(store.state), ...endedCalls(store.state)].map((entry) => entry.info.call_id);
    const place = Math.min(Math.max(ids.indexOf(store.state.selectedId) + step, 0), ids.length - 1);
    actions.holdList();
    if (ids.length > 0) actions.select(ids[place]);
  };
  const keys = {
    j: walk(1), k: walk(-1), m: () => lastOf("#turns button.statement-name")?.focus(), a: () => document.querySelector("#advice-list [data-slot=done]")?.focus(),
    n: () => byId("note-text").focus(), o: toWork, e: () => press("escalate"), x: () => press("end-call"),
    "/": () => mayReadCalls(store.state) && actions.openSearch(), "?": () => byId("keys-dialog").showModal(),
  };

  const lastOf = (selector) => [...document.querySelectorAll(selector)].at(-1);

  /** Presses a button of the open call, where it has one. */
  function press(id) {
    const button = byId(id);
    if (selected(store.state) && !button.hidden && !button.disabled) button.click();
  }

  /** Opens the form of what the call came to. */
  function toWork() {
    if (!selected(store.state)) return;
    byId("after-call-fold").open = true;
    byId("outcome-choices").firstElementChild?.focus();
  }

  byId("keys-enabled").checked = keysEnabled();
  byId("keys-enabled").addEventListener("change", ({ target }) => rememberKeysEnabled(target.checked));
  document.addEventListener("keydown", (event) => {
    const field = typing(event.target);
    if (event.key === "Escape" && field && !event.isComposing && !field.closest("dialog")) field.blur(); // the next key is no text
    const taken = event.isComposing || event.ctrlKey || event.metaKey || event.altKey || field;
    if (taken || !keysEnabled() || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
