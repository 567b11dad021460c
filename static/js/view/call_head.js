/** Who is on the line: the customer, the record behind the name, and what ends or escalates the call. */
import { byId, describe, mirror, setText } from "../dom.js";
import { agentName, customerName, day, duration, moment } from "../format.js";
import { pick, t } from "../i18n.js";
import { elapsedSeconds, selected, serverNow } from "../selectors.js";

export function callHeadView(actions) {
  let callId = null;
  byId("end-call").addEventListener("click", () => actions.endCall(callId));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    callId = entry.info.call_id;
    setText(byId("call-title"), customerName(entry.info));
    mirror(byId("call-meta"), meta(state, entry), ([name]) => name, fact);
    const ended = entry.info.status === "ended";
    byId("end-call").hidden = ended;
    byId("escalate").hidden = ended || entry.info.escalated;
    renderCustomer(state, entry.info);
  };
}

function meta(state, entry) {
  const { info } = entry;
  const facts = [["agent", agentName(info)], ["time", duration(elapsedSeconds(state, entry))]];
  if (info.status === "ended" && info.started_at) {
    facts.push(["start", t("call.started", { time: moment(info.started_at, serverNow(state)) })]);
  }
  for (const category of info.categories ?? []) facts.push([`category ${category}`, category]);
  if (info.conversation_id && info.conversation_id !== info.call_id) facts.push(["transferred", t("call.transferred")]);
  if (info.has_gap) facts.push(["gap", t("call.gap")]);
  if (info.escalated) facts.push(["escalated", t("calls.escalated")]);
  return [...facts, ["id", info.call_id]];
}

function fact() {
  const node = document.createElement("span");
  function update([, text]) {
    setText(node, text);
    node.title = text;
  }
  return { node, update };
}

function renderCustomer(state, { customer_id: id, customer_data: customer }) {
  byId("customer-missing").hidden = customer !== null;
  byId("customer-fields").hidden = customer === null;
  if (customer === null) {
    setText(byId("customer-missing"), id === null ? t("customer.no_id") : t("customer.not_found", { id }));
    return;
  }
  describe(byId("customer-fields"), fields(customer, serverNow(state)));
}

function fields(customer, now) {
  const pairs = [[t("customer.id"), customer.customer_id]];
  if (customer.phone) pairs.push([t("customer.phone"), customer.phone]);
  for (const field of customer.fields) pairs.push([pick(field, "label"), pick(field, "text")]);
  pairs.push([t("customer.earlier_calls"), t("customer.earlier_calls_n", { n: customer.earlier_calls })]);
  if (customer.last_call_at) pairs.push([t("customer.last_call"), day(customer.last_call_at)]);
  if (customer.as_of) pairs.push([t("customer.as_of"), moment(customer.as_of, now)]);
  return pairs;
}
