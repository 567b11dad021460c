/** The dialogs: start a call, escalate it, assign its customer, keyboard shortcuts. */
import { byId } from "../dom.js";
import { agentId } from "../preferences.js";
import { draftKey, ownAgentId } from "../session.js";
import { ApiError } from "../api.js";
import { errorText } from "../error_text.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";
import { draftsOf } from "../work/drafts.js";
import { formDrafts } from "../work/form_drafts.js";

export function dialogsView(actions) {
  let entry = null;
  prepareStart(actions);
  prepareEscalate(actions, () => entry);
  prepareAssign(actions, () => entry);
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  return (state) => { entry = selected(state); };
}

function prepareStart(actions) {
  const form = byId("start-form");
  byId("start-call").addEventListener("click", () => {
    open(byId("start-dialog"), form, { customer_id: "", agent_id: ownAgentId() ?? agentId(), call_id: newCallId() });
  });
  onSubmit(form, (values) => actions.startCall({ ...values, customer_id: values.customer_id || null }));
}

function prepareEscalate(actions, shown) {
  const form = byId("escalate-form");
  const reason = formDrafts(form, { kind: "escalation", fields: ["reason"], drafts: draftsOf(draftKey()) });
  byId("escalate").addEventListener("click", () => {
    reason.show(shown().info.call_id);
    open(byId("escalate-dialog"), form, { agent_id: ownAgentId(shown().info.agent_id) ?? (agentId() || shown().info.agent_id) });
  });
  // The button that asked for help is gone then: what became of it has the focus.
  byId("escalate-dialog").addEventListener("close", () => requestAnimationFrame(() => {
    const at = document.activeElement;
    if (at === document.body || !at?.checkVisibility?.()) byId("help").focus({ preventScroll: true });
  }));
  onSubmit(form, async (values) => {
    const { call_id: callId } = shown().info;
    await actions.escalate(callId, values);
    await reason.done(callId);
  });
}

function prepareAssign(actions, shown) {
  const form = byId("assign-form");
  byId("assign").addEventListener("click", () => {
    const { customer_id: id, agent_id: agent } = shown().info;
    open(byId("assign-dialog"), form, { customer_id: id ?? "", agent_id: ownAgentId(agent) ?? (agentId() || agent) });
  });
  onSubmit(form, (values) => actions.assignCustomer(shown().info.call_id, values));
}

/** Returns a readable call id: the time and four random digits. */
function newCallId() {
  const moment = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `call-${moment}-${crypto.getRandomValues(new Uint16Array(1))[0].toString(16).padStart(4, "0")}`;
}

function open(dialog, form, values) {
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  showErrors(form, []);
  dialog.showModal();
}

function onSubmit(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const empty = [...form.elements].filter((field) => field.required && field.value.trim() === "");
    showErrors(form, empty.map((field) => ({ field: field.name, message: t("error.required") })));
    if (empty.length > 0) return empty[0].focus();
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    return submit(form, send, values);
  });
}

async function submit(form, send, values) {
  try {
    await send(values);
    form.closest("dialog").close();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const named = error.errors.filter(({ field }) => field in values).map(({ field }) => ({ field, message: t("error.field") }));
    const whole = { field: Object.keys(values)[0], message: errorText(error) };
    showErrors(form, named.length > 0 ? named : [whole]);
  }
}

function showErrors(form, errors) {
  for (const label of form.querySelectorAll(".field")) {
    const field = label.querySelector("[name]");
    const error = errors.find((other) => other.field === field.name);
    field.ariaInvalid = String(Boolean(error));
    label.querySelector(".field-error").textContent = error?.message ?? "";
  }
}
