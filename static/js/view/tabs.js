/** The tabs of a phone: the conversation, the reasons, the record; wider screens show all three at once. */
import { byId, setText } from "../dom.js";
import { adviceRows } from "../advice.js";
import { pick, t } from "../i18n.js";
import { selected } from "../selectors.js";

export function tabsView() {
  const buttons = [...byId("tabs").querySelectorAll("[data-tab-name]")];
  let pointedAt = null;
  let shownCall = null;

  function show(name) {
    document.body.dataset.tab = name;
    for (const button of buttons) button.ariaCurrent = String(button.dataset.tabName === name);
  }
  for (const button of buttons) {
    button.addEventListener("click", () => {
      show(button.dataset.tabName);
      scrollTo(0, 0);
    });
  }
  byId("next-line").addEventListener("click", () => {
    show("why");
    byId("advice").scrollIntoView();
  });
  byId("score-who").addEventListener("click", () => {
    show("record");
    byId("calls").scrollIntoView();
  });
  show("talk");

  return (state) => {
    const entry = selected(state);
    const turned = state.pointedAt !== pointedAt || state.selectedId !== shownCall;
    [pointedAt, shownCall] = [state.pointedAt, state.selectedId];
    if (turned) show("talk");
    if (!entry) return;
    const [next] = adviceRows(entry).open;
    byId("next-line").hidden = entry.info.status === "ended"; // else it keeps its place, so that nothing jumps
    setText(byId("next-text"), next ? pick(next, "text") : t("advice.none_left"));
  };
}
