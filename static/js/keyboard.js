/** Keyboard shortcuts: j and k select calls, o opens the outcome, / the search, ? shows the list. Inactive during text input and IME composition. */
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
  const keys = { j: walk(1), k: walk(-1), "?": () => byId("keys-dialog").showModal(), o: toWork, "/": () => mayReadCalls(store.state) && actions.openSearch() };

  /** Opens the form of what the call came to. */
  function toWork() {
    if (!selected(store.state)) return;
    byId("after-call-fold").open = true;
    byId("outcome-choices").firstElementChild?.focus();
  }

  byId("keys-enabled").checked = keysEnabled();
  byId("keys-enabled").addEventListener("change", ({ target }) => rememberKeysEnabled(target.checked));
  document.addEventListener("keydown", (event) => {
    const taken = event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event.target);
    if (taken || !keysEnabled() || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}
