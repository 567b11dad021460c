/** The line that tells how the call is heard now. */
import { byId } from "../dom.js";
import { moment } from "../format.js";
import { hearingOf } from "../hearing.js";
import { t } from "../i18n.js";
import { setIconText } from "../icons.js";
import { selected, serverNow } from "../selectors.js";

const ICONS = { talking: "talking", silent: "silent", late: "clock", lost: "alert", offline: "offline", ended: "check", waiting: "listening" };

export function hearingView() {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const { kind, seconds = 0, since } = hearingOf(state, entry);
    const element = byId("hearing");
    element.dataset.hearing = kind;
    setIconText(element, ICONS[kind], t(`hearing.${kind}`, { n: seconds, time: since && moment(since, serverNow(state)) }));
  };
}
