/** Toasts: finished actions, failures, an own call that has begun. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { errorText } from "../error_text.js";
import { customerName } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";

const ICON = { message: "check", error: "info", arrival: "info" };

export function toastsView(actions) {
  return (state) => {
    const known = ({ callId }) => !callId || state.calls.has(callId);
    const rows = state.toasts.filter(known).map((toast) => ({ toast, state }));
    mirror(byId("messages"), rows, ({ toast }) => toast.id, ({ toast }) => row(toast, actions));
  };
}

function row(toast, actions) {
  const { node, slots } = fromTemplate("toast");
  node.dataset.kind = toast.kind;
  slots.icon.append(icon(ICON[toast.kind]));
  slots.close.append(icon("close"));
  slots.close.addEventListener("click", () => actions.closeToast(toast.id));
  slots.action.hidden = !toast.callId;
  slots.action.addEventListener("click", () => {
    actions.select(toast.callId);
    actions.closeToast(toast.id);
  });

  function update({ state }) {
    setText(slots.text, words(toast, state));
    setText(slots.action, t("alert.open"));
    slots.close.ariaLabel = t("close");
  }
  return { node, update };
}

function words(toast, state) {
  if (toast.kind === "message") return t(toast.key, toast.values);
  if (toast.kind === "arrival") return t("calls.arrived", { name: customerName(state.calls.get(toast.callId).info) });
  return errorText(toast);
}
