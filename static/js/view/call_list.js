/** The calls in progress, riskiest first, and those that ended. Rows are put into their places by transforms, so that none jumps. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { agentName, customerName, duration, hourAndMinute, signed } from "../format.js";
import { language, t } from "../i18n.js";
import { icon, setIconText } from "../icons.js";
import { isOwn, scopeOf, scopesOf } from "../listing.js";
import { activeCalls, elapsedSeconds, endedCalls, headlineOf } from "../selectors.js";
import { whenChanged } from "../store.js";
import { directionOf, hasVerdict, showCategory, showScore, showState } from "./category.js";

/** Returns the view; `wallboard` chooses and counts the calls where the list is one. */
export function callListView(actions, wallboard = null) {
  byId("start-demo").addEventListener("click", actions.startDemo);
  byId("ended-more").addEventListener("click", actions.readMoreEnded);
  const wall = wallboard?.(actions);
  holdWhileAimedAt(byId("calls"), actions);
  walkByArrows(byId("call-lists"));
  const scopes = byId("calls-scope").querySelectorAll("[data-scope]");
  for (const button of scopes) button.addEventListener("click", () => actions.chooseScope(button.dataset.scope));

  return (state) => {
    showScopes(scopes, state);
    const active = wall ? wall(state) : activeCalls(state);
    const ended = endedCalls(state);
    setText(byId("active-count"), state.rowsAlone ? "" : String(active.filter(({ info }) => info.status === "active").length));
    byId("no-active-calls").hidden = active.length > 0 || !state.synced;
    byId("ended-title").hidden = ended.length === 0;
    byId("ended-more").hidden = !state.endedCursor;
    byId("start-demo").hidden = !state.demo;
    byId("welcome-demo").hidden = !state.demo;
    const callId = ({ entry }) => entry.info.call_id;
    const rows = (entries) => {
      const tabStop = Math.max(0, entries.findIndex((entry) => callId({ entry }) === state.selectedId));
      return entries.map((entry, place) => ({ state, entry, place, isTabStop: place === tabStop }));
    };
    mirror(byId("active-calls"), rows(active), callId, () => callItem(actions));
    mirror(byId("ended-calls"), rows(ended), callId, () => callItem(actions));
    setLength("--active", active.length || NOBODY_CALLS);
    setLength("--ended", ended.length);
  };
}

const NOBODY_CALLS = 0.5; // the sentence that says so is half as tall as a row

/** Tells the styles how many rows a list has: what stands below moves with it. */
const setLength = (name, rows) => byId("call-lists").style.setProperty(name, rows);

/** Rows change places only while neither the pointer nor a key is in the list, so that no click meets another call. */
function holdWhileAimedAt(list, actions) {
  list.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && actions.holdList(Infinity));
  list.addEventListener("pointerleave", actions.letListGo);
  list.addEventListener("keydown", () => actions.holdList());
}

/** Tab stops at one row of each list, or the conversation would be hundreds of stops away; arrows lead from row to row. */
function walkByArrows(lists) {
  lists.addEventListener("keydown", (event) => {
    const rows = [...lists.querySelectorAll(".call-item")];
    const at = rows.indexOf(document.activeElement);
    const [first, last] = [0, rows.length - 1];
    const to = { ArrowUp: at - 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowRight: at + 1, Home: first, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.min(Math.max(to, first), last)].focus();
  });
}

function showScopes(buttons, state) {
  const open = scopesOf(state.session);
  byId("calls-scope").hidden = open.length < 2;
  for (const button of buttons) {
    button.hidden = !open.includes(button.dataset.scope);
    button.ariaPressed = String(button.dataset.scope === scopeOf(state));
  }
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
    setText(slots.agent, isOwn(state, entry) ? t("calls.own") : agentName(info));
    setText(slots.time, timeOf(state, entry));
    showFlag(slots.alert, info.alerted, "alert", t("calls.alerted"));
    showFlag(slots.escalated, info.escalated, "flag", t("calls.escalated"));
  }
  const update = whenChanged(parts, draw);
  const put = whenChanged(({ place, isTabStop }) => [place, isTabStop], ({ place, isTabStop }) => {
    node.style.setProperty("--place", place);
    button.tabIndex = isTabStop ? 0 : -1;
  });
  return { node, update: (row) => { put(row); update(row); } };
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
