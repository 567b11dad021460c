/** Toasts: finished actions, failures, calls that need attention. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { errorText } from "../error_text.js";
import { customerName } from "../format.js";
import { pick, t } from "../i18n.js";
import { icon } from "../icons.js";

const ICON = { message: "check", error: "info", alert: "alert", arrival: "info" };

const callOf = (toast) => toast.callId ?? toast.alert?.call_id;

export function toastsView(actions) {
  const show = (place, rows) => mirror(place, rows, ({ toast }) => toast.id, ({ toast }) => row(toast, actions));

  return (state) => {
    const known = (toast) => !callOf(toast) || state.calls.has(callOf(toast));
    const rows = state.toasts.filter(known).map((toast) => ({ toast, state }));
    const isAlert = ({ toast }) => toast.kind === "alert";
    show(byId("alerts"), rows.filter(isAlert));
    show(byId("messages"), rows.filter((one) => !isAlert(one)));
  };
}

function row(toast, actions) {
  const { node, slots } = fromTemplate("toast");
  node.dataset.kind = toast.kind;
  slots.icon.append(icon(ICON[toast.kind]));
  slots.close.append(icon("close"));
  slots.close.addEventListener("click", () => actions.closeToast(toast.id));
  slots.action.hidden = !callOf(toast);
  slots.action.addEventListener("click", () => {
    actions.select(callOf(toast));
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
  if (toast.kind === "alert") {
    const { alert } = toast;
    const name = customerName(state.calls.get(alert.call_id).info);
    const reason = alert.reason ? pick(alert, "reason") : "";
    return t("alert.text", { name, label: t(`category.${alert.risk_category}`), score: alert.risk_score, reason });
  }
  if (toast.kind === "arrival") return t("calls.arrived", { name: customerName(state.calls.get(toast.callId).info) });
  return errorText(toast);
}
