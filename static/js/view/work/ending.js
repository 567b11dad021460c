/** The end of the monitoring that was asked for: seconds left, and a button that takes it back. */
import { byId, setText } from "../../dom.js";
import { t } from "../../i18n.js";
import { selected } from "../../selectors.js";
import { secondsLeft } from "../../work/work_state.js";

export function endingView(actions) {
  let callId = null;
  byId("ending-undo").addEventListener("click", () => actions.keepCall(callId));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    callId = entry.info.call_id;
    const seconds = entry.info.status === "ended" ? null : secondsLeft(state, callId);
    byId("ending").hidden = seconds === null;
    if (seconds !== null) byId("end-call").hidden = true;
    setText(byId("ending-text"), seconds === null ? "" : t("call.ending", { n: seconds }));
  };
}
