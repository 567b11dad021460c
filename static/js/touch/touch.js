/** What the layout for fingers has beside the page: the bar, its sheets, quick actions, a screen that stays on. */
import { byId } from "../dom.js";
import { localise } from "../i18n.js";
import { selected } from "../selectors.js";
import { tellHolder } from "../session.js";
import { keepAwake } from "./awake.js";
import { barView } from "./bar.js";
import { watchLine } from "./line_watch.js";
import { quickView } from "./quick.js";
import { topReasonView } from "./top_reason.js";

export function beginTouch(store, actions, live) {
  const views = [barView(), quickView(actions), topReasonView(), keepAwake(), routeView()];
  for (const view of views) store.subscribe(view);
  watchLine(store, live);
  // The keyboard of a telephone has no Ctrl.
  byId("note-text").dataset.i18nPlaceholder = "touch.write";
  localise(byId("note-text"));
  store.dispatch("preference_changed");
  tellHolder({ callrisk: "ready" });
}

/** Tells the page around this one which call is open. */
function routeView() {
  let told = null;
  return (state) => {
    const callId = selected(state)?.info.call_id ?? null;
    if (callId !== told) tellHolder({ callrisk: "route", callId });
    told = callId;
  };
}
