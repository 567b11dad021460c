/** The bar at the bottom: what an agent does in a call, one press away; notes, records and calls open as sheets over it. */
import { byId, setText } from "../dom.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";

/** What gets the focus in a sheet that opens. */
const FIRST = { note: "#note-text", work: ".outcome-choices button", calls: ".call-item, .calls-actions button" };

export function barView() {
  const openers = [...document.querySelectorAll("[data-sheet-name]")];
  const tabs = byId("tabs");
  let shownCall = null;

  function show(name) {
    document.body.dataset.sheet = name ?? "";
    for (const opener of openers) opener.ariaExpanded = String(opener.dataset.sheetName === name);
    if (name === "work") byId("after-call-fold").open = true;
    if (name === "note") byId("note-fold").open = true;
    if (name) byId(openers.find((one) => one.dataset.sheetName === name).getAttribute("aria-controls")).querySelector(FIRST[name])?.focus();
  }

  const isOpen = (opener) => opener.ariaExpanded === "true";
  for (const opener of openers) opener.addEventListener("click", () => show(isOpen(opener) ? null : opener.dataset.sheetName));
  document.addEventListener("keydown", (event) => {
    const opener = openers.find(isOpen);
    if (event.key !== "Escape" || !opener || document.querySelector("dialog[open]")) return;
    show(null);
    opener.focus();
  });
  for (const button of document.querySelectorAll("[data-press]")) {
    button.addEventListener("click", () => byId(button.dataset.press).click());
  }
  byId("bar-why").addEventListener("click", () => {
    show(null);
    tabs.querySelector(`[data-tab-name="${document.body.dataset.tab === "talk" ? "why" : "talk"}"]`).click();
  });
  byId("score-who").addEventListener("click", () => show(null));
  byId("next-line").addEventListener("click", () => show(null));
  new MutationObserver(() => renderTab()).observe(document.body, { attributeFilter: ["data-tab"] });

  /** Names the way between the conversation and the rest. */
  function renderTab() {
    const isTalk = document.body.dataset.tab === "talk";
    byId("bar-why").ariaPressed = String(!isTalk);
    setText(byId("bar-why-text"), t(isTalk ? "tabs.why" : "tabs.talk"));
  }

  return (state) => {
    renderTab();
    const callId = selected(state)?.info.call_id ?? null;
    if (callId !== shownCall) show(null);
    shownCall = callId;
    for (const button of document.querySelectorAll("[data-press]")) button.disabled = byId(button.dataset.press).hidden;
  };
}
