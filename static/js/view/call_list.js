/** The calls in progress, riskiest first, and those that ended. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { agentName, customerName, duration, hourAndMinute, signed } from "../format.js";
import { language, t } from "../i18n.js";
import { icon, setIconText } from "../icons.js";
import { activeCalls, elapsedSeconds, endedCalls, headlineOf } from "../selectors.js";
import { whenChanged } from "../store.js";
import { directionOf, hasVerdict, showCategory, showScore, showState } from "./category.js";

export function callListView(actions) {
  byId("start-demo").addEventListener("click", actions.startDemo);

  return (state) => {
    const active = activeCalls(state);
    const ended = endedCalls(state);
    setText(byId("active-count"), String(active.length));
    byId("no-active-calls").hidden = active.length > 0 || !state.synced;
    byId("ended-title").hidden = ended.length === 0;
    byId("start-demo").hidden = !state.demo;
    byId("welcome-demo").hidden = !state.demo;
    const rows = (entries) => entries.map((entry) => ({ state, entry }));
    const callId = ({ entry }) => entry.info.call_id;
    mirror(byId("active-calls"), rows(active), callId, () => callItem(actions));
    mirror(byId("ended-calls"), rows(ended), callId, () => callItem(actions));
  };
}

function callItem(actions) {
  const { node, slots } = fromTemplate("call-item");
  const button = node.querySelector("button");
  button.addEventListener("click", () => actions.select(button.dataset.callId));
  const parts = ({ state, entry }) =>
    [entry, entry.info.call_id === state.selectedId, state.now, state.clockSkewMs, state.health, language()];

  function draw({ state, entry }) {
    const { info } = entry;
    const assessment = headlineOf(state, entry);
    const current = info.call_id === state.selectedId;
    button.dataset.callId = info.call_id;
    button.ariaCurrent = String(current);
    button.dataset.category = hasVerdict(assessment) ? assessment.risk_category : "none";
    showScore(slots.points, assessment);
    setText(slots.name, customerName(info));
    slots.demo.hidden = !info.demo;
    if (hasVerdict(assessment)) showCategory(slots.category, assessment);
    else showState(slots.category, assessment);
    showTrend(slots.trend, info, assessment);
    setText(slots.agent, agentName(info));
    setText(slots.time, timeOf(state, entry));
    showFlag(slots.alert, info.alerted, "alert", t("calls.alerted"));
    showFlag(slots.escalated, info.escalated, "flag", t("calls.escalated"));
  }
  return { node, update: whenChanged(parts, draw) };
}

function timeOf(state, entry) {
  const { ended_at: endedAt } = entry.info;
  return endedAt ? t("calls.ended_at", { time: hourAndMinute(endedAt) }) : duration(elapsedSeconds(state, entry));
}

function showTrend(element, info, assessment) {
  const moving = info.status === "active" && assessment?.state === "live";
  element.hidden = !moving;
  if (!moving) return;
  const direction = directionOf(assessment.change.points);
  element.dataset.direction = direction;
  element.title = t("calls.trend", { points: signed(assessment.change.points) });
  setIconText(element, direction, assessment.change.points === 0 ? "" : signed(assessment.change.points));
}

function showFlag(element, shown, name, label) {
  element.hidden = !shown;
  if (!shown || element.title === label) return;
  element.title = label;
  element.role = "img";
  element.ariaLabel = label;
  element.replaceChildren(icon(name));
}
