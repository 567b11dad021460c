/** The head of a call: customer, agent, buttons to end and escalate it. */
import { byId, mirror, setAttributes, setText } from "../dom.js";
import { agentName, customerName, duration, moment } from "../format.js";
import { t } from "../i18n.js";
import { elapsedSeconds, selected, serverNow } from "../selectors.js";

export function callHeadView(actions) {
  let callId = null;
  byId("end-call").addEventListener("click", () => actions.askEnd(callId));

  /** Keeps the head of an open call as tall as it is when its buttons go with its end, so that the conversation does not move. */
  function keepHeight(next, isOver) {
    const head = byId("call-head");
    if (next !== callId) head.style.minHeight = "";
    else if (isOver && !byId("end-call").hidden) head.style.minHeight = `${head.offsetHeight}px`;
  }

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const ended = entry.info.status === "ended";
    keepHeight(entry.info.call_id, ended);
    callId = entry.info.call_id;
    setText(byId("call-title"), customerName(entry.info));
    byId("call-demo").hidden = !entry.info.demo && !entry.assessment?.demo; // also of a real call that a DEMO model scored
    mirror(byId("call-meta"), meta(state, entry), ([name]) => name, fact);
    mirror(byId("call-categories"), entry.info.categories ?? [], (category) => category, categoryChip);
    renderTransfer(entry.info);
    byId("call-gap").hidden = !entry.info.has_gap;
    renderLost(state, entry.info);
    byId("end-call").hidden = ended;
    byId("end-call").title = t("call.end_about");
    byId("escalate").hidden = ended || entry.info.escalated;
  };
}

function meta(state, entry) {
  const { info } = entry;
  const facts = [["agent", agentName(info)], ["time", duration(elapsedSeconds(state, entry))]];
  if (info.status === "ended" && info.started_at) {
    facts.push(["start", t("call.started", { time: moment(info.started_at, serverNow(state)) })]);
  }
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

function categoryChip() {
  const node = document.createElement("li");
  node.className = "tag";
  return { node, update: (category) => setText(node, category) };
}

/** Says since when nothing of a call is heard, though people may still talk. */
function renderLost(state, { analysis_lost_at: since }) {
  byId("call-lost").hidden = !since;
  if (since) setText(byId("call-lost-text"), t("call.lost", { time: moment(since, serverNow(state)) }));
}

/** Links a transferred call to its first leg, whose id is that of the conversation. */
function renderTransfer({ call_id: id, conversation_id: first }) {
  const transferred = Boolean(first) && first !== id;
  byId("call-transfer").hidden = !transferred;
  if (transferred) setAttributes(byId("call-first-leg"), { href: `#call=${encodeURIComponent(first)}` });
}
