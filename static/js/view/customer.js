/** The customer's record: its fields, its age, and the reason for missing parts. */
import { byId, describe, mirror, setAttributes, setText } from "../dom.js";
import { day, hourAndMinute, moment } from "../format.js";
import { pick, t } from "../i18n.js";
import { setIconText } from "../icons.js";
import { cardOpen, rememberCardOpen } from "../preferences.js";
import { selected, serverNow } from "../selectors.js";

export function customerView(actions) {
  const phone = phonePart(actions);
  const fold = byId("customer-fold");
  fold.open = cardOpen();
  fold.addEventListener("toggle", () => rememberCardOpen(fold.open));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const { info } = entry;
    const search = info.customer_search ?? { state: info.customer_data ? "found" : "not_found", candidates: [] };
    const customer = info.customer_data;
    renderMissing(info, search);
    const away = search.state === "unreachable";
    byId("customer-away").hidden = !away;
    if (away) setIconText(byId("customer-away"), "alert", t("customer.unreachable", { crm: pick(search, "crm"), time: hourAndMinute(search.since) }));
    renderCandidates(info, search, actions);
    fold.hidden = !customer;
    if (customer) {
      const known = fields(customer, phone(state, info), serverNow(state));
      describe(byId("customer-fields"), known);
      setText(byId("customer-brief"), briefly(known));
    }
    byId("assign").hidden = info.status === "ended";
  };
}

/** Returns the fields in one line, as far as it goes; the number of the telephone has a place of its own. */
const briefly = (known) =>
  known.filter(([name]) => name !== t("customer.phone")).map(([name, words]) => t("customer.brief", { name, words })).join(t("customer.brief_separator"));

function renderMissing({ customer_id: id, customer_data: customer, phone }, { state }) {
  const element = byId("customer-missing");
  element.hidden = Boolean(customer) || state === "unreachable";
  if (element.hidden) return;
  const known = { searching: t("customer.searching"), several: t("customer.several") };
  const nobody = id === null ? t(phone ? "customer.no_record_of_phone" : "customer.no_id") : t("customer.not_found", { id });
  setText(element, known[state] ?? nobody);
}

/** Draws the candidates of an ambiguous caller, among which the agent chooses. */
function renderCandidates(info, { candidates }, actions) {
  const list = byId("customer-candidates");
  list.hidden = candidates.length === 0 || info.status === "ended";
  const isShared = ({ customer_id: id }) => candidates.filter((one) => one.customer_id === id).length > 1;
  const rows = candidates.map((candidate) => ({ candidate, info, isShared: isShared(candidate) }));
  mirror(list, rows, ({ candidate }) => candidate.record_id, () => candidateItem(actions));
}

function candidateItem(actions) {
  const node = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  node.append(button);
  let shown = null;
  button.addEventListener("click", () => actions.chooseCustomer(shown.info, shown.candidate));

  function update(next) {
    shown = next;
    const { name, customer_id: id, record_id: no } = next.candidate;
    const who = name ? t("customer.candidate", { name, id }) : t("customer.numbered", { id });
    setText(button, next.isShared ? t("customer.record_no", { who, no }) : who);
  }
  return { node, update };
}

/** Returns what makes the line of the telephone number: masked, or whole while it is revealed, and the button for that. */
function phonePart(actions) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button reveal";
  button.dataset.testid = "reveal-phone";
  let shown = null;
  button.addEventListener("click", () => (shown.isWhole ? actions.hidePhone() : actions.revealPhone(shown.callId)));

  return ({ revealed, session }, { call_id: callId, customer_data: customer, phone }) => {
    const masked = customer.phone ?? phone;
    if (!masked) return [];
    shown = { callId, isWhole: Boolean(revealed) };
    setText(button, t(revealed ? "customer.hide" : "customer.reveal"));
    setAttributes(button, { "aria-label": t(revealed ? "customer.hide_phone" : "customer.reveal_phone") });
    const may = session?.operations.includes("reveal_phones");
    return [[t("customer.phone"), revealed?.phone ?? masked, may ? button : undefined]];
  };
}

function fields(customer, phone, now) {
  const pairs = [[t("customer.id"), customer.customer_id], ...phone];
  for (const field of customer.fields) pairs.push([pick(field, "label"), pick(field, "text")]);
  pairs.push([t("customer.earlier_calls"), t("customer.earlier_calls_n", { n: customer.earlier_calls })]);
  if (customer.last_call_at) pairs.push([t("customer.last_call"), day(customer.last_call_at)]);
  if (customer.contract_date) pairs.push([t("customer.contract"), day(customer.contract_date)]);
  if (customer.as_of) pairs.push([t("customer.as_of"), moment(customer.as_of, now)]);
  return pairs;
}
